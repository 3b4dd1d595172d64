/** Fetches the files of a start in parallel, and reports their total progress. */
import type { Progress } from "../../port";
import { mayBeGzipped, gunzipStream } from "./gzip";
import type { File } from "../protocol";
import { now, type Timeline } from "../timeline";

const PROGRESS_STEP = 256 * 1024; // bytes

export class Downloads {
  #loaded = 0;
  #total = 0;
  #reported = 0;

  constructor(
    private readonly timeline: Timeline,
    private readonly report: (progress: Progress) => void,
  ) {}

  bytes(file: File, cache?: RequestCache): Promise<Uint8Array<ArrayBuffer>> {
    return this.#timed(file, this.#bytes(file, cache));
  }

  async #bytes(file: File, cache?: RequestCache): Promise<Uint8Array<ArrayBuffer>> {
    const { body } = await this.#get(file, cache);
    const whole = body && mayBeGzipped(file) ? await gunzipStream(body) : body;
    const bytes = new Uint8Array(file.bytes);
    let at = 0;
    for await (const chunk of chunks(whole)) {
      if (at + chunk.length > bytes.length) throw wrongSize(file);
      bytes.set(chunk, at);
      at += chunk.length;
      this.#count(chunk.length);
    }
    if (at < bytes.length) throw wrongSize(file);
    return bytes;
  }

  async text(file: File): Promise<string> {
    return new TextDecoder().decode(await this.bytes(file));
  }

  /** Compiles while downloading, where the server declares WebAssembly. */
  async module(file: File): Promise<WebAssembly.Module> {
    const response = this.#get(file);
    // A clone is counted, so that the browser can cache the compiled code with the response itself.
    const counted = this.#timed(file, response.then((whole) => this.#countBytes(whole.clone().body)));
    const broken = (error: unknown): never => { throw new Error(`${name(file)} could not be compiled: ${String(error)}. Reload the page to try again.`); };
    const compiled = response.then((whole) => compile(whole).catch(broken));
    const [module, fetched] = await Promise.all([compiled, counted.then(now)]);
    this.timeline.record("compile", fetched, { note: "the rest after the download" });
    return module;
  }

  /** Imports a script, which the browser fetches: its bytes are counted at the end. */
  async script<T>(file: File): Promise<T> {
    this.#addToTotal(file);
    // The caller knows what the script exports.
    const module = (await this.#timed(file, import(/* webpackIgnore: true */ file.url))) as T;
    this.#count(file.bytes);
    return module;
  }

  async #get(file: File, cache: RequestCache = "default"): Promise<Response> {
    this.#addToTotal(file);
    const response = await fetch(file.url, { cache }).catch((error: unknown) => {
      throw new Error(`${name(file)} could not be fetched (${String(error)}). Check that the server is still running.`);
    });
    if (!response.ok) throw new Error(`The server answered the request for ${name(file)} with ${response.status} ${response.statusText}. Reload the page to try again.`);
    return response;
  }

  async #countBytes(body: ReadableStream<Uint8Array> | null): Promise<void> {
    for await (const chunk of chunks(body)) this.#count(chunk.length);
  }

  #timed<T>(file: File, promise: Promise<T>): Promise<T> {
    return this.timeline.timeAsync(`fetch ${nameWithoutHash(file)}`, promise, { bytes: file.bytes });
  }

  #addToTotal({ bytes }: File): void {
    this.#total += bytes;
  }

  #count(bytes: number): void {
    this.#loaded += bytes;
    // Each report is a message to the page.
    if (this.#loaded - this.#reported < PROGRESS_STEP && this.#loaded < this.#total) return;
    this.#reported = this.#loaded;
    this.report({ phase: this.#loaded < this.#total ? "Fetching Python" : "Starting Python", loaded: this.#loaded, total: this.#total });
  }
}

function compile(response: Response): Promise<WebAssembly.Module> {
  const streams = response.headers.get("Content-Type")?.startsWith("application/wasm");
  return streams ? WebAssembly.compileStreaming(response) : response.arrayBuffer().then(WebAssembly.compile);
}

// Not all browsers can iterate a ReadableStream: https://developer.mozilla.org/docs/Web/API/ReadableStream#browser_compatibility
async function* chunks(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  const reader = body?.getReader();
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) yield next.value;
}

const name = ({ url }: File): string => url.slice(url.lastIndexOf("/") + 1);
/** A file's name without the hash in it. */
const nameWithoutHash = (file: File): string => name(file).replace(/\.[0-9a-f]{16}(?=\.)/, "");
const wrongSize = (file: File): Error => new Error(`${name(file)} is not the version that this page was built for. Reload the page.`);
