/** The driver: a page with its server, JupyterLab's managers that use it, and short ways to act and to look. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  type Kernel,
  KernelManager,
  KernelMessage,
  KernelSpecManager,
  ServerConnection,
  SessionManager,
} from "@jupyterlab/services";
import type { ISignal } from "@lumino/signaling";
import { onTestFinished } from "vitest";

import { mapStore, type PageServer, pageServer, type PageServerOptions, serializer } from "../../web/server";
import { CPython } from "./cpython";

export const BASE = "http://page.test/sub/";

/** A page, as one browser tab has it. */
export interface Page {
  readonly server: PageServer;
  readonly settings: ServerConnection.ISettings;
  readonly kernels: KernelManager;
  readonly sessions: SessionManager;
  readonly specs: KernelSpecManager;
  /** Where the kernels' folders are. */
  readonly folder: string;
}

/** Opens a page, which is closed with all its kernels when the test ends. */
export async function openPage(options: Partial<PageServerOptions> = {}): Promise<Page> {
  const folder = await mkdtemp(join(tmpdir(), "wasmnb-page-"));
  const server = pageServer({
    baseUrl: BASE,
    providers: [new CPython("python", folder), new CPython("other", folder)],
    store: mapStore(),
    schemasUrl: `${BASE}static/schemas.json`,
    fetch: unreachable,
    WebSocket: ServerConnection.makeSettings().WebSocket,
    ...options,
  });
  const { fetch, WebSocket } = server;
  const settings = ServerConnection.makeSettings({ baseUrl: options.baseUrl ?? BASE, appUrl: "lab", token: "", fetch, WebSocket, serializer });
  const kernels = new KernelManager({ serverSettings: settings });
  const sessions = new SessionManager({ kernelManager: kernels, serverSettings: settings });
  const specs = new KernelSpecManager({ serverSettings: settings });
  await Promise.all([specs.ready, sessions.ready, kernels.ready]);
  onTestFinished(async () => {
    for (const manager of [specs, sessions, kernels]) manager.dispose();
    for (const kernel of server.kernels.list()) server.kernels.shutdown(kernel.id);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return { server, settings, kernels, sessions, specs, folder };
}

/** A request to the page's server by hand, with a JSON body. */
export async function ask({ server }: Page, method: string, path: string, body?: unknown): Promise<[number, unknown]> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await server.fetch(BASE + path, init);
  const text = await response.text();
  return [response.status, text ? JSON.parse(text) : null];
}

export type Output = readonly [kind: string, text: string];

/** The outputs of a cell, as a notebook shows them; text on one stream is joined. */
export async function run(kernel: Kernel.IKernelConnection, code: string, answers: string[] = []): Promise<Output[]> {
  const future = kernel.requestExecute({ code });
  future.onStdin = (question): void => {
    if (!KernelMessage.isInputRequestMsg(question)) return;
    future.sendInputReply({ status: "ok", value: answers.shift() ?? "" }, question.header);
  };
  const outputs = collected(future);
  await future.done;
  return outputs;
}

/** The outputs of a running cell as they come. */
export function collected(future: Pick<Kernel.IFuture<never, never>, "onIOPub">): Output[] {
  const outputs: Output[] = [];
  future.onIOPub = (message): void => {
    const [kind, text] = shown(message) ?? [];
    if (kind === undefined || text === undefined) return;
    const last = outputs.at(-1);
    if (last?.[0] === kind && message.header.msg_type === "stream") outputs[outputs.length - 1] = [kind, last[1] + text];
    else outputs.push([kind, text]);
  };
  return outputs;
}

/** Resolves with what the signal brings when that is what is waited for. */
export function heard<T>(signal: ISignal<unknown, T>, wanted: (value: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    const slot = (_: unknown, value: T): void => {
      if (!wanted(value)) return;
      signal.disconnect(slot);
      resolve(value);
    };
    signal.connect(slot);
  });
}

/** Waits until the kernel shows a status. */
export async function status(kernel: Kernel.IKernelConnection, wanted: Kernel.Status): Promise<void> {
  if (kernel.status !== wanted) await heard(kernel.statusChanged, (status) => status === wanted);
}

function shown(message: KernelMessage.IIOPubMessage): Output | null {
  if (KernelMessage.isStreamMsg(message)) return [message.content.name, message.content.text];
  if (KernelMessage.isExecuteResultMsg(message)) return ["result", message.content.data["text/plain"] as string];
  if (KernelMessage.isErrorMsg(message)) return ["error", `${message.content.ename}: ${message.content.evalue}`];
  return null;
}

function unreachable(input: RequestInfo | URL): Promise<Response> {
  return Promise.reject(new TypeError(`There is no server behind this page to ask for ${JSON.stringify(input)}.`));
}
