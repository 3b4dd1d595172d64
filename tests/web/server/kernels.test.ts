/** Kernels as JupyterLab's kernel managers see them: listed, started, found again, shut down. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { ask, BASE, openPage, run, status } from "../driver";

test("the kinds of kernel are listed, and the first is the default", async () => {
  const { specs } = await openPage();
  await specs.ready;
  expect(specs.specs?.default).toBe("python");
  expect(Object.keys(specs.specs?.kernelspecs ?? {})).toEqual(["python", "other"]);
  expect(specs.specs?.kernelspecs.other?.display_name).toBe("Python (other)");
});

test("a kernelspec can be asked for by its name", async () => {
  const page = await openPage();
  expect(await ask(page, "GET", "api/kernelspecs/other")).toMatchObject([200, { name: "other", spec: { language: "python" } }]);
  expect(await ask(page, "GET", "api/kernelspecs/julia")).toEqual([404, { message: "Kernel spec julia not found" }]);
});

test("a kernel starts, is listed, runs code, and is gone after it was shut down", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew({ name: "other" });
  expect(kernel.name).toBe("other");
  expect(await run(kernel, "print('a')\n1 + 1")).toEqual([["stdout", "a\n"], ["result", "2"]]);
  await kernels.refreshRunning();
  expect([...kernels.running()].map(({ id }) => id)).toEqual([kernel.id]);
  await kernel.shutdown();
  await kernels.refreshRunning();
  expect([...kernels.running()]).toEqual([]);
  expect(kernel.isDisposed).toBe(true);
});

test("a kernel's model tells whether it has begun, and how many are connected to it", async () => {
  const page = await openPage();
  const kernel = await page.kernels.startNew();
  expect(page.server.kernels.get(kernel.id).model).toMatchObject({ name: "python", execution_state: "starting", connections: 1 });
  await kernel.info;
  const other = page.kernels.connectTo({ model: kernel.model });
  await other.info;
  const [, model] = await ask(page, "GET", `api/kernels/${kernel.id}`);
  expect(model).toMatchObject({ execution_state: "idle", connections: 2, last_activity: expect.stringMatching(/^\d{4}-.*Z$/) as string });
  other.dispose();
  expect(await ask(page, "GET", "api/kernels")).toMatchObject([200, [{ id: kernel.id, connections: 1 }]]);
});

test("without a name, a kernel of the first kind starts", async () => {
  const page = await openPage();
  expect(await ask(page, "POST", "api/kernels")).toMatchObject([201, { name: "python", execution_state: "starting" }]);
});

test("what was created says where it is", async () => {
  const { server } = await openPage();
  const { headers } = await server.fetch(`${BASE}api/kernels?1234`, { method: "POST" });
  expect(headers.get("Location")).toBe(`/sub/api/kernels/${server.kernels.list()[0]?.id ?? "none"}`);
});

test("a kernel works in the folder that it is started with", async () => {
  const page = await openPage();
  await mkdir(join(page.folder, "a/b"), { recursive: true });
  const [, model] = await ask(page, "POST", "api/kernels", { path: "/a/b/" });
  const kernel = page.kernels.connectTo({ model: model as { id: string; name: string } });
  const cwd = await run(kernel, "import os; os.path.relpath(os.getcwd(), os.path.realpath('../..'))");
  expect(cwd).toEqual([["result", "'a/b'"]]);
});

test("a kernel outlives its clients, and keeps its names for the next one", async () => {
  const { kernels } = await openPage();
  const first = await kernels.startNew();
  await run(first, "kept = 42");
  const model = first.model;
  first.dispose();
  const second = kernels.connectTo({ model });
  expect(await run(second, "kept")).toEqual([["result", "42"]]);
});

test("news of a kernel reaches whoever watches the page's kernels", async () => {
  const { server, kernels } = await openPage();
  const news: string[] = [];
  server.kernels.changed.connect((kernels, { id, lastEvent: { type } }) => news.push(kernels.has(id) ? type : `${type}, unlisted`));
  const kernel = await kernels.startNew();
  await status(kernel, "idle");
  await kernel.shutdown();
  expect(news).toEqual(["starting", "progress", "ready", "closed, unlisted"]);
});

test.each([
  ["POST", "api/kernels", { name: "julia" }, 501, "The 'julia' kernel is not available. Please pick another suitable kernel instead, or install that kernel."],
  ["POST", "api/kernels", [1], 400, `The body of POST http://page.test/sub/api/kernels must be a JSON object, but is [1].`],
  ["POST", "api/kernels", { name: 3 }, 400, "The field name must be text, but is 3."],
  ["GET", "api/kernels/nobody", undefined, 404, "Kernel does not exist: nobody"],
  ["DELETE", "api/kernels/nobody", undefined, 404, "Kernel does not exist: nobody"],
  ["POST", "api/kernels/nobody/restart", undefined, 404, "Kernel does not exist: nobody"],
  ["POST", "api/kernels/nobody/interrupt", undefined, 404, "Kernel does not exist: nobody"],
  ["PUT", "api/kernels", {}, 405, "api/kernels has no PUT."],
])("%s %s with %j is refused with %i", async (method, path, body, code, message) => {
  const page = await openPage();
  expect(await ask(page, method, path, body)).toEqual([code, { message }]);
});

test("a body that is no JSON is refused with what is wrong in it", async () => {
  const { server } = await openPage();
  const response = await server.fetch(`${BASE}api/kernels`, { method: "POST", body: "{oops" });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ message: expect.stringContaining("is not JSON: SyntaxError") as string });
});
