/** What both views share: the renderers for outputs and files, the services, and our own plugins. */
import javascript from "@jupyterlab/javascript-extension";
import json from "@jupyterlab/json-extension";
import mermaid from "@jupyterlab/mermaid-extension/lib/mime";
import pdf from "@jupyterlab/pdf-extension";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import stockServices from "@jupyterlab/services-extension";
import vega from "@jupyterlab/vega5-extension";
import { about } from "../plugins/about";
import { beside } from "../plugins/gateway-status";
import { conflict } from "../plugins/save-conflict";
import { executor } from "../plugins/cell-executor";
import { without, type Extension } from "../utils/extensions";
import { files } from "../plugins/refresh-files";
import { kernelspec, onlyKernel } from "../plugins/kernel-choice";
import { maths } from "../plugins/overrides/lazy-mathjax";
import { opening } from "../plugins/open-errors";
import { progress } from "../plugins/kernel-status";
import { server } from "./services";
import { settings } from "../plugins/overrides/settings";
import { alone } from "../site/plugins/embedded-themes";
import { changes, keeping } from "../site/plugins/local-changes";
import { drive } from "../contents/site-drive";
import { handout } from "../site/plugins/download-link";
import { links } from "../site/plugins/link-rewriting";
import { republished } from "../site/plugins/publish-conflict";
import { runAll } from "../site/plugins/run-all";
import { share } from "../site/plugins/share";
import { waiting } from "../site/plugins/lazy-kernel";
import { spare } from "../plugins/prewarm";
import { svg } from "../plugins/overrides/svg-renderer";
import { timeline } from "../plugins/startup-timeline";
import { translation } from "../plugins/overrides/translation";
import { trust } from "../plugins/trust";
import { views } from "../plugins/open-in";
import "../style/kernel.css";

/** JupyterLab takes plain renderers where its type asks for modules that export them. */
export const renderers = [javascript, json, mermaid, pdf, svg, vega].flat() as unknown as IRenderMime.IExtensionModule[];

/** JupyterLab's own managers, over the server inside this page. */
const services: readonly Extension[] = [without(stockServices, "server-settings", "default-drive"), server, drive];

/** The plugins of ours that every page has. */
export const shared: readonly Extension[] = [
  ...services,
  about,
  alone,
  beside,
  changes,
  conflict,
  executor,
  files,
  handout,
  keeping,
  kernelspec,
  links,
  maths,
  onlyKernel,
  opening,
  progress,
  republished,
  runAll,
  settings,
  share,
  waiting,
  spare,
  timeline,
  translation,
  trust,
  views,
];
