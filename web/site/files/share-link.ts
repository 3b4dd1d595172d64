/** A notebook in the fragment of a link, which browsers send to no server: how it is packed, and what comes out of it. */
import { nameOf } from "../../../kernels/paths";
import type { Bytes } from "../../../kernels/overlay";
import { base64, notebookBytes } from "../../server/content-codec";

/** A notebook that came with the page. */
export interface SharedNotebook {
  readonly name: string;
  readonly bytes: Bytes;
  /** Whether its outputs may act. */
  readonly trusted: boolean;
}

declare global {
  interface Window {
    /** What the page's script has found in its link or in itself, for JupyterLab to show. */
    wasmnbNotebook?: SharedNotebook;
  }
}

/** The sentence says what is wrong with the link. */
export class DamagedLink extends Error {}

/** Deflate with a checksum: a link that was cut or changed on its way is noticed. */
const FORM = "deflate";
/** Bytes; a short link can pack more than a page can take. */
const MOST = 50_000_000;

/** The link to `page` that carries a notebook. The name stands last, for what ends in a dash is cut by some programs. */
export async function linkTo(page: string, name: string, notebook: object): Promise<string> {
  const packed = await bytesOf(new Blob([JSON.stringify(notebook)]).stream().pipeThrough(new CompressionStream(FORM)));
  return `${page}#notebook=${base64url(packed)}&${new URLSearchParams({ name })}`;
}

/** What a link's fragment carries; Damaged if that is no notebook. */
export async function notebookInLink(fragment: string): Promise<SharedNotebook> {
  const found = new URLSearchParams(fragment.slice(1));
  const packed = found.get("notebook");
  if (packed === null) throw new DamagedLink("A link to this page carries a notebook; the one that led here carries none. It was cut on its way: ask for it once more.");
  const notebook = await unpacked(packed).catch((error: unknown) => {
    throw error instanceof DamagedLink ? error : new DamagedLink(`This link was cut or changed on its way, and its notebook cannot be read (${String(error)}). Ask for the link once more, or for the file.`);
  });
  return { name: nameIn(found.get("name") ?? ""), bytes: notebookBytes(notebook), trusted: false };
}

/** From how many characters on a link does not go everywhere, and what is to be done about it; the longest first. */
const LIMITS: readonly (readonly [characters: number, sentence: string])[] = [
  [2_000_000, "It is too long: Chromium opens no link of more than 2,000,000 characters. Send the file instead."],
  [60_000, "It is too long for most: browsers open it, but few programs pass on more than 60,000 characters. Rather send the file."],
  [2000, "Some messengers and mail programs cut links after 2,000 characters; who gets a part of it is told so. The file always goes."],
];

/** What is to be said of a link of that length; null if it goes everywhere. */
export const lengthWarning = (length: number): string | null => LIMITS.find(([characters]) => length > characters)?.[1] ?? null;

async function unpacked(packed: string): Promise<object> {
  const stream = new Blob([fromBase64url(packed)]).stream().pipeThrough(new DecompressionStream(FORM));
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
    if (size > MOST) throw new DamagedLink(`The notebook in this link is larger than ${MOST / 1_000_000} MB, and is not opened. Ask for the file instead.`);
    parts.push(next.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** A file's name that may stand in the site's own folder. */
function nameIn(given: string): string {
  const name = nameOf(given).replace(/^\.+/, "");
  if (name === "") return "shared.ipynb";
  return name.endsWith(".ipynb") ? name : `${name}.ipynb`;
}

/** https://www.rfc-editor.org/rfc/rfc4648#section-5 */
const base64url = (bytes: Bytes): string => base64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const fromBase64url = (text: string): Bytes => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
