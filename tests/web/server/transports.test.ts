/** The two transports of the page's server: requests passed on to the server behind it, and the in-memory WebSocket. */

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { EventManager, NbConvertManager, ServiceManager } from "@jupyterlab/services";
import { expect, onTestFinished, test } from "vitest";

import { FRAMING } from "../../../kernels/port";
import { ask, BASE, openPage, type Page } from "../driver";

/** What a real server was asked. */
interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

test("a request that is none of the page's reaches the server behind it untouched", async () => {
  const { url, asked } = await behind();
  const page = await openPage({ baseUrl: url, fetch });
  const body = new Uint8Array([0, 255, 13, 10]);
  const headers = { "Content-Type": "application/x-ours", "X-XSRFToken": "abc" };
  const request = new Request(`${url}api/contents/ä b.ipynb?content=0`, { method: "PUT", body, headers });
  const response = await page.server.fetch(request);
  expect(await response.text()).toBe("from behind");
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ method: "PUT", url: "/sub/api/contents/%C3%A4%20b.ipynb?content=0" });
  expect(asked[0]?.headers).toMatchObject({ "content-type": "application/x-ours", "x-xsrftoken": "abc" });
  expect([...(asked[0]?.body ?? [])]).toEqual([...body]);
});

test("what is given to the outer fetch is what was given to the page's, the very same", async () => {
  const given: unknown[] = [];
  const { server } = await openPage({ fetch: (...all) => { given.push(...all); return Promise.resolve(new Response()); } });
  const request = new Request(`${BASE}api/contents`);
  const init = { method: "POST" };
  await server.fetch(request);
  await server.fetch(new URL(`${BASE}files/a.txt`), init);
  expect(given[0]).toBe(request);
  expect(given[2]).toEqual(new URL(`${BASE}files/a.txt`));
  expect(given[3]).toBe(init);
});

test.each([
  "http://elsewhere.test/sub/api/kernels",
  "http://page.test/api/kernels",
  "http://page.test/sub/api/kernelsandmore",
  "http://page.test/sub/files/api/kernels",
])("%s is not taken for the page's own", async (url) => {
  const { server } = await openPage({ fetch: () => Promise.resolve(new Response("outer")) });
  expect(await (await server.fetch(url)).text()).toBe("outer");
});

test("a socket to a kernel that is none of the page's is a real one", async () => {
  const { url, upgrades } = await behind();
  const page = await openPage({ baseUrl: url, fetch });
  const wsUrl = `${url.replace("http", "ws")}api/kernels/0-elsewhere/channels?session_id=1`;
  const socket = new page.server.WebSocket(wsUrl, [FRAMING]);
  await new Promise((resolve) => { socket.onerror = resolve; }); // the server behind accepts none
  expect(upgrades).toMatchObject([{ url: "/sub/api/kernels/0-elsewhere/channels?session_id=1", headers: { "sec-websocket-protocol": FRAMING } }]);
});

test("a kernel's socket behaves as a browser's", async () => {
  const page = await openPage();
  const socket = await channels(page);
  const events: string[] = [];
  for (const type of ["open", "close", "error"]) socket.addEventListener(type, () => events.push(type));
  expect(socket).toBeInstanceOf(EventTarget);
  expect([socket.readyState, socket.binaryType, socket.bufferedAmount, socket.extensions]).toEqual([0, "blob", 0, ""]);
  expect(() => { socket.send(new ArrayBuffer(1)); }).toThrow("still connecting");
  await new Promise((resolve) => { socket.onopen = resolve; });
  expect([socket.readyState, socket.protocol]).toEqual([page.server.WebSocket.OPEN, FRAMING]);
  const closed = new Promise<CloseEvent>((resolve) => { socket.onclose = resolve; });
  socket.close(3000, "enough");
  expect(socket.readyState).toBe(socket.CLOSING);
  expect(await closed).toMatchObject({ code: 3000, reason: "enough", wasClean: true });
  expect(socket.readyState).toBe(socket.CLOSED);
  expect(events).toEqual(["open", "close"]);
  socket.send("nobody hears this, and nothing happens");
});

test("a socket takes buffers, views and text, and delivers blobs or buffers as it is told", async () => {
  const page = await openPage();
  const socket = await channels(page);
  await new Promise((resolve) => { socket.onopen = resolve; });
  const complaints: unknown[] = [];
  const three = new Promise((resolve) => {
    socket.onmessage = ({ data }): void => { if (complaints.push(data) === 3) resolve(undefined); };
  });
  const large = new Uint8Array([1, 2, 3, 4]);
  socket.send(large.subarray(1, 3));
  socket.send("text");
  socket.binaryType = "arraybuffer";
  socket.send(large.slice().buffer);
  await three;
  expect(large).toEqual(new Uint8Array([1, 2, 3, 4]));
  expect(complaints.every((data) => data instanceof Blob || data instanceof ArrayBuffer)).toBe(true);
  expect(() => { socket.send(new Blob()); }).toThrow("not Blobs");
});

test("a client that connects again takes the place of its older socket", async () => {
  const page = await openPage();
  const older = await channels(page, "?session_id=1");
  const closed = new Promise<CloseEvent>((resolve) => { older.onclose = resolve; });
  await channels(page, "?session_id=1", older.url);
  expect(await closed).toMatchObject({ code: 1000 });
  expect(page.server.kernels.list()[0]?.model.connections).toBe(1);
});

test("the event stream is open, and quiet", async () => {
  const { server, settings } = await openPage();
  const socket = new server.WebSocket(`${BASE.replace("http", "ws")}api/events/subscribe`);
  await new Promise((resolve) => { socket.onopen = resolve; });
  socket.close();
  const events = new EventManager({ serverSettings: settings });
  await events.emit({ schema_id: "https://events.test/one", data: {}, version: "1" });
  events.dispose();
});

test("a front end that asks for what there is none of gets an empty answer", async () => {
  const page = await openPage();
  expect(await ask(page, "GET", "api/terminals")).toEqual([200, []]);
  expect(await new NbConvertManager({ serverSettings: page.settings }).getExportFormats()).toEqual({});
  expect(await ask(page, "GET", "lab/api/translations")).toMatchObject([200, { data: { en: { nativeName: "English" } } }]);
  expect(await ask(page, "GET", "lab/api/translations/default")).toEqual([200, { data: {}, message: "" }]);
});

test("JupyterLab's service manager gets ready without any server behind the page", async () => {
  const { settings } = await openPage();
  const manager = new ServiceManager({ serverSettings: settings });
  await manager.ready;
  expect(manager.kernelspecs.specs?.default).toBe("python");
  manager.dispose();
});

/** A real server behind the page, which notes what it is asked. */
async function behind(): Promise<{ url: string; asked: Asked[]; upgrades: IncomingMessage[] }> {
  const asked: Asked[] = [];
  const upgrades: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks) });
      response.end("from behind");
    });
  });
  server.on("upgrade", (request, socket) => { upgrades.push(request); socket.destroy(); });
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  onTestFinished(() => { server.closeAllConnections(); server.close(); });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sub/`, asked, upgrades };
}

/** A socket to a kernel, which has just been started if no URL is given. */
async function channels(page: Page, query = "", url?: string): Promise<WebSocket> {
  const [, model] = url === undefined ? await ask(page, "POST", "api/kernels") : [0, { id: "" }];
  const { id } = model as { id: string };
  return new page.server.WebSocket(url ?? `${BASE.replace("http", "ws")}api/kernels/${id}/channels${query}`, [FRAMING]);
}
