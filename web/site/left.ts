/** What a reader wished when the page had to be loaded again, and how far the page was scrolled. */
import { tabStorage } from "./page";
import type { Wish } from "./wish";

const LEFT = "wasmnb:left";

interface Left {
  readonly page: string;
  readonly scroll: number;
  readonly wish: Wish;
}

export function leave(wish: Wish): void {
  const left: Left = { page: window.location.pathname, scroll: window.scrollY, wish };
  tabStorage()?.setItem(LEFT, JSON.stringify(left));
}

/** Takes it up, where it is of this page, and scrolls to the place. */
export function left(): Wish | null {
  // Only `leave` writes it.
  const found = JSON.parse(tabStorage()?.getItem(LEFT) ?? "null") as Left | null;
  tabStorage()?.removeItem(LEFT);
  if (found?.page !== window.location.pathname) return null;
  window.scrollTo({ top: found.scroll });
  return found.wish;
}
