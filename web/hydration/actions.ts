/**
 * Actions of the reader on a static notebook, queued until JupyterLab's notebook replaces it (hydration).
 *
 * The controls of the page add actions to one ActionQueue. Before JupyterLab is there, the early kernel may listen to the queue and
 * run cells at once (run-early.ts). When JupyterLab is there, `window.wasmnbHydrate` replays all actions in their order, those too
 * that the early kernel has done: JupyterLab's requests are then answered with the replies that were recorded (early-kernel.ts).
 *
 * An action that is pending is queued once: the app takes long enough to load for a second click on the same button.
 */
export type Action =
  | RunAction
  | { readonly type: "edit"; readonly cell: number }
  | { readonly type: "run all" | "show" | "share" | "save" };

/** `source` is the source of the cell when the action was queued. */
export interface RunAction {
  readonly type: "run" | "run and advance";
  readonly cell: number;
  readonly source: string;
}

declare global {
  interface Window {
    /** Replaces the static notebook by JupyterLab's and replays the actions; set by the script of pages/hydrate.ts. */
    wasmnbHydrate?: (actions: readonly Action[]) => Promise<void>;
    /** Whether no action needs Python yet: the kernel then starts with the first cell that is run. */
    wasmnbLazyKernel?: boolean;
  }
}

type Listener = (action: Action, done: () => void) => void;

export class ActionQueue {
  readonly #all: Action[] = [];
  /** Actions that are not done yet, by their keys. */
  readonly #pending = new Map<string, Action>();
  #listener: Listener | null = null;
  #waiting: (() => void)[] = [];

  get all(): readonly Action[] {
    return this.#all;
  }

  get needsPython(): boolean {
    return this.#all.some(({ type }) => !["show", "share", "save"].includes(type));
  }

  /** Returns false where the same action is pending already. */
  add(action: Action): boolean {
    // JupyterLab takes over all drafts anyway; "edit" only starts that.
    if (this.#pending.has(keyOf(action)) || (action.type === "edit" && this.#all.length > 0)) return false;
    this.#all.push(action);
    this.#dispatch(action);
    return true;
  }

  /** Calls back with every pending action, and with every later one; after `done`, the same action may be queued again. */
  listen(listener: Listener): void {
    this.#listener = listener;
    for (const action of [...this.#pending.values()]) this.#dispatch(action);
  }

  /** Settles when no run is pending. */
  async idle(): Promise<void> {
    while (this.#isRunning) await new Promise<void>((resolve) => { this.#waiting.push(resolve); });
  }

  /** Drops the listener and all pending actions, which may be queued again. */
  clear(): void {
    const done = this.#all.filter((action) => !this.#pending.has(keyOf(action)));
    this.#all.splice(0, Infinity, ...done);
    this.#pending.clear();
    this.#listener = null;
  }

  #dispatch(action: Action): void {
    const key = keyOf(action);
    this.#pending.set(key, action);
    this.#listener?.(action, () => {
      this.#pending.delete(key);
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  get #isRunning(): boolean {
    return [...this.#pending.values()].some(({ type }) => type.startsWith("run"));
  }
}

const keyOf = (action: Action): string => JSON.stringify(action);
