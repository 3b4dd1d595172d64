/** Transports that send the page's capability key to its server. */
import { PageConfig } from "@jupyterlab/coreutils";
import { config } from "../utils/pageconfig";
import { type FolderKey, KEY_HEADER, requestKey } from "./keys";
import { LOG_IN, logIn } from "./login";

/** The browser's `fetch` with the key, for the page's own server only. If the session has expired, the reader may log in and the request is repeated. */
export const keyedFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  if (config().key === null || !request.url.startsWith(PageConfig.getBaseUrl())) return window.fetch(request);
  const response = await withKey(request.clone());
  const isLoggedIn = response.headers.has(LOG_IN) && (await logIn(request.method));
  return isLoggedIn ? withKey(request) : response;
};

function withKey(request: Request): Promise<Response> {
  request.headers.set(KEY_HEADER, config().key ?? "");
  return window.fetch(request);
}

/** The browser's WebSocket with the key in its query, as scripts cannot add headers to the handshake. */
export class KeyedWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    const keyed = new URL(url);
    const { key } = config();
    if (key !== null && keyed.href.startsWith(PageConfig.getWsUrl())) keyed.searchParams.set(KEY_PARAMETER, key);
    super(keyed, protocols);
  }
}

/** Requests the key of a kernel's folder; null if the files need no key. */
export const folderKey = async (path: string): Promise<FolderKey | null> =>
  config().key === null ? null : requestKey(path, PageConfig.getBaseUrl(), keyedFetch);

const KEY_PARAMETER = "key";
