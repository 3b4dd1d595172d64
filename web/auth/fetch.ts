/** The page's key, by which its server tells it from other scripts that have the reader's cookie. */
import { PageConfig } from "@jupyterlab/coreutils";
import { config } from "../utils/pageconfig";
import { type FolderKey, KEY_HEADER, requestKey } from "./keys";
import { LOG_IN, logIn } from "./login";

/** The browser's `fetch`, which shows the key to the server of the page and to no other. */
export const keyedFetch: typeof fetch = async (input, init) => {
  const request = new Request(input, init);
  if (config().key === null || !request.url.startsWith(PageConfig.getBaseUrl())) return window.fetch(request);
  const answer = await withKey(request.clone());
  const isIn = answer.headers.has(LOG_IN) && (await logIn(request.method));
  return isIn ? withKey(request) : answer;
};

function withKey(request: Request): Promise<Response> {
  request.headers.set(KEY_HEADER, config().key ?? "");
  return window.fetch(request);
}

/** The browser's WebSocket, which shows the key in its query: a socket's handshake can carry no header of ours. */
export class KeyedWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    const keyed = new URL(url);
    const { key } = config();
    if (key !== null && keyed.href.startsWith(PageConfig.getWsUrl())) keyed.searchParams.set(KEY_PARAMETER, key);
    super(keyed, protocols);
  }
}

/** What the server lets a kernel that works in a folder reach; null where its files need no key. */
export const folderKey = async (path: string): Promise<FolderKey | null> =>
  config().key === null ? null : requestKey(path, PageConfig.getBaseUrl(), keyedFetch);

const KEY_PARAMETER = "key";
