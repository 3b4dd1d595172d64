/**
 * The snapshot cache: the decompressed snapshot in the origin private file system (OPFS). Reading it takes a tenth of the time
 * that the browser's HTTP cache takes. Its content is verified by SHA-256. https://fs.spec.whatwg.org/
 */
import type { File, SnapshotCacheState } from "../protocol";

/** Missing in TypeScript's declarations: https://developer.mozilla.org/docs/Web/API/FileSystemFileHandle/createSyncAccessHandle */
interface Handle extends FileSystemFileHandle {
  createSyncAccessHandle(how: { readonly mode: "read-only" }): Promise<Access>;
}
interface Access {
  getSize(): number;
  read(bytes: Uint8Array): number;
  close(): void;
}

/** In a page: the state of the cache, as localStorage records it. */
export function cacheState(file: File | null): SnapshotCacheState {
  if (!file) return "never";
  try {
    const recorded = localStorage.getItem(storageKey(file));
    return recorded === nameOf(file) ? "cached" : recorded === failureMark(file) ? "never" : "not cached";
  } catch {
    return "never"; // a page from a disk has no storage
  }
}

/** In a page: stores a file, and removes older ones. */
export async function storeSnapshot(file: File, bytes: ArrayBuffer): Promise<void> {
  const note = await write(file, bytes).then(() => nameOf(file), () => failureMark(file));
  try {
    localStorage.setItem(storageKey(file), note);
  } catch {
    // The storage is full: the file is fetched again.
  }
}

async function write(file: File, bytes: ArrayBuffer): Promise<void> {
  const folder = await cacheFolder(file);
  const name = nameOf(file);
  const handle = await folder.getFileHandle(name, { create: true });
  if ((await handle.getFile()).size === file.bytes) return;
  const writable = await handle.createWritable();
  await writable.write(bytes);
  await writable.close();
  // TypeScript's declarations of asynchronous iterators are in a library of its own.
  const names = (folder as unknown as { keys(): AsyncIterable<string> }).keys();
  for await (const other of names) if (other !== name) await folder.removeEntry(other).catch(() => undefined); // a worker may be reading it
}

/**
 * In a worker: reads a file from the cache. Null where it is missing or does not match the hash in its name, as any code of the
 * page's origin can write there. The build and wasmnb/site/packages put the hash into the name.
 */
export async function loadSnapshot(file: File): Promise<ArrayBuffer | null> {
  try {
    const folder = await cacheFolder(file);
    const bytes = await read(folder, file);
    if (nameOf(file).includes(`.${await hash(bytes)}.`)) return bytes;
    await folder.removeEntry(nameOf(file));
  } catch {
    // It is missing, or a page is writing it.
  }
  return null;
}

async function read(folder: FileSystemDirectoryHandle, file: File): Promise<ArrayBuffer> {
  const handle = (await folder.getFileHandle(nameOf(file))) as Handle;
  const access = await handle.createSyncAccessHandle({ mode: "read-only" });
  try {
    const bytes = new Uint8Array(access.getSize());
    access.read(bytes);
    return bytes.buffer;
  } finally {
    access.close();
  }
}

async function hash(bytes: ArrayBuffer): Promise<string> {
  const whole = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(whole.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Each server and site of an origin has its own folder. */
async function cacheFolder({ url }: File): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(`wasmnb ${encodeURIComponent(pathOf(url))}`, { create: true });
}

const pathOf = (url: string): string => new URL(".", url).pathname;
// The key is stored in readers' browsers.
const storageKey = ({ url }: File): string => `wasmnb kept ${pathOf(url)}`;

/** The file's name, which contains its hash. */
const nameOf = ({ url }: File): string => url.slice(url.lastIndexOf("/") + 1);
const failureMark = (file: File): string => `not ${nameOf(file)}`;
