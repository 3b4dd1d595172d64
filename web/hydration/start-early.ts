/** Starts the kernel of a static page's notebook before JupyterLab is there to ask for it. */
import { pyodideKernel } from "../../kernels/pyodide/page/kernel";
import { type FolderKey, KEY_HEADER, requestKey, LOGGED_IN, onKeysExpired } from "../auth/keys";
import { histories } from "../server/history";
import { prefixOf, storageStore } from "../server/store";
import { openFiles } from "../site/files/site-files";
import { notebookOf } from "../site/page";
import { pageData } from "../utils/page-data";
import { EarlyKernel } from "./early-kernel";

/** Returns the same kernel when called again, as after a failed hydration; null where the notebook may need a kernel of another kind. */
export async function startEarly(main: HTMLElement): Promise<EarlyKernel | null> {
  if (window.wasmnbEarlyKernel) return window.wasmnbEarlyKernel;
  const { baseUrl, wasmnb } = pageData();
  const { pyodide, index, jupyter, site, key } = wasmnb;
  if (!pyodide || jupyter !== null || !("WebAssembly" in window) || !isPython(main.dataset)) return null;
  const root = new URL(baseUrl, document.baseURI).href;
  const files = site && (await openFiles(root, site.singleFile));
  const history = histories(storageStore(window.localStorage, prefixOf(root)));
  const provider = pyodideKernel({ pyodide, index, root, key: folderKeys(root, key), renewed: onKeysExpired, site: files, history });
  const path = notebookOf();
  // The same options that the page's server uses when JupyterLab starts a session (web/server/sessions.ts).
  return (window.wasmnbEarlyKernel = new EarlyKernel(provider, { path: path.replace(/\/?[^/]*$/, ""), env: { JPY_SESSION_NAME: path } }));
}

/** Whether JupyterLab would start the page's only kernel for a notebook of that kernel and language (web/plugins/kernel-choice.ts). */
function isPython({ kernel = "", language = "" }: DOMStringMap): boolean {
  return kernel === "python-wasm" || language === "python" || language === "";
}

/** Requests keys of folders with the page's newest key: that from the page, or from a later log-in. */
function folderKeys(root: string, key: string | null): (path: string) => Promise<FolderKey | null> {
  let newest = key;
  window.addEventListener(LOGGED_IN, ({ detail }) => { newest = detail.key; });
  return async (path) => (newest === null ? null : requestKey(path, root, (url, init) => fetch(url, { ...init, headers: { [KEY_HEADER]: newest ?? "" } })));
}
