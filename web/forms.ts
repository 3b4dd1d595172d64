/** What checks the forms of settings and metadata, in place of @rjsf/validator-ajv8: it reads schemas, where that makes code of them, which the policy of a site's pages forbids. */
import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
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

const DRAFT = "7";

/** All errors of the data, the root's schema giving what is referred to. */
function errorsOf(schema: RJSFSchema, data: unknown, root: RJSFSchema = schema): RJSFValidationError[] {
  const all = { ...(root.definitions ? { definitions: root.definitions } : {}), ...schema };
  // The two libraries describe JSON schemas each in its own types; and a form's data has `undefined` in it, which is nothing in JSON.
  const validator = new Validator(all as Schema, DRAFT, false);
  const { errors } = validator.validate(data === undefined ? undefined : JSON.parse(JSON.stringify(data)));
  return errors.filter(isOfItself).map(asError);
}

/** An object or list is wrong besides because a part of it is; the part's own error says why. */
const isOfItself = ({ keyword }: OutputUnit): boolean => !["properties", "additionalProperties", "items", "$ref"].includes(keyword);

function asError({ keyword, error, instanceLocation, keywordLocation }: OutputUnit): RJSFValidationError {
  const property = instanceLocation.replace(/^#/, "").replaceAll("/", ".");
  return { name: keyword, property, message: error, stack: `${property} ${error}`.trim(), schemaPath: keywordLocation };
}

const forms: ValidatorType = {
  validateFormData(data: unknown, schema: RJSFSchema, _, transform?: ErrorTransformer, uiSchema?): ValidationData<unknown> {
    const found = errorsOf(schema, data);
    const errors = transform ? transform(found, uiSchema) : found;
    return { errors, errorSchema: toErrorSchema(errors) };
  },
  isValid: (schema: RJSFSchema, data: unknown, root: RJSFSchema) => errorsOf(schema, data, root).length === 0,
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- so the interface says
  rawValidation: <Result>(schema: RJSFSchema, data: unknown) => ({ errors: errorsOf(schema, data) as Result[] }),
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the interface still has it
  toErrorList: (errors?: ErrorSchema, path?: string[]) => toErrorList(errors, path),
};

export default forms;
