/** JupyterLab, at /lab: tabs, side bars, and a viewer for every type of file. */
import widgets from "@jupyter-widgets/jupyterlab-manager";
import { JupyterLab } from "@jupyterlab/application";
import application from "@jupyterlab/application-extension";
import apputils from "@jupyterlab/apputils-extension";
import cellToolbar from "@jupyterlab/cell-toolbar-extension";
import celltags from "@jupyterlab/celltags-extension";
import codemirror from "@jupyterlab/codemirror-extension";
import completer from "@jupyterlab/completer-extension";
import console from "@jupyterlab/console-extension";
import csvviewer from "@jupyterlab/csvviewer-extension";
import docmanager from "@jupyterlab/docmanager-extension";
import documentsearch from "@jupyterlab/documentsearch-extension";
import filebrowser from "@jupyterlab/filebrowser-extension";
import fileeditor from "@jupyterlab/fileeditor-extension";
import help from "@jupyterlab/help-extension";
import htmlviewer from "@jupyterlab/htmlviewer-extension";
import imageviewer from "@jupyterlab/imageviewer-extension";
import inspector from "@jupyterlab/inspector-extension";
import logconsole from "@jupyterlab/logconsole-extension";
import mainmenu from "@jupyterlab/mainmenu-extension";
import markdownviewer from "@jupyterlab/markdownviewer-extension";
import markedparser from "@jupyterlab/markedparser-extension";
import mermaid from "@jupyterlab/mermaid-extension";
import metadataform from "@jupyterlab/metadataform-extension";
import notebook from "@jupyterlab/notebook-extension";
import rendermime from "@jupyterlab/rendermime-extension";
import running from "@jupyterlab/running-extension";
import settingeditor from "@jupyterlab/settingeditor-extension";
import shortcuts from "@jupyterlab/shortcuts-extension";
import statusbar from "@jupyterlab/statusbar-extension";
import dark from "@jupyterlab/theme-dark-extension";
import light from "@jupyterlab/theme-light-extension";
import toc from "@jupyterlab/toc-extension";
import tooltip from "@jupyterlab/tooltip-extension";
import ui from "@jupyterlab/ui-components-extension";
import workspaces from "@jupyterlab/workspaces-extension";
import { comparison } from "../compare";
import { without } from "../utils/extensions";
import { inspector as protocolInspector } from "../inspector";
import { start } from "./start";
import { renderers, shared } from "./plugins";
import { startStatus } from "../plugins/kernel-status";
import { offlineWorkspace } from "../site/plugins/offline-workspace";
import { router } from "../site/plugins/router";
import { restoreDocument } from "../plugins/restore-document";

void start({
  app: (options) => new JupyterLab(options),
  renderers,
  extensions: [
    ...shared,
    comparison,
    protocolInspector,
    startStatus,
    offlineWorkspace,
    ...restoreDocument,
    widgets,
    without(application, "router"),
    router,
    without(apputils, "announcements", "licenses-client", "licenses-plugin", "settings", "state"),
    cellToolbar,
    celltags,
    codemirror,
    completer,
    console,
    csvviewer,
    docmanager,
    documentsearch,
    filebrowser,
    without(fileeditor, "language-server"),
    without(help, "about", "licenses-commands"),
    htmlviewer,
    imageviewer,
    inspector,
    logconsole,
    mainmenu,
    markdownviewer,
    markedparser,
    mermaid,
    metadataform,
    without(notebook, "cell-executor", "export", "language-server"),
    rendermime,
    running,
    settingeditor,
    shortcuts,
    statusbar,
    dark,
    light,
    toc,
    tooltip,
    ui,
    workspaces,
  ],
});
