/**
 * Decompression of files that a site has gzipped, for hosts that do not compress. Some hosts declare `.gz` as an encoding and
 * the browser decompresses it, so gzip is detected by its magic number.
 */
import { gunzipSync } from "fflate";
import type { File } from "../protocol";

type Bytes = Uint8Array<ArrayBuffer>;

/** Whether the file has the ending of files that a site has gzipped. */
export const mayBeGzipped = ({ url }: File): boolean => url.endsWith(".gz");

export async function gunzipStream(body: ReadableStream<Bytes>): Promise<ReadableStream<Bytes>> {
  const reader = body.getReader();
  const first = await reader.read();
  const whole = new ReadableStream<Bytes>({
    start: (next) => { forward(first, next); },
    pull: async (next) => { forward(await reader.read(), next); },
  });
  return first.value && isGzip(first.value) ? whole.pipeThrough(new DecompressionStream("gzip")) : whole;
}

export const gunzip = (bytes: Bytes): Bytes => (isGzip(bytes) ? gunzipSync(bytes) : bytes);

function forward({ done, value }: ReadableStreamReadResult<Bytes>, next: ReadableStreamDefaultController<Bytes>): void {
  if (done) next.close();
  else next.enqueue(value);
}

/** https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 */
const isGzip = (bytes: Bytes): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
