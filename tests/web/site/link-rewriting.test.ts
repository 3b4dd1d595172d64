/** Server URLs that are opened in another tab lead to the site's workspace. */
import { expect, test } from "vitest";

import { onSite } from "../../../web/site/plugins/link-rewriting";

const ROOT = "http://host.test/sub/";

test.each([
  ["tree", "lab/index.html"],
  ["lab", "lab/index.html"],
  ["tree/a%20b", "lab/index.html?path=a+b"],
  ["edit/data/x.csv?factory=Editor", "lab/index.html?path=data%2Fx.csv"],
  ["notebooks/a.ipynb", "lab/index.html?path=a.ipynb"],
  ["notebooks/a.html", "notebooks/a.html"],
  ["files/tree/x.txt", "files/tree/x.txt"],
])("%s is at %s", (address, place) => {
  expect(onSite(ROOT + address, ROOT)).toBe(ROOT + place);
});

test("other URLs are unchanged", () => {
  expect(onSite("https://docs.test/tree", ROOT)).toBe("https://docs.test/tree");
});
