/** Jupyter Notebook 7, one document to a page: /notebooks, /edit, /consoles, and /tree for the files. */
import { NotebookApp, NotebookShell } from "@jupyter-notebook/application";
import notebookApplication from "@jupyter-notebook/application-extension";
import notebookConsole from "@jupyter-notebook/console-extension";
import notebookDocmanager from "@jupyter-notebook/docmanager-extension";
import notebookHelp from "@jupyter-notebook/help-extension";
import notebookNotebook from "@jupyter-notebook/notebook-extension";
import notebookTree from "@jupyter-notebook/tree-extension";
import widgets from "@jupyter-widgets/jupyterlab-manager";
import application from "@jupyterlab/application-extension";
import apputils from "@jupyterlab/apputils-extension";
import cellToolbar from "@jupyterlab/cell-toolbar-extension";
import celltags from "@jupyterlab/celltags-extension";
import codemirror from "@jupyterlab/codemirror-extension";
import completer from "@jupyterlab/completer-extension";
import console from "@jupyterlab/console-extension";
import { PageConfig } from "@jupyterlab/coreutils";
import csvviewer from "@jupyterlab/csvviewer-extension";
import docmanager from "@jupyterlab/docmanager-extension";
import documentsearch from "@jupyterlab/documentsearch-extension";
import filebrowser from "@jupyterlab/filebrowser-extension";
import fileeditor from "@jupyterlab/fileeditor-extension";
import help from "@jupyterlab/help-extension";
import htmlviewer from "@jupyterlab/htmlviewer-extension";
import imageviewer from "@jupyterlab/imageviewer-extension";
import logconsole from "@jupyterlab/logconsole-extension";
import mainmenu from "@jupyterlab/mainmenu-extension";
import markdownviewer from "@jupyterlab/markdownviewer-extension";
import markedparser from "@jupyterlab/markedparser-extension";
import mermaid from "@jupyterlab/mermaid-extension";
import metadataform from "@jupyterlab/metadataform-extension";
import notebook from "@jupyterlab/notebook-extension";
import running from "@jupyterlab/running-extension";
import settingeditor from "@jupyterlab/settingeditor-extension";
import shortcuts from "@jupyterlab/shortcuts-extension";
import dark from "@jupyterlab/theme-dark-extension";
import light from "@jupyterlab/theme-light-extension";
import toc from "@jupyterlab/toc-extension";
import tooltip from "@jupyterlab/tooltip-extension";
import ui from "@jupyterlab/ui-components-extension";
import { config } from "../utils/pageconfig";
import { only, without, type Extension } from "../utils/extensions";
import { start } from "./start";
import { router } from "../site/plugins/router";
import { renderers, shared } from "./plugins";
import { browserTabs } from "../plugins/browser-tabs";

/** The extensions of every page, as Jupyter Notebook selects them. */
const everywhere: readonly Extension[] = [
  ...shared,
  widgets,
  // On a site, the page's banner links to the home page; and a splash would cover the static notebook.
  without(notebookApplication, ...(config().site ? ["logo"] : []), ...(document.querySelector("main.notebook") ? ["splash"] : [])),
  without(notebookConsole, "scratchpad-console"),
  notebookDocmanager,
  browserTabs,
  notebookHelp,
  without(notebookNotebook, "tab-icon"),
  only(application, "context-menu", "faviconbusy", "top-bar"),
  router,
  only(
    apputils,
    "kernels-settings",
    "notification",
    "palette",
    "sanitizer",
    "sessionDialogs",
    "settings-connector",
    "state",
    "themes",
    "themes-palette-menu",
    "toolbar-registry",
    "utilityCommands",
  ),
  codemirror,
  only(completer, "base-service", "inline-completer", "inline-completer-factory", "inline-history", "manager"),
  only(console, "cell-executor", "completer", "factory", "foreign", "tracker"),
  csvviewer,
  only(docmanager, "plugin", "contexts", "download", "manager"),
  only(documentsearch, "plugin"),
  only(filebrowser, "default-file-browser", "factory"),
  only(fileeditor, "plugin", "widget-factory"),
  only(help, "resources"),
  htmlviewer,
  imageviewer,
  only(mainmenu, "plugin"),
  markedparser,
  mermaid,
  only(notebook, "code-console", "factory", "tracker", "widget-factory"),
  shortcuts,
  dark,
  light,
  ui,
];

/** Further extensions of one page, by the server's name of the page. */
const pages: Readonly<Record<string, readonly Extension[]>> = {
  tree: [
    only(application, "commands"),
    cellToolbar,
    only(filebrowser, "browser", "create-new-language-file", "download", "file-upload-status", "open-with", "settings", "share-file"),
    notebookTree,
    only(running, "plugin"),
    settingeditor,
  ],
  notebooks: [
    only(notebookConsole, "scratchpad-console"),
    celltags,
    cellToolbar,
    logconsole,
    metadataform,
    only(
      notebook,
      "active-cell-tool",
      "completer",
      "copy-output",
      "metadata-editor",
      "search",
      "toc",
      "tools",
      "update-raw-mimetype",
    ),
    only(toc, "registry", "tracker"),
    only(tooltip, "manager", "notebooks"),
  ],
  consoles: [only(tooltip, "manager", "consoles")],
  edit: [only(fileeditor, "completer", "search"), markdownviewer],
};

/** Settles when the application has started. */
export const started = start({
  app: (options) => new NotebookApp({ ...options, shell: new NotebookShell() }),
  renderers,
  extensions: [...everywhere, ...(pages[PageConfig.getOption("notebookPage")] ?? [])],
});
