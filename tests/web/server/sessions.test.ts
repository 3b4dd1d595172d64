/** Sessions as JupyterLab's session manager sees them: documents, and the kernels that they run on. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { Session } from "@jupyterlab/services";
import { expect, test } from "vitest";

import { ask, openPage, type Page, run, status } from "../driver";

const NOTEBOOK = { path: "a.ipynb", name: "a.ipynb", type: "notebook" };

test("a document gets a session with a kernel, and is found by its path", async () => {
  const { sessions } = await openPage();
  const session = await start(sessions);
  expect(session).toMatchObject({ path: "a.ipynb", name: "a.ipynb", type: "notebook" });
  expect(await sessions.findByPath("a.ipynb")).toMatchObject({ id: session.id, kernel: { id: session.kernel?.id } });
});

test("a session's kernel works in the folder of its document, and knows the document's name", async () => {
  const { sessions, folder } = await openPage();
  await mkdir(join(folder, "deep/down"), { recursive: true });
  const session = await start(sessions, { path: "deep/down/3f2a-made-up", name: "b.ipynb" });
  const code = "import os; os.path.relpath(os.getcwd(), os.path.realpath('../..')), os.environ['JPY_SESSION_NAME']";
  expect(await run(kernelOf(session), code)).toEqual([["result", "('deep/down', 'deep/down/b.ipynb')"]]);
});

test("a document that is closed and opened again finds its session and what its kernel knows", async () => {
  const { sessions } = await openPage();
  const first = await start(sessions);
  await run(kernelOf(first), "kept = 42");
  first.dispose();
  const model = await sessions.findByPath("a.ipynb");
  if (!model) throw new Error("The session of a.ipynb was not found.");
  const second = sessions.connectTo({ model });
  expect(await run(kernelOf(second), "kept")).toEqual([["result", "42"]]);
});

test("a document that has a session keeps it when another one is asked for", async () => {
  const page = await openPage();
  const [, first] = await ask(page, "POST", "api/sessions", { ...NOTEBOOK, kernel: { name: "python" } });
  const [code, second] = await ask(page, "POST", "api/sessions", { ...NOTEBOOK, kernel: { name: "other" } });
  expect(code).toBe(201);
  expect(second).toEqual(first);
});

test("a session can be asked for, and says what a notebook's old interface had", async () => {
  const page = await openPage();
  const [, created] = await ask(page, "POST", "api/sessions", NOTEBOOK);
  const { id } = created as Session.IModel;
  const [code, session] = await ask(page, "GET", `api/sessions/${id}`);
  expect(code).toBe(200);
  expect(session).toMatchObject({ ...NOTEBOOK, id, kernel: { name: "python" }, notebook: { path: "a.ipynb", name: "a.ipynb" } });
});

test("a session follows its document when that is renamed, and keeps its kernel", async () => {
  const { sessions } = await openPage();
  const session = await start(sessions);
  const kernel = session.kernel?.id;
  await session.setPath("moved/b.ipynb");
  await session.setName("b.ipynb");
  await session.setType("console");
  expect(session.model).toMatchObject({ path: "moved/b.ipynb", name: "b.ipynb", type: "console", kernel: { id: kernel } });
  await sessions.refreshRunning();
  expect([...sessions.running()].map(({ path }) => path)).toEqual(["moved/b.ipynb"]);
});

test("a session changes to a kernel of another kind, and the old kernel ends", async () => {
  const page = await openPage();
  const session = await start(page.sessions);
  const before = kernelOf(session).id;
  const kernel = await session.changeKernel({ name: "other" });
  expect(kernel?.name).toBe("other");
  expect(await run(kernelOf(session), "1")).toEqual([["result", "1"]]);
  expect(page.server.kernels.list().map(({ id }) => id)).toEqual([kernel?.id]);
  expect(before).not.toBe(kernel?.id);
});

test("a session changes to a kernel that runs already", async () => {
  const page = await openPage();
  const running = await page.kernels.startNew();
  await run(running, "kept = 42");
  const session = await start(page.sessions);
  await session.changeKernel({ id: running.id });
  expect(await run(kernelOf(session), "kept")).toEqual([["result", "42"]]);
});

test("a session whose kernel has died gets a new one", async () => {
  const { sessions } = await openPage();
  const session = await start(sessions);
  const dead = kernelOf(session);
  await dead.info;
  dead.requestExecute({ code: "import os; os._exit(3)" }).done.catch(() => undefined); // it is never answered
  await status(dead, "dead");
  await session.changeKernel({ name: dead.name });
  expect(await run(kernelOf(session), "1")).toEqual([["result", "1"]]);
});

test("a session that is shut down takes its kernel with it", async () => {
  const page = await openPage();
  const session = await start(page.sessions);
  await session.shutdown();
  expect(page.server.kernels.list()).toEqual([]);
  expect(await ask(page, "GET", "api/sessions")).toEqual([200, []]);
});

test("a session ends with its kernel", async () => {
  const page = await openPage();
  const session = await start(page.sessions);
  const { id } = session;
  await kernelOf(session).shutdown();
  expect(await ask(page, "GET", "api/sessions")).toEqual([200, []]);
  expect(await ask(page, "GET", `api/sessions/${id}`)).toEqual([404, { message: `Session not found: session_id='${id}'` }]);
});

test.each([
  ["POST", "", {}, 400, "Missing field in JSON data: path"],
  ["POST", "", { path: "a.ipynb" }, 400, "Missing field in JSON data: type"],
  ["POST", "", { ...NOTEBOOK, kernel: "python" }, 400, 'The field kernel must be a JSON object, but is "python".'],
  ["POST", "", { ...NOTEBOOK, kernel: { name: "julia" } }, 501, "The 'julia' kernel is not available. Please pick another suitable kernel instead, or install that kernel."],
  ["GET", "/nobody", undefined, 404, "Session not found: session_id='nobody'"],
  ["PATCH", "/nobody", { path: "b.ipynb" }, 404, "Session not found: session_id='nobody'"],
  ["DELETE", "/nobody", undefined, 404, "Session not found: session_id='nobody'"],
])("%s api/sessions%s with %j is refused with %i", async (method, path, body, code, message) => {
  const page = await openPage();
  expect(await ask(page, method, `api/sessions${path}`, body)).toEqual([code, { message }]);
  expect(page.server.kernels.list()).toEqual([]);
});

test.each([
  [{ kernel: { id: "nobody" } }, 400, "No such kernel: nobody"],
  [{ kernel: { name: "julia" } }, 501, "The 'julia' kernel is not available. Please pick another suitable kernel instead, or install that kernel."],
  [{ path: 1 }, 400, "The field path must be text, but is 1."],
])("a change of a session to %j is refused with %i, and changes nothing", async (change, code, message) => {
  const page = await openPage();
  const session = await created(page);
  expect(await ask(page, "PATCH", `api/sessions/${session.id}`, change)).toEqual([code, { message }]);
  expect(await ask(page, "GET", "api/sessions")).toMatchObject([200, [{ id: session.id, path: "a.ipynb", kernel: { id: session.kernel?.id } }]]);
});

function start(sessions: Session.IManager, options: Partial<Session.ISessionOptions> = {}): Promise<Session.ISessionConnection> {
  return sessions.startNew({ ...NOTEBOOK, kernel: { name: "python" }, ...options });
}

async function created(page: Page): Promise<Session.IModel> {
  const [, session] = await ask(page, "POST", "api/sessions", NOTEBOOK);
  return session as Session.IModel;
}

function kernelOf({ kernel }: Session.ISessionConnection): NonNullable<Session.ISessionConnection["kernel"]> {
  if (!kernel) throw new Error("The session has no kernel.");
  return kernel;
}
