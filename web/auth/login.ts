/**
 * Re-authentication: when the session has expired, the reader logs in in a pop-up, and the page continues with a new key.
 *
 * Open documents stay as they are; a reload would lose them. After the log-in, the pop-up shows a document of the server that has the key as
 * text (`#wasmnb-key`). The page polls for it: that document may run no script (its CSP), so it cannot post a message to its opener. Until then
 * the pop-up shows the log-in form, which is of the same origin and has no key.
 */
import { Dialog, showDialog } from "@jupyterlab/apputils";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { config } from "../utils/pageconfig";
import { LOGGED_IN } from "./keys";

/** The header of a response that was refused for lack of a log-in; `wasmnb/server/auth/middleware.py` sets it. */
export const LOG_IN = "X-Wasmnb-Log-In";

const EXPIRED =
  "The server was restarted, or you have logged out. Your open documents are safe. Log in in the pop-up to continue.";

let pendingLogin: Promise<boolean> | null = null;
let isDeclined = false;

/** Whether the reader has logged in. After a refusal, only requests that change something ask again, not the page's polling. */
export function logIn(method: string): Promise<boolean> {
  if (isDeclined && ["GET", "HEAD"].includes(method)) return Promise.resolve(false);
  pendingLogin ??= ask().finally(() => { pendingLogin = null; });
  return pendingLogin;
}

async function ask(): Promise<boolean> {
  const buttons = [Dialog.cancelButton(), Dialog.okButton({ label: "Log In" })];
  const { button } = await showDialog({ title: "Session Expired", body: EXPIRED, buttons });
  const key = button.accept ? await fetchKey() : null;
  isDeclined = key === null;
  if (key === null) return false;
  PageConfig.setOption("wasmnb", JSON.stringify({ ...config(), key }));
  window.dispatchEvent(new CustomEvent(LOGGED_IN, { detail: { key } }));
  return true;
}

/** The key from the pop-up; null if the reader closes it. */
async function fetchKey(): Promise<string | null> {
  const popup = window.open(URLExt.join(PageConfig.getBaseUrl(), "key"), "_blank", "popup,width=600,height=400");
  while (popup && !popup.closed) {
    const key = popup.document.getElementById("wasmnb-key")?.textContent;
    if (key) {
      popup.close();
      return key;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return null;
}

const POLL_MS = 200; // milliseconds
