/** Runs work when the page is idle; in Safari, which has no `requestIdleCallback`, soon. */
export function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work);
}
