/** The service worker's cache of a site, and its revalidation. */
import { beforeEach, expect, test, vi } from "vitest";

import { SiteCache } from "../../../web/site/offline/serviceworker/site-cache";
import { cacheKey, strategyFor } from "../../../web/site/offline/serviceworker/routes";

const ROOT = "http://host.test/sub/";
const SCRIPT = "static/lab.0123456789abcdef.js";
const LATER = "static/lab.fedcba9876543210.js";

/** The host's files, and the requests that it received. */
let host: Record<string, string>;
let requests: string[];
let cache: Map<string, Response>;

beforeEach(() => {
  host = site("1", { [SCRIPT]: "one", "index.html": "home", "notebooks/a b.html": "page", "pyodide/worker.0123456789abcdef.js": "w" });
  requests = [];
  cache = new Map();
  vi.stubGlobal("fetch", (url: string) => {
    requests.push(url);
    const text = host[decodeURIComponent(url.slice(ROOT.length)) || "index.html"];
    return Promise.resolve(text === undefined ? new Response("", { status: 404 }) : new Response(text));
  });
  vi.stubGlobal("caches", { open: () => Promise.resolve(fake(cache)), delete: () => { cache.clear(); return Promise.resolve(true); } });
});

test("fingerprinted files are cache-first, all others network-first", () => {
  expect(strategyFor(`${ROOT}${SCRIPT}`, ROOT)).toBe("cacheFirst");
  expect(strategyFor(`${ROOT}pyodide/wheels/0123456789abcdef/a-1-py3-none-any.whl`, ROOT)).toBe("cacheFirst");
  expect(strategyFor(`${ROOT}notebooks/a.html?view=embed#top`, ROOT)).toBe("networkFirst");
  expect(strategyFor(ROOT, ROOT)).toBe("networkFirst");
});

test("other sites below the same root are left alone", () => {
  expect(strategyFor(`${ROOT}other/index.html`, ROOT)).toBeNull();
  expect(strategyFor("http://host.test/index.html", ROOT)).toBeNull();
  expect(strategyFor(`${ROOT}service-worker.js`, ROOT)).toBeNull();
});

test("a page has one cache key, however its URL is spelled", () => {
  expect(cacheKey(`${ROOT}index.html#a`, ROOT)).toBe(ROOT);
  expect(cacheKey(`${ROOT}lab/index.html?path=x`, ROOT)).toBe(`${ROOT}lab/`);
  expect(cacheKey(`${ROOT}notebooks/a%20(b).html`, ROOT)).toBe(cacheKey(`${ROOT}notebooks/a%20%28b%29`, ROOT));
  expect(cacheKey(`${ROOT}files/page.html`, ROOT)).toBe(`${ROOT}files/page.html`);
});

test("reading caches what was read, running caches everything that it takes", async () => {
  const stored = new SiteCache(ROOT);
  await stored.addPage([`${ROOT}notebooks/a%20b.html`, "https://elsewhere.test/x.js"]);
  expect([...cache.keys()]).toEqual([`${ROOT}notebooks/a%20b`]);
  await stored.prepare();
  expect([...cache.keys()]).toContain(`${ROOT}pyodide/worker.0123456789abcdef.js`);
  expect(requests.every((url) => url.startsWith(ROOT))).toBe(true);
});

test("an update of the site revalidates the cache", async () => {
  const stored = new SiteCache(ROOT);
  await stored.addPage([ROOT, `${ROOT}notebooks/a%20b.html`, `${ROOT}${SCRIPT}`]);
  await stored.revalidate(() => Promise.resolve(true));
  host = site("2", { [LATER]: "two", "index.html": "new home" });
  expect(await stored.revalidate(() => Promise.resolve(true))).toBe(true);
  expect(await (await stored.find(`${ROOT}index.html`))?.text()).toBe("new home");
  expect([...cache.keys()].sort()).toEqual([ROOT, `${ROOT}version.json`]);
});

test("files that open pages may still need are not evicted", async () => {
  const stored = new SiteCache(ROOT);
  await stored.prepare();
  await stored.revalidate(() => Promise.resolve(false));
  host = site("2", { [LATER]: "two", "index.html": "new home" });
  await stored.revalidate(() => Promise.resolve(false));
  expect([...cache.keys()]).toEqual(expect.arrayContaining([`${ROOT}${SCRIPT}`, `${ROOT}${LATER}`]));
});

test("a site that is gone is detected", async () => {
  const stored = new SiteCache(ROOT);
  host = {};
  expect(await stored.revalidate(() => Promise.resolve(true))).toBe(false);
});

/** What `wasmnb build` would have made. */
function site(version: string, files: Record<string, string>): Record<string, string> {
  const listing = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, { bytes: text.length }]));
  return { ...files, "version.json": version, "site.json": JSON.stringify({ files: listing }) };
}

/** https://developer.mozilla.org/docs/Web/API/Cache, as far as it is used. */
const fake = (entries: Map<string, Response>) => ({
  match: (url: string) => Promise.resolve(entries.get(url)?.clone()),
  put: (url: string, response: Response) => Promise.resolve(entries.set(url, response)),
  delete: (url: string) => Promise.resolve(entries.delete(url)),
  keys: () => Promise.resolve([...entries.keys()].map((url) => ({ url }))),
});
