/** Fetches the files of a start all at once, and tells how far they have come. */
import type { Progress } from "../port";
import type { File } from "./protocol";

export class Downloads {
  #loaded = 0;
  #total = 0;

  constructor(private readonly tell: (progress: Progress) => void) {}

  async bytes(file: File): Promise<Uint8Array<ArrayBuffer>> {
    const { body } = await this.#get(file);
    const bytes = new Uint8Array(file.bytes);
    let at = 0;
    for await (const chunk of chunks(body)) {
      if (at + chunk.length > bytes.length) throw changed(file);
      bytes.set(chunk, at);
      at += chunk.length;
      this.#count(chunk.length);
    }
    if (at < bytes.length) throw changed(file);
    return bytes;
  }

  async text(file: File): Promise<string> {
    return new TextDecoder().decode(await this.bytes(file));
  }

  /** Compiles while the bytes come in, where the server says that they are WebAssembly. */
  async module(file: File): Promise<WebAssembly.Module> {
    const response = await this.#get(file);
    // A copy is counted, so that the browser can keep what it compiled with the response itself.
    const counted = this.#drain(response.clone().body);
    const streams = response.headers.get("Content-Type")?.startsWith("application/wasm");
    const compiled = streams ? WebAssembly.compileStreaming(response) : response.arrayBuffer().then(WebAssembly.compile);
    const broken = (error: unknown): never => { throw new Error(`${name(file)} could not be compiled: ${String(error)}.`); };
    const [module] = await Promise.all([compiled.catch(broken), counted]);
    return module;
  }

  /** A script, which the browser fetches by itself: its bytes are counted when all are there. */
  async script<T>(file: File): Promise<T> {
    this.#expect(file);
    // The caller knows what the script exports.
    const module = (await import(/* webpackIgnore: true */ file.url)) as T;
    this.#count(file.bytes);
    return module;
  }

  async #get(file: File): Promise<Response> {
    this.#expect(file);
    const response = await fetch(file.url).catch((error: unknown) => {
      throw new Error(`${name(file)} could not be fetched (${String(error)}); is the server still there?`);
    });
    if (!response.ok) throw new Error(`${name(file)} was wanted from the server; it answered ${response.status} ${response.statusText}. Reload the page to try again.`);
    return response;
  }

  async #drain(body: ReadableStream<Uint8Array> | null): Promise<void> {
    for await (const chunk of chunks(body)) this.#count(chunk.length);
  }

  #expect({ bytes }: File): void {
    this.#total += bytes;
  }

  #count(bytes: number): void {
    this.#loaded += bytes;
    this.tell({ phase: this.#loaded < this.#total ? "Fetching Python" : "Starting Python", loaded: this.#loaded, total: this.#total });
  }
}

// Not all browsers can iterate a ReadableStream: https://developer.mozilla.org/docs/Web/API/ReadableStream#browser_compatibility
async function* chunks(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) yield next.value;
}

const name = ({ url }: File): string => url.slice(url.lastIndexOf("/") + 1);
const changed = (file: File): Error => new Error(`${name(file)} is not the file that this page was made for; reload the page.`);
