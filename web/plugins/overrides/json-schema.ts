/** Validates data by interpreting its JSON schema: Ajv generates code, which is slow and forbidden by the CSP of a site's pages. */
import { type OutputUnit, Validator } from "@cfworker/json-schema";

const DRAFT = "7";

/** All errors in the data; `root` has the definitions that the schema refers to. */
export function errorsOf(schema: object, data: unknown, root: { readonly definitions?: object | undefined } = schema): OutputUnit[] {
  const all = { ...(root.definitions ? { definitions: root.definitions } : {}), ...schema };
  // A form's data contains `undefined`, which JSON has not.
  const validator = new Validator(all, DRAFT, false);
  const { errors } = validator.validate(data === undefined ? undefined : JSON.parse(JSON.stringify(data)));
  return errors.filter(isOwnError);
}

/** Drops errors of objects and lists that only repeat the error of a member. */
const isOwnError = ({ keyword }: OutputUnit): boolean => !["properties", "additionalProperties", "items", "$ref"].includes(keyword);
