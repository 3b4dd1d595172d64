/** What is kept of a site for when there is no network: one cache, and how it follows the site. */
import { addressOf, isNeededToRun, cacheKey, strategyFor } from "./routes";

/** Written by `wasmnb/site/files.py`: a digest of the site, and what is in it. */
const VERSION = "version.json";
const LISTING = "site.json";
interface Listing {
  readonly files: Readonly<Record<string, { readonly bytes: number }>>;
}

const AT_ONCE = 4;
const GONE = [404, 410];

export class SiteCache {
  /** One after the other: each looks at what the one before has done. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(private readonly root: string) {}

  async find(url: string): Promise<Response | undefined> {
    return (await this.#cache()).match(this.#key(url));
  }

  async put(url: string, response: Response): Promise<void> {
    // A browser without room keeps what it has; the page has its response all the same.
    await (await this.#cache()).put(this.#key(url), response).catch(() => undefined);
  }

  async drop(url: string): Promise<void> {
    await (await this.#cache()).delete(this.#key(url));
  }

  /** Keeps what a page was loaded from. */
  addPage(urls: readonly string[]): Promise<void> {
    const ours = urls.filter((url) => strategyFor(url, this.root));
    return this.#next(() => this.#add(ours, "force-cache")); // the page has just got the same
  }

  /** Keeps all that notebooks need to run. */
  prepare(): Promise<void> {
    return this.#next(() => this.#prepare());
  }

  /** Replaces what the site has anew, and what it has no more unless pages are open that may need it. False if there is no such site any more. */
  revalidate(isAlone: () => Promise<boolean>): Promise<boolean> {
    return this.#next(async () => {
      const found = await fetch(this.#url(VERSION), { cache: "no-cache" });
      if (GONE.includes(found.status)) return false;
      const before = await (await this.find(this.#url(VERSION)))?.text();
      if (!found.ok || before === (await found.clone().text())) return true;
      if (before !== undefined) await this.update(await isAlone());
      await this.put(this.#url(VERSION), found);
      return true;
    });
  }

  async delete(): Promise<void> {
    await caches.delete(this.#name);
  }

  async update(isAlone: boolean): Promise<void> {
    const listing = await this.#listing();
    if (!listing) return;
    const urls = Object.keys(listing.files).map(this.#url);
    const kept = new Set((await (await this.#cache()).keys()).map(({ url }) => url));
    const isPrepared = kept.has(this.#key(this.#url(LISTING)));
    await each(urls.filter((url) => kept.has(this.#key(url)) && strategyFor(url, this.root) === "newest"), (url) => this.#fetch(url, "no-cache"));
    const current = new Set(urls.map((url) => this.#key(url)));
    if (isAlone) await each([...kept].filter((key) => !current.has(key)), (key) => this.drop(key));
    if (isPrepared) await this.#prepare(listing);
  }

  async #prepare(known?: Listing): Promise<void> {
    const listing = known ?? (await this.#listing());
    if (!listing) return;
    const paths = Object.entries(listing.files).flatMap(([path, { bytes }]) => (isNeededToRun(path, bytes) ? [path] : []));
    await this.#add(paths.map(this.#url), "default");
    await this.#add([this.#url(LISTING)], "default"); // a sign that all is there
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
    const next = this.#work.then(work);
    this.#work = next.catch(() => undefined);
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

/** Does it for each, a few at a time. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
