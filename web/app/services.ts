/** The way from JupyterLab's managers to their server, which is in this page for all but the files. */
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { IServerSettings, ServerConnection, type ServiceManagerPlugin } from "@jupyterlab/services";
import { config } from "../utils/pageconfig";
import { keyedFetch, KeyedWebSocket } from "../auth/fetch";
import { Log } from "../inspector/log";
import { Taps } from "../inspector/interceptor";
import { ITaps } from "../inspector/token";
import { kernelProviders } from "./kernels";
import { histories, pageServer, serializer, storageStore, type PageServer } from "../server";
import { prefixOf } from "../server/store";
import { IPageServer } from "../server/token";
import { openFiles } from "../site/files/site-files";
import { ISiteFiles, type SiteFilesOrNone } from "../site/files/token";
import { embeddedFetch } from "../site/embedded-files";

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
      providers: kernelProviders(files, histories(store)),
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
