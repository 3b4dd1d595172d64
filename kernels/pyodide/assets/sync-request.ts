/** Synchronous HTTP requests, which workers may make, for Python that cannot wait otherwise. */

export interface SyncResponse {
  readonly status: number;
  readonly bytes: ArrayBuffer;
}

/** Throws a NetworkError where the request fails. https://xhr.spec.whatwg.org/#the-send()-method */
export function syncRequest(method: string, url: string, body?: object, headers: Readonly<Record<string, string>> = {}): SyncResponse {
  const xhr = new XMLHttpRequest();
  xhr.open(method, url, false);
  xhr.responseType = "arraybuffer";
  if (body) xhr.setRequestHeader("Content-Type", "application/json");
  for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
  xhr.send(body ? JSON.stringify(body) : null);
  // The response type makes it one.
  return { status: xhr.status, bytes: xhr.response as ArrayBuffer };
}

/** Reads parts of a large file by range requests; a server without ranges sends the whole file, which is then reused. */
export class RangeReader {
  #whole: ArrayBuffer | undefined;

  constructor(private readonly url: string) {}

  read(start: number, size: number): Uint8Array<ArrayBuffer> {
    if (size === 0) return new Uint8Array();
    return this.#whole ? new Uint8Array(this.#whole, start, size) : this.#fetch(start, size);
  }

  #fetch(start: number, size: number): Uint8Array<ArrayBuffer> {
    const { status, bytes } = syncRequest("GET", this.url, undefined, { Range: `bytes=${start}-${start + size - 1}` });
    if (status === PARTIAL) return new Uint8Array(bytes);
    if (status !== OK) throw new Error(`The server answered the request for ${this.url} with ${status}.`);
    this.#whole = bytes;
    return this.read(start, size);
  }
}

const OK = 200;
const PARTIAL = 206;
