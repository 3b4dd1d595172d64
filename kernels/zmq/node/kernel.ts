/** Entry of the kernel in Node: one thread serves the relay's pipes, another one runs Python. node kernel.mjs PYODIDE PACKAGES [FOLDER [PATH]] */
import { parentPort, Worker, workerData } from "node:worker_threads";
import { sendSignal } from "../../pyodide/signals";
import { run, type Folders } from "./python";
import { MessageReader, type PipeMessage, encodeMessage } from "./pipe-protocol";

/** The data that Python's thread starts with. */
interface ThreadData {
  readonly folders: Folders;
  readonly signal: SharedArrayBuffer;
}

function relay(): void {
  const [pyodide = "", assets = "", folder, path = ""] = process.argv.slice(2);
  const signal = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const data: ThreadData = { folders: { pyodide, assets, folder: folder ?? null, path }, signal };
  const worker = new Worker(new URL(import.meta.url), { workerData: data, env: {}, stdin: true });
  const send = (message: PipeMessage): void => { for (const part of encodeMessage(message)) process.stdout.write(part); };
  const fail = (reason: string): void => { send({ kind: "failed", client: "", bytes: new TextEncoder().encode(reason) }); };
  worker.on("message", send);
  worker.on("error", (error) => { fail(`Python's thread ended: ${String(error)}`); });
  const reader = new MessageReader();
  process.stdin.on("data", (piece: Uint8Array) => {
    for (const message of reader.read(piece)) {
      if (message.kind !== "message") sendSignal(signal);
      worker.postMessage(message, [message.bytes.buffer]);
    }
  });
  process.stdin.on("end", () => process.exit());
}

if (parentPort) {
  // Passed by the main thread.
  const { folders, signal } = workerData as ThreadData;
  await run(folders, signal, parentPort);
} else {
  relay();
}
