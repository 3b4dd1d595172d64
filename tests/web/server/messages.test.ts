/** Messages between JupyterLab's kernel connections and a real kernel, through the page's sockets. */

import type { IIOPubMessage } from "@jupyterlab/services/lib/kernel/messages";
import { expect, test } from "vitest";

import { collected, heard, openPage, run } from "../driver";

test("an error arrives as one", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  expect(await run(kernel, "1 / 0")).toEqual([["error", "ZeroDivisionError: division by zero"]]);
});

test("what one client runs is shown to every client, and answered to the one that asked", async () => {
  const { kernels } = await openPage();
  const asker = await kernels.startNew();
  await asker.info;
  const other = kernels.connectTo({ model: asker.model });
  await other.info;
  const channels: string[] = [];
  other.anyMessage.connect((_, { msg, direction }) => direction === "recv" && channels.push(`${msg.channel} ${msg.header.msg_type}`));
  const seen = heard<IIOPubMessage>(other.iopubMessage, ({ header }) => header.msg_type === "execute_result");
  const future = asker.requestExecute({ code: "print(1)\n2" });
  const reply = await future.done;
  expect(reply.content.status).toBe("ok");
  expect((await seen).parent_header).toMatchObject({ session: asker.clientId });
  expect(channels).toContain("iopub stream");
  expect(channels.filter((channel) => channel.startsWith("shell"))).toEqual([]);
});

test("input is asked of the client that runs the cell, and of no other", async () => {
  const { kernels } = await openPage();
  const asker = await kernels.startNew();
  await asker.info;
  const other = kernels.connectTo({ model: asker.model });
  await other.info;
  const asked: string[] = [];
  other.anyMessage.connect((_, { msg }) => msg.channel === "stdin" && asked.push(msg.header.msg_type));
  expect(await run(asker, "input('Who? ').upper()", ["ada"])).toEqual([["result", "'ADA'"]]);
  expect(asked).toEqual([]);
});

const ECHO = `
from comm import create_comm, get_comm_manager

def answer(comm, message):
    @comm.on_msg
    def back(message):
        comm.send({"sizes": [len(buffer) for buffer in message["buffers"]]}, buffers=message["buffers"])

get_comm_manager().register_target("echo", answer)
`;

test("buffers go to the kernel and come back whole, views into larger ones too", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  await run(kernel, ECHO);
  const comm = kernel.createComm("echo");
  comm.open();
  const large = Uint8Array.from({ length: 100 }, (_, n) => n);
  const answer = new Promise<readonly [unknown, number[][]]>((resolve) => {
    comm.onMsg = ({ content, buffers = [] }): void => { resolve([content.data, buffers.map(bytesIn)]); };
  });
  await comm.send({}, {}, [large.buffer, large.subarray(10, 14), new DataView(large.buffer, 98)]).done;
  expect(await answer).toEqual([{ sizes: [100, 4, 2] }, [[...large], [10, 11, 12, 13], [98, 99]]]);
});

test("messages of many megabytes arrive in both directions", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  const long = "x".repeat(5_000_000);
  const [, output] = await run(kernel, `print(len('${long}'))\n'y' * 5_000_000`);
  expect(output?.[1].length).toBe(5_000_002);
});

test("completion, inspection and history answer", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  await run(kernel, "something_long = 1");
  const completion = await kernel.requestComplete({ code: "somethi", cursor_pos: 7 });
  expect(completion.content).toMatchObject({ status: "ok", matches: ["something_long"] });
  const inspection = await kernel.requestInspect({ code: "len", cursor_pos: 3, detail_level: 0 });
  expect(inspection.content).toMatchObject({ status: "ok", found: true });
});

test("outputs come one by one while the cell runs", async () => {
  const { kernels } = await openPage();
  const kernel = await kernels.startNew();
  const future = kernel.requestExecute({ code: "print('before', flush=True)\nprint(input())" });
  const outputs = collected(future);
  const atQuestion = new Promise<unknown>((resolve) => {
    future.onStdin = ({ header }): void => {
      resolve([...outputs]);
      future.sendInputReply({ status: "ok", value: "after" }, header as never);
    };
  });
  expect(await atQuestion).toEqual([["stdout", "before\n"]]);
  await future.done;
  expect(outputs).toEqual([["stdout", "before\nafter\n"]]);
});

function bytesIn(buffer: ArrayBuffer | ArrayBufferView): number[] {
  return ArrayBuffer.isView(buffer) ? [...new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)] : [...new Uint8Array(buffer)];
}
