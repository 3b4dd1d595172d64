/** A kernel that runs before JupyterLab asks for one, and what JupyterLab's client hears of that when it comes. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Kernel } from "@jupyterlab/services";
import { expect, onTestFinished, test, vi } from "vitest";

import { Begun } from "../../web/hydration/early-kernel";
import { CPython } from "./cpython";
import { collected, openPage, type Output, type Page, run } from "./driver";

const NOTEBOOK = "note.ipynb";

interface Early {
  readonly begun: Begun;
  /** What the page was told of what it has run, until `wanted` is among it. */
  readonly told: (code: string, wanted: (type: string, content: object) => boolean) => Promise<string[]>;
}

/** A kernel that works where its notebook is. */
async function begin(): Promise<Early> {
  const folder = await mkdtemp(join(tmpdir(), "wasmnb-begun-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const begun = new Begun(new CPython("python", folder), { path: "", env: { JPY_SESSION_NAME: NOTEBOOK } });
  let cells = 0;
  const told: Early["told"] = (code, wanted) => {
    const types: string[] = [];
    return new Promise((resolve) => {
      begun.run(cells++, code, (type, content) => {
        types.push(type);
        if (wanted(type, content)) resolve(types);
      });
    });
  };
  return { begun, told };
}

const ended = (type: string, content: object): boolean => type === "status" && "execution_state" in content && content.execution_state === "idle";

/** JupyterLab comes, and its notebook asks for a kernel. */
async function arrive(begun: Begun, path = NOTEBOOK): Promise<readonly [Kernel.IKernelConnection, Page]> {
  const page = await openPage({ kinds: [begun.kind] });
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

test("who runs a cell that was run ahead is told what came of it, and it does not run again", async () => {
  const { begun, told } = await begin();
  expect(await told("n = globals().get('n', 0) + 1\nprint('once')\nn", ended)).toContain("execute_result");
  const [kernel] = await arrive(begun);
  begun.hand(["first", "second"]);
  const first = execute(kernel, "first", "changed meanwhile");
  expect(await first.done).toBe(1);
  expect(first.outputs).toEqual([["stdout", "once\n"], ["result", "1"]]);
  const second = execute(kernel, "second", "n");
  expect(await second.done).toBe(2);
  expect(second.outputs).toEqual([["result", "1"]]);
});

test("what runs on is heard from its beginning, and answered by who takes it over", async () => {
  const { begun, told } = await begin();
  await told("print('before', flush=True)\nname = input()\nprint(name, flush=True)\nname * 2", (type) => type === "stream");
  const [kernel] = await arrive(begun);
  begun.hand(["cell"]);
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

test("what widgets say of the run by its id is said of the one that takes it over, and back", async () => {
  const { begun, told } = await begin();
  await told(TELLS, ended);
  const [kernel] = await arrive(begun);
  const heard = new Promise<readonly [unknown, unknown]>((resolve) => {
    kernel.registerCommTarget("ids", (comm, { content: { data } }) => {
      comm.onMsg = ({ content }): void => { resolve([data, content.data]); };
      comm.send(data);
    });
  });
  begun.hand(["cell"]);
  const future = kernel.requestExecute({ code: TELLS }, true, { cellId: "cell" });
  expect(await heard).toEqual([{ of: future.msg.header.msg_id }, { known: true }]);
});

test("a cell that was run twice ahead was run twice", async () => {
  const { begun } = await begin();
  const ends = ["n = 1\nn", "n += 1\nn"].map((code) => new Promise<void>((resolve) => {
    begun.run(0, code, (type, content) => { if (ended(type, content)) resolve(); });
  }));
  await Promise.all(ends);
  const [kernel] = await arrive(begun);
  begun.hand(["cell"]);
  const [first, second] = [execute(kernel, "cell", "n = 1\nn"), execute(kernel, "cell", "n += 1\nn")];
  expect([await first.done, await second.done]).toEqual([1, 2]);
  expect([first.outputs, second.outputs]).toEqual([[["result", "1"]], [["result", "2"]]]);
});

test("what nobody has taken over is not told when its cell is run later", async () => {
  const { begun, told } = await begin();
  await told("'ahead'", ended);
  const [kernel] = await arrive(begun);
  begun.hand(["cell"]);
  begun.drop();
  expect(await execute(kernel, "cell", "'later'").done).toBe(2);
});

test("another notebook gets a kernel of its own, as does a restart", async () => {
  const { begun, told } = await begin();
  await told("here = 'begun'", ended);
  const [other, page] = await arrive(begun, "other.ipynb");
  expect(await run(other, "'here' in globals()")).toEqual([["result", "False"]]);
  const session = await page.sessions.startNew({ name: NOTEBOOK, path: NOTEBOOK, type: "notebook", kernel: { name: "python" } });
  const { kernel } = session;
  if (!kernel) throw new Error("The session has no kernel.");
  expect(await run(kernel, "here")).toEqual([["result", "'begun'"]]);
  await kernel.restart();
  expect(await run(kernel, "'here' in globals()")).toEqual([["result", "False"]]);
});

test("one that has died by then is not handed over", async () => {
  const { begun } = await begin();
  begun.run(0, "import os; os._exit(3)", () => undefined);
  await vi.waitUntil(() => begun.kind.early?.({ path: "", env: { JPY_SESSION_NAME: NOTEBOOK } }) === undefined, { timeout: 20_000 });
  const [kernel] = await arrive(begun);
  expect(await run(kernel, "1 + 1")).toEqual([["result", "2"]]);
});
