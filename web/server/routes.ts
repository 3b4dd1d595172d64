/**
 * A table of routes, and a `fetch` that answers requests from it.
 *
 * Each resource of the server brings its own lines of the table; the order matters only where two paths match. A path that matches with
 * another method is answered 405. A handler returns a response or throws a Problem, which becomes a JSON error of the form that Jupyter
 * Server uses; any other error becomes a 500 with its traceback. A request that matches no path is passed on with its very arguments.
 */

/** A line of the table; the handler gets what the path's group matched ("" without a group). */
export type Route = readonly [
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: RegExp,
  handler: (name: string, request: Request) => Response | Promise<Response>,
];

/** An HTTP error with a message for the user; its status is that of the response. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** Further fields of the response. */
    readonly more: object = {},
  ) {
    super(message);
  }
}

/** A `fetch` that answers the table's routes under a base URL, and passes everything else on unchanged. */
export function routedFetch(routes: readonly Route[], baseUrl: string, outer: typeof fetch): typeof fetch {
  return (input, init) => {
    const path = pathUnder(baseUrl, urlOf(input));
    const known = path === null ? [] : routes.filter(([, pattern]) => pattern.test(path));
    if (path === null || known.length === 0) return outer(input, init);
    const request = new Request(input, init);
    const route = known.find(([method]) => method === request.method);
    return route ? respond(route, path, request) : Promise.resolve(notAllowed(request, path));
  };
}

/** The path below a base URL, without query; null for what lies elsewhere. WebSocket URLs count as their pages'. */
export function pathUnder(baseUrl: string, url: string): string | null {
  const base = new URL(baseUrl);
  const { origin, pathname } = new URL(url.replace(/^ws/, "http"), base);
  return origin === base.origin && pathname.startsWith(base.pathname) ? pathname.slice(base.pathname.length) : null;
}

/** The JSON object in a request's body; `{}` if the body is empty. */
export async function body(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await request.text();
  if (!text.trim()) return {};
  return objectIn(parse(text, request), `The body of ${request.method} ${request.url}`);
}

/** Narrows a value to a JSON object. */
export function objectIn(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new Problem(400, `${what} must be a JSON object, but is ${JSON.stringify(value)}.`);
}

/** Whether a value is a JSON object: neither list nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field that is text or absent; undefined if it is missing or null. */
export function optionalText(from: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const value = from[field] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new Problem(400, `The field ${field} must be text, but is ${JSON.stringify(value)}.`);
}

/** A required text field. */
export function text(from: Readonly<Record<string, unknown>>, field: string): string {
  const value = optionalText(from, field);
  if (value === undefined) throw new Problem(400, `Missing field in JSON data: ${field}`);
  return value;
}

/** 201 Created, with the location of the new resource below the collection that was posted to. */
export function created(model: { readonly id: string }, request: Request): Response {
  const { pathname } = new URL(request.url);
  return Response.json(model, { status: 201, headers: { Location: `${pathname}/${encodeURIComponent(model.id)}` } });
}

/** 204 No Content. */
export function noContent(): Response {
  return new Response(null, { status: 204 });
}

function urlOf(input: RequestInfo | URL): string {
  if (typeof input === "string") return input;
  return input instanceof URL ? input.href : input.url;
}

async function respond([, pattern, handler]: Route, path: string, request: Request): Promise<Response> {
  try {
    return await handler(decodeURIComponent(pattern.exec(path)?.[1] ?? ""), request);
  } catch (error) {
    return errorResponse(error);
  }
}

function errorResponse(error: unknown): Response {
  // Not `instanceof Problem`: a site's files may come from another bundle of the page, with its own class.
  if (isProblem(error)) return Response.json({ message: error.message, ...error.more }, { status: error.status });
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return Response.json({ message, traceback: stack }, { status: 500 });
}

const isProblem = (error: unknown): error is Problem => error instanceof Error && "status" in error;

function notAllowed(request: Request, path: string): Response {
  return errorResponse(new Problem(405, `${path} has no ${request.method}.`));
}

function parse(text: string, request: Request): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(400, `The body of ${request.method} ${request.url} is not JSON: ${String(error)}.`);
  }
}
