/** Defaults of settings: composed without JupyterLab's validator, they equal what it would compose. */
import { DefaultSchemaValidator, type ISettingRegistry } from "@jupyterlab/settingregistry";
import { expect, test, vi } from "vitest";

import { defaults } from "../../../web/plugins/overrides/settings";
import { schemas } from "../../../web/bundler/extensions.mjs";

// The validator's package also merges shortcuts, with a library that cannot be loaded without a browser's document.
vi.mock("@lumino/commands", () => ({}));

/** The same defaults, by compiling the schema. */
function validated({ id, schema, version }: { id: string; schema: ISettingRegistry.ISchema; version: string }): unknown {
  const plugin = { id, schema, version, raw: "{}", data: { composite: {}, user: {} } };
  expect(new DefaultSchemaValidator().validateData(plugin)).toBeNull();
  return plugin.data.composite;
}

test.each(schemas())("$id has the defaults that its schema gives", (plugin) => {
  expect(defaults(plugin.schema)).toEqual(validated(plugin));
});

test("defaults reach into the items of lists and of definitions", () => {
  const plugin = {
    id: "plugin",
    version: "",
    schema: {
      type: "object",
      properties: { toolbar: { type: "array", default: [{ name: "save" }], items: { $ref: "#/definitions/item" } } },
      definitions: { item: { type: "object", properties: { disabled: { type: "boolean", default: false } } } },
    } as unknown as ISettingRegistry.ISchema,
  };
  expect(defaults(plugin.schema)).toEqual({ toolbar: [{ name: "save", disabled: false }] });
  expect(defaults(plugin.schema)).toEqual(validated(plugin));
});
