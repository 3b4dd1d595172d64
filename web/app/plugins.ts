/** The plugins of both views: renderers of outputs and files, services, and our own plugins. */
import javascript from "@jupyterlab/javascript-extension";
import json from "@jupyterlab/json-extension";
import mermaid from "@jupyterlab/mermaid-extension/lib/mime";
import pdf from "@jupyterlab/pdf-extension";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import labServices from "@jupyterlab/services-extension";
import vega from "@jupyterlab/vega5-extension";
import { about } from "../plugins/about";
import { gatewayStatus } from "../plugins/gateway-status";
import { saveConflict } from "../plugins/save-conflict";
import { cellExecutor } from "../plugins/cell-executor";
import { without, type Extension } from "../utils/extensions";
import { refreshFiles } from "../plugins/refresh-files";
import { keepKernelspec, useOnlyKernel } from "../plugins/kernel-choice";
import { lazyMathJax } from "../plugins/overrides/lazy-mathjax";
import { openErrors } from "../plugins/open-errors";
import { kernelStatus } from "../plugins/kernel-status";
import { server } from "./services";
import { settings } from "../plugins/overrides/settings";
import { embeddedThemes } from "../site/plugins/embedded-themes";
import { localChanges, storageErrors } from "../site/plugins/local-changes";
import { siteDrive } from "../contents/site-drive";
import { downloadLink } from "../site/plugins/download-link";
import { linkRewriting } from "../site/plugins/link-rewriting";
import { publishConflict } from "../site/plugins/publish-conflict";
import { runAll } from "../site/plugins/run-all";
import { share } from "../site/plugins/share";
import { lazyKernel } from "../site/plugins/lazy-kernel";
import { prewarm } from "../plugins/prewarm";
import { svgRenderer } from "../plugins/overrides/svg-renderer";
import { startupTimeline } from "../plugins/startup-timeline";
import { translation } from "../plugins/overrides/translation";
import { trust } from "../plugins/trust";
import { openIn } from "../plugins/open-in";
import "../style/kernel-status.css";

/** JupyterLab accepts plain renderers where its type asks for modules that export them. */
export const renderers = [javascript, json, mermaid, pdf, svgRenderer, vega].flat() as unknown as IRenderMime.IExtensionModule[];

/** JupyterLab's service managers, connected to the server inside this page. */
const services: readonly Extension[] = [without(labServices, "server-settings", "default-drive"), server, siteDrive];

/** Our plugins on every page. */
export const shared: readonly Extension[] = [
  ...services,
  about,
  embeddedThemes,
  gatewayStatus,
  localChanges,
  saveConflict,
  cellExecutor,
  refreshFiles,
  downloadLink,
  storageErrors,
  keepKernelspec,
  linkRewriting,
  lazyMathJax,
  useOnlyKernel,
  openErrors,
  kernelStatus,
  publishConflict,
  runAll,
  settings,
  share,
  lazyKernel,
  prewarm,
  startupTimeline,
  translation,
  trust,
  openIn,
];
