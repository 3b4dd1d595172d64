/** Files that the page carries in itself: from a disk a page can fetch none, and it shares no addresses with its workers. */
import type { EmbeddedFiles, File, Files, LibraryFile } from "../protocol";

declare global {
  interface Window {
    /** What this page carries in itself; not there in one that has its files beside it. */
    wasmnbHeld?: EmbeddedFiles;
  }
}

const NOT_FROM_A_DISK =
  "This browser does not let a page that was opened from a disk hand its own files to Python. Open it in Firefox, or in Chrome, Edge or another Chromium, or from a web server.";

/** Throws where a worker can read nothing of it: in WebKit, a page from a disk can share no Blob with it, nor can it make one. */
export async function look(held: EmbeddedFiles): Promise<void> {
  const [blob] = held.values();
  await blob?.slice(0, 1).arrayBuffer().catch(() => { throw new Error(NOT_FROM_A_DISK); });
}

/** The files at addresses of this worker's own. */
export function ownFiles(files: Files, held: EmbeddedFiles): Files {
  const own = ([name, file]: readonly [string, File | null]) => [name, file && { ...file, url: ownAddress(file.url, held) }] as const;
  // The names are the same.
  return Object.fromEntries(Object.entries(files).map(own)) as unknown as Files;
}

export const ownLibraries = (libraries: readonly LibraryFile[], held: EmbeddedFiles): LibraryFile[] =>
  libraries.map((file) => ({ ...file, url: ownAddress(file.url, held) }));

/** A lock file in which packages are at such addresses; `base` is where its own are relative to. */
export function ownLock(text: string, base: string, held: EmbeddedFiles): string {
  // build/kernel/assets.py writes it, or wasmnb/site/packages/kernel_lock.py.
  const lock = JSON.parse(text) as { readonly packages: Readonly<Record<string, { readonly file_name: string }>> };
  const own = ([name, entry]: readonly [string, { readonly file_name: string }]) =>
    [name, { ...entry, file_name: ownAddress(new URL(entry.file_name, base).href, held) }] as const;
  return JSON.stringify({ ...lock, packages: Object.fromEntries(Object.entries(lock.packages).map(own)) });
}

/** Pyodide and our timeline read a file's name off its address. */
function ownAddress(url: string, held: EmbeddedFiles): string {
  const blob = held.get(url);
  return blob ? `${URL.createObjectURL(blob)}#/${url.slice(url.lastIndexOf("/") + 1)}` : url;
}
