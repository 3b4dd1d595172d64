/**
 * The cells that were run, kept for each kind of kernel and each folder.
 *
 * The page keeps them, where no kernel reaches (docs/SECURITY.md): each is told those of its own folder.
 */

import type { Cell, History } from "../../kernels/port";
import type { Store } from "./store";

const MOST = 1000; // cells
const LONGEST = 256 * 1024; // characters of all of them together

interface Kept {
  /** How many kernels have begun. */
  readonly sessions: number;
  readonly cells: readonly Cell[];
}

/** The histories in a store, by the kind of kernel and the folder. */
export function histories(store: Store): (kind: string, path: string) => History {
  let last: Promise<unknown> = Promise.resolve();
  // One after the other, as each change reads what is there, and writes it anew.
  const change = (name: string, make: (kept: Kept) => Kept): Promise<Kept> => {
    const changed = last.then(async () => {
      const before = kept(await store.get(name));
      await store.set(name, JSON.stringify(shortened(make(before))));
      return before;
    });
    last = changed.catch(() => undefined);
    return changed;
  };
  return (kind, path) => new StoredHistory((make) => change(`history:${kind}:${path}`, make));
}

class StoredHistory implements History {
  #session = 1;
  #complained = false;

  constructor(private readonly change: (make: (kept: Kept) => Kept) => Promise<Kept>) {}

  async begin(): Promise<readonly Cell[]> {
    try {
      const { sessions, cells } = await this.change((kept) => ({ ...kept, sessions: kept.sessions + 1 }));
      this.#session = sessions + 1;
      return cells;
    } catch (error) {
      this.#complain(error);
      return [];
    }
  }

  keep([, line, source, raw]: Cell): void {
    // Kernels that run at one time have numbers of their own here, which their Python does not know.
    const cell: Cell = [this.#session, line, source, raw];
    this.change((kept) => ({ ...kept, cells: [...kept.cells, cell] })).catch((error: unknown) => { this.#complain(error); });
  }

  #complain(error: unknown): void {
    if (this.#complained) return;
    this.#complained = true;
    console.warn(`The history of cells ends with their kernel: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** What an earlier page has written, as far as it can be read. */
function kept(text: string | null): Kept {
  try {
    const { sessions, cells } = JSON.parse(text ?? "{}") as Partial<Kept>; // checked below
    return { sessions: Number(sessions) || 0, cells: Array.isArray(cells) ? cells : [] };
  } catch {
    return { sessions: 0, cells: [] };
  }
}

/** Without the oldest, where they have become too many or too long. */
function shortened({ sessions, cells }: Kept): Kept {
  const newest: Cell[] = [];
  let room = LONGEST;
  for (const cell of cells.slice(-MOST).reverse()) {
    room -= cell[2].length + cell[3].length;
    if (room < 0) break;
    newest.push(cell);
  }
  return { sessions, cells: newest.reverse() };
}
