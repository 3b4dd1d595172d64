/** Begins the kernel of the notebook that a page is of, before JupyterLab is there to ask for it. */
import { pyodideKernel } from "../../kernels/pyodide/page/kernel";
import { type FolderKey, HEADER, keyOf, LOGGED_IN, renewed } from "../auth/keys";
import { histories } from "../server/history";
import { prefixOf, storageStore } from "../server/store";
import { openFiles } from "../site/files/site-files";
import { notebookOf } from "../site/page";
import { pageData } from "../utils/page-data";
import { Begun } from "./early-kernel";

/** Null where the notebook's kernel is, or may be, none of this page. One that has begun goes on where JupyterLab did not come. */
export async function begin(main: HTMLElement): Promise<Begun | null> {
  if (window.wasmnbBegun) return window.wasmnbBegun;
  const { baseUrl, wasmnb } = pageData();
  const { pyodide, index, jupyter, site, key } = wasmnb;
  if (!pyodide || jupyter !== null || !("WebAssembly" in window) || !isOurs(main.dataset)) return null;
  const root = new URL(baseUrl, document.baseURI).href;
  const files = site && (await openFiles(root, site.alone));
  const history = histories(storageStore(window.localStorage, prefixOf(root)));
  const kind = pyodideKernel({ pyodide, index, root, key: keys(root, key), renewed, site: files, history });
  const path = notebookOf();
  // What the page's server starts it with when JupyterLab asks (web/server/sessions.ts).
  return (window.wasmnbBegun = new Begun(kind, { path: path.replace(/\/?[^/]*$/, ""), env: { JPY_SESSION_NAME: path } }));
}

/** Whether JupyterLab starts the kernel that there is here, the only one, for a notebook of that kernel and language (web/plugins/kernel-choice.ts). */
function isOurs({ kernel = "", language = "" }: DOMStringMap): boolean {
  return kernel === "python-wasm" || language === "python" || language === "";
}

/** Asks for the keys of folders, with that of the page, or one that it has got since. */
function keys(root: string, key: string | null): (path: string) => Promise<FolderKey | null> {
  let newest = key;
  window.addEventListener(LOGGED_IN, ({ detail }) => { newest = detail.key; });
  return async (path) => (newest === null ? null : keyOf(path, root, (url, init) => fetch(url, { ...init, headers: { [HEADER]: newest ?? "" } })));
}
