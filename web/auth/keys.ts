/** The keys of a page and of its kernels, with which its server lets them in. */

/** The event by which the window tells that the page has a new key, and that those of its kernels open nothing any more. */
export const LOGGED_IN = "wasmnb:logged-in";

declare global {
  interface WindowEventMap {
    [LOGGED_IN]: CustomEvent<{ readonly key: string }>;
  }
}

/** Calls back then, until what is returned is called. */
export function onKeysExpired(renew: () => void): () => void {
  window.addEventListener(LOGGED_IN, renew);
  return () => { window.removeEventListener(LOGGED_IN, renew); };
}

/** By this header a page shows its key. */
export const KEY_HEADER = "X-Wasmnb-Key";

export interface FolderKey {
  readonly key: string;
  /** The folder that it is good for, from the root of the contents. */
  readonly path: string;
}

/** What the server at that root lets a kernel that works in a folder reach. */
export async function requestKey(path: string, root: string, ask: typeof fetch): Promise<FolderKey> {
  const answer = await ask(`${root}api/keys`, { method: "POST", body: JSON.stringify({ path }) });
  if (!answer.ok) throw new Error(`The server gave the kernel no key to its files (${answer.status}). Reload the page to try again.`);
  // wasmnb/server/auth/login.py answers so.
  return (await answer.json()) as FolderKey;
}
