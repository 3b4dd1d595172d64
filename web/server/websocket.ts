/** Routes WebSockets: a kernel of this page and the event stream get an in-memory socket, all others a real one. */

import { UUID } from "@lumino/coreutils";

import type { Kernels } from "./kernels";
import { pathUnder } from "./routes";
import { PipeSocket } from "./pipe-socket";

/** A WebSocket class that connects to the page's own kernels in memory. */
export function routedWebSocket(kernels: Kernels, baseUrl: string, outer: typeof WebSocket): typeof WebSocket {
  return new Proxy(outer, {
    construct: (target, [url, protocols]: [string | URL, (string | string[])?]) =>
      socketTo(kernels, baseUrl, String(url)) ?? new target(url, protocols),
  });
}

function socketTo(kernels: Kernels, baseUrl: string, url: string): WebSocket | null {
  const path = pathUnder(baseUrl, url) ?? "";
  if (path === "api/events/subscribe") return silentSocket(url);
  const id = decodeURIComponent(/^api\/kernels\/([^/]+)\/channels$/.exec(path)?.[1] ?? "");
  return kernels.has(id) ? kernels.get(id).connect(clientIn(url), url) : null;
}

/** A client is identified by its session id, as on a Jupyter server. */
function clientIn(url: string): string {
  return new URL(url).searchParams.get("session_id") ?? UUID.uuid4();
}

/** The event stream: this server emits no events. */
function silentSocket(url: string): WebSocket {
  const socket = new PipeSocket(url, { message: () => undefined, closed: () => undefined });
  socket.open();
  return socket;
}
