/**
 * Whether a worker lives. A browser tells nobody when one ends by itself, and nothing that is asked of a worker tells
 * one that has ended from one that is busy; but the locks that it holds are free when it ends, whatever ended it.
 * https://developer.mozilla.org/docs/Web/API/Web_Locks_API
 */

/** Holds a lock for as long as this worker lives; there are none where a page came over plain HTTP from afar, and some frames of other sites are refused them. */
export function holdLock(lock: string): Promise<void> {
  return new Promise((acquired) => {
    if (!("locks" in navigator)) acquired();
    else navigator.locks.request(lock, () => { acquired(); return new Promise(() => undefined); }).catch(() => { acquired(); });
  });
}

/** Tells when the holder of a lock has ended; call what it returns to watch no longer. */
export function watchLock(lock: string, ended: () => void): () => void {
  const watching = new AbortController();
  if ("locks" in navigator) navigator.locks.request(lock, { signal: watching.signal }, ended).catch(() => undefined); // it was aborted
  return () => { watching.abort(); };
}
