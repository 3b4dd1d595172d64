/** The registry of all plugins' settings, which compiles a validator only for settings that someone has changed. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import {
  DefaultSchemaValidator,
  ISettingConnector,
  ISettingRegistry,
  SettingRegistry,
  type ISchemaValidator,
} from "@jupyterlab/settingregistry";
import type { PartialJSONObject } from "@lumino/coreutils";
import JSON5 from "json5";
import { config } from "./config";
import { defaults } from "./defaults";

/**
 * Compiling the schemas of all plugins takes Ajv half a second of every start, and the settings of most
 * plugins are the defaults.
 */
class LazyValidator implements ISchemaValidator {
  private full: ISchemaValidator | undefined;

  validateData(plugin: ISettingRegistry.IPlugin, populate?: boolean): ISchemaValidator.IError[] | null {
    const isAsItWas = plugin.raw.trim() === "{}";
    // Ajv makes functions of schemas, which the policy of a site's pages forbids; there, settings are taken as they are.
    if (!isAsItWas && config().site === null) return (this.full ??= new DefaultSchemaValidator()).validateData(plugin, populate);
    const user = isAsItWas ? {} : JSON5.parse<PartialJSONObject>(plugin.raw);
    if (populate !== false) plugin.data = { composite: defaults(plugin.schema, user), user };
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
