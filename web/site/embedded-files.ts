/** What a page carries in itself, because it comes alone: the files that a site would have beside it, by their addresses there. */
import "../../kernels/pyodide/assets/embedded-files";

/** Unpacks all of it; `wasmnb/site/single_file.py` writes it. */
export async function unpackEmbedded(): Promise<void> {
  const all = [...document.querySelectorAll<HTMLScriptElement>("script[data-embedded]")];
  window.wasmnbEmbedded = new Map(await Promise.all(all.map(async (element) => [addressIn(element.dataset.embedded ?? ""), await unpacked(element)] as const)));
}

async function unpacked(element: HTMLScriptElement): Promise<Blob> {
  const packed = await fetch(`data:application/octet-stream;base64,${element.textContent}`);
  const bytes = await new Response(packed.body?.pipeThrough(new DecompressionStream("gzip"))).blob();
  return new Blob([bytes], { type: element.dataset.type ?? "" });
}

/** The address at which this page has it; its own, where it has its files beside it. */
export function embeddedUrl(path: string): string {
  const blob = window.wasmnbEmbedded?.get(addressIn(path));
  return blob ? URL.createObjectURL(blob) : path;
}

/** In place of the browser's: a page that comes alone asks for nothing by itself. */
export const embeddedFetch: typeof fetch = (input) => {
  const blob = window.wasmnbEmbedded?.get(new Request(input).url);
  return Promise.resolve(blob ? new Response(blob) : new Response(null, { status: 404, statusText: "It is not in this page." }));
};

const addressIn = (path: string): string => new URL(path, document.baseURI).href;
