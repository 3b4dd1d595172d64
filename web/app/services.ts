/** The way from JupyterLab's managers to their server, which is in this page for all but the files. */
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { IServerSettings, ServerConnection, type ServiceManagerPlugin } from "@jupyterlab/services";
import { Token } from "@lumino/coreutils";
import { config } from "../utils/pageconfig";
import { keyedFetch, KeyedWebSocket } from "../auth/fetch";
import { Log } from "../inspector/log";
import { Taps } from "../inspector/interceptor";
import { kinds } from "./kernels";
import { histories, pageServer, serializer, storageStore, type PageServer } from "../server";
import { prefixOf } from "../server/names";
import { openFiles, type SiteFiles } from "../site/files/site-files";
import { embeddedFetch } from "../site/embedded-files";

export const IPageServer = new Token<PageServer>("wasmnb:IPageServer", "The Jupyter server inside the page.");

/** A plugin cannot provide nothing. */
export interface SiteFilesOrNone {
  readonly files: SiteFiles | null;
}

export const ISiteFiles = new Token<SiteFilesOrNone>("wasmnb:ISiteFiles", "The files of the site that the page belongs to, if it does to one.");

const siteFiles: ServiceManagerPlugin<SiteFilesOrNone> = {
  id: "wasmnb:site-files",
  description: "Provides the files of a site.",
  autoStart: true,
  provides: ISiteFiles,
  activate: async () => {
    const { site } = config();
    return { files: site && (await openFiles(PageConfig.getBaseUrl(), site.alone)) };
  },
};

const inside: ServiceManagerPlugin<PageServer> = {
  id: "wasmnb:server",
  description: "Provides the Jupyter server inside the page.",
  autoStart: true,
  provides: IPageServer,
  requires: [ISiteFiles],
  activate: (_: null, { files }: SiteFilesOrNone) => {
    const baseUrl = PageConfig.getBaseUrl();
    const store = storageStore(window.localStorage, prefixOf(baseUrl));
    return pageServer({
      baseUrl,
      kinds: kinds(files, histories(store)),
      files,
      store,
      schemasUrl: URLExt.join(PageConfig.getOption("fullStaticUrl"), SCHEMAS),
      // As the pages of a site are.
      isDark: files !== null && window.matchMedia("(prefers-color-scheme: dark)").matches,
      fetch: config().site?.alone ? embeddedFetch : keyedFetch,
      WebSocket: KeyedWebSocket,
      beside: config().jupyter,
    });
  },
};

export const ITaps = new Token<Taps>("wasmnb:ITaps", "What the inspector sees of the two doors.");

const taps: ServiceManagerPlugin<Taps> = {
  id: "wasmnb:taps",
  description: "Stands before the two doors, and copies what passes while the inspector is open.",
  autoStart: true,
  provides: ITaps,
  requires: [IPageServer],
  activate: (_: null, server: PageServer) => new Taps(server, new Log(), (kernel) => (server.kernels.has(kernel) ? "page" : "server")),
};

const doors: ServiceManagerPlugin<ServerConnection.ISettings> = {
  id: "wasmnb:server-settings",
  description: "Leads JupyterLab's managers to the server inside the page.",
  autoStart: true,
  provides: IServerSettings,
  requires: [ITaps],
  activate: (_: null, { fetch, WebSocket }: Taps) => ServerConnection.makeSettings({ fetch, WebSocket, serializer }),
};

export const server = [siteFiles, inside, taps, doors];
