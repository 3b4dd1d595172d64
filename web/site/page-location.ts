/** Completes JupyterLab's page configuration on a site: its URLs are relative in the page, and the query has the open path. */
import { PageConfig } from "@jupyterlab/coreutils";

const URL_OPTIONS = [
  "baseUrl", "frontendUrl", "fullAppUrl", "fullStaticUrl", "fullTreeUrl", "fullSettingsUrl", "fullThemesUrl", "fullLabextensionsUrl",
] as const;

/** Sets the options as a server would have written them. */
export function setLocations(): void {
  for (const name of URL_OPTIONS) PageConfig.setOption(name, new URL(PageConfig.getOption(name), document.baseURI).pathname);
  // JupyterLab derives the WebSocket URL from http URLs only.
  if (window.location.protocol === "file:") PageConfig.setOption("wsUrl", new URL("./", document.baseURI).href);
  const query = new URLSearchParams(window.location.search);
  PageConfig.setOption("treePath", query.get("path") ?? "");
  PageConfig.setOption("workspace", query.get("workspace") ?? PageConfig.defaultWorkspace);
}
