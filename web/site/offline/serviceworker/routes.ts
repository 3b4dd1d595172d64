/** How a site's service worker gets what is asked for. It knows addresses, and nothing of browsers. */

/**
 * "named": there is a hash in its name, so what is kept is right for ever. "newest": the host is asked, and what it gives
 * is kept for when it cannot be. "version": as newest, but it tells of which site all that is kept is, and changes with that.
 */
export type Strategy = "named" | "newest" | "version";

/** By the path below the site's root. What is not here is none of ours: other sites may lie below the same root. */
const ROUTES: readonly (readonly [RegExp, Strategy])[] = [
  [/^(static|pyodide)\/(.*[./])?[0-9a-f]{16}[./]/, "named"],
  [/^(static|pyodide|lab|notebooks|files)\//, "newest"],
  [/^(index\.html|shared(\.html)?|contents\.json|search\.json)?$/, "newest"],
  [/^version\.json$/, "version"],
];

export function strategyFor(url: string, root: string): Strategy | null {
  const path = pathOf(url, root);
  return path === null ? null : (ROUTES.find(([pattern]) => pattern.test(path))?.[1] ?? null);
}

/** Below the site's root; null if it is not there. */
function pathOf(url: string, root: string): string | null {
  const [bare = ""] = url.split(/[?#]/);
  try {
    return bare.startsWith(root) ? decodeURIComponent(bare.slice(root.length)) : null;
  } catch {
    return null; // it has a % that says nothing
  }
}

export const addressOf = (path: string, root: string): string => root + path.split("/").map(encodeURIComponent).join("/");

/** What it is kept under, however it is written; some hosts lead from a page's address to the one without the ending. */
export function cacheKey(url: string, root: string): string {
  const path = pathOf(url, root) ?? url;
  return addressOf(path.startsWith("files/") ? path : path.replace(/(^|\/)index\.html$|\.html$/, "$1"), root);
}

/** Whether a notebook that runs may ask for that file of the site. */
export function isNeededToRun(path: string, bytes: number): boolean {
  return /^(static|pyodide|lab)\/|^(contents\.json|shared\.html)$/.test(path) || (path.startsWith("files/") && bytes <= MOST);
}

/** Larger data is kept when it has been read. */
const MOST = 5_000_000;
