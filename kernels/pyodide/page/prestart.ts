/** In the head of a page that is about to run something: a worker starts here, beside the download of the interface. */
import { WorkerHandle } from "./worker-handle";

/** What of JupyterLab's page configuration tells that. */
interface Config {
  readonly notebookPage?: string;
  readonly treePath?: string;
  readonly baseUrl?: string;
  readonly workspace?: string;
  readonly wasmnb?: { readonly pyodide?: unknown; readonly site?: unknown; readonly jupyter?: unknown };
}

const DEFAULT = "default";
const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}") as Config;
const { pyodide, jupyter } = config.wasmnb ?? {};

// An interface that was quicker starts its own. Beside a Jupyter Server, the kernel may be one of that server.
if (!("wasmnbEarly" in window) && pyodide && !jupyter && "WebAssembly" in window && startsKernel(config)) window.wasmnbEarly = new WorkerHandle(pyodide);

/** Whether the page opens something that has a kernel. */
function startsKernel({ notebookPage, ...lab }: Config): boolean {
  if (notebookPage) return notebookPage === "notebooks" || notebookPage === "consoles";
  // Such a page is loaded once more before anything begins (web/site/offline/cross-origin-isolation.ts).
  if (lab.wasmnb?.site && !crossOriginIsolated) return false;
  const { path, workspace } = openedDocument(lab);
  return path.endsWith(".ipynb") || restoresKernelDocument(lab.baseUrl, workspace);
}

/** What JupyterLab opens: a site's page has it in its address. */
function openedDocument({ treePath = "", workspace = DEFAULT, wasmnb }: Config): { readonly path: string; readonly workspace: string } {
  if (!wasmnb?.site) return { path: treePath, workspace };
  const address = new URLSearchParams(location.search);
  return { path: address.get("path") ?? "", workspace: address.get("workspace") ?? DEFAULT };
}

/** Whether a notebook or console is in the layout that JupyterLab was left with. */
function restoresKernelDocument(base = "/", workspace: string): boolean {
  const { pathname } = new URL(base, location.href);
  return /"(notebook|console):/.test(localStorage.getItem(`wasmnb:${pathname}:workspaces/${workspace}`) ?? "");
}
