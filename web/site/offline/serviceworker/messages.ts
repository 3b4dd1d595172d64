/** Messages between a site's pages and its service worker. */

export type ToServiceWorker =
  /** The page was loaded from these URLs: cache them. */
  | { readonly type: "cache"; readonly urls: readonly string[] }
  /** Prefetch everything that notebooks need to run. */
  | { readonly type: "prepare" };

/** The network was slow and the page came from the cache; a newer version has arrived since. */
export interface FromServiceWorker {
  readonly type: "updated";
}
