/** What the HTML page tells us beyond JupyterLab's own configuration; `wasmnb/pages/app_page.py` writes it. */
import { PageConfig } from "@jupyterlab/coreutils";

export interface Config {
  readonly version: string;
  /** Where Pyodide and the kernel's files are; null in a copy that was built without them. */
  readonly pyodide: object | null;
  /** The package index that `%pip install` asks; null is the usual one. */
  readonly index: string | null;
  /** What lets the page's own requests in, together with the reader's cookie; null on a site of files. */
  readonly key: string | null;
  /** Whether a notebook's code reaches its own folder and no more of what is served. */
  readonly confined: boolean;
  /** The site that the page belongs to, or which it is by itself, alone; null where a server sent it. */
  readonly site: { readonly title: string; readonly alone: boolean } | null;
  /** What the Jupyter Server is called whose kernels the page has besides; null if there is none. */
  readonly jupyter: string | null;
}

/** The server that sent the page wrote this, too. */
export const config = (): Config => JSON.parse(PageConfig.getOption("wasmnb")) as Config;
