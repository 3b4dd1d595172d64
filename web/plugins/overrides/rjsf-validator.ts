/** Validator of the forms of settings and metadata, in place of @rjsf/validator-ajv8. */
import type { OutputUnit } from "@cfworker/json-schema";
import {
  type ErrorSchema,
  type ErrorTransformer,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorList,
  toErrorSchema,
  type ValidationData,
  type ValidatorType,
} from "@rjsf/utils";
import { errorsOf } from "./json-schema";

function asError({ keyword, error, instanceLocation, keywordLocation }: OutputUnit): RJSFValidationError {
  const property = instanceLocation.replace(/^#/, "").replaceAll("/", ".");
  return { name: keyword, property, message: error, stack: `${property} ${error}`.trim(), schemaPath: keywordLocation };
}

const forms: ValidatorType = {
  validateFormData(data: unknown, schema: RJSFSchema, _, transform?: ErrorTransformer, uiSchema?): ValidationData<unknown> {
    const own = errorsOf(schema, data).map(asError);
    const errors = transform ? transform(own, uiSchema) : own;
    return { errors, errorSchema: toErrorSchema(errors) };
  },
  isValid: (schema: RJSFSchema, data: unknown, root: RJSFSchema) => errorsOf(schema, data, root).length === 0,
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- so the interface says
  rawValidation: <Result>(schema: RJSFSchema, data: unknown) => ({ errors: errorsOf(schema, data).map(asError) as Result[] }),
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the interface still has it
  toErrorList: (errors?: ErrorSchema, path?: string[]) => toErrorList(errors, path),
};

export default forms;
