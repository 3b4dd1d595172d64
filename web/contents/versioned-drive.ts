/** JupyterLab's drive with preconditions: a save or deletion fails if the file is not the version that this page has read or saved. */
import { URLExt } from "@jupyterlab/coreutils";
import { type Contents, Drive, ServerConnection } from "@jupyterlab/services";

/** Decides conflicts, by asking the user; null stands for a deleted file. */
export interface ConflictResolver {
  /** Which version to keep; "reload" is answered after the document has reloaded. */
  save(path: string, mine: Partial<Contents.IModel>, theirs: Contents.IModel | null): Promise<"overwrite" | "reload" | "neither">;
  /** Whether to delete a file although it has changed. */
  remove(path: string): Promise<boolean>;
}

/** The versions that this page has seen, by path; null where there was no file. */
type KnownVersions = Map<string, Contents.IModel | null>;

export class VersionedDrive extends Drive {
  /** Until a plugin sets it, nothing is overwritten. */
  resolver: ConflictResolver = { save: () => Promise.resolve("neither"), remove: () => Promise.resolve(false) };
  readonly #known: KnownVersions;
  readonly #asking = new Set<string>();

  constructor(settings: ServerConnection.ISettings) {
    const known: KnownVersions = new Map();
    super({ serverSettings: { ...settings, fetch: withPreconditions(known, settings) } });
    this.#known = known;
  }

  /**
   * Before and after each save, a document requests the hash alone to see whether the file has changed. The precondition of the save
   * itself finds that out, without a race, so the known version is returned here.
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

  /** A rename needs no precondition; known versions move along. */
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
    if (this.#asking.has(path)) throw userDecision("ModalDuplicateError", `A dialog about ${path} is open already.`);
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
    return this.save(path, mine); // with the version just fetched as its precondition
  }

  /** The file on disk; without its content where that cannot be read. */
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

/** A `fetch` that adds If-Match or If-None-Match to saves and deletions. */
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
/** JupyterLab takes errors of these names for a user's decision and shows no dialog. */
const userDecision = (name: "ModalCancelError" | "ModalDuplicateError", message: string): Error => Object.assign(new Error(message), { name });
