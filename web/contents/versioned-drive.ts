/** JupyterLab's drive, whose saves and deletions are for the version that this page has read or saved, and for no other. */
import { URLExt } from "@jupyterlab/coreutils";
import { type Contents, Drive, ServerConnection } from "@jupyterlab/services";

/** What is asked when a file is not as this page knows it; null stands for a file that is gone. */
export interface ConflictResolver {
  /** Which of two versions is kept: the answer to "reload" comes when the page shows the file's. */
  save(path: string, mine: Partial<Contents.IModel>, theirs: Contents.IModel | null): Promise<"overwrite" | "reload" | "neither">;
  /** Whether a file goes although it has changed. */
  remove(path: string): Promise<boolean>;
}

/** By path; null where there was nothing. */
type KnownVersions = Map<string, Contents.IModel | null>;

export class VersionedDrive extends Drive {
  /** Until there is someone to ask, nothing is overwritten. */
  resolver: ConflictResolver = { save: () => Promise.resolve("neither"), remove: () => Promise.resolve(false) };
  readonly #known: KnownVersions;
  readonly #asking = new Set<string>();

  constructor(settings: ServerConnection.ISettings) {
    const known: KnownVersions = new Map();
    super({ serverSettings: { ...settings, fetch: withPreconditions(known, settings) } });
    this.#known = known;
  }

  /**
   * Before and after each save a document asks by `hash` alone whether the file has changed. The save itself finds that out,
   * and nothing can come between; so here the document hears of the version that the page knows.
   */
  override async get(path: string, options?: Contents.IFetchOptions): Promise<Contents.IModel> {
    const known = this.#known.get(path);
    if (known && options?.hash && options.content === false) return known;
    const model = await super.get(path, options);
    if (options?.content !== false) this.#note(path, model);
    return model;
  }

  override async save(path: string, options: Partial<Contents.IModel> = {}): Promise<Contents.IModel> {
    try {
      const model = await super.save(path, options);
      this.#note(path, model);
      return model;
    } catch (error) {
      if (isConflict(error)) return this.#settle(path, options);
      throw error;
    }
  }

  /** A move keeps what there is, whatever it is, and takes what is known of it along. */
  override async rename(from: string, to: string): Promise<Contents.IModel> {
    const model = await super.rename(from, to);
    for (const [path, known] of [...this.#known].filter(([path]) => path === from || path.startsWith(`${from}/`))) {
      this.#known.delete(path);
      this.#known.set(to + path.slice(from.length), known);
    }
    return model;
  }

  override async delete(path: string): Promise<void> {
    try {
      await super.delete(path);
    } catch (error) {
      if (!isConflict(error) || !(await this.resolver.remove(path))) throw error;
      this.#known.delete(path);
      await super.delete(path);
    }
    this.#known.delete(path);
  }

  async #settle(path: string, mine: Partial<Contents.IModel>): Promise<Contents.IModel> {
    if (this.#asking.has(path)) throw userDecision("ModalDuplicateError", `${path} waits for an answer.`);
    this.#asking.add(path);
    try {
      const theirs = await this.#theirs(path, mine);
      const choice = await this.resolver.save(path, mine, theirs);
      if (choice === "reload" && theirs) return { ...theirs, content: null };
      if (choice !== "overwrite") throw userDecision("ModalCancelError", `${path} was not saved.`);
      this.#known.set(path, theirs);
    } finally {
      this.#asking.delete(path);
    }
    return this.save(path, mine); // which is for what was seen just now
  }

  /** What is in the file; where it cannot be read, that it is there. */
  async #theirs(path: string, { type, format }: Partial<Contents.IModel>): Promise<Contents.IModel | null> {
    const how = { ...(type ? { type } : {}), ...(format && type !== "notebook" ? { format } : {}) };
    const found = (content: boolean): Promise<Contents.IModel> => super.get(path, { ...how, content, hash: true });
    return found(true).catch(() => found(false)).catch((error: unknown) => {
      if (status(error) === NOT_FOUND) return null;
      throw error;
    });
  }

  #note(path: string, model: Contents.IModel): void {
    if (model.hash) this.#known.set(path, { ...model, content: null });
  }
}

/** A `fetch` that says of a file to be saved or deleted which version of it is meant. */
function withPreconditions(known: KnownVersions, { baseUrl, fetch }: ServerConnection.ISettings): typeof globalThis.fetch {
  const contents = new URL(URLExt.join(baseUrl, "api/contents/"));
  return (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const path = request.url.startsWith(contents.href) ? decodeURIComponent(pathname.slice(contents.pathname.length)) : "";
    const version = ["PUT", "DELETE"].includes(request.method) ? known.get(path) : undefined;
    if (version?.hash) request.headers.set("If-Match", `"${version.hash}"`);
    if (version === null) request.headers.set("If-None-Match", "*");
    return fetch(request);
  };
}

const NOT_FOUND = 404;
const CHANGED = 412;
const status = (error: unknown): number | undefined => (error instanceof ServerConnection.ResponseError ? error.response.status : undefined);
const isConflict = (error: unknown): boolean => status(error) === CHANGED;
/** Errors of these names tell JupyterLab that a person has decided so. */
const userDecision = (name: "ModalCancelError" | "ModalDuplicateError", message: string): Error => Object.assign(new Error(message), { name });
