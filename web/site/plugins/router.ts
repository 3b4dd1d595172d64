/** The URL router of a site: JupyterLab's paths become a query, since a static host serves the workspace from one URL only. */
import { JupyterFrontEnd, Router, IRouter, type JupyterFrontEndPlugin } from "@jupyterlab/application";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { config } from "../../utils/pageconfig";
import { notebookOf } from "../page";

/** lab/workspaces/NAME/tree/PATH; both parts are optional. */
const VIEW = /^\/?(?:lab|doc)(?:\/workspaces\/([^/]+))?(?:\/tree\/(.*))?$/;

class SiteRouter extends Router {
  override get current(): IRouter.ILocation {
    const { search, hash } = window.location;
    const query = new URLSearchParams(search);
    const [workspace, tree] = [query.get("workspace"), query.get("path")];
    query.delete("workspace");
    query.delete("path");
    const path = URLExt.join("/lab", workspace ? `workspaces/${encodeURIComponent(workspace)}` : "", tree ? `tree/${URLExt.encodeParts(tree)}` : "");
    const rest = query.size > 0 ? `?${query}` : "";
    return { path, search: rest, hash, request: path + rest + hash };
  }

  override navigate(path: string, options: IRouter.INavOptions = {}): void {
    super.navigate(this.#relativeUrl(path), options);
  }

  /** The URL relative to the base; paths that are no view of the workspace stay unchanged. */
  #relativeUrl(path: string): string {
    const base = new URL(this.base, window.location.href);
    // Some of JupyterLab's paths begin with the base, which is relative to this page.
    const { pathname, search, hash } = new URL(path, path.startsWith(this.base) ? window.location.href : base);
    const [view, workspace, tree] = VIEW.exec(pathname.replace(base.pathname, "/")) ?? [];
    if (view === undefined) return path;
    const query = new URLSearchParams(search);
    if (workspace) query.set("workspace", decodeURIComponent(workspace));
    if (tree) query.set("path", decodeURIComponent(tree));
    return `${window.location.pathname.slice(base.pathname.length)}${query.size > 0 ? `?${query}` : ""}${hash}`;
  }
}

/** The router of a notebook's page, which shows that one notebook even if it is renamed. */
class PageRouter extends Router {
  override get current(): IRouter.ILocation {
    const path = `/notebooks/${URLExt.encodeParts(notebookOf())}`;
    const { search, hash } = window.location;
    return { path, search, hash, request: path + search + hash };
  }

  override navigate(): void {
    // The URL stays.
  }
}

function kind(): typeof Router {
  if (!config().site) return Router;
  return PageConfig.getOption("notebookPage") ? PageRouter : SiteRouter;
}

/** Replaces JupyterLab's plugin; on a server it provides the same router. */
export const router: JupyterFrontEndPlugin<IRouter> = {
  id: "wasmnb:router",
  description: "Provides the URL router.",
  autoStart: true,
  provides: IRouter,
  requires: [JupyterFrontEnd.IPaths],
  activate: (app: JupyterFrontEnd, { urls: { base } }: JupyterFrontEnd.IPaths) => {
    const router = new (kind())({ base, commands: app.commands });
    const route = () => void router.route();
    void app.started.then(() => {
      route();
      window.addEventListener("popstate", route);
    });
    return router;
  },
};
