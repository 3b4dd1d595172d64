/** The Cache Storage of a site, and its revalidation when the site is updated. */
import { addressOf, isNeededToRun, cacheKey, strategyFor } from "./routes";

/** Written by `wasmnb/site/files.py`: a digest of the site, and the list of its files. */
const VERSION = "version.json";
const LISTING = "site.json";
interface Listing {
  readonly files: Readonly<Record<string, { readonly bytes: number }>>;
}

const CONCURRENCY = 4;
const GONE = [404, 410];

export class SiteCache {
  /** The tail of a queue: changes run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly root: string) {}

  async find(url: string): Promise<Response | undefined> {
    return (await this.#cache()).match(this.#key(url));
  }

  async put(url: string, response: Response): Promise<void> {
    // Over quota, the cache stays as it is; the page gets its response all the same.
    await (await this.#cache()).put(this.#key(url), response).catch(() => undefined);
  }

  async drop(url: string): Promise<void> {
    await (await this.#cache()).delete(this.#key(url));
  }

  /** Caches the URLs that a page has loaded. */
  addPage(urls: readonly string[]): Promise<void> {
    const ours = urls.filter((url) => strategyFor(url, this.root));
    return this.#next(() => this.#add(ours, "force-cache")); // the page has just fetched them
  }

  /** Prefetches everything that notebooks need to run. */
  prepare(): Promise<void> {
    return this.#next(() => this.#prepare());
  }

  /** Revalidates the cache when `version.json` has changed; evicts files that are gone only if no other page may need them. False if the site is gone. */
  revalidate(isOnlyPage: () => Promise<boolean>): Promise<boolean> {
    return this.#next(async () => {
      const response = await fetch(this.#url(VERSION), { cache: "no-cache" });
      if (GONE.includes(response.status)) return false;
      const before = await (await this.find(this.#url(VERSION)))?.text();
      if (!response.ok || before === (await response.clone().text())) return true;
      if (before !== undefined) await this.#update(await isOnlyPage());
      await this.put(this.#url(VERSION), response);
      return true;
    });
  }

  async delete(): Promise<void> {
    await caches.delete(this.#name);
  }

  async #update(evict: boolean): Promise<void> {
    const listing = await this.#listing();
    if (!listing) return;
    const urls = Object.keys(listing.files).map(this.#url);
    const cached = new Set((await (await this.#cache()).keys()).map(({ url }) => url));
    const isPrepared = cached.has(this.#key(this.#url(LISTING)));
    await each(urls.filter((url) => cached.has(this.#key(url)) && strategyFor(url, this.root) === "networkFirst"), (url) => this.#fetch(url, "no-cache"));
    const current = new Set(urls.map((url) => this.#key(url)));
    if (evict) await each([...cached].filter((key) => !current.has(key)), (key) => this.drop(key));
    if (isPrepared) await this.#prepare(listing);
  }

  async #prepare(known?: Listing): Promise<void> {
    const listing = known ?? (await this.#listing());
    if (!listing) return;
    const paths = Object.entries(listing.files).flatMap(([path, { bytes }]) => (isNeededToRun(path, bytes) ? [path] : []));
    await this.#add(paths.map(this.#url), "default");
    await this.#add([this.#url(LISTING)], "default"); // marks a complete prefetch
  }

  async #add(urls: readonly string[], cache: RequestCache): Promise<void> {
    await each(urls, async (url) => { if (!(await this.find(url))) await this.#fetch(url, cache); });
  }

  async #fetch(url: string, cache: RequestCache): Promise<void> {
    const response = await fetch(url, { cache });
    if (response.ok) await this.put(url, response);
    else if (GONE.includes(response.status)) await this.drop(url);
  }

  async #listing(): Promise<Listing | null> {
    const response = await fetch(this.#url(LISTING), { cache: "no-cache" });
    return response.ok ? ((await response.json()) as Listing) : null;
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }

  readonly #url = (path: string): string => addressOf(path, this.root);
  readonly #key = (url: string): string => cacheKey(url, this.root);

  get #name(): string {
    return `wasmnb ${this.root}`;
  }

  #cache(): Promise<Cache> {
    return caches.open(this.#name);
  }
}

/** Calls `work` for each item, a few at a time. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
