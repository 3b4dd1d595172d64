/** What both views share: the renderers for outputs and files, the services, and our own plugins. */
import javascript from "@jupyterlab/javascript-extension";
import json from "@jupyterlab/json-extension";
import mermaid from "@jupyterlab/mermaid-extension/lib/mime";
import pdf from "@jupyterlab/pdf-extension";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import stockServices from "@jupyterlab/services-extension";
import vega from "@jupyterlab/vega5-extension";
import { about } from "./about";
import { beside } from "./beside";
import { conflict } from "./conflict";
import { executor } from "./executor";
import { without, type Extension } from "./extension";
import { files } from "./files";
import { kernelspec } from "./kernelspec";
import { maths } from "./maths";
import { onlyKernel } from "./onlykernel";
import { opening } from "./opening";
import { progress } from "./progress";
import { server } from "./services";
import { settings } from "./settings";
import { alone } from "./site/alone";
import { changes } from "./site/changes";
import { drive } from "./site/drive";
import { handout } from "./site/handout";
import { keeping } from "./site/keeping";
import { links } from "./site/links";
import { republished } from "./site/republished";
import { runAll } from "./site/runall";
import { share } from "./site/share";
import { waiting } from "./site/waiting";
import { spare } from "./spare";
import { svg } from "./svg";
import { timeline } from "./timeline";
import { translation } from "./translation";
import { trust } from "./trust";
import { views } from "./views";
import "./style/kernel.css";

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
