/** The settings of someone who has changed none: the defaults that a plugin's schema gives. */
import type { ISettingRegistry } from "@jupyterlab/settingregistry";
import { JSONExt, type PartialJSONObject, type PartialJSONValue } from "@lumino/coreutils";

/** The parts of a JSON schema that bring defaults; all others only judge. */
interface Schema {
  readonly default?: PartialJSONValue;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** What Ajv's `useDefaults` makes of the user's settings under that schema. */
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
