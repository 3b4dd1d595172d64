/** What the reader of a page wants of its notebook. */
export type Wish = { readonly what: "run" | "run and go on" | "edit"; readonly cell: number } | { readonly what: "run all" | "look" };

declare global {
  interface Window {
    /** JupyterLab's notebook takes the place of the one that is read; the script that can do it sets this. */
    takePlace?: (wish: Wish) => Promise<void>;
  }
}
