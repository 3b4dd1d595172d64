/**
 * The gateway: merges the kernels of an upstream Jupyter Server with those of this page.
 *
 * Lists are those of the page and of the upstream; a request for one kernel or session goes to the side that has it. An upstream kernel whose
 * name a kernel of the page has too is listed with a suffix. A document has one session: when it switches to a kernel of the other side, a
 * session is created there, the old one is deleted, and the page goes on with the id that it knows.
 */

import { type ISignal, Signal } from "@lumino/signaling";

import type { Kernels } from "./kernels";
import { body, isObject, objectIn, optionalText, Problem, type Route, text } from "./routes";
import type { Sessions } from "./sessions";

type Json = Readonly<Record<string, unknown>>;

export interface GatewayOptions {
  /** The name of the upstream in the kernel picker. */
  readonly name: string;
  readonly kernels: Kernels;
  readonly sessions: Sessions;
  /** Answers for the page's own kernels. */
  readonly localFetch: typeof fetch;
  /** Answers for the upstream, at the same URLs. */
  readonly upstreamFetch: typeof fetch;
  readonly baseUrl: string;
}

export class Gateway {
  /** Sessions that moved to the upstream: their ids here, and those there. */
  readonly #movedSessions = new Map<string, string>();
  /** The stale-if-error cache: the upstream's last answers, by path. */
  readonly #lastAnswers = new Map<string, unknown>();
  readonly #failed = new Signal<this, string>(this);
  #failure = "";

  constructor(private readonly options: GatewayOptions) {}

  /** Emitted with a message when the upstream starts to fail. */
  get failed(): ISignal<this, string> {
    return this.#failed;
  }

