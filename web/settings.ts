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

export const settings: JupyterFrontEndPlugin<ISettingRegistry> = {
  id: "wasmnb:settings",
  description: "Provides the setting registry.",
  autoStart: true,
  provides: ISettingRegistry,
  requires: [ISettingConnector],
  activate: async (app: JupyterFrontEnd, connector: ISettingConnector) => {
    const { values } = await connector.list("active");
    const plugins = values.filter(({ id }) => app.hasPlugin(id));
    return new SettingRegistry({ connector, plugins, validator: new LazyValidator() });
  },
};
