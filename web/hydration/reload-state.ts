/** What a reader wished and wrote when the page had to be loaded again, and how far the page was scrolled. */
import { type Draft, drafts, pause, resume } from "./draft-editor";
import { tabStorage } from "../site/page";
import type { Wish, Wishes } from "./actions";

const LEFT = "wasmnb:left";

interface Left {
  readonly page: string;
  readonly scroll: number;
  readonly drafts: readonly Draft[];
  readonly wishes: readonly Wish[];
}

/** Waits until its reader does not write, and keeps what there is, up to the last moment where that is possible. */
export async function leave(wishes: Wishes): Promise<void> {
  const keep = (): void => {
    const left: Left = { page: window.location.pathname, scroll: window.scrollY, drafts: drafts(), wishes: wishes.all };
    tabStorage()?.setItem(LEFT, JSON.stringify(left));
  };
  const isWriting = drafts().some(({ text, published }) => text !== published);
  if (isWriting && wishes.all.every(({ what }) => what === "edit")) await pause();
  keep();
  // Firefox has handed the tab over to another process by then, and forgets it.
  window.addEventListener("pagehide", keep);
}

/** Whether it is kept for the page that comes next. */
export const isLeft = (): boolean => tabStorage()?.getItem(LEFT) != null;

/** Takes it up, where it is of this page, scrolls to the place, and gives what was wished. */
export function left(): readonly Wish[] {
  // Only `leave` writes it.
  const found = JSON.parse(tabStorage()?.getItem(LEFT) ?? "null") as Left | null;
  tabStorage()?.removeItem(LEFT);
  if (found?.page !== window.location.pathname) return [];
  found.drafts.forEach(resume);
  window.scrollTo({ top: found.scroll });
  return found.wishes;
}
