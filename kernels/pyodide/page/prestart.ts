/** Script in the head of a page that will need a kernel: starts its worker while the interface is still downloading. */
import { WorkerHandle } from "./worker-handle";

/** The fields of JupyterLab's page configuration that decide it. */
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

// An interface that has loaded already starts its own worker. With a gateway, the kernel may be one of that server.
if (!("wasmnbEarly" in window) && pyodide && !jupyter && "WebAssembly" in window && startsKernel(config)) window.wasmnbEarly = new WorkerHandle(pyodide);

/** Whether the page opens a document that has a kernel. */
function startsKernel({ notebookPage, ...lab }: Config): boolean {
  if (notebookPage) return notebookPage === "notebooks" || notebookPage === "consoles";
  // The page reloads first to become cross-origin isolated (web/site/offline/cross-origin-isolation.ts).
  if (lab.wasmnb?.site && !crossOriginIsolated) return false;
  const { path, workspace } = openedDocument(lab);
  return path.endsWith(".ipynb") || restoresKernelDocument(lab.baseUrl, workspace);
}

/** The document that JupyterLab opens: a site's page has it in its URL. */
function openedDocument({ treePath = "", workspace = DEFAULT, wasmnb }: Config): { readonly path: string; readonly workspace: string } {
  if (!wasmnb?.site) return { path: treePath, workspace };
  const query = new URLSearchParams(location.search);
  return { path: query.get("path") ?? "", workspace: query.get("workspace") ?? DEFAULT };
}

/** Whether the saved layout of JupyterLab contains a notebook or console. */
function restoresKernelDocument(base = "/", workspace: string): boolean {
  const { pathname } = new URL(base, location.href);
  return /"(notebook|console):/.test(localStorage.getItem(`wasmnb:${pathname}:workspaces/${workspace}`) ?? "");
}
