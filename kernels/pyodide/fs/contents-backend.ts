/** The folder behind a Jupyter server's contents API; of it, what a key opens. */
import { type Entry, type Folder, type Reason, Refused } from "./backend";
import { isIn, nameOf, join } from "../../paths";
import type { Key } from "../protocol";
import { type Answer, request } from "../assets/sync-request";

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

export class Contents implements Folder {
  readonly #only: string;
  #key: string | null;

  /** Tells, as a sentence, why the server refused something. */
  constructor(
    private readonly root: string,
    key: Key | null,
    private readonly tell: (sentence: string) => void,
  ) {
    this.#key = key?.key ?? null;
    this.#only = key?.path ?? "";
  }

  /** From now on it asks with another key to the same. */
  renew({ key }: Key): void {
    this.#key = key;
  }

  stat(path: string): Entry {
    return this.#isAbove(path) ? wayDown(nameOf(path)) : this.#entry("GET", path, "?content=0");
  }

  list(path: string): readonly Entry[] {
    if (this.#isAbove(path)) return [wayDown(this.#only.slice(join(path, "").length).split("/")[0] ?? "")];
    // Our server, or one like it, describes folders so.
    const listing = json(this.#contents("GET", path, "?type=directory")) as Listing;
    return listing.content.map(entry);
  }

  read(path: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#ask("GET", `files/${encoded(path)}`).bytes);
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

  #contents(method: string, path: string, query = "", body?: object): Answer {
    if (hidden(path)) throw new Refused(method === "GET" ? "ENOENT" : "EACCES");
    return this.#ask(method, `api/contents/${encoded(path)}${query}`, body);
  }

  #ask(method: string, address: string, body?: object): Answer {
    const answer = this.#answered(method, this.root + address, body);
    if (answer.status === FORBIDDEN) this.tell(sentence(answer));
    if (answer.status >= 300) throw new Refused(REASONS[answer.status] ?? "EIO");
    return answer;
  }

  #answered(method: string, url: string, body?: object): Answer {
    try {
      return request(method, url, body, this.#key === null ? {} : { "X-Wasmnb-Key": this.#key });
    } catch {
      throw new Refused("EIO"); // the server is out of reach
    }
  }

  /** Folders on the way to the one that the key opens are there to be gone through. */
  #isAbove(path: string): boolean {
    return path !== this.#only && (path === "" || isIn(path, this.#only));
  }
}

const FORBIDDEN = 403;

/** What the server says about a problem: as JSON from its API, as a page of files. */
function sentence({ bytes }: Answer): string {
  const text = new TextDecoder().decode(bytes);
  return text.startsWith("{") ? String((JSON.parse(text) as { message?: unknown }).message) : "";
}

const wayDown = (name: string): Entry => ({ name, isFolder: true, size: 0, modified: 0, writable: false });

/** Files above this go in parts, as JupyterLab's uploads do. */
const CHUNK = 8 * 1024 * 1024;
const LAST = -1;

const REASONS: Readonly<Record<number, Reason>> = {
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

function json({ bytes }: Answer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new Refused("EIO"); // something else answers in the server's place
  }
}

/** The API knows no names that begin with a dot. */
const hidden = (path: string): boolean => /(^|\/)\./.test(path);
const encoded = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

function base64(bytes: Uint8Array<ArrayBuffer>): string {
  const url = new FileReaderSync().readAsDataURL(new Blob([bytes]));
  return url.slice(url.indexOf(",") + 1);
}

/** Only workers have it, which TypeScript's library for pages leaves out. */
declare const FileReaderSync: new () => { readAsDataURL(blob: Blob): string };
