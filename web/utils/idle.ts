/** When the page has nothing else to do. */

/** Does it then; soon in Safari, which does not tell. */
export function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work);
  else setTimeout(work);
}
