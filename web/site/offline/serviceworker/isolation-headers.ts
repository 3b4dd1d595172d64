/** Adds the headers of cross-origin isolation, which static hosts seldom send: with shared memory, running Python can be interrupted. */

/** Pages of a site load nothing from other origins, so the strictest policy works in every browser. https://web.dev/articles/coop-coep */
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** Only documents and workers need the headers. */
const DESTINATIONS: readonly string[] = ["document", "iframe", "frame", "worker", "sharedworker"];

export function isolated(request: Request, response: Response): Response {
  // An opaque redirect cannot be copied, and needs no headers.
  if (!DESTINATIONS.includes(request.destination) || response.type === "opaqueredirect") return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
