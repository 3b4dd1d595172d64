/** The contents API of a site, over an overlay: the published files, and the reader's changes on top. */
import { type Bytes, type Item, EMPTY_BYTES, type OverlayTree } from "../../kernels/overlay";
import { folderOf, isIn, join, nameOf } from "../../kernels/paths";
import { asBytes, asContent, typeOf } from "./content-codec";
import { joined, kindOf, modelOf, modelResponse, unfinished } from "./content-models";
import { newName } from "./naming";
import { hasPreconditions, mayChange } from "./preconditions";
import { body, noContent, optionalText, Problem, type Route, text } from "./routes";

/** The overlay tree, and the bytes of published files, which it does not hold. */
export interface OverlayFiles {
  readonly tree: OverlayTree;
  /** Fetches the bytes of a published file. */
  fetch(path: string): Promise<Bytes>;
  /** Settles when all changes so far are stored; throws a Problem if they cannot be. */
  flushed(): Promise<void>;
}

type Body = Readonly<Record<string, unknown>>;

export class Contents {
  readonly #uploads = new Map<string, Bytes[]>();
  readonly #checkpoints = new Map<string, { readonly bytes: Bytes; readonly modified: string }>();

  constructor(private readonly files: OverlayFiles) {}

  readonly routes: readonly Route[] = [
    ["GET", /^api\/contents\/(.+)\/checkpoints$/, (path) => Response.json(this.#checkpointsOf(path))],
    ["POST", /^api\/contents\/(.+)\/checkpoints$/, (path) => this.#makeCheckpoint(path)],
    ["POST", /^api\/contents\/(.+)\/checkpoints\/checkpoint$/, (path) => this.#restore(path)],
    ["DELETE", /^api\/contents\/(.+)\/checkpoints\/checkpoint$/, (path) => { this.#checkpoints.delete(path); return noContent(); }],
    ["POST", /^api\/contents\/(.+)\/trust$/, (path) => this.#trust(path)],
    ["GET", /^api\/contents\/?(.*)$/, (path, request) => this.#get(tidy(path), new URL(request.url).searchParams)],
    ["PUT", /^api\/contents\/?(.*)$/, (path, request) => this.#put(tidy(path), request)],
    ["POST", /^api\/contents\/?(.*)$/, (path, request) => this.#post(tidy(path), request)],
    ["PATCH", /^api\/contents\/?(.*)$/, (path, request) => this.#patch(tidy(path), request)],
    ["DELETE", /^api\/contents\/?(.*)$/, (path, request) => this.#delete(tidy(path), request)],
    ["GET", /^files\/(.+)$/, (path) => this.#file(tidy(path))],
  ];

  async #get(path: string, query: URLSearchParams): Promise<Response> {
    const item = this.#find(path);
    const kind = kindOf(item, query.get("type"));
    const model = { ...(await modelOf(item)), type: kind };
    if (query.get("content") === "0") return modelResponse(model);
    if (kind === "directory") return modelResponse({ ...model, format: "json", content: await Promise.all(this.#list(path)) });
    const content = asContent(await this.#bytes(item), kind, query.get("format"), path, item.copy?.trusted ?? true);
    return modelResponse({ ...model, ...content, mimetype: model.mimetype ?? content.mimetype });
  }

  async #file(path: string): Promise<Response> {
    const bytes = await this.#bytes(this.#find(path));
    return new Response(bytes, { headers: { "Content-Type": typeOf(path) ?? "application/octet-stream" } });
  }

  async #put(path: string, request: Request): Promise<Response> {
    const model = await body(request);
    const before = this.files.tree.find(path);
    await this.#check(path, before, request);
    if (text(model, "type") === "directory") this.files.tree.makeFolder(this.#newPath(path));
    else if (!this.#write(this.#newPath(path), model)) return modelResponse(unfinished(path));
    return this.#saved(path, before === null);
  }

  async #post(folder: string, request: Request): Promise<Response> {
    const model = await body(request);
    if (!this.#find(folder).isFolder) throw new Problem(400, `'${folder}' is not a folder.`);
    const taken = new Set(this.files.tree.list(folder).map(({ path }) => nameOf(path)));
    const source = optionalText(model, "copy_from");
    const path = join(folder, newName(source, optionalText(model, "type"), optionalText(model, "ext"), taken));
    if (source !== undefined) await this.#copy(this.#find(tidy(source)), path);
    else if (model.type === "directory") this.files.tree.makeFolder(path);
    else this.files.tree.write(path, path.endsWith(".ipynb") ? encoded(EMPTY_NOTEBOOK) : EMPTY_BYTES);
    return this.#saved(path, true);
  }

  async #patch(path: string, request: Request): Promise<Response> {
    const item = this.#find(path);
    const to = tidy(text(await body(request), "path"));
    await this.#check(path, item, request);
    if (to !== path) await this.#move(item, this.#newPath(to));
    return this.#saved(to, false);
  }

  async #delete(path: string, request: Request): Promise<Response> {
    const item = this.#find(path);
    await this.#check(path, item, request);
    if (path === "") throw new Problem(400, "The site's own folder cannot be deleted.");
    if (this.files.tree.list(path).length > 0) throw new Problem(400, `The folder '${path}' is not empty; delete its files first.`);
    this.files.tree.remove(path);
    this.#checkpoints.delete(path);
    await this.files.flushed();
    return noContent();
  }

  async #move(item: Item, to: string): Promise<void> {
    if (this.files.tree.find(to)) throw new Problem(409, `'${to}' exists already.`);
    if (isIn(item.path, to)) throw new Problem(400, `'${item.path}' was not moved: a folder cannot be moved into itself.`);
    const bytes = await this.#bytesBelow(item.path);
    this.files.tree.rename(item.path, to, (path) => bytes.get(path) ?? EMPTY_BYTES);
  }

  async #copy(item: Item, to: string): Promise<void> {
    const bytes = await this.#bytesBelow(item.path);
    for (const each of this.files.tree.subtree(item.path)) {
      const target = to + each.path.slice(item.path.length);
      if (each.isFolder) this.files.tree.makeFolder(target);
      else this.files.tree.write(target, bytes.get(each.path) ?? EMPTY_BYTES, each.copy?.trusted ?? true);
    }
  }

  /** The bytes of every file at or below a path. */
  async #bytesBelow(path: string): Promise<ReadonlyMap<string, Bytes>> {
    const files = this.files.tree.subtree(path).filter(({ isFolder }) => !isFolder);
    return new Map(await Promise.all(files.map(async (item) => [item.path, await this.#bytes(item)] as const)));
  }

  /** Writes a file, or adds a chunk of an upload; whether the file is complete. */
  #write(path: string, model: Body): boolean {
    const { bytes, trusted } = asBytes(model, path);
    const { chunk } = model;
    if (typeof chunk !== "number") {
      this.files.tree.write(path, bytes, trusted);
      return true;
    }
    const parts = chunk === 1 ? [bytes] : [...(this.#uploads.get(path) ?? missing(chunk, path)), bytes];
    this.#uploads.set(path, parts);
    if (chunk !== LAST) return false;
    this.#uploads.delete(path);
    this.files.tree.write(path, joined(parts), trusted);
    return true;
  }

  async #saved(path: string, isNew: boolean): Promise<Response> {
    await this.files.flushed();
    return modelResponse(await modelOf(this.#find(path)), isNew ? 201 : 200);
  }

  /** Refuses a change with 412 if the file is not as the client believes. */
  async #check(path: string, item: Item | null, request: Request): Promise<void> {
    if (!hasPreconditions(request)) return;
    const model = item && (await modelOf(item));
    if (mayChange(request, item !== null, model?.hash ?? null)) return;
    const message = `Nothing was done: '${path}' is not as it was when you opened it. Compare the two and decide which to keep.`;
    throw new Problem(412, message, { reason: "changed", model });
  }

  #checkpointsOf(path: string): object[] {
    this.#find(path);
    const checkpoint = this.#checkpoints.get(path);
    return checkpoint ? [{ id: "checkpoint", last_modified: checkpoint.modified }] : [];
  }

  async #makeCheckpoint(path: string): Promise<Response> {
    const modified = new Date().toISOString();
    this.#checkpoints.set(path, { bytes: await this.#bytes(this.#find(path)), modified });
    return Response.json({ id: "checkpoint", last_modified: modified }, { status: 201 });
  }

  async #restore(path: string): Promise<Response> {
    const checkpoint = this.#checkpoints.get(path);
    if (!checkpoint) throw new Problem(404, `There is no checkpoint of '${path}'.`);
    this.files.tree.write(path, checkpoint.bytes);
    await this.files.flushed();
    return noContent();
  }

  async #trust(path: string): Promise<Response> {
    this.files.tree.write(path, await this.#bytes(this.#find(path)), true);
    await this.files.flushed();
    return new Response(null, { status: 201 });
  }

  #find(path: string): Item {
    const item = this.files.tree.find(path);
    if (!item) throw new Problem(404, `There is no file or folder '${path}'.`);
    return item;
  }

  /** Checks that a new file or folder may be created at that path. */
  #newPath(path: string): string {
    const folder = folderOf(path);
    if (path === "" || path.split("/").some((name) => name.startsWith("."))) throw new Problem(400, `'${path}' is not a valid path for a file or folder.`);
    if (!this.files.tree.find(folder)?.isFolder) throw new Problem(404, `There is no folder '${folder}' for '${nameOf(path)}'.`);
    return path;
  }

  #list(path: string): Promise<object>[] {
    return this.files.tree.list(path).map((item) => modelOf(item));
  }

  async #bytes(item: Item): Promise<Bytes> {
    return item.copy ? item.copy.bytes : this.files.fetch(item.path);
  }
}

const LAST = -1;
const EMPTY_NOTEBOOK = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };

const encoded = (value: object): Bytes => new TextEncoder().encode(JSON.stringify(value, null, 1));
const tidy = (path: string): string => path.split("/").filter(Boolean).join("/");

function missing(chunk: number, path: string): never {
  throw new Problem(400, `Chunk ${chunk} of '${path}' came without the chunks before it; upload the file again.`);
}
