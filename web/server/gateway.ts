/** The kernels of a Jupyter Server beside those of this page: one picker, one list of what runs, one session a document. */

import { type ISignal, Signal } from "@lumino/signaling";

import type { Kernels } from "./kernels";
import { body, isObject, objectIn, optionalText, Problem, type Route, text } from "./routes";
import type { Sessions } from "./sessions";

type Json = Readonly<Record<string, unknown>>;

export interface BesideOptions {
  /** What that server is called in the picker. */
  readonly name: string;
  readonly kernels: Kernels;
  readonly sessions: Sessions;
  /** Answers for this page's own. */
  readonly here: typeof fetch;
  /** Answers for that server, at the same addresses. */
  readonly there: typeof fetch;
  readonly baseUrl: string;
}

export class Beside {
  /** Sessions whose kernel went over to that server: their ids, which they keep, and those that the server gave. */
  readonly #moved = new Map<string, string>();
  /** What that server has answered last, for as long as it does not answer. */
  readonly #known = new Map<string, unknown>();
  readonly #troubled = new Signal<this, string>(this);
  #trouble = "";

  constructor(private readonly options: BesideOptions) {}

  /** Emitted with a sentence when that server begins not to answer. */
  get troubled(): ISignal<this, string> {
    return this.#troubled;
  }

