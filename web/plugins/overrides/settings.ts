/** The registry of all plugins' settings, which checks only those that someone has changed. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ISettingConnector, ISettingRegistry, SettingRegistry, type ISchemaValidator } from "@jupyterlab/settingregistry";
import type { PartialJSONObject } from "@lumino/coreutils";
import JSON5 from "json5";
import { errorsOf } from "./json-schema";
import { defaults } from "./defaults";

/** Compiling the schemas of all plugins, as JupyterLab does, takes Ajv half a second of every start. */
export const validator: ISchemaValidator = {
  validateData: (plugin, populate = true) => {
    try {
      const user = JSON5.parse<PartialJSONObject>(plugin.raw);
      const isChanged = plugin.raw.trim() !== "{}";
      const errors = isChanged ? errorsOf(plugin.schema, user) : [];
      if (errors.length > 0) return errors.map(({ keyword, error, instanceLocation, keywordLocation }) => ({ keyword, message: error, instancePath: instanceLocation.slice(1), schemaPath: keywordLocation }));
      if (populate) plugin.data = { composite: defaults(plugin.schema, user), user };
      return null;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return [{ keyword: "syntax", message: error.message, instancePath: "", schemaPath: "" }];
    }
  },
};

export const settings: JupyterFrontEndPlugin<ISettingRegistry> = {
  id: "wasmnb:settings",
  description: "Provides the setting registry.",
  autoStart: true,
  provides: ISettingRegistry,
  requires: [ISettingConnector],
  activate: async (app: JupyterFrontEnd, connector: ISettingConnector) => {
    const { values } = await connector.list("active");
    const plugins = values.filter(({ id }) => app.hasPlugin(id));
    return new SettingRegistry({ connector, plugins, validator });
  },
};
