/**
 * Liveness detection of a worker by a Web Lock. A browser reports no event when a worker ends by itself, and a busy worker
 * answers as little as a dead one. But a worker's locks are released when it ends, for whatever reason.
 * https://developer.mozilla.org/docs/Web/API/Web_Locks_API
 */

/** Holds a lock for as long as this worker lives. Insecure pages have no locks, and some frames of other sites may not use them. */
export function holdLock(lock: string): Promise<void> {
  return new Promise((acquired) => {
    if (!("locks" in navigator)) acquired();
    else navigator.locks.request(lock, () => { acquired(); return new Promise(() => undefined); }).catch(() => { acquired(); });
  });
}

/** Calls back when the holder of a lock has ended; the returned function stops watching. */
export function watchLock(lock: string, ended: () => void): () => void {
  const watching = new AbortController();
  if ("locks" in navigator) navigator.locks.request(lock, { signal: watching.signal }, ended).catch(() => undefined); // aborted
  return () => { watching.abort(); };
}
