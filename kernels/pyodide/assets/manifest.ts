/** Reads the manifest: the files that a kernel starts from, in the page's configuration. */
import { type File, FILES, type Files, type LibraryFile, RUNTIMES, DEFERRED, SNAPSHOT, WORKER } from "../protocol";

/** The files of build/kernel/assets.py's manifest, with URLs instead of paths; throws where the build had none (null). */
export function filesIn(manifest: unknown): { readonly worker: File; readonly files: Files; readonly libraries: readonly LibraryFile[] } {
  // FILES has every other name of Files.
  const files = Object.fromEntries(FILES.map((name) => [name, file(manifest, name)])) as Omit<Files, "runtime" | typeof SNAPSHOT | typeof DEFERRED>;
  const runtime = RUNTIMES.find((name) => find(manifest, name)) ?? RUNTIMES[0];
  return {
    worker: file(manifest, WORKER),
    files: { ...files, runtime: file(manifest, runtime), [SNAPSHOT]: find(manifest, SNAPSHOT), [DEFERRED]: find(manifest, DEFERRED) },
    libraries: librariesIn(manifest),
  };
}

function file(manifest: unknown, name: string): File {
  const entry = find(manifest, name);
  if (!entry) throw new Error(`The page's configuration does not name ${name}. Build wasmnb's assets again.`);
  return entry;
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
