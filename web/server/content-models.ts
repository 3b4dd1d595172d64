/** Models of files and folders, as the contents API describes them: https://jupyter-server.readthedocs.io/en/latest/developers/contents.html#data-model */
import type { Bytes, Item } from "../../kernels/overlay";
import { nameOf } from "../../kernels/paths";
import { type Form, hashOf, typeOf } from "./content-codec";
import { Problem } from "./routes";

export type Kind = "directory" | "file" | "notebook";

/** A file or folder without its content. */
export interface Model {
  readonly name: string;
  readonly path: string;
  readonly type: Kind;
  readonly created: string;
  readonly last_modified: string;
  readonly mimetype: string | null;
  readonly writable: true;
  readonly content: null;
  readonly format: Form | null;
  readonly size: number | null;
  readonly hash: string | null;
  readonly hash_algorithm: "sha256" | null;
}

export async function modelOf({ path, isFolder, size, modified, copy, published }: Item): Promise<Model> {
  const time = new Date(modified).toISOString();
  const created = new Date(copy?.created ?? modified).toISOString();
  const model = described(path, isFolder ? "directory" : kindByName(path), created, time);
  if (isFolder) return model;
  const hash = copy ? await hashOf(copy.bytes) : (published?.hash ?? null);
  return { ...model, size, hash, hash_algorithm: hash === null ? null : "sha256" };
}

/** A file whose upload is not complete. */
export function unfinished(path: string): Model {
  const now = new Date().toISOString();
  return described(path, "file", now, now);
}

function described(path: string, type: Kind, created: string, last_modified: string): Model {
  const mimetype = type === "file" ? typeOf(path) : null;
  const nothing = { content: null, format: null, size: null, hash: null, hash_algorithm: null };
  return { name: nameOf(path), path, type, created, last_modified, mimetype, writable: true, ...nothing };
}

/** The kind of an item, which has to be of the kind that the client asks for. */
export function kindOf({ isFolder, path }: Item, requested: string | null): Kind {
  const kind = isFolder ? "directory" : kindByName(path);
  if (requested === null || requested === kind) return kind;
  if (requested === "file" && !isFolder) return "file";
  if (requested === "notebook" && !isFolder) return "notebook";
  throw new Problem(400, `'${path}' is a ${isFolder ? "folder" : "file"}, not a ${requested}.`);
}

const kindByName = (path: string): Kind => (path.endsWith(".ipynb") ? "notebook" : "file");

/** A response with a model; a file's hash is its ETag. */
export function modelResponse(model: Model | (Omit<Model, "content"> & { readonly content: unknown }), status = 200): Response {
  return Response.json(model, { status, headers: model.hash ? { ETag: `"${model.hash}"` } : {} });
}

/** The chunks of an upload as one. */
export function joined(chunks: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(chunks.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
