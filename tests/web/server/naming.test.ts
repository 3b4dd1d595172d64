/** The names of new files and copies: the same cases as for the server (tests/contents). */
import { expect, test } from "vitest";

import { newName } from "../../../web/server/naming";
import cases from "../../naming.json";

interface Case {
  readonly copy?: string;
  readonly new?: { readonly type?: string; readonly ext?: string };
  readonly taken: readonly string[];
  readonly name: string;
}

test.each(cases as readonly Case[])("a new file has the first free name: $name of $taken", (it) => {
  expect(newName(it.copy, it.new?.type, it.new?.ext, new Set(it.taken))).toBe(it.name);
});
