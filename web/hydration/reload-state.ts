/** State of a static page over a reload: queued actions, drafts and the scroll position, in sessionStorage. */
import { type Draft, drafts, resume, untilPause } from "./draft-editor";
import { tabStorage } from "../site/page";
import type { Action, ActionQueue } from "./actions";

const KEY = "wasmnb:left";

interface ReloadState {
  readonly page: string;
  readonly scroll: number;
  readonly drafts: readonly Draft[];
  readonly actions: readonly Action[];
}

/** Saves the state, once the reader pauses typing, and again at the last moment before the page goes. */
export async function saveState(queue: ActionQueue): Promise<void> {
  const save = (): void => {
    const state: ReloadState = { page: window.location.pathname, scroll: window.scrollY, drafts: drafts(), actions: queue.all };
    tabStorage()?.setItem(KEY, JSON.stringify(state));
  };
  const isWriting = drafts().some(({ text, published }) => text !== published);
  if (isWriting && queue.all.every(({ type }) => type === "edit")) await untilPause();
  save();
  // Firefox has handed the tab over to another process by the time of this event, and drops what is saved then.
  window.addEventListener("pagehide", save);
}

/** Whether a state is saved for the next page. */
export const isSaved = (): boolean => tabStorage()?.getItem(KEY) != null;

/** Restores drafts and scroll position if the saved state is of this page, and returns its actions. */
export function restoreState(): readonly Action[] {
  // `saveState` wrote it, perhaps that of an earlier release.
  const state = JSON.parse(tabStorage()?.getItem(KEY) ?? "null") as Partial<ReloadState> | null;
  tabStorage()?.removeItem(KEY);
  if (state?.page !== window.location.pathname) return [];
  state.drafts?.forEach(resume);
  window.scrollTo({ top: state.scroll ?? 0 });
  return state.actions ?? [];
}
