/** Files that the page carries in itself: from a disk a page can fetch none, and it shares no addresses with its workers. */
import type { EmbeddedFiles, File, Files, LibraryFile } from "../protocol";

declare global {
  interface Window {
    /** What this page carries in itself; not there in one that has its files beside it. */
    wasmnbEmbedded?: EmbeddedFiles;
  }
}

const NOT_FROM_A_DISK =
  "This browser does not let a page that was opened from a disk hand its own files to Python. Open it in Firefox, or in Chrome, Edge or another Chromium, or from a web server.";

/** Throws where a worker can read nothing of it: in WebKit, a page from a disk can share no Blob with it, nor can it make one. */
export async function checkReadable(embedded: EmbeddedFiles): Promise<void> {
  const [blob] = embedded.values();
  await blob?.slice(0, 1).arrayBuffer().catch(() => { throw new Error(NOT_FROM_A_DISK); });
}

/** The files at addresses of this worker's own. */
export function withBlobUrls(files: Files, embedded: EmbeddedFiles): Files {
  const own = ([name, file]: readonly [string, File | null]) => [name, file && { ...file, url: blobUrl(file.url, embedded) }] as const;
  // The names are the same.
  return Object.fromEntries(Object.entries(files).map(own)) as unknown as Files;
}

export const librariesWithBlobUrls = (libraries: readonly LibraryFile[], embedded: EmbeddedFiles): LibraryFile[] =>
  libraries.map((file) => ({ ...file, url: blobUrl(file.url, embedded) }));

/** A lock file in which packages are at such addresses; `base` is where its own are relative to. */
export function lockWithBlobUrls(text: string, base: string, embedded: EmbeddedFiles): string {
  // build/kernel/assets.py writes it, or wasmnb/site/packages/kernel_lock.py.
  const lock = JSON.parse(text) as { readonly packages: Readonly<Record<string, { readonly file_name: string }>> };
  const own = ([name, entry]: readonly [string, { readonly file_name: string }]) =>
    [name, { ...entry, file_name: blobUrl(new URL(entry.file_name, base).href, embedded) }] as const;
  return JSON.stringify({ ...lock, packages: Object.fromEntries(Object.entries(lock.packages).map(own)) });
}

/** Pyodide and our timeline read a file's name off its address. */
function blobUrl(url: string, embedded: EmbeddedFiles): string {
  const blob = embedded.get(url);
  return blob ? `${URL.createObjectURL(blob)}#/${url.slice(url.lastIndexOf("/") + 1)}` : url;
}
