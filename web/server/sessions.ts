/** Sessions, which connect documents to kernels: `api/sessions`. */

import { UUID } from "@lumino/coreutils";

import type { KernelModel } from "./kernel";
import type { Kernels } from "./kernels";
import { body, created, noContent, objectIn, optionalText, Problem, type Route, text } from "./routes";

interface Session {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly type: string;
  readonly kernel: string;
}

/** A session as `api/sessions` describes it; `notebook` is a legacy field, from before other documents had sessions. */
interface SessionModel extends Omit<Session, "kernel"> {
  readonly kernel: KernelModel;
  readonly notebook?: { readonly path: string; readonly name: string };
}

export class Sessions {
  readonly #sessions = new Map<string, Session>();

  constructor(private readonly kernels: Kernels) {}

  readonly routes: readonly Route[] = [
    ["GET", /^api\/sessions$/, () => Response.json(this.#list().map((session) => this.#model(session)))],
    ["POST", /^api\/sessions$/, (_, request) => this.#post(request)],
    ["GET", /^api\/sessions\/([^/]+)$/, (id) => Response.json(this.#model(this.#get(id)))],
    ["PATCH", /^api\/sessions\/([^/]+)$/, (id, request) => this.#patch(id, request)],
    ["DELETE", /^api\/sessions\/([^/]+)$/, (id) => this.#delete(id)],
  ];

  has(id: string): boolean {
    return this.#list().some((session) => session.id === id);
  }

  /** A session ends with its kernel. */
  #list(): Session[] {
    return [...this.#sessions.values()].filter(({ kernel }) => this.kernels.has(kernel));
  }

  #get(id: string): Session {
    const session = this.#list().find((session) => session.id === id);
    if (!session) throw new Problem(404, `Session not found: session_id='${id}'`);
    return session;
  }

  #model({ kernel, ...session }: Session): SessionModel {
    const { path, name, type } = session;
    const model = { ...session, kernel: this.kernels.get(kernel).model };
    return type === "notebook" ? { ...model, notebook: { path, name } } : model;
  }

  /** Returns the document's session if it has one. */
  async #post(request: Request): Promise<Response> {
    const fields = await body(request);
    const path = text(fields, "path");
    const session = this.#list().find((session) => session.path === path) ?? this.#create(path, fields);
    return created(this.#model(session), request);
  }

  #create(path: string, fields: Readonly<Record<string, unknown>>): Session {
    const document = { path, type: text(fields, "type"), name: optionalText(fields, "name") ?? "" };
    const kernel = this.#kernel(document, objectIn(fields.kernel ?? {}, "The field kernel"));
    // A session that moves here from the gateway keeps its id.
    const session = { id: optionalText(fields, "id") ?? UUID.uuid4(), ...document, kernel };
    this.#sessions.set(session.id, session);
    return session;
  }

  async #patch(id: string, request: Request): Promise<Response> {
    const fields = await body(request);
    const before = this.#get(id);
    const session = {
      id,
      path: optionalText(fields, "path") ?? before.path,
      name: optionalText(fields, "name") ?? before.name,
      type: optionalText(fields, "type") ?? before.type,
      kernel: this.#newKernel(before, objectIn(fields.kernel ?? {}, "The field kernel")),
    };
    this.#sessions.set(id, session);
    if (session.kernel !== before.kernel) this.kernels.shutdown(before.kernel);
    return Response.json(this.#model(session));
  }

  #delete(id: string): Response {
    const { kernel } = this.#get(id);
    this.#sessions.delete(id);
    this.kernels.shutdown(kernel);
    return noContent();
  }

  /** The id of the kernel that a session switches to; of its present one if none is named. */
  #newKernel(session: Session, kernel: Readonly<Record<string, unknown>>): string {
    const id = optionalText(kernel, "id");
    if (id !== undefined && !this.kernels.has(id)) throw new Problem(400, `No such kernel: ${id}`);
    return id === undefined && kernel.name === undefined ? session.kernel : this.#kernel(session, kernel);
  }

  /** The id of a running kernel if the request names one, else of a new kernel in the document's folder. */
  #kernel(document: { path: string; name: string }, kernel: Readonly<Record<string, unknown>>): string {
    const id = optionalText(kernel, "id");
    if (id !== undefined && this.kernels.has(id)) return id;
    const folder = document.path.replace(/[^/]*$/, "");
    // JupyterLab first gives a new session a generated path in the document's folder, and the document's own name.
    const env = { JPY_SESSION_NAME: document.name ? folder + document.name : document.path };
    return this.kernels.start({ name: optionalText(kernel, "name"), id, path: folder, env }).id;
  }
}
