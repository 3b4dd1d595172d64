/** The configuration that `wasmnb/pages/app_page.py` writes into a page, as a plain page reads it, without JupyterLab. */

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
  /** The published site of the page, which may be a single file; null on a server. */
  readonly site: { readonly title: string; readonly singleFile: boolean } | null;
  /** What the Jupyter Server is called whose kernels the page has besides; null if there is none. */
  readonly jupyter: string | null;
}

/** The parts of JupyterLab's page configuration that are needed before JupyterLab is there. */
interface PageData {
  readonly baseUrl: string;
  readonly wasmnb: Config;
}

/** Our own page wrote it. */
export const pageData = (): PageData => JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}") as PageData;
