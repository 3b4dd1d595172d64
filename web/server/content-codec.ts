/** Encodes a file's bytes as content of the contents API, and decodes them. */
import type { Bytes } from "../../kernels/overlay";
import { isObject, Problem, text } from "./routes";

export type Form = "json" | "text" | "base64";

export interface Content {
  readonly content: unknown;
  readonly format: Form;
  readonly mimetype: string | null;
}

/** The content of a file: a notebook as JSON, UTF-8 as text, anything else as base64. */
export function asContent(bytes: Bytes, kind: string, form: string | null, path: string, trusted: boolean): Content {
  if (kind === "notebook") return { content: parseNotebook(bytes, path, trusted), format: "json", mimetype: null };
  const text = form === "base64" ? null : decodeText(bytes);
  if (text !== null) return { content: text, format: "text", mimetype: "text/plain" };
  if (form === "text") throw new Problem(400, `'${path}' is not text in UTF-8.`);
  return { content: base64(bytes), format: "base64", mimetype: "application/octet-stream" };
}

/** The bytes of content that a client sent, and whether all code cells of a notebook are trusted. */
export function asBytes(model: Readonly<Record<string, unknown>>, path: string): { readonly bytes: Bytes; readonly trusted: boolean } {
  const { format, content } = model;
  if (format === "json" || model.type === "notebook") return fromNotebook(content, path);
  const encoded = text(model, "content");
  return { bytes: format === "base64" ? fromBase64(encoded, path) : new TextEncoder().encode(encoded), trusted: false };
}

/** SHA-256 in hexadecimal, memoised; null in an insecure context, which has no SubtleCrypto. */
export async function hashOf(bytes: Bytes): Promise<string | null> {
  const cached = HASHES.get(bytes);
  // TypeScript's library does not know that it may be missing.
  const subtle = crypto.subtle as SubtleCrypto | undefined;
  if (cached !== undefined || !subtle) return cached ?? null;
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  const hash = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  HASHES.set(bytes, hash);
  return hash;
}

const HASHES = new WeakMap<Bytes, string>();

/** The media type of a file by its extension, for the types that JupyterLab's viewers know. */
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

function parseNotebook(bytes: Bytes, path: string, trusted: boolean): unknown {
  const parsed = parseJson(bytes, path);
  if (!isObject(parsed) || !Array.isArray(parsed.cells)) throw new Problem(400, `'${path}' is not a notebook of format 4; open it with the text editor.`);
  return { ...parsed, cells: (parsed.cells as Cell[]).map((cell) => (cell.cell_type === "code" ? withTrust(cell, { trusted }) : cell)) };
}

function parseJson(bytes: Bytes, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Problem(400, `'${path}' cannot be read as a notebook: ${String(error)}. Open it with the text editor to repair it.`);
  }
}

/** Trust belongs to this browser: it is stored with the notebook, not in it. */
function fromNotebook(content: unknown, path: string): { readonly bytes: Bytes; readonly trusted: boolean } {
  if (!isObject(content) || !Array.isArray(content.cells)) throw new Problem(400, `'${path}' was not saved: its content is not a notebook.`);
  const cells = content.cells as Cell[];
  const trusted = cells.every(({ cell_type, metadata }) => cell_type !== "code" || metadata?.trusted === true);
  return { bytes: notebookBytes(withoutTrust({ ...content, cells })), trusted };
}

/** A notebook as bytes of a file. */
export const notebookBytes = (notebook: object): Bytes => new TextEncoder().encode(`${JSON.stringify(notebook, null, 1)}\n`);

export const withoutTrust = <N extends { readonly cells: readonly Cell[] }>(notebook: N): N => ({ ...notebook, cells: notebook.cells.map((cell) => withTrust(cell, {})) });

function withTrust<C extends Cell>(cell: C, mark: Readonly<Record<string, unknown>>): C {
  const metadata = Object.entries(cell.metadata ?? {}).filter(([name]) => name !== "trusted");
  return { ...cell, metadata: { ...Object.fromEntries(metadata), ...mark } };
}

function decodeText(bytes: Bytes): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const CHUNK = 0x8000; // bytes; the number of a function's arguments is limited

export function base64(bytes: Bytes): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}

function fromBase64(content: string, path: string): Bytes {
  try {
    return Uint8Array.from(atob(content.replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Problem(400, `'${path}' was not saved: its content is not valid base64.`);
  }
}
