/** If-Match and If-None-Match at the page's own server. `wasmnb serve` is held to the same cases: tests/contents/test_conflicts.py. */

import { expect, test } from "vitest";

import { SiteFiles } from "../../../web/site/files/site-files";
import { emptyStore } from "../../../web/site/files/indexeddb";
import CASES from "../../preconditions.json";
import { BASE, openPage } from "../driver";

const PUBLISHED = { path: "exists", type: "file", size: 3, last_modified: "2026-01-01T00:00:00Z", hash: "0".repeat(64) } as const;
const FOLDER = { ...PUBLISHED, path: "", type: "directory", size: null, hash: null } as const;

test.each(CASES.map((one) => [JSON.stringify(one), one] as const))("%s", async (_, { file, headers, status }) => {
  const files = new SiteFiles(BASE, [FOLDER, PUBLISHED], [], emptyStore());
  files.fetch = () => Promise.resolve(new TextEncoder().encode("one"));
  const { server } = await openPage({ files });
  const valueOf = (header: string): string => header.replace("{tag}", `"${PUBLISHED.hash}"`).replace("{bare}", PUBLISHED.hash);
  const response = await server.fetch(`${BASE}api/contents/${file}`, {
    method: "PUT",
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, valueOf(value)]),
    body: JSON.stringify({ type: "file", format: "text", content: "two" }),
  });
  expect(response.status).toBe(status);
  expect((await (await server.fetch(`${BASE}files/exists`)).text())).toBe(status === 200 ? "two" : "one");
  expect((await server.fetch(`${BASE}files/missing`)).status).toBe(status === 201 ? 200 : 404);
});
