/** What the reader of a page wants of its notebook. */
export type Wish = Run | { readonly what: "edit"; readonly cell: number } | { readonly what: "run all" | "look" | "share" | "save" };

/** The source is what the cell has when it is wished. */
export interface Run {
  readonly what: "run" | "run and go on";
  readonly cell: number;
  readonly source: string;
}

declare global {
  interface Window {
    /** JupyterLab's notebook takes the place of the one that is read, and what is wished by then is done, if it does not take long; the script that can do it sets this. */
    takePlace?: (wishes: readonly Wish[]) => Promise<void>;
    /** Whether nothing has been wished yet that takes Python: it starts when something is run then. */
    wasmnbWaits?: boolean;
  }
}

type Listener = (wish: Wish, done: () => void) => void;

/** What was wished until JupyterLab's notebook is there. */
export class Wishes {
  readonly #all: Wish[] = [];
  /** What is not done yet, by what is to be done. */
  readonly #open = new Map<string, Wish>();
  #listener: Listener | null = null;
  #waiting: (() => void)[] = [];

  get all(): readonly Wish[] {
    return this.#all;
  }

  /** Whether any of them takes Python. */
  get takesPython(): boolean {
    return this.#all.some(({ what }) => !["look", "share", "save"].includes(what));
  }

  /** Returns false where the same is wished already, and was not done yet: the notebook takes long enough to arrive for a second click. */
  add(wish: Wish): boolean {
    // What is written the notebook takes over by itself.
    if (this.#open.has(nameOf(wish)) || (wish.what === "edit" && this.#all.length > 0)) return false;
    this.#all.push(wish);
    this.#begin(wish);
    return true;
  }

  /** Has one hear of every wish, also of those that are not done yet; `done` tells that it is fulfilled, and the same may be wished again. */
  hear(listener: Listener): void {
    this.#listener = listener;
    for (const wish of [...this.#open.values()]) this.#begin(wish);
  }

  /** Settles when nothing is left that was wished to be run. */
  async quiet(): Promise<void> {
    while (this.#isRunning) await new Promise<void>((resolve) => { this.#waiting.push(resolve); });
  }

  /** Forgets what was not done, and who has heard of it: it may be wished again. */
  clear(): void {
    const done = this.#all.filter((wish) => !this.#open.has(nameOf(wish)));
    this.#all.splice(0, Infinity, ...done);
    this.#open.clear();
    this.#listener = null;
  }

  #begin(wish: Wish): void {
    const name = nameOf(wish);
    this.#open.set(name, wish);
    this.#listener?.(wish, () => {
      this.#open.delete(name);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  get #isRunning(): boolean {
    return [...this.#open.values()].some(({ what }) => what.startsWith("run"));
  }
}

const nameOf = (wish: Wish): string => JSON.stringify(wish);
