/** Routes: which caching strategy the service worker uses for a URL of the site. */

/**
 * "cacheFirst": the URL is fingerprinted (content-hashed), so a cached response never goes stale. "networkFirst": the host is asked,
 * and its response is cached for when it cannot be reached. "version": as networkFirst, but only SiteCache writes it, together with
 * the update of the whole cache that it stands for.
 */
export type Strategy = "cacheFirst" | "networkFirst" | "version";

/** By the path below the site's root. All other paths pass through: other sites may lie below the same root. */
const ROUTES: readonly (readonly [RegExp, Strategy])[] = [
  [/^(static|pyodide)\/(.*[./])?[0-9a-f]{16}[./]/, "cacheFirst"],
  [/^(static|pyodide|lab|notebooks|files)\//, "networkFirst"],
  [/^(index\.html|shared(\.html)?|contents\.json|search\.json)?$/, "networkFirst"],
  [/^version\.json$/, "version"],
];

export function strategyFor(url: string, root: string): Strategy | null {
  const path = pathOf(url, root);
  return path === null ? null : (ROUTES.find(([pattern]) => pattern.test(path))?.[1] ?? null);
}

/** The path below the site's root; null if the URL is not below it. */
function pathOf(url: string, root: string): string | null {
  const [bare = ""] = url.split(/[?#]/);
  try {
    return bare.startsWith(root) ? decodeURIComponent(bare.slice(root.length)) : null;
  } catch {
    return null; // malformed percent-encoding
  }
}

export const addressOf = (path: string, root: string): string => root + path.split("/").map(encodeURIComponent).join("/");

/** The cache key of a URL in any spelling; some hosts redirect a page to its URL without the ending. */
export function cacheKey(url: string, root: string): string {
  const path = pathOf(url, root) ?? url;
  return addressOf(path.startsWith("files/") ? path : path.replace(/(^|\/)index\.html$|\.html$/, "$1"), root);
}

/** Whether a running notebook may request that file of the site. */
export function isNeededToRun(path: string, bytes: number): boolean {
  return /^(static|pyodide|lab)\/|^(contents\.json|shared\.html)$/.test(path) || (path.startsWith("files/") && bytes <= MAX_BYTES);
}

/** Larger data files are cached only once they have been read. */
const MAX_BYTES = 5_000_000;
