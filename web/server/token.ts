/** The token of the Jupyter server inside the page. */
import { Token } from "@lumino/coreutils";
import type { PageServer } from "./index";

export const IPageServer = new Token<PageServer>("wasmnb:IPageServer", "The Jupyter server inside the page.");
