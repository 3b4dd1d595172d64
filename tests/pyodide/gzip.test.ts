/** What a site has packed comes out whole, whether the browser has unpacked it already or not. */
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { gunzipStream, gunzip } from "../../kernels/pyodide/assets/gzip";

type Bytes = Uint8Array<ArrayBuffer>;

const CONTENT = new Uint8Array(5000).map((_, n) => n * n);
const GZIPPED = new Uint8Array(gzipSync(CONTENT));

/** As they come over a line, in pieces. */
function pieces(bytes: Bytes): ReadableStream<Bytes> {
  return new ReadableStream({
    start(next) {
      for (let at = 0; at < bytes.length; at += 1000) next.enqueue(bytes.slice(at, at + 1000));
      next.close();
    },
  });
}

test.each([["packed", GZIPPED], ["unpacked by the browser", CONTENT]])("what comes %s is read whole", async (_, sent) => {
  const read = await new Response(await gunzipStream(pieces(sent))).arrayBuffer();
  expect(new Uint8Array(read)).toEqual(CONTENT);
  expect(gunzip(sent)).toEqual(CONTENT);
});

test("nothing is nothing", async () => {
  expect((await new Response(await gunzipStream(pieces(new Uint8Array()))).arrayBuffer()).byteLength).toBe(0);
});
