/** A site's files as one zip, and what is in a zip back among them. */
import { unzipSync, type Zippable, zipSync } from "fflate";
import { folderOf, nameOf } from "../../kernels/pyodide/paths";
import { type Bytes, type Item, ROOT } from "../../kernels/tree";
import { hashOf } from "../server/files";
import type { SiteFiles } from "./files";

/** "changes": what the reader has made or changed; "everything": what is published besides. */
export type Extent = "changes" | "everything";

export async function packed(files: SiteFiles, extent: Extent): Promise<Bytes> {
  const wanted = files.tree.under(ROOT).filter(({ isFolder, copy }) => !isFolder && (copy !== null || extent === "everything"));
  const entries = await Promise.all(wanted.map(async (item) => [item.path, [await bytesOf(files, item), { mtime: item.modified }]] as const));
  return zipSync(Object.fromEntries(entries) as Zippable);
}

/** What became of an archive: where its files are now, and which were there already, as they are. */
export interface Imported {
  readonly written: readonly string[];
  readonly same: readonly string[];
}

/** Nothing is lost: where the reader has another file already, what comes gets a name of its own. */
export async function unpacked(files: SiteFiles, zip: Uint8Array): Promise<Imported> {
  const entries = Object.entries(unzipSync(zip)).filter(([path]) => !path.endsWith("/") && isPlain(path));
  const written: string[] = [];
  const same: string[] = [];
  for (const [path, bytes] of entries) {
    const there = files.tree.find(path);
    if (there && !there.isFolder && (await hashOf(bytes)) === (await hashOf(await bytesOf(files, there)))) {
      same.push(path);
      continue;
    }
    makeFolders(files, folderOf(path));
    const target = there?.copy || there?.isFolder ? files.tree.free(path, "-imported") : path;
    files.tree.write(target, bytes, false);
    written.push(target);
  }
  await files.kept();
  return { written, same };
}

const bytesOf = (files: SiteFiles, { path, copy }: Item): Promise<Bytes> => (copy ? Promise.resolve(copy.bytes) : files.fetch(path));

/** Whether it is a path that a file here can have. */
const isPlain = (path: string): boolean => path.split("/").every((name) => name !== "" && !name.startsWith(".")) && nameOf(path) !== "";

function makeFolders(files: SiteFiles, folder: string): void {
  if (folder === ROOT || files.tree.find(folder)) return;
  makeFolders(files, folderOf(folder));
  files.tree.makeFolder(folder);
}