  readonly routes: readonly Route[] = [
    ["GET", /^api\/kernelspecs$/, () => this.#specs()],
    ["GET", /^api\/kernels$/, () => this.#list("api/kernels", (model) => this.#kernelModel(model))],
    ["POST", /^api\/kernels$/, (_, request) => this.#start(request)],
    ...this.#members("GET", /^api\/kernels\/([^/]+)$/),
    ...this.#members("DELETE", /^api\/kernels\/([^/]+)$/),
    ...this.#members("POST", /^api\/kernels\/([^/]+)\/(?:interrupt|restart)$/),
    ["GET", /^api\/sessions$/, () => this.#list("api/sessions", (model) => this.#sessionModel(model))],
    ["POST", /^api\/sessions$/, (_, request) => this.#startSession(request)],
    ["GET", /^api\/sessions\/([^/]+)$/, async (id) => Response.json(await this.#findSession(id))],
    ["PATCH", /^api\/sessions\/([^/]+)$/, (id, request) => this.#patchSession(id, request)],
    ["DELETE", /^api\/sessions\/([^/]+)$/, (id) => this.#deleteSession(id)],
  ];

  #members(method: Route[0], path: RegExp): Route[] {
    return [[method, path, async (id, request) => {
      if (this.options.kernels.has(id)) return this.options.localFetch(request);
      const response = await this.#upstream(request.method, new URL(request.url).pathname.slice(this.#root.length));
      return response.status === 200 ? Response.json(this.#kernelModel(await object(response))) : response;
    }]];
  }

  async #specs(): Promise<Response> {
    const own = await object(await this.#local("GET", "api/kernelspecs"));
    const upstream = objectIn((await this.#staleIfError("api/kernelspecs", {})), "The list of kernels");
    const renamed = Object.values(isObject(upstream.kernelspecs) ? upstream.kernelspecs : {}).map((spec) => this.#specModel(spec));
    const all = { ...(own.kernelspecs as Json), ...Object.fromEntries(renamed.map((spec) => [spec.name, spec])) };
    return Response.json({ ...own, kernelspecs: all });
  }

  async #list(path: string, toModel: (model: Json) => Json): Promise<Response> {
    const upstream = await this.#staleIfError(path, []);
    // Last: JupyterLab takes a kernel that was started meanwhile, and is not listed, for dead.
    const own: unknown = await (await this.#local("GET", path)).json();
    return Response.json([...list(own), ...list(upstream).map(toModel)]);
  }

  async #start(request: Request): Promise<Response> {
    const fields = await body(request);
    if (this.#isLocal(fields)) return this.#local("POST", "api/kernels", fields);
    const response = await this.#upstream("POST", "api/kernels", this.#forUpstream(fields));
    return Response.json(this.#kernelModel(await object(response)), { status: 201 });
  }

  async #startSession(request: Request): Promise<Response> {
    const fields = await body(request);
    const kernel = objectIn(fields.kernel ?? {}, "The field kernel");
    if (this.#isLocal(kernel)) return this.#local("POST", "api/sessions", fields);
    return Response.json(await this.#createUpstream({ ...fields, kernel }), { status: 201 });
  }

  async #findSession(id: string): Promise<Json> {
    if (this.options.sessions.has(id)) return object(await this.#local("GET", sessionPath(id)));
    return this.#sessionModel(await object(await this.#upstream("GET", this.#upstreamPath(id))));
  }

  async #deleteSession(id: string): Promise<Response> {
    if (this.options.sessions.has(id)) return this.#local("DELETE", sessionPath(id));
    const response = await this.#upstream("DELETE", this.#upstreamPath(id));
    this.#movedSessions.delete(id);
    return response;
  }

  /** Updates a session; if it switches to a kernel of the other side, it moves there and keeps its id. */
  async #patchSession(id: string, request: Request): Promise<Response> {
    const fields = await body(request);
    const kernel = objectIn(fields.kernel ?? {}, "The field kernel");
    const isLocal = this.options.sessions.has(id);
    const stays = !namesKernel(kernel) || this.#isLocal(kernel) === isLocal;
    if (stays && isLocal) return this.#local("PATCH", sessionPath(id), fields);
    if (stays) {
      const changes = namesKernel(kernel) ? { ...fields, kernel: this.#forUpstream(kernel) } : fields;
      return Response.json(this.#sessionModel(await object(await this.#upstream("PATCH", this.#upstreamPath(id), changes))));
    }
    const session = { ...(await this.#findSession(id)), ...fields, kernel };
    return isLocal ? this.#moveUpstream(id, session) : this.#moveLocal(id, session);
  }

  async #moveUpstream(id: string, session: Json): Promise<Response> {
    const created = await this.#createUpstream(session);
    await this.#local("DELETE", sessionPath(id));
    this.#movedSessions.set(id, text(created, "id"));
    return Response.json({ ...created, id });
  }

  async #moveLocal(id: string, session: Json): Promise<Response> {
    const upstreamPath = this.#upstreamPath(id);
    const response = await this.#local("POST", "api/sessions", { ...session, id });
    if (!response.ok) return response;
    this.#movedSessions.delete(id);
    await this.#upstream("DELETE", upstreamPath);
    return Response.json(await object(response));
  }

  /** Creates a session on the upstream. */
  async #createUpstream({ path, name, type, kernel }: Json): Promise<Json> {
    const fields = { path, name, type, kernel: this.#forUpstream(objectIn(kernel, "The field kernel")) };
    return this.#sessionModel(await object(await this.#upstream("POST", "api/sessions", fields)));
  }

  /** The upstream's answer; its last one if it fails. */
  async #staleIfError(path: string, fallback: unknown): Promise<unknown> {
    try {
      this.#lastAnswers.set(path, await (await this.#upstream("GET", path)).json());
      this.#failure = "";
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== this.#failure) this.#failed.emit(this.#failure = message);
    }
    return this.#lastAnswers.get(path) ?? fallback;
  }

  #local(method: string, path: string, content?: Json): Promise<Response> {
    return this.options.localFetch(this.options.baseUrl + path, { method, ...(content && { body: JSON.stringify(content) }) });
  }

  async #upstream(method: string, path: string, content?: Json): Promise<Response> {
    const headers = { "Content-Type": "application/json" };
    const init = { method, cache: "no-store" as const, ...(content && { headers, body: JSON.stringify(content) }) };
    const response = await this.options.upstreamFetch(this.options.baseUrl + path, init);
    if (!response.ok) throw new Problem(response.status, await messageOf(response));
    return response;
  }

  get #root(): string {
    return new URL(this.options.baseUrl).pathname;
  }

  #upstreamPath(id: string): string {
    return sessionPath(this.#movedSessions.get(id) ?? id);
  }

  #isLocal(kernel: Json): boolean {
    const id = optionalText(kernel, "id");
    if (id !== undefined) return this.options.kernels.has(id);
    return this.options.kernels.starts(optionalText(kernel, "name"));
  }

  /** Names stay the same where possible, so that a notebook names the same kernel as on any Jupyter Server. */
  #uniqueName(name: string): string {
    return this.options.kernels.starts(name) ? name + SUFFIX : name;
  }

  #forUpstream(kernel: Json): Json {
    const name = optionalText(kernel, "name");
    const bare = name?.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : undefined;
    return bare !== undefined && this.options.kernels.starts(bare) ? { ...kernel, name: bare } : kernel;
  }

  #kernelModel(model: Json): Json {
    return { ...model, name: this.#uniqueName(text(model, "name")) };
  }

  #sessionModel(model: Json): Json {
    const kernel = isObject(model.kernel) ? this.#kernelModel(model.kernel) : null;
    const [id = model.id] = [...this.#movedSessions].find(([, upstreamId]) => upstreamId === model.id) ?? [];
    return { ...model, id, kernel };
  }

  #specModel(listed: unknown): Json & { readonly name: string } {
    const entry = objectIn(listed, "A kernel in the list");
    const spec = objectIn(entry.spec, "The spec of a kernel in the list");
    const display_name = `${text(spec, "display_name")} on ${this.options.name}`;
    return { ...entry, name: this.#uniqueName(text(entry, "name")), spec: { ...spec, display_name } };
  }
}

/** Appended to the name of an upstream kernel that has the name of a kernel of the page. */
const SUFFIX = "-on-server";

const sessionPath = (id: string): string => `api/sessions/${encodeURIComponent(id)}`;

const namesKernel = ({ id, name }: Json): boolean => typeof (id ?? name) === "string";

async function object(response: Response): Promise<Json> {
  return objectIn(await response.json(), `The answer of ${response.url}`);
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

async function messageOf(response: Response): Promise<string> {
  const answer = await response.text();
  try {
    return text(objectIn(JSON.parse(answer), "An error"), "message");
  } catch {
    return `The Jupyter Server answered ${response.status}: ${answer.slice(0, 200)}`;
  }
}
