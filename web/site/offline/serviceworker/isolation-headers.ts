/** What makes a page cross-origin isolated, which a host of files seldom says: Python is then interrupted through shared memory. */

/** Nothing of other origins is in a site's pages, so the strictest will do, which every browser knows. https://web.dev/articles/coop-coep */
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

/** Documents and workers have to say it; what they load needs nothing. */
const SAY_IT: readonly string[] = ["document", "iframe", "frame", "worker", "sharedworker"];

export function isolated(request: Request, response: Response): Response {
  // A redirect cannot be opened, and need not be.
  if (!SAY_IT.includes(request.destination) || response.type === "opaqueredirect") return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
