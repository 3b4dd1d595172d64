/** Which WebSocket ends in this page: those of its kernels, and the event stream, which has nothing to tell. */

import { UUID } from "@lumino/coreutils";

import type { Kernels } from "./kernels";
import { pathUnder } from "./routes";
import { PipeSocket } from "./pipe-socket";

/** A WebSocket class whose sockets end in this page where it has the other end, and are real ones else. */
export function connecting(kernels: Kernels, baseUrl: string, outer: typeof WebSocket): typeof WebSocket {
  return new Proxy(outer, {
    construct: (target, [url, protocols]: [string | URL, (string | string[])?]) =>
      pipe(kernels, baseUrl, String(url)) ?? new target(url, protocols),
  });
}

function pipe(kernels: Kernels, baseUrl: string, url: string): WebSocket | null {
  const path = pathUnder(baseUrl, url) ?? "";
  if (path === "api/events/subscribe") return quiet(url);
  const id = decodeURIComponent(/^api\/kernels\/([^/]+)\/channels$/.exec(path)?.[1] ?? "");
  return kernels.has(id) ? kernels.get(id).connect(clientIn(url), url) : null;
}

/** A client is known by the session that it names, as on a Jupyter server. */
function clientIn(url: string): string {
  return new URL(url).searchParams.get("session_id") ?? UUID.uuid4();
}

function quiet(url: string): WebSocket {
  const socket = new PipeSocket(url, { message: () => undefined, left: () => undefined });
  socket.open();
  return socket;
}