  readonly routes: readonly Route[] = [
    ["GET", /^api\/kernelspecs$/, () => this.#specs()],
    ["GET", /^api\/kernels$/, () => this.#running("api/kernels", (model) => this.#kernel(model))],
    ["POST", /^api\/kernels$/, (_, request) => this.#start(request)],
    ...this.#members("GET", /^api\/kernels\/([^/]+)$/),
    ...this.#members("DELETE", /^api\/kernels\/([^/]+)$/),
    ...this.#members("POST", /^api\/kernels\/([^/]+)\/(?:interrupt|restart)$/),
    ["GET", /^api\/sessions$/, () => this.#running("api/sessions", (model) => this.#session(model))],
    ["POST", /^api\/sessions$/, (_, request) => this.#startSession(request)],
    ["GET", /^api\/sessions\/([^/]+)$/, async (id) => Response.json(await this.#find(id))],
    ["PATCH", /^api\/sessions\/([^/]+)$/, (id, request) => this.#change(id, request)],
    ["DELETE", /^api\/sessions\/([^/]+)$/, (id) => this.#end(id)],
  ];

  #members(method: Route[0], path: RegExp): Route[] {
    return [[method, path, async (id, request) => {
      if (this.options.kernels.has(id)) return this.options.here(request);
      const response = await this.#there(request.method, new URL(request.url).pathname.slice(this.#root.length));
      return response.status === 200 ? Response.json(this.#kernel(await object(response))) : response;
    }]];
  }

  async #specs(): Promise<Response> {
    const ours = await object(await this.#here("GET", "api/kernelspecs"));
    const theirs = objectIn((await this.#latest("api/kernelspecs", {})), "The list of kernels");
    const renamed = Object.values(isObject(theirs.kernelspecs) ? theirs.kernelspecs : {}).map((spec) => this.#spec(spec));
    const all = { ...(ours.kernelspecs as Json), ...Object.fromEntries(renamed.map((spec) => [spec.name, spec])) };
    return Response.json({ ...ours, kernelspecs: all });
  }

  async #running(path: string, described: (model: Json) => Json): Promise<Response> {
    const theirs = await this.#latest(path, []);
    // Last, as what is started meanwhile and is not in the list counts as dead to JupyterLab.
    const ours: unknown = await (await this.#here("GET", path)).json();
    return Response.json([...list(ours), ...list(theirs).map(described)]);
  }

  async #start(request: Request): Promise<Response> {
    const wanted = await body(request);
    if (this.#isOurs(wanted)) return this.#here("POST", "api/kernels", wanted);
    const response = await this.#there("POST", "api/kernels", this.#asTheirs(wanted));
    return Response.json(this.#kernel(await object(response)), { status: 201 });
  }

  async #startSession(request: Request): Promise<Response> {
    const wanted = await body(request);
    const kernel = objectIn(wanted.kernel ?? {}, "The field kernel");
    if (this.#isOurs(kernel)) return this.#here("POST", "api/sessions", wanted);
    return Response.json(await this.#created({ ...wanted, kernel }), { status: 201 });
  }

  async #find(id: string): Promise<Json> {
    if (this.options.sessions.has(id)) return object(await this.#here("GET", sessionPath(id)));
    return this.#session(await object(await this.#there("GET", this.#theirPath(id))));
  }

  async #end(id: string): Promise<Response> {
    if (this.options.sessions.has(id)) return this.#here("DELETE", sessionPath(id));
    const response = await this.#there("DELETE", this.#theirPath(id));
    this.#moved.delete(id);
    return response;
  }

  /** A session that changes to a kernel of the other side goes there, and keeps its id. */
  async #change(id: string, request: Request): Promise<Response> {
    const wanted = await body(request);
    const kernel = objectIn(wanted.kernel ?? {}, "The field kernel");
    const isHere = this.options.sessions.has(id);
    const stays = !namesKernel(kernel) || this.#isOurs(kernel) === isHere;
    if (stays && isHere) return this.#here("PATCH", sessionPath(id), wanted);
    if (stays) {
      const changes = namesKernel(kernel) ? { ...wanted, kernel: this.#asTheirs(kernel) } : wanted;
      return Response.json(this.#session(await object(await this.#there("PATCH", this.#theirPath(id), changes))));
    }
    const session = { ...(await this.#find(id)), ...wanted, kernel };
    return isHere ? this.#goThere(id, session) : this.#comeHere(id, session);
  }

  async #goThere(id: string, session: Json): Promise<Response> {
    const made = await this.#created(session);
    await this.#here("DELETE", sessionPath(id));
    this.#moved.set(id, text(made, "id"));
    return Response.json({ ...made, id });
  }

  async #comeHere(id: string, session: Json): Promise<Response> {
    const theirs = this.#theirPath(id);
    const response = await this.#here("POST", "api/sessions", { ...session, id });
    if (!response.ok) return response;
    this.#moved.delete(id);
    await this.#there("DELETE", theirs);
    return Response.json(await object(response));
  }

  /** A new session on that server, as it describes it. */
  async #created({ path, name, type, kernel }: Json): Promise<Json> {
    const wanted = { path, name, type, kernel: this.#asTheirs(objectIn(kernel, "The field kernel")) };
    return this.#session(await object(await this.#there("POST", "api/sessions", wanted)));
  }

  /** What that server answers, or has answered last if it does not. */
  async #latest(path: string, nothing: unknown): Promise<unknown> {
    try {
      this.#known.set(path, await (await this.#there("GET", path)).json());
      this.#trouble = "";
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      if (sentence !== this.#trouble) this.#troubled.emit(this.#trouble = sentence);
    }
    return this.#known.get(path) ?? nothing;
  }

  #here(method: string, path: string, sent?: Json): Promise<Response> {
    return this.options.here(this.options.baseUrl + path, { method, ...(sent && { body: JSON.stringify(sent) }) });
  }

  async #there(method: string, path: string, sent?: Json): Promise<Response> {
    const headers = { "Content-Type": "application/json" };
    const init = { method, cache: "no-store" as const, ...(sent && { headers, body: JSON.stringify(sent) }) };
    const response = await this.options.there(this.options.baseUrl + path, init);
    if (!response.ok) throw new Problem(response.status, await complaint(response));
    return response;
  }

  get #root(): string {
    return new URL(this.options.baseUrl).pathname;
  }

  #theirPath(id: string): string {
    return sessionPath(this.#moved.get(id) ?? id);
  }

  #isOurs(kernel: Json): boolean {
    const id = optionalText(kernel, "id");
    if (id !== undefined) return this.options.kernels.has(id);
    return this.options.kernels.starts(optionalText(kernel, "name"));
  }

  /** Names are kept where they can be, so that a notebook says the same as on any Jupyter Server. */
  #nameHere(name: string): string {
    return this.options.kernels.starts(name) ? name + SUFFIX : name;
  }

  #asTheirs(kernel: Json): Json {
    const name = optionalText(kernel, "name");
    const bare = name?.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : undefined;
    return bare !== undefined && this.options.kernels.starts(bare) ? { ...kernel, name: bare } : kernel;
  }

  #kernel(model: Json): Json {
    return { ...model, name: this.#nameHere(text(model, "name")) };
  }

  #session(model: Json): Json {
    const kernel = isObject(model.kernel) ? this.#kernel(model.kernel) : null;
    const [id = model.id] = [...this.#moved].find(([, theirs]) => theirs === model.id) ?? [];
    return { ...model, id, kernel };
  }

  #spec(listed: unknown): Json & { readonly name: string } {
    const found = objectIn(listed, "A kernel in the list");
    const spec = objectIn(found.spec, "What the list says of a kernel");
    const display_name = `${text(spec, "display_name")} on ${this.options.name}`;
    return { ...found, name: this.#nameHere(text(found, "name")), spec: { ...spec, display_name } };
  }
}

/** What distinguishes a kernel there that has the name of one here. */
const SUFFIX = "-on-server";

const sessionPath = (id: string): string => `api/sessions/${encodeURIComponent(id)}`;

const namesKernel = ({ id, name }: Json): boolean => typeof (id ?? name) === "string";

async function object(response: Response): Promise<Json> {
  return objectIn(await response.json(), `The answer of ${response.url}`);
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

async function complaint(response: Response): Promise<string> {
  const said = await response.text();
  try {
    return text(objectIn(JSON.parse(said), "A refusal"), "message");
  } catch {
    return `The Jupyter Server answered ${response.status}: ${said.slice(0, 200)}`;
  }
}
