/** Node's entry: one thread is the relay's other end, and Python runs in another. node kernel.mjs PYODIDE ASSETS [FOLDER [PATH]] */
import { parentPort, Worker, workerData } from "node:worker_threads";
import { raise } from "../../pyodide/signals";
import { run, type Places } from "./python";
import { Reader, type Said, written } from "./talk";

/** What the thread of Python is given. */
interface Given {
  readonly places: Places;
  readonly signal: SharedArrayBuffer;
}

function relay(): void {
  const [pyodide = "", assets = "", folder, path = ""] = process.argv.slice(2);
  const signal = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const given: Given = { places: { pyodide, assets, folder: folder ?? null, path }, signal };
  const worker = new Worker(new URL(import.meta.url), { workerData: given, env: {}, stdin: true });
  const tell = (said: Said): void => { for (const part of written(said)) process.stdout.write(part); };
  const fail = (reason: string): void => { tell({ kind: "failed", client: "", bytes: new TextEncoder().encode(reason) }); };
  worker.on("message", tell);
  worker.on("error", (error) => { fail(`Python's thread ended: ${String(error)}`); });
  const reader = new Reader();
  process.stdin.on("data", (piece: Uint8Array) => {
    for (const said of reader.read(piece)) {
      if (said.kind !== "message") raise(signal);
      worker.postMessage(said, [said.bytes.buffer]);
    }
  });
  process.stdin.on("end", () => process.exit());
}

if (parentPort) {
  // The other thread gives it.
  const { places, signal } = workerData as Given;
  await run(places, signal, parentPort);
} else {
  relay();
}
