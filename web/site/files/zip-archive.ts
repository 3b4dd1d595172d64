/** Export of a site's files as a zip archive, and import of such an archive. */
import { unzipSync, type Zippable, zipSync } from "fflate";
import { folderOf, nameOf } from "../../../kernels/paths";
import { sameBytes, type Bytes, type Item, ROOT } from "../../../kernels/overlay";
import { hashOf } from "../../server/content-codec";
import type { SiteFiles } from "./site-files";

/** "changes": files that the reader has created or changed; "everything": also the published files. */
export type Extent = "changes" | "everything";

/** Archive entry with the hash of the published version that each file is based on. Hidden names are never imported as files. */
const BASES = ".wasmnb.json";
type Bases = Readonly<Partial<Record<string, string | null>>>;

export async function packed(files: SiteFiles, extent: Extent): Promise<Bytes> {
  const selected = files.tree.subtree(ROOT).filter(({ isFolder, copy }) => !isFolder && (copy !== null || extent === "everything"));
  const entries = await Promise.all(selected.map(async (item) => [item.path, [await bytesOf(files, item), { mtime: item.modified }]] as const));
  const bases: Bases = Object.fromEntries(selected.map(({ path, copy, published }) => [path, copy ? copy.base : (published?.hash ?? null)]));
  return zipSync({ ...(Object.fromEntries(entries) as Zippable), [BASES]: new TextEncoder().encode(JSON.stringify(bases)) });
}

/** Result of an import: new paths of the written files, files that are the same here, and unchanged files that are newer on the site. */
export interface Imported {
  readonly written: readonly string[];
  readonly same: readonly string[];
  readonly older: readonly string[];
}

/** Overwrites nothing: where the reader has another file already, the imported one gets a new name. */
export async function unpacked(files: SiteFiles, zip: Uint8Array): Promise<Imported> {
  const all = unzipSync(zip);
  const bases = basesIn(all[BASES]);
  const entries = Object.entries(all).filter(([path]) => !path.endsWith("/") && isPlain(path));
  const imported = { written: [] as string[], same: [] as string[], older: [] as string[] };
  for (const [path, bytes] of entries) {
    const there = files.tree.find(path);
    const base = bases[path];
    if (there && !there.isFolder && sameBytes(bytes, await bytesOf(files, there))) imported.same.push(path);
    else if (there?.published && base && (await hashOf(bytes)) === base) imported.older.push(path);
    else {
      makeFolders(files, folderOf(path));
      const isTaken = there !== null && (there.isFolder || there.copy !== null);
      const target = isTaken ? files.tree.freePath(path, "-imported") : path;
      files.tree.write(target, bytes, false, isTaken ? undefined : base);
      imported.written.push(target);
    }
  }
  await files.flushed();
  return imported;
}

/** Empty for an archive that another program has made. */
function basesIn(bytes: Bytes | undefined): Bases {
  try {
    const found = JSON.parse(new TextDecoder().decode(bytes)) as object;
    return Object.fromEntries(Object.entries(found).filter(([, base]) => base === null || typeof base === "string"));
  } catch {
    return {};
  }
}

const bytesOf = (files: SiteFiles, { path, copy }: Item): Promise<Bytes> => (copy ? Promise.resolve(copy.bytes) : files.fetch(path));

/** Whether a file of the site can have that path. */
const isPlain = (path: string): boolean => path.split("/").every((name) => name !== "" && !name.startsWith(".")) && nameOf(path) !== "";

function makeFolders(files: SiteFiles, folder: string): void {
  if (folder === ROOT || files.tree.find(folder)) return;
  makeFolders(files, folderOf(folder));
  files.tree.makeFolder(folder);
}
