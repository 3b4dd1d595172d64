/** Which request the page answers itself: a table of routes, and the `fetch` that looks requests up in it. */

/** One line of the table; the answer is handed what the path's group matched ("" without one). */
export type Route = readonly [
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: RegExp,
  answer: (name: string, request: Request) => Response | Promise<Response>,
];

/** A request that cannot be granted; it becomes a response that says why, as Jupyter Server's do. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What the answer says besides. */
    readonly more: object = {},
  ) {
    super(message);
  }
}

/** A `fetch` that answers the table's routes under a base URL, and hands everything else on untouched. */
export function answering(routes: readonly Route[], baseUrl: string, outer: typeof fetch): typeof fetch {
  return (input, init) => {
    const path = pathUnder(baseUrl, urlOf(input));
    const known = path === null ? [] : routes.filter(([, pattern]) => pattern.test(path));
    if (path === null || known.length === 0) return outer(input, init);
    const request = new Request(input, init);
    const route = known.find(([method]) => method === request.method);
    return route ? answer(route, path, request) : Promise.resolve(notAllowed(request, path));
  };
}

/** The path below a base URL, without query; null for what lies elsewhere. WebSocket URLs count as their pages'. */
export function pathUnder(baseUrl: string, url: string): string | null {
  const base = new URL(baseUrl);
  const { origin, pathname } = new URL(url.replace(/^ws/, "http"), base);
  return origin === base.origin && pathname.startsWith(base.pathname) ? pathname.slice(base.pathname.length) : null;
}

/** The JSON object that a request carries; `{}` where it carries nothing. */
export async function body(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const text = await request.text();
  if (!text.trim()) return {};
  return objectIn(parse(text, request), `The body of ${request.method} ${request.url}`);
}

/** A value that has to be a JSON object. */
export function objectIn(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw new Problem(400, `${what} has to be a JSON object, and is ${JSON.stringify(value)}.`);
}

/** Whether a value is a JSON object, neither list nor null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field that has to be text where it is given; undefined where it is missing or null. */
export function optionalText(from: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const value = from[field] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new Problem(400, `The field ${field} has to be text, and is ${JSON.stringify(value)}.`);
}

/** A field that has to be there, and to be text. */
export function text(from: Readonly<Record<string, unknown>>, field: string): string {
  const value = optionalText(from, field);
  if (value === undefined) throw new Problem(400, `Missing field in JSON data: ${field}`);
  return value;
}

/** The answer that something now exists, one step below where it was asked for. */
export function created(model: { readonly id: string }, request: Request): Response {
  const { pathname } = new URL(request.url);
  return Response.json(model, { status: 201, headers: { Location: `${pathname}/${encodeURIComponent(model.id)}` } });
}

/** The answer that something was done, and that there is no more to say. */
export function done(): Response {
  return new Response(null, { status: 204 });
}

function urlOf(input: RequestInfo | URL): string {
  if (typeof input === "string") return input;
  return input instanceof URL ? input.href : input.url;
}

async function answer([, pattern, give]: Route, path: string, request: Request): Promise<Response> {
  try {
    return await give(decodeURIComponent(pattern.exec(path)?.[1] ?? ""), request);
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Response {
  // A site's files may be of another script of the page, which has a class of its own.
  if (isProblem(error)) return Response.json({ message: error.message, ...error.more }, { status: error.status });
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return Response.json({ message, traceback: stack }, { status: 500 });
}

const isProblem = (error: unknown): error is Problem => error instanceof Error && "status" in error;

function notAllowed(request: Request, path: string): Response {
  return refusal(new Problem(405, `${path} has no ${request.method}.`));
}

function parse(text: string, request: Request): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(400, `The body of ${request.method} ${request.url} is not JSON: ${String(error)}.`);
  }
}
