/** The early kernel: JupyterLab's client adopts it, and its requests claim the early runs. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Kernel } from "@jupyterlab/services";
import { expect, onTestFinished, test, vi } from "vitest";

import { EarlyKernel } from "../../../web/hydration/early-kernel";
import { CPython } from "../cpython";
import { collected, openPage, type Output, type Page, run } from "../driver";

const NOTEBOOK = "note.ipynb";

interface Early {
  readonly early: EarlyKernel;
  /** Runs code early; resolves with the types of its messages, up to the first that matches. */
  readonly runEarly: (code: string, isLast: (type: string, content: object) => boolean) => Promise<string[]>;
}

/** An early kernel in the folder of its notebook. */
async function startEarly(): Promise<Early> {
  const folder = await mkdtemp(join(tmpdir(), "wasmnb-early-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const early = new EarlyKernel(new CPython("python", folder), { path: "", env: { JPY_SESSION_NAME: NOTEBOOK } });
  let cells = 0;
  const runEarly: Early["runEarly"] = (code, isLast) => {
    const types: string[] = [];
    return new Promise((resolve) => {
      early.run(cells++, code, (type, content) => {
        types.push(type);
        if (isLast(type, content)) resolve(types);
      });
    });
  };
  return { early, runEarly };
}

const ended = (type: string, content: object): boolean => type === "status" && "execution_state" in content && content.execution_state === "idle";

/** JupyterLab starts, and its notebook asks for a kernel. */
async function openInJupyterLab(early: EarlyKernel, path = NOTEBOOK): Promise<readonly [Kernel.IKernelConnection, Page]> {
  const page = await openPage({ providers: [early.provider] });
  const { kernel } = await page.sessions.startNew({ name: path, path, type: "notebook", kernel: { name: "python" } });
  if (!kernel) throw new Error("The session has no kernel.");
  return [kernel, page];
}

/** Runs a cell as a notebook does. */
function execute(kernel: Kernel.IKernelConnection, cellId: string, code: string, answers: string[] = []): { outputs: Output[]; done: Promise<number | null> } {
  const future = kernel.requestExecute({ code }, true, { cellId });
  future.onStdin = (): void => { future.sendInputReply({ status: "ok", value: answers.shift() ?? "" }, {} as never); };
  const outputs = collected(future);
  return { outputs, done: future.done.then(({ content }) => ("execution_count" in content ? content.execution_count : null)) };
}

test("a cell that was run early gets the recorded outputs, and does not run again", async () => {
  const { early, runEarly } = await startEarly();
  expect(await runEarly("n = globals().get('n', 0) + 1\nprint('once')\nn", ended)).toContain("execute_result");
  const [kernel] = await openInJupyterLab(early);
  early.adopt(["first", "second"]);
  const first = execute(kernel, "first", "changed meanwhile");
  expect(await first.done).toBe(1);
  expect(first.outputs).toEqual([["stdout", "once\n"], ["result", "1"]]);
  const second = execute(kernel, "second", "n");
  expect(await second.done).toBe(2);
  expect(second.outputs).toEqual([["result", "1"]]);
});

test("a run that goes on is heard from its beginning, and its input is answered by the request that claims it", async () => {
  const { early, runEarly } = await startEarly();
  await runEarly("print('before', flush=True)\nname = input()\nprint(name, flush=True)\nname * 2", (type) => type === "stream");
  const [kernel] = await openInJupyterLab(early);
  early.adopt(["cell"]);
  const { outputs, done } = execute(kernel, "cell", "", ["ada"]);
  await done;
  expect(outputs).toEqual([["stdout", "before\nada\n"], ["result", "'adaada'"]]);
});

const TELLS = `
from comm import create_comm
parent = get_ipython().kernel.get_parent()["header"]["msg_id"]
comm = create_comm("ids", data={"of": parent})
@comm.on_msg
def check(message):
    comm.send({"known": message["content"]["data"]["of"] == parent})
`;

test("ids of early runs in comm messages are rewritten to those of JupyterLab's requests, and back", async () => {
  const { early, runEarly } = await startEarly();
  await runEarly(TELLS, ended);
  const [kernel] = await openInJupyterLab(early);
  const heard = new Promise<readonly [unknown, unknown]>((resolve) => {
    kernel.registerCommTarget("ids", (comm, { content: { data } }) => {
      comm.onMsg = ({ content }): void => { resolve([data, content.data]); };
      comm.send(data);
    });
  });
  early.adopt(["cell"]);
  const future = kernel.requestExecute({ code: TELLS }, true, { cellId: "cell" });
  expect(await heard).toEqual([{ of: future.msg.header.msg_id }, { known: true }]);
});

test("a cell that was run twice early has run twice", async () => {
  const { early } = await startEarly();
  const ends = ["n = 1\nn", "n += 1\nn"].map((code) => new Promise<void>((resolve) => {
    early.run(0, code, (type, content) => { if (ended(type, content)) resolve(); });
  }));
  await Promise.all(ends);
  const [kernel] = await openInJupyterLab(early);
  early.adopt(["cell"]);
  const [first, second] = [execute(kernel, "cell", "n = 1\nn"), execute(kernel, "cell", "n += 1\nn")];
  expect([await first.done, await second.done]).toEqual([1, 2]);
  expect([first.outputs, second.outputs]).toEqual([[["result", "1"]], [["result", "2"]]]);
});

test("a run that no request has claimed is not replayed when its cell is run later", async () => {
  const { early, runEarly } = await startEarly();
  await runEarly("'ahead'", ended);
  const [kernel] = await openInJupyterLab(early);
  early.adopt(["cell"]);
  early.discardUnclaimed();
  expect(await execute(kernel, "cell", "'later'").done).toBe(2);
});

test("another notebook gets a kernel of its own, as does a restart", async () => {
  const { early, runEarly } = await startEarly();
  await runEarly("here = 'begun'", ended);
  const [other, page] = await openInJupyterLab(early, "other.ipynb");
  expect(await run(other, "'here' in globals()")).toEqual([["result", "False"]]);
  const session = await page.sessions.startNew({ name: NOTEBOOK, path: NOTEBOOK, type: "notebook", kernel: { name: "python" } });
  const { kernel } = session;
  if (!kernel) throw new Error("The session has no kernel.");
  expect(await run(kernel, "here")).toEqual([["result", "'begun'"]]);
  await kernel.restart();
  expect(await run(kernel, "'here' in globals()")).toEqual([["result", "False"]]);
});

test("an early kernel that has died is not adopted", async () => {
  const { early } = await startEarly();
  early.run(0, "import os; os._exit(3)", () => undefined);
  await vi.waitUntil(() => early.provider.early?.({ path: "", env: { JPY_SESSION_NAME: NOTEBOOK } }) === undefined, { timeout: 20_000 });
  const [kernel] = await openInJupyterLab(early);
  expect(await run(kernel, "1 + 1")).toEqual([["result", "2"]]);
});
