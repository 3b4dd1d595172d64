/** What the reader of a page wants of its notebook. */
export type Wish = { readonly what: "run" | "run and go on" | "edit"; readonly cell: number } | { readonly what: "run all" | "look" | "share" };

declare global {
  interface Window {
    /** JupyterLab's notebook takes the place of the one that is read, and what is wished by then is done, if it does not take long; the script that can do it sets this. */
    takePlace?: (wishes: readonly Wish[]) => Promise<void>;
    /** Whether nothing has been wished yet that takes Python: it starts when something is run then. */
    wasmnbWaits?: boolean;
  }
}
