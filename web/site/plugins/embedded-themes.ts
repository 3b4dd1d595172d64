/** What a page that comes alone does otherwise: its themes are in it. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IThemeManager } from "@jupyterlab/apputils";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { config } from "../../utils/pageconfig";
import { embeddedUrl } from "../embedded-files";

export const embeddedThemes: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:alone",
  description: "Makes up for what a page that comes alone has not beside it.",
  autoStart: true,
  requires: [IThemeManager],
  activate: (_: JupyterFrontEnd, themes: IThemeManager) => {
    if (!config().site?.singleFile) return;
    const load = themes.loadCSS.bind(themes);
    themes.loadCSS = (path) => load(embeddedUrl(URLExt.join(PageConfig.getOption("fullThemesUrl"), path)));
  },
};
