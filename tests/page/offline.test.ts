/** What a site's service worker keeps, and how that follows the site. */
import { beforeEach, expect, test, vi } from "vitest";

import { SiteCache } from "../../web/site/offline/serviceworker/site-cache";
import { cacheKey, strategyFor } from "../../web/site/offline/serviceworker/routes";

const ROOT = "http://host.test/sub/";
const SCRIPT = "static/lab.0123456789abcdef.js";
const LATER = "static/lab.fedcba9876543210.js";

/** What the host has, and the requests that it got. */
let host: Record<string, string>;
let asked: string[];
let cache: Map<string, Response>;

beforeEach(() => {
  host = site("1", { [SCRIPT]: "one", "index.html": "home", "notebooks/a b.html": "page", "pyodide/worker.0123456789abcdef.js": "w" });
  asked = [];
  cache = new Map();
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    const found = host[decodeURIComponent(url.slice(ROOT.length)) || "index.html"];
    return Promise.resolve(found === undefined ? new Response("", { status: 404 }) : new Response(found));
  });
  vi.stubGlobal("caches", { open: () => Promise.resolve(fake(cache)), delete: () => { cache.clear(); return Promise.resolve(true); } });
});

test("names with a hash are right for ever, all else is asked for anew", () => {
  expect(strategyFor(`${ROOT}${SCRIPT}`, ROOT)).toBe("named");
  expect(strategyFor(`${ROOT}pyodide/wheels/0123456789abcdef/a-1-py3-none-any.whl`, ROOT)).toBe("named");
  expect(strategyFor(`${ROOT}notebooks/a.html?view=embed#top`, ROOT)).toBe("newest");
  expect(strategyFor(ROOT, ROOT)).toBe("newest");
});

test("what other sites have below the same root is left alone", () => {
  expect(strategyFor(`${ROOT}other/index.html`, ROOT)).toBeNull();
  expect(strategyFor("http://host.test/index.html", ROOT)).toBeNull();
  expect(strategyFor(`${ROOT}service-worker.js`, ROOT)).toBeNull();
});

test("a page is the same however its address is written", () => {
  expect(cacheKey(`${ROOT}index.html#a`, ROOT)).toBe(ROOT);
  expect(cacheKey(`${ROOT}lab/index.html?path=x`, ROOT)).toBe(`${ROOT}lab/`);
  expect(cacheKey(`${ROOT}notebooks/a%20(b).html`, ROOT)).toBe(cacheKey(`${ROOT}notebooks/a%20%28b%29`, ROOT));
  expect(cacheKey(`${ROOT}files/page.html`, ROOT)).toBe(`${ROOT}files/page.html`);
});

test("who only reads gets what was read, who runs gets all that it takes", async () => {
  const kept = new SiteCache(ROOT);
  await kept.addPage([`${ROOT}notebooks/a%20b.html`, "https://elsewhere.test/x.js"]);
  expect([...cache.keys()]).toEqual([`${ROOT}notebooks/a%20b`]);
  await kept.prepare();
  expect([...cache.keys()]).toContain(`${ROOT}pyodide/worker.0123456789abcdef.js`);
  expect(asked.every((url) => url.startsWith(ROOT))).toBe(true);
});

test("when the site is published anew, what is kept becomes that", async () => {
  const kept = new SiteCache(ROOT);
  await kept.addPage([ROOT, `${ROOT}notebooks/a%20b.html`, `${ROOT}${SCRIPT}`]);
  await kept.revalidate(() => Promise.resolve(true));
  host = site("2", { [LATER]: "two", "index.html": "new home" });
  expect(await kept.revalidate(() => Promise.resolve(true))).toBe(true);
  expect(await (await kept.find(`${ROOT}index.html`))?.text()).toBe("new home");
  expect([...cache.keys()].sort()).toEqual([ROOT, `${ROOT}version.json`]);
});

test("what pages of the earlier site may still need stays while they are open", async () => {
  const kept = new SiteCache(ROOT);
  await kept.prepare();
  await kept.revalidate(() => Promise.resolve(false));
  host = site("2", { [LATER]: "two", "index.html": "new home" });
  await kept.revalidate(() => Promise.resolve(false));
  expect([...cache.keys()]).toEqual(expect.arrayContaining([`${ROOT}${SCRIPT}`, `${ROOT}${LATER}`]));
});

test("a site that is gone is noticed", async () => {
  const kept = new SiteCache(ROOT);
  host = {};
  expect(await kept.revalidate(() => Promise.resolve(true))).toBe(false);
});

/** What `wasmnb build` would have made. */
function site(version: string, files: Record<string, string>): Record<string, string> {
  const listing = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, { bytes: text.length }]));
  return { ...files, "version.json": version, "site.json": JSON.stringify({ files: listing }) };
}

/** https://developer.mozilla.org/docs/Web/API/Cache, as far as it is used. */
const fake = (kept: Map<string, Response>) => ({
  match: (url: string) => Promise.resolve(kept.get(url)?.clone()),
  put: (url: string, response: Response) => Promise.resolve(kept.set(url, response)),
  delete: (url: string) => Promise.resolve(kept.delete(url)),
  keys: () => Promise.resolve([...kept.keys()].map((url) => ({ url }))),
});
