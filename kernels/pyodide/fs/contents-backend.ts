/** A backend over a Jupyter server's contents API, limited to the folder of a key. */
import { type Entry, type FileBackend, type ErrorName, BackendError } from "./backend";
import { isIn, nameOf, join } from "../../paths";
import type { Key } from "../protocol";
import { type SyncResponse, syncRequest } from "../assets/sync-request";

/** A file or folder, as the server describes it. https://jupyter-server.readthedocs.io/en/latest/developers/contents.html#data-model */
interface Model {
  readonly name: string;
  readonly type: "directory" | "file" | "notebook";
  readonly size: number | null;
  readonly last_modified: string;
  readonly writable: boolean;
}
interface Listing extends Model {
  readonly content: readonly Model[];
}

export class ContentsBackend implements FileBackend {
  readonly #keyFolder: string;
  #key: string | null;

  /** `report` gets a sentence when the server refuses something. */
  constructor(
    private readonly root: string,
    key: Key | null,
    private readonly report: (sentence: string) => void,
  ) {
    this.#key = key?.key ?? null;
    this.#keyFolder = key?.path ?? "";
  }

  /** Uses another key for the same folder from now on. */
  setKey({ key }: Key): void {
    this.#key = key;
  }

  stat(path: string): Entry {
    return this.#isAncestor(path) ? ancestor(nameOf(path)) : this.#entry("GET", path, "?content=0");
  }

  list(path: string): readonly Entry[] {
    if (this.#isAncestor(path)) return [ancestor(this.#keyFolder.slice(join(path, "").length).split("/")[0] ?? "")];
    // Jupyter's model of a folder.
    const listing = json(this.#contents("GET", path, "?type=directory")) as Listing;
    return listing.content.map(entry);
  }

  read(path: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#ask("GET", `files/${encodePath(path)}`).bytes);
  }

  write(path: string, bytes: Uint8Array<ArrayBuffer>): Entry {
    const whole = { type: "file", format: "base64" };
    const last = Math.max(0, Math.ceil(bytes.length / CHUNK) - 1);
    const part = (n: number): string => base64(bytes.subarray(n * CHUNK, (n + 1) * CHUNK));
    for (let n = 0; n < last; n++) this.#entry("PUT", path, "", { ...whole, content: part(n), chunk: n + 1 });
    return this.#entry("PUT", path, "", { ...whole, content: part(last), ...(last ? { chunk: LAST } : {}) });
  }

  makeFolder(path: string): Entry {
    return this.#entry("PUT", path, "", { type: "directory" });
  }

  rename(path: string, to: string): void {
    this.#contents("PATCH", path, "", { path: to });
  }

  remove(path: string): void {
    this.#contents("DELETE", path);
  }

  #entry(method: string, path: string, query: string, body?: object): Entry {
    return entry(json(this.#contents(method, path, query, body)) as Model);
  }

  #contents(method: string, path: string, query = "", body?: object): SyncResponse {
    if (hidden(path)) throw new BackendError(method === "GET" ? "ENOENT" : "EACCES");
    return this.#ask(method, `api/contents/${encodePath(path)}${query}`, body);
  }

  #ask(method: string, address: string, body?: object): SyncResponse {
    const answer = this.#request(method, this.root + address, body);
    if (answer.status === FORBIDDEN) this.report(problemText(answer));
    if (answer.status >= 300) throw new BackendError(REASONS[answer.status] ?? "EIO");
    return answer;
  }

  #request(method: string, url: string, body?: object): SyncResponse {
    try {
      return syncRequest(method, url, body, this.#key === null ? {} : { "X-Wasmnb-Key": this.#key });
    } catch {
      throw new BackendError("EIO"); // the server cannot be reached
    }
  }

  /** Whether a path is an ancestor of the key's folder: Python can walk through it. */
  #isAncestor(path: string): boolean {
    return path !== this.#keyFolder && (path === "" || isIn(path, this.#keyFolder));
  }
}

const FORBIDDEN = 403;

/** The message of an error response of the API; empty where a page was sent. */
function problemText({ bytes }: SyncResponse): string {
  const text = new TextDecoder().decode(bytes);
  return text.startsWith("{") ? String((JSON.parse(text) as { message?: unknown }).message) : "";
}

const ancestor = (name: string): Entry => ({ name, isFolder: true, size: 0, modified: 0, writable: false });

/** Larger files are uploaded in chunks, as JupyterLab does. */
const CHUNK = 8 * 1024 * 1024;
const LAST = -1;

const REASONS: Readonly<Record<number, ErrorName>> = {
  400: "EINVAL",
  401: "EACCES",
  403: "EACCES",
  404: "ENOENT",
  409: "EEXIST",
  413: "EFBIG",
  414: "ENAMETOOLONG",
  507: "ENOSPC",
};

const entry = ({ name, type, size, last_modified, writable }: Model): Entry => ({
  name,
  isFolder: type === "directory",
  size: size ?? 0,
  modified: Date.parse(last_modified),
  writable,
});

function json({ bytes }: SyncResponse): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new BackendError("EIO"); // not the answer of a Jupyter server
  }
}

/** The API has no names that start with a dot. */
const hidden = (path: string): boolean => /(^|\/)\./.test(path);
const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

function base64(bytes: Uint8Array<ArrayBuffer>): string {
  const url = new FileReaderSync().readAsDataURL(new Blob([bytes]));
  return url.slice(url.indexOf(",") + 1);
}

/** Only in workers; TypeScript's library for pages lacks it. */
declare const FileReaderSync: new () => { readAsDataURL(blob: Blob): string };
