/** Where a page of a site is. Its configuration says how to get from the page to the site's root, and its address what is open. */
import { PageConfig } from "@jupyterlab/coreutils";

const URL_OPTIONS = [
  "baseUrl", "frontendUrl", "fullAppUrl", "fullStaticUrl", "fullTreeUrl", "fullSettingsUrl", "fullThemesUrl", "fullLabextensionsUrl",
] as const;

/** Makes the configuration as a server would have written it. */
export function setLocations(): void {
  for (const name of URL_OPTIONS) PageConfig.setOption(name, new URL(PageConfig.getOption(name), document.baseURI).pathname);
  // JupyterLab knows where sockets lead for pages of http alone, and one from a disk has its sockets, too.
  if (window.location.protocol === "file:") PageConfig.setOption("wsUrl", new URL("./", document.baseURI).href);
  const address = new URLSearchParams(window.location.search);
  PageConfig.setOption("treePath", address.get("path") ?? "");
  PageConfig.setOption("workspace", address.get("workspace") ?? PageConfig.defaultWorkspace);
}
