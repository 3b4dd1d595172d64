/** Kernels that are interrupted, restarted, lost and revived, as JupyterLab shows it. */

import type { Kernel } from "@jupyterlab/services";
import { KernelAPI } from "@jupyterlab/services";
import { expect, test } from "vitest";

import { CPython } from "../cpython";
import { ask, collected, heard, openPage, type Page, run, status } from "../driver";

const DIE = "import os; os._exit(3)";
const REASON = "The kernel's process ended with 3.";

test.each([
  ["busy", "while True: pass"],
  ["asleep", "import time; time.sleep(1000)"],
  ["awaiting", "import asyncio; await asyncio.sleep(1000)"],
  ["asking", "input()"],
])("code that is %s stops when it is interrupted", async (_, code) => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  await run(kernel, "pass");
  const future = kernel.requestExecute({ code: `print('begun', flush=True)\n${code}` });
  const outputs = collected(future);
  await heard(kernel.iopubMessage, ({ header }) => header.msg_type === "stream");
  await kernel.interrupt();
  await future.done;
  expect(outputs).toEqual([["stdout", "begun\n"], ["error", expect.stringMatching(/^KeyboardInterrupt/) as string]]);
});

test("an interrupt does no harm to a kernel that still starts", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  await kernel.interrupt();
  expect(await run(kernel, "1")).toEqual([["result", "1"]]);
});

test("a restarted kernel has forgotten everything, keeps its id, and goes from restarting to idle", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  await run(kernel, "kept = 42");
  const statuses = statusesOf(kernel);
  const id = kernel.id;
  await kernel.restart();
  expect(await run(kernel, "'kept' in globals()")).toEqual([["result", "False"]]);
  await status(kernel, "idle");
  expect(kernel.id).toBe(id);
  expect(statuses[0]).toBe("restarting");
  expect(statuses.at(-1)).toBe("idle");
  expect(statuses).not.toContain("dead");
});

test("a busy kernel can be restarted", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  await run(kernel, "pass");
  kernel.requestExecute({ code: "while True: pass" }).done.catch(() => undefined); // it is never answered
  await status(kernel, "busy");
  await kernel.restart();
  expect(await run(kernel, "1")).toEqual([["result", "1"]]);
});

test("a kernel can be restarted while it starts", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  await kernel.restart();
  expect(await run(kernel, "1")).toEqual([["result", "1"]]);
});

test("the other clients of a restarted kernel go on with the new one", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  const other = kernels.connectTo({ model: kernel.model });
  await run(other, "kept = 42");
  const restarted = kernel.restart();
  const asked = run(other, "'kept' in globals()");
  await restarted;
  expect(await asked).toEqual([["result", "False"]]);
  expect(other.connectionStatus).toBe("connected");
});

test("a client that reconnects goes on with the same kernel", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  await run(kernel, "kept = 42");
  await kernel.reconnect();
  expect(await run(kernel, "kept")).toEqual([["result", "42"]]);
});

test("a kernel that dies while it runs code is shown as dead, with the reason", async () => {
  const page = await openPage();
  const kernel = await page.kernels.startNew();
  const other = page.kernels.connectTo({ model: kernel.model });
  await other.info;
  await die(kernel);
  await status(other, "dead");
  expect(kernel.model).toMatchObject({ execution_state: "dead", died: REASON });
  expect(await ask(page, "GET", "api/kernels")).toMatchObject([200, [{ id: kernel.id, execution_state: "dead", connections: 0 }]]);
});

test("a kernel that cannot start is shown as dead, with the reason", async () => {
  const page = await openPage();
  const kernel = await page.kernels.startNew({ path: "no/such/folder" } as Kernel.IKernelOptions);
  await status(kernel, "dead");
  expect(kernel.model).toMatchObject({ died: expect.stringContaining("could not start") as string });
});

test("whoever connects to a dead kernel is told that it is dead", async () => {
  const page = await openPage();
  const kernel = await page.kernels.startNew();
  const model = { id: kernel.id, name: kernel.name };
  await die(kernel);
  const late = page.kernels.connectTo({ model });
  await status(late, "dead");
  expect(late.model).toMatchObject({ died: REASON });
});

test("a dead kernel comes back under its id when it is restarted", async () => {
  const page = await openPage();
  const kernel = await page.kernels.startNew();
  await die(kernel);
  await KernelAPI.restartKernel(kernel.id, page.settings);
  const [, model] = await ask(page, "GET", `api/kernels/${kernel.id}`);
  expect(model).toMatchObject({ id: kernel.id, execution_state: "idle" });
  expect(model).not.toHaveProperty("died");
  const again = page.kernels.connectTo({ model: model as Kernel.IModel });
  expect(await run(again, "1")).toEqual([["result", "1"]]);
});

test("a restart that fails says why", async () => {
  const page = await openPage();
  const [, model] = await ask(page, "POST", "api/kernels", { path: "no/such/folder" });
  const { id } = model as Kernel.IModel;
  await news(page, "died");
  const [code, answer] = await ask(page, "POST", `api/kernels/${id}/restart`);
  expect(code).toBe(500);
  expect(answer).toMatchObject({ message: expect.stringMatching(/^The kernel could not be restarted\. .* could not start/) as string });
});

test("a kernel that is shut down while it restarts answers that it is gone", async () => {
  const page = await openPage();
  const kernel = await page.kernels.startNew();
  await kernel.info;
  const restart = ask(page, "POST", `api/kernels/${kernel.id}/restart`);
  expect(await ask(page, "DELETE", `api/kernels/${kernel.id}`)).toEqual([204, null]);
  expect(await restart).toEqual([404, { message: "The kernel was shut down while it restarted." }]);
});

test("a kernel that throws where it is started has died of that", async () => {
  const kind = new CPython("none", "/");
  kind.start = (): never => { throw new Error("This browser has no workers."); };
  const { kernels } = await openPage({ providers: [kind] });
  const kernel = await kernels.startNew();
  await status(kernel, "dead");
  expect(kernel.model).toMatchObject({ died: "This browser has no workers." });
});

test("a kernel that was shut down leaves its other clients without a connection, at once", async () => {
  const page = await openPage();
  const kernel = await page.kernels.startNew();
  const other = page.kernels.connectTo({ model: kernel.model });
  await other.info;
  const gone = heard(other.connectionStatusChanged, (status) => status === "disconnected");
  await kernel.shutdown();
  await gone;
});

async function die(kernel: Kernel.IKernelConnection): Promise<void> {
  await kernel.info;
  kernel.requestExecute({ code: DIE }).done.catch(() => undefined); // it is never answered
  await status(kernel, "dead");
}

async function news({ server }: Page, wanted: string): Promise<void> {
  await heard(server.kernels.changed, ({ lastEvent: { type } }) => type === wanted);
}

function statusesOf(kernel: Kernel.IKernelConnection): string[] {
  const statuses: string[] = [];
  kernel.statusChanged.connect((_, status) => { statuses.push(status); });
  return statuses;
}
