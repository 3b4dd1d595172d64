/** Connects JupyterLab's managers to the Jupyter server inside the page. */
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { IServerSettings, ServerConnection, type ServiceManagerPlugin } from "@jupyterlab/services";
import { config } from "../utils/pageconfig";
import { keyedFetch, KeyedWebSocket } from "../auth/fetch";
import { Log } from "../inspector/log";
import { Interceptor } from "../inspector/interceptor";
import { IInterceptor } from "../inspector/token";
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
    return { files: site && (await openFiles(PageConfig.getBaseUrl(), site.singleFile)) };
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
      // As on the static pages of a site.
      isDark: files !== null && window.matchMedia("(prefers-color-scheme: dark)").matches,
      fetch: config().site?.singleFile ? embeddedFetch : keyedFetch,
      WebSocket: KeyedWebSocket,
      gatewayName: config().jupyter,
    });
  },
};

const interceptor: ServiceManagerPlugin<Interceptor> = {
  id: "wasmnb:interceptor",
  description: "Wraps the transports, and records requests and messages while the inspector is open.",
  autoStart: true,
  provides: IInterceptor,
  requires: [IPageServer],
  activate: (_: null, server: PageServer) => new Interceptor(server, new Log(), (kernel) => (server.kernels.has(kernel) ? "page" : "server")),
};

const serverSettings: ServiceManagerPlugin<ServerConnection.ISettings> = {
  id: "wasmnb:server-settings",
  description: "Connects JupyterLab's managers to the server inside the page.",
  autoStart: true,
  provides: IServerSettings,
  requires: [IInterceptor],
  activate: (_: null, { fetch, WebSocket }: Interceptor) => ServerConnection.makeSettings({ fetch, WebSocket, serializer }),
};

export const server = [siteFiles, inside, interceptor, serverSettings];
