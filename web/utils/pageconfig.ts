/** The page's configuration beyond JupyterLab's own, through JupyterLab's PageConfig, which `login.ts` updates. */
import { PageConfig } from "@jupyterlab/coreutils";
import type { Config } from "./page-data";

/** Our own page wrote it. */
export const config = (): Config => JSON.parse(PageConfig.getOption("wasmnb")) as Config;
