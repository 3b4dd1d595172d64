/**
 * A page that its server does not know any more, as that was restarted or somebody has logged out, keeps what is open in it:
 * its reader logs in again in a window beside it, where the server shows a new key, and the page goes on with that.
 */
import { Dialog, showDialog } from "@jupyterlab/apputils";
import { PageConfig, URLExt } from "@jupyterlab/coreutils";
import { config } from "../utils/pageconfig";
import { LOGGED_IN } from "./keys";

/** A refusal has it that a log-in would turn into an answer; `wasmnb/server/auth/middleware.py` sets it. */
export const LOG_IN = "X-Wasmnb-Log-In";

const EXPIRED =
  "The server does not know this page any more: it was started anew, or you have logged out. What is open here is kept. " +
  "Log in, in a window of its own, and this page goes on.";

let pendingLogin: Promise<boolean> | null = null;
let isDeclined = false;

/** Whether the reader has logged in. Who has declined once is asked again for what they do, and not for what the page asks by itself. */
export function logIn(method: string): Promise<boolean> {
  if (isDeclined && ["GET", "HEAD"].includes(method)) return Promise.resolve(false);
  pendingLogin ??= ask().finally(() => { pendingLogin = null; });
  return pendingLogin;
}

async function ask(): Promise<boolean> {
  const buttons = [Dialog.cancelButton(), Dialog.okButton({ label: "Log In" })];
  const { button } = await showDialog({ title: "You Are Logged Out", body: EXPIRED, buttons });
  const key = button.accept ? await fetchKey() : null;
  isDeclined = key === null;
  if (key === null) return false;
  PageConfig.setOption("wasmnb", JSON.stringify({ ...config(), key }));
  window.dispatchEvent(new CustomEvent(LOGGED_IN, { detail: { key } }));
  return true;
}

/** The key in the window where the reader logs in; null if it was closed before. */
async function fetchKey(): Promise<string | null> {
  const beside = window.open(URLExt.join(PageConfig.getBaseUrl(), "key"), "_blank", "popup,width=600,height=400");
  while (beside && !beside.closed) {
    const key = beside.document.getElementById("wasmnb-key")?.textContent;
    if (key) {
      beside.close();
      return key;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return null;
}

const POLL_MS = 200; // milliseconds
