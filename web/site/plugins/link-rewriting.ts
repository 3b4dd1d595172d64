/** What JupyterLab and Notebook open in another tab, where they believe it to be at a server: on a site that is the workspace. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { PageConfig } from "@jupyterlab/coreutils";
import { config } from "../../utils/pageconfig";

/** Views of a server, with the path that they show. A notebook's page on a site ends in .html, and is what it says. */
const VIEWS: readonly RegExp[] = [/^(?:lab\/tree|tree|edit|consoles)\/(.+)$/, /^notebooks\/(.+\.ipynb)$/, /^(?:lab|tree|edit|notebooks|consoles)\/?$/];

/** Where a site has what is at that address of a server; the address itself where it is something else. */
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
  description: "Leads to the workspace of a site what is opened in another tab.",
  autoStart: true,
  activate: (_: JupyterFrontEnd) => {
    if (!config().site) return;
    const open = window.open.bind(window);
    // Some of their commands open addresses by a service that one could replace, most call this themselves.
    window.open = (url, target, features) => open(url === undefined ? url : onSite(String(url), PageConfig.getBaseUrl()), target, features);
  },
};
