/** The setting registry, which validates only changed settings, without compiling schemas. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ISettingConnector, ISettingRegistry, SettingRegistry, type ISchemaValidator } from "@jupyterlab/settingregistry";
import { JSONExt, type PartialJSONObject, type PartialJSONValue } from "@lumino/coreutils";
import JSON5 from "json5";
import { errorsOf } from "./json-schema";

/** JupyterLab's validator compiles the schemas of all plugins with Ajv, which takes half a second of every start. */
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

/** The parts of a JSON schema that define defaults. */
interface Schema {
  readonly default?: PartialJSONValue;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** The user's settings with the schema's defaults filled in, as Ajv's `useDefaults` does. */
export function defaults(schema: ISettingRegistry.ISchema, user: PartialJSONObject = {}): PartialJSONObject {
  const composite = JSONExt.deepCopy(user);
  fill(composite, schema, schema);
  return composite;
}

function fill(value: PartialJSONValue | undefined, schema: Schema, root: Schema): void {
  const definition = schema.$ref?.split("/").at(-1);
  if (definition) fill(value, root.definitions?.[definition] ?? {}, root);
  else if (Array.isArray(value)) for (const item of value) fill(item, schema.items ?? {}, root);
  else if (value && typeof value === "object") fillObject(value, schema.properties ?? {}, root);
}

function fillObject(value: PartialJSONObject, properties: Readonly<Record<string, Schema>>, root: Schema): void {
  for (const [name, property] of Object.entries(properties)) {
    if (value[name] === undefined && property.default !== undefined) value[name] = JSONExt.deepCopy(property.default);
    fill(value[name], property, root);
  }
}
