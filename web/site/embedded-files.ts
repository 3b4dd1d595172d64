/** The files that are embedded in a single-file page, by the URLs that they would have on a site. */
import "../../kernels/pyodide/assets/embedded-files";

/** Decodes and decompresses all of them; `wasmnb/site/single_file.py` writes them. */
export async function unpackEmbedded(): Promise<void> {
  const all = [...document.querySelectorAll<HTMLScriptElement>("script[data-embedded]")];
  window.wasmnbEmbedded = new Map(await Promise.all(all.map(async (element) => [addressIn(element.dataset.embedded ?? ""), await unpacked(element)] as const)));
}

async function unpacked(element: HTMLScriptElement): Promise<Blob> {
  const packed = await fetch(`data:application/octet-stream;base64,${element.textContent}`);
  const bytes = await new Response(packed.body?.pipeThrough(new DecompressionStream("gzip"))).blob();
  return new Blob([bytes], { type: element.dataset.type ?? "" });
}

/** A blob URL of an embedded file; the given URL where it is not embedded. */
export function embeddedUrl(path: string): string {
  const blob = window.wasmnbEmbedded?.get(addressIn(path));
  return blob ? URL.createObjectURL(blob) : path;
}

/** Replaces `fetch` in a single-file page, which makes no requests. */
export const embeddedFetch: typeof fetch = (input) => {
  const blob = window.wasmnbEmbedded?.get(new Request(input).url);
  return Promise.resolve(blob ? new Response(blob) : new Response(null, { status: 404, statusText: "Not embedded in this page" }));
};

const addressIn = (path: string): string => new URL(path, document.baseURI).href;
