/** The registry of all plugins' settings, which compiles a validator only for settings that someone has changed. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import {
  DefaultSchemaValidator,
  ISettingConnector,
  ISettingRegistry,
  SettingRegistry,
  type ISchemaValidator,
} from "@jupyterlab/settingregistry";
import { defaults } from "./defaults";

/**
 * Compiling the schemas of all plugins takes Ajv half a second of every start, and the settings of most
 * plugins are the defaults.
 */
class LazyValidator implements ISchemaValidator {
  private full: ISchemaValidator | undefined;

  validateData(plugin: ISettingRegistry.IPlugin, populate?: boolean): ISchemaValidator.IError[] | null {
    if (plugin.raw.trim() !== "{}") return (this.full ??= new DefaultSchemaValidator()).validateData(plugin, populate);
    if (populate !== false) plugin.data = { composite: defaults(plugin.schema), user: {} };
    return null;
  }
}

/** Loads the settings that wait for a plugin's own transformation, so that the settings editor shows them too. */
async function loadRest(app: JupyterFrontEnd, registry: ISettingRegistry, connector: ISettingConnector): Promise<void> {
  const { ids } = await connector.list("ids");
  const missing = ids.filter((id) => app.hasPlugin(id) && !(id in registry.plugins));
  await Promise.all(missing.map((id) => registry.load(id)));
}

export const settings: JupyterFrontEndPlugin<ISettingRegistry> = {
  id: "wasmnb:settings",
  description: "Provides the setting registry.",
  autoStart: true,
  provides: ISettingRegistry,
  requires: [ISettingConnector],
  activate: async (app: JupyterFrontEnd, connector: ISettingConnector) => {
    const { values } = await connector.list("active");
    const plugins = values.filter(({ id }) => app.hasPlugin(id));
    const registry = new SettingRegistry({ connector, plugins, validator: new LazyValidator() });
    void app.restored.then(() => loadRest(app, registry, connector));
    return registry;
  },
};
