/** Rewrites the server URLs that JupyterLab and Notebook open in other tabs to the workspace of the site. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { PageConfig } from "@jupyterlab/coreutils";
import { config } from "../../utils/pageconfig";

/** Views of a server, with the path that they show. A notebook's page on a site ends in .html, and is no view. */
const VIEWS: readonly RegExp[] = [/^(?:lab\/tree|tree|edit|consoles)\/(.+)$/, /^notebooks\/(.+\.ipynb)$/, /^(?:lab|tree|edit|notebooks|consoles)\/?$/];

/** The site's URL for a server's URL; the URL itself where it is no view. */
export function onSite(address: string, root: string): string {
  const { origin, pathname } = new URL(address, root);
  const base = new URL(root);
  if (origin !== base.origin || !pathname.startsWith(base.pathname)) return address;
  const view = VIEWS.map((pattern) => pattern.exec(pathname.slice(base.pathname.length))).find((found) => found !== null);
  if (!view) return address;
  const target = new URL("lab/index.html", base);
  if (view[1] !== undefined) target.searchParams.set("path", decodeURIComponent(view[1]));
  return target.href;
}

export const linkRewriting: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:links",
  description: "Rewrites URLs that are opened in other tabs.",
  autoStart: true,
  activate: (_: JupyterFrontEnd) => {
    if (!config().site) return;
    const open = window.open.bind(window);
    // Few of their commands use a replaceable service; most call this directly.
    window.open = (url, target, features) => open(url === undefined ? url : onSite(String(url), PageConfig.getBaseUrl()), target, features);
  },
};
