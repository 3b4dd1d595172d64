/** HTTP requests that Python waits for: a worker may make them synchronously. */

export interface Answer {
  readonly status: number;
  readonly bytes: ArrayBuffer;
}

/** Throws a NetworkError where no answer comes. https://xhr.spec.whatwg.org/#the-send()-method */
export function request(method: string, url: string, body?: object): Answer {
  const xhr = new XMLHttpRequest();
  xhr.open(method, url, false);
  xhr.responseType = "arraybuffer";
  if (body) xhr.setRequestHeader("Content-Type", "application/json");
  xhr.send(body ? JSON.stringify(body) : null);
  // The response type makes it one.
  return { status: xhr.status, bytes: xhr.response as ArrayBuffer };
}

/** A file that is there for sure. */
export function fetched(url: string): Uint8Array<ArrayBuffer> {
  const { status, bytes } = request("GET", url);
  if (status !== OK) throw new Error(`${url} was wanted from the server; it answered ${status}.`);
  return new Uint8Array(bytes);
}

const OK = 200;
