/** What a site's pages and its service worker say to each other. */

export type ToServiceWorker =
  /** The page was loaded from these addresses, and is to be there without a network. */
  | { readonly type: "keep"; readonly urls: readonly string[] }
  /** So is all that notebooks need to run. */
  | { readonly type: "prepare" };

/** The network was slow, so that the page is one that was kept; the newer one, which differs, has come since. */
export interface FromServiceWorker {
  readonly type: "late";
}
