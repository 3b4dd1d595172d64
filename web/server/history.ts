/**
 * The history of executed cells, for each kind of kernel and each folder.
 *
 * The page stores it where no kernel can reach it (docs/SECURITY.md); a kernel gets the history of its own folder alone.
 */

import type { Cell, History } from "../../kernels/port";
import type { Store } from "./store";

const MAX_CELLS = 1000; // cells
const MAX_CHARACTERS = 256 * 1024; // characters of all of them together

interface SavedHistory {
  /** The number of kernels started so far. */
  readonly sessions: number;
  readonly cells: readonly Cell[];
}

/** Stored histories, by the kind of kernel and the folder. */
export function histories(store: Store): (kind: string, path: string) => History {
  let last: Promise<unknown> = Promise.resolve();
  // One at a time: each change reads, modifies and writes.
  const change = (name: string, update: (saved: SavedHistory) => SavedHistory): Promise<SavedHistory> => {
    const changed = last.then(async () => {
      const before = parse(await store.get(name));
      await store.set(name, JSON.stringify(truncated(update(before))));
      return before;
    });
    last = changed.catch(() => undefined);
    return changed;
  };
  return (kind, path) => new StoredHistory((update) => change(`history:${kind}:${path}`, update));
}

class StoredHistory implements History {
  #session = 1;
  #hasWarned = false;

  constructor(private readonly change: (update: (saved: SavedHistory) => SavedHistory) => Promise<SavedHistory>) {}

  async begin(): Promise<readonly Cell[]> {
    try {
      const { sessions, cells } = await this.change((saved) => ({ ...saved, sessions: saved.sessions + 1 }));
      this.#session = sessions + 1;
      return cells;
    } catch (error) {
      this.#warnOnce(error);
      return [];
    }
  }

  keep([, line, source, raw]: Cell): void {
    // Each kernel has its own session number here; its Python always counts from 1.
    const cell: Cell = [this.#session, line, source, raw];
    this.change((saved) => ({ ...saved, cells: [...saved.cells, cell] })).catch((error: unknown) => { this.#warnOnce(error); });
  }

  #warnOnce(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    console.warn(`The history of cells is not stored: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Parses a stored history; an unreadable one counts as empty. */
function parse(text: string | null): SavedHistory {
  try {
    const { sessions, cells } = JSON.parse(text ?? "{}") as Partial<SavedHistory>; // checked below
    return { sessions: Number(sessions) || 0, cells: Array.isArray(cells) ? cells : [] };
  } catch {
    return { sessions: 0, cells: [] };
  }
}

/** Drops the oldest cells beyond the limits. */
function truncated({ sessions, cells }: SavedHistory): SavedHistory {
  const newest: Cell[] = [];
  let remaining = MAX_CHARACTERS;
  for (const cell of cells.slice(-MAX_CELLS).reverse()) {
    remaining -= cell[2].length + cell[3].length;
    if (remaining < 0) break;
    newest.push(cell);
  }
  return { sessions, cells: newest.reverse() };
}
