/** A file's bytes as the contents API carries them, and back. */
import type { Bytes } from "../../kernels/overlay";
import { isObject, Problem, text } from "./routes";

export type Form = "json" | "text" | "base64";

export interface Content {
  readonly content: unknown;
  readonly format: Form;
  readonly mimetype: string | null;
}

/** What a file holds: a notebook as JSON, text as it is, anything else in base64. */
export function asContent(bytes: Bytes, kind: string, form: string | null, path: string, trusted: boolean): Content {
  if (kind === "notebook") return { content: notebook(bytes, path, trusted), format: "json", mimetype: null };
  const found = form === "base64" ? null : decoded(bytes);
  if (found !== null) return { content: found, format: "text", mimetype: "text/plain" };
  if (form === "text") throw new Problem(400, `'${path}' is not text in UTF-8.`);
  return { content: base64(bytes), format: "base64", mimetype: "application/octet-stream" };
}

/** The bytes that a client sent, and whether all of a notebook's cells are trusted. */
export function asBytes(sent: Readonly<Record<string, unknown>>, path: string): { readonly bytes: Bytes; readonly trusted: boolean } {
  const { format, content } = sent;
  if (format === "json" || sent.type === "notebook") return fromNotebook(content, path);
  const found = text(sent, "content");
  return { bytes: format === "base64" ? fromBase64(found, path) : new TextEncoder().encode(found), trusted: false };
}

/** SHA-256 in hexadecimal; null where the page is not secure, which has no such function. */
export async function hashOf(bytes: Bytes): Promise<string | null> {
  const known = HASHES.get(bytes);
  // TypeScript's library takes it for granted.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (known !== undefined || !subtle) return known ?? null;
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  HASHES.set(bytes, hash);
  return hash;
}

const HASHES = new WeakMap<Bytes, string>();

/** The type of a file by its name's ending, as far as JupyterLab's viewers ask. */
export const typeOf = (path: string): string | null => TYPES[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? null;

const TYPES: Readonly<Record<string, string>> = {
  csv: "text/csv",
  css: "text/css",
  gif: "image/gif",
  html: "text/html",
  ipynb: "application/x-ipynb+json",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  js: "text/javascript",
  json: "application/json",
  md: "text/markdown",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  py: "text/x-python",
  svg: "image/svg+xml",
  txt: "text/plain",
  wav: "audio/x-wav",
  webp: "image/webp",
  xml: "text/xml",
  zip: "application/zip",
};

interface Cell {
  readonly cell_type?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

function notebook(bytes: Bytes, path: string, trusted: boolean): unknown {
  const found = parsed(bytes, path);
  if (!isObject(found) || !Array.isArray(found.cells)) throw new Problem(400, `'${path}' is not a notebook of format 4; open it with the text editor.`);
  return { ...found, cells: (found.cells as Cell[]).map((cell) => (cell.cell_type === "code" ? marked(cell, { trusted }) : cell)) };
}

function parsed(bytes: Bytes, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Problem(400, `'${path}' cannot be read as a notebook: ${String(error)}. Open it with the text editor to see what is in it.`);
  }
}

/** Trust is a matter of this browser: it is kept beside the notebook, not in it. */
function fromNotebook(content: unknown, path: string): { readonly bytes: Bytes; readonly trusted: boolean } {
  if (!isObject(content) || !Array.isArray(content.cells)) throw new Problem(400, `'${path}' was not saved: its content is not a notebook.`);
  const cells = content.cells as Cell[];
  const trusted = cells.every(({ cell_type, metadata }) => cell_type !== "code" || metadata?.trusted === true);
  return { bytes: written(withoutTrust({ ...content, cells })), trusted };
}

/** A notebook as a file holds it. */
export const written = (notebook: object): Bytes => new TextEncoder().encode(`${JSON.stringify(notebook, null, 1)}\n`);

export const withoutTrust = <N extends { readonly cells: readonly Cell[] }>(notebook: N): N => ({ ...notebook, cells: notebook.cells.map((cell) => marked(cell, {})) });

function marked<C extends Cell>(cell: C, mark: Readonly<Record<string, unknown>>): C {
  const metadata = Object.entries(cell.metadata ?? {}).filter(([name]) => name !== "trusted");
  return { ...cell, metadata: { ...Object.fromEntries(metadata), ...mark } };
}

function decoded(bytes: Bytes): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const PIECE = 0x8000; // bytes; a function takes only so many arguments

export function base64(bytes: Bytes): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += PIECE) binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(binary);
}

function fromBase64(content: string, path: string): Bytes {
  try {
    return Uint8Array.from(atob(content.replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Problem(400, `'${path}' was not saved: what was sent is not base64.`);
  }
}
