/** Forms are checked by reading their schemas. */
import { expect, test } from "vitest";

import forms from "../../../web/plugins/overrides/rjsf-validator";

const SCHEMA = {
  type: "object" as const,
  properties: { interval: { type: "number" as const, minimum: 1 }, size: { $ref: "#/definitions/size" } },
  definitions: { size: { enum: ["small", "large"] } },
  additionalProperties: false,
};

test("what is right passes", () => {
  expect(forms.validateFormData({ interval: 7, size: "small", gone: undefined }, SCHEMA)).toEqual({ errors: [], errorSchema: {} });
});

test("what is wrong is said where it is", () => {
  const { errors, errorSchema } = forms.validateFormData({ interval: 0, size: "huge" }, SCHEMA);
  expect(errors.map(({ property }) => property)).toEqual([".interval", ".size"]);
  expect(errorSchema).toMatchObject({ interval: { __errors: [expect.stringContaining("0 is less than 1")] } });
});

test("a part of a schema finds what it refers to in the whole", () => {
  expect(forms.isValid(SCHEMA.properties.size, "large", SCHEMA)).toBe(true);
  expect(forms.isValid(SCHEMA.properties.size, "huge", SCHEMA)).toBe(false);
});
