/** What is wrong with data, by a JSON schema that is read: Ajv makes code of schemas, which takes long, and is forbidden by the policy of a site's pages. */
import { type OutputUnit, Validator } from "@cfworker/json-schema";

const DRAFT = "7";

/** All errors of the data, the root's schema giving what is referred to. */
export function errorsOf(schema: object, data: unknown, root: { readonly definitions?: object | undefined } = schema): OutputUnit[] {
  const all = { ...(root.definitions ? { definitions: root.definitions } : {}), ...schema };
  // A form's data has `undefined` in it, which is nothing in JSON.
  const validator = new Validator(all, DRAFT, false);
  const { errors } = validator.validate(data === undefined ? undefined : JSON.parse(JSON.stringify(data)));
  return errors.filter(isOfItself);
}

/** An object or list is wrong besides because a part of it is; the part's own error says why. */
const isOfItself = ({ keyword }: OutputUnit): boolean => !["properties", "additionalProperties", "items", "$ref"].includes(keyword);
