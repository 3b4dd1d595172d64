/** Files embedded in the page: a page opened from a disk can fetch none, and its workers cannot use its blob URLs. */
import type { EmbeddedFiles, File, Files, LibraryFile } from "../protocol";

declare global {
  interface Window {
    /** The embedded files; absent in a page whose files have URLs. */
    wasmnbEmbedded?: EmbeddedFiles;
  }
}

const NOT_FROM_DISK =
  "This browser does not let a page that was opened from a disk pass its own files to Python. Open it in Firefox, Chrome or Edge, or from a web server.";

/** Throws where this worker cannot read the files: WebKit lets a page from a disk share no Blobs with workers. */
export async function checkReadable(embedded: EmbeddedFiles): Promise<void> {
  const [blob] = embedded.values();
  await blob?.slice(0, 1).arrayBuffer().catch(() => { throw new Error(NOT_FROM_DISK); });
}

/** The files with this worker's own blob URLs. */
export function withBlobUrls(files: Files, embedded: EmbeddedFiles): Files {
  const own = ([name, file]: readonly [string, File | null]) => [name, file && { ...file, url: blobUrl(file.url, embedded) }] as const;
  // The names are the same.
  return Object.fromEntries(Object.entries(files).map(own)) as unknown as Files;
}

export const librariesWithBlobUrls = (libraries: readonly LibraryFile[], embedded: EmbeddedFiles): LibraryFile[] =>
  libraries.map((file) => ({ ...file, url: blobUrl(file.url, embedded) }));

/** The lock file with blob URLs of packages; `base` is the URL that its paths are relative to. */
export function lockWithBlobUrls(text: string, base: string, embedded: EmbeddedFiles): string {
  // build/kernel/assets.py writes it, or wasmnb/site/packages/kernel_lock.py.
  const lock = JSON.parse(text) as { readonly packages: Readonly<Record<string, { readonly file_name: string }>> };
  const own = ([name, entry]: readonly [string, { readonly file_name: string }]) =>
    [name, { ...entry, file_name: blobUrl(new URL(entry.file_name, base).href, embedded) }] as const;
  return JSON.stringify({ ...lock, packages: Object.fromEntries(Object.entries(lock.packages).map(own)) });
}

/** Keeps the file's name in the fragment, as Pyodide and our timeline read it from the URL. */
function blobUrl(url: string, embedded: EmbeddedFiles): string {
  const blob = embedded.get(url);
  return blob ? `${URL.createObjectURL(blob)}#/${url.slice(url.lastIndexOf("/") + 1)}` : url;
}
