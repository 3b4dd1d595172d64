/** The files that a kernel starts from, as the page's configuration names them. */
import { type File, FILES, type Files, type LibraryFile, RUNTIMES, DEFERRED, SNAPSHOT, WORKER } from "../protocol";

/** Reads the manifest of build/kernel/assets.py, in which URLs have taken the place of paths; null in a copy that was built without. */
export function filesIn(manifest: unknown): { readonly worker: File; readonly files: Files; readonly libraries: readonly LibraryFile[] } {
  // Every other name of Files is among these.
  const files = Object.fromEntries(FILES.map((name) => [name, file(manifest, name)])) as Omit<Files, "runtime" | typeof SNAPSHOT | typeof DEFERRED>;
  const runtime = RUNTIMES.find((name) => find(manifest, name)) ?? RUNTIMES[0];
  return {
    worker: file(manifest, WORKER),
    files: { ...files, runtime: file(manifest, runtime), [SNAPSHOT]: find(manifest, SNAPSHOT), [DEFERRED]: find(manifest, DEFERRED) },
    libraries: librariesIn(manifest),
  };
}

function file(manifest: unknown, name: string): File {
  const found = find(manifest, name);
  if (!found) throw new Error(`The page's configuration has no place for ${name}; build wasmnb's assets again.`);
  return found;
}

/** A file of the manifest, with an absolute URL. */
function find(manifest: unknown, name: string): File | null {
  const files = isObject(manifest) ? manifest.files : undefined;
  return absolute(isObject(files) ? files[name] : undefined);
}

function librariesIn(manifest: unknown): LibraryFile[] {
  const libraries = isObject(manifest) && isObject(manifest.libraries) ? manifest.libraries : {};
  return Object.entries(libraries).flatMap(([path, found]) => { const file = absolute(found); return file ? [{ path, ...file }] : []; });
}

function absolute(found: unknown): File | null {
  if (!isObject(found) || typeof found.path !== "string" || typeof found.bytes !== "number") return null;
  return { url: new URL(found.path, document.baseURI).href, bytes: found.bytes };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;
