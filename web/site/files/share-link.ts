/** Share links: a notebook is compressed into the fragment of a URL, which browsers send to no server. */
import { nameOf } from "../../../kernels/paths";
import type { Bytes } from "../../../kernels/overlay";
import { base64, notebookBytes } from "../../server/content-codec";

/** A notebook that came with the page: from a share link, or embedded in a single file. */
export interface SharedNotebook {
  readonly name: string;
  readonly bytes: Bytes;
  /** Whether its outputs may run scripts. */
  readonly trusted: boolean;
}

declare global {
  interface Window {
    /** The notebook that came with the page, for JupyterLab to open. */
    wasmnbNotebook?: SharedNotebook;
  }
}

/** The link is no share link, or was damaged; the message says how, for the reader. */
export class DamagedLink extends Error {}

/** zlib: deflate with a checksum, which detects damaged links. */
const FORMAT = "deflate";
/** Decompressed; a short link can expand to more than a page can hold. */
const MAX_BYTES = 50_000_000;

/** The link to `page` that contains a notebook. The name stands last, since some programs cut a dash off the end of a link. */
export async function linkTo(page: string, name: string, notebook: object): Promise<string> {
  const packed = await bytesOf(new Blob([JSON.stringify(notebook)]).stream().pipeThrough(new CompressionStream(FORMAT)));
  return `${page}#notebook=${base64url(packed)}&${new URLSearchParams({ name })}`;
}

/** The notebook in a link's fragment; throws DamagedLink if there is none. */
export async function notebookInLink(fragment: string): Promise<SharedNotebook> {
  const query = new URLSearchParams(fragment.slice(1));
  const packed = query.get("notebook");
  if (packed === null) throw new DamagedLink("Links to this page contain a notebook, and yours contains none. It was cut off: ask for the link again.");
  const notebook = await unpacked(packed).catch((error: unknown) => {
    throw error instanceof DamagedLink ? error : new DamagedLink(`The notebook in this link cannot be read (${String(error)}): the link was cut off or changed. Ask for the link again, or for the file.`);
  });
  return { name: fileName(query.get("name") ?? ""), bytes: notebookBytes(notebook), trusted: false };
}

/** Limits of browsers and programs on the length of links, with the warning for longer ones; the largest first. */
const LIMITS: readonly (readonly [characters: number, sentence: string])[] = [
  [2_000_000, "The link is too long: Chromium opens links of up to 2,000,000 characters. Send the file instead."],
  [60_000, "The link is too long for most programs: few pass on more than 60,000 characters. Better send the file."],
  [2000, "Some messengers and mail programs cut links after 2,000 characters. The page then says so; sending the file always works."],
];

/** The warning for a link of that length; null if it works everywhere. */
export const lengthWarning = (length: number): string | null => LIMITS.find(([characters]) => length > characters)?.[1] ?? null;

async function unpacked(packed: string): Promise<object> {
  const stream = new Blob([fromBase64url(packed)]).stream().pipeThrough(new DecompressionStream(FORMAT));
  const found: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await bytesOf(stream)));
  if (typeof found !== "object" || found === null || !("cells" in found) || !Array.isArray(found.cells)) throw new Error("it has no cells");
  return found;
}

async function bytesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Bytes> {
  const parts: Bytes[] = [];
  const reader = stream.getReader();
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > MAX_BYTES) throw new DamagedLink(`The notebook in this link is larger than ${MAX_BYTES / 1_000_000} MB and is not opened. Ask for the file instead.`);
    parts.push(next.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** A safe file name in the site's root folder. */
function fileName(text: string): string {
  const name = nameOf(text).replace(/^\.+/, "");
  if (name === "") return "shared.ipynb";
  return name.endsWith(".ipynb") ? name : `${name}.ipynb`;
}

/** https://www.rfc-editor.org/rfc/rfc4648#section-5 */
const base64url = (bytes: Bytes): string => base64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const fromBase64url = (text: string): Bytes => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
