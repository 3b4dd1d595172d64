/** Loads JupyterLab's themes from the files that are embedded in a single-file page. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { IThemeManager } from "@jupyterlab/apputils";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { config } from "../../utils/pageconfig";
import { embeddedUrl } from "../embedded-files";

export const embeddedThemes: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:alone",
  description: "Loads themes that are embedded in the page.",
  autoStart: true,
  requires: [IThemeManager],
  activate: (_: JupyterFrontEnd, themes: IThemeManager) => {
    if (!config().site?.singleFile) return;
    const load = themes.loadCSS.bind(themes);
    themes.loadCSS = (path) => load(embeddedUrl(URLExt.join(PageConfig.getOption("fullThemesUrl"), path)));
  },
};
