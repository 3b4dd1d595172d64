/**
 * Capability keys: the server requires one besides the session cookie, which all scripts of the origin have.
 *
 * The page's key opens the whole server; a kernel gets a key for its folder alone (docs/SECURITY.md; wasmnb/server/auth/keys.py).
 */

/** The window's event after a new log-in: the page has a new key, and all folder keys have expired. */
export const LOGGED_IN = "wasmnb:logged-in";

declare global {
  interface WindowEventMap {
    [LOGGED_IN]: CustomEvent<{ readonly key: string }>;
  }
}

/** Calls back when folder keys have expired; the function that it returns removes the listener. */
export function onKeysExpired(renew: () => void): () => void {
  window.addEventListener(LOGGED_IN, renew);
  return () => { window.removeEventListener(LOGGED_IN, renew); };
}

/** The request header with the page's key. */
export const KEY_HEADER = "X-Wasmnb-Key";

export interface FolderKey {
  readonly key: string;
  /** The folder that it opens, relative to the root of the contents. */
  readonly path: string;
}

/** Requests a key for a folder from the server at that URL. */
export async function requestKey(path: string, root: string, send: typeof fetch): Promise<FolderKey> {
  const response = await send(`${root}api/keys`, { method: "POST", body: JSON.stringify({ path }) });
  if (!response.ok) throw new Error(`The server did not give the kernel a key to its files (${response.status}). Reload the page to try again.`);
  // The response of wasmnb/server/auth/login.py.
  return (await response.json()) as FolderKey;
}
