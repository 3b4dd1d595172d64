/** The validator of forms interprets their schemas. */
import { expect, test } from "vitest";

import forms from "../../../web/plugins/overrides/rjsf-validator";

const SCHEMA = {
  type: "object" as const,
  properties: { interval: { type: "number" as const, minimum: 1 }, size: { $ref: "#/definitions/size" } },
  definitions: { size: { enum: ["small", "large"] } },
  additionalProperties: false,
};

test("valid data passes", () => {
  expect(forms.validateFormData({ interval: 7, size: "small", gone: undefined }, SCHEMA)).toEqual({ errors: [], errorSchema: {} });
});

test("an error names its location", () => {
  const { errors, errorSchema } = forms.validateFormData({ interval: 0, size: "huge" }, SCHEMA);
  expect(errors.map(({ property }) => property)).toEqual([".interval", ".size"]);
  expect(errorSchema).toMatchObject({ interval: { __errors: [expect.stringContaining("0 is less than 1")] } });
});

test("references of a sub-schema are resolved in the root schema", () => {
  expect(forms.isValid(SCHEMA.properties.size, "large", SCHEMA)).toBe(true);
  expect(forms.isValid(SCHEMA.properties.size, "huge", SCHEMA)).toBe(false);
});
