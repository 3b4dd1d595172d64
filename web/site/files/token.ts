/** The token of the files of the site that a page belongs to. */
import { Token } from "@lumino/coreutils";
import type { SiteFiles } from "./site-files";

/** Null on a page of a server. (A plugin cannot provide null itself.) */
export interface SiteFilesOrNone {
  readonly files: SiteFiles | null;
}

export const ISiteFiles = new Token<SiteFilesOrNone>("wasmnb:ISiteFiles", "The files of the site that the page belongs to, if any.");
