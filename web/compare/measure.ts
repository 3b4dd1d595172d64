/** Runs the code of a notebook on several kernels, in turns, and notes what each cell took and put out. */
import { OutputAreaModel } from "@jupyterlab/outputarea";
import { type Kernel, KernelAPI, KernelMessage, type ServerConnection } from "@jupyterlab/services";
import { KernelConnection } from "@jupyterlab/services/lib/kernel/default";
import { serialize } from "@jupyterlab/services/lib/kernel/serialize";
import { FRAMING } from "../../kernels/port";
import { type Outputs, textOf } from "./outputs";

export interface Plan {
  /** The notebook's folder, in which kernels work. */
  readonly folder: string;
  /** The code of its cells, in order. */
  readonly cells: readonly string[];
  /** The names of the kernels to compare. */
  readonly kernels: readonly string[];
  /** How often every kernel is started afresh to run all of it. */
  readonly rounds: number;
  /** A cell that is run more than once in each round; none after it are run. */
  readonly repeat: { readonly cell: number; readonly times: number } | null;
}

/** One execution of a cell: from the request until its reply and all of its output are there. */
export interface CellRun {
  readonly milliseconds: number;
  readonly messages: number;
  /** The sizes of all its messages, as the binary framing of Jupyter's WebSockets has them. */
  readonly bytes: number;
  readonly outputs: Outputs;
  readonly failed: boolean;
}

/** One kernel, from its start to its end. */
export interface Run {
  readonly kernel: string;
  /** The language that it speaks, with the version, such as "python 3.14.2". */
  readonly language: string;
  readonly round: number;
  /** Milliseconds from asking for the kernel until it has run `pass`. */
  readonly start: number;
  /** For each cell that was reached, its executions. */
  readonly cells: readonly (readonly CellRun[])[];
  /** Milliseconds of each `pass` after the notebook's cells. */
  readonly trips: readonly number[];
  /** In bytes: a WebAssembly memory's size, or the most that a process had in memory; null where the kernel cannot tell. */
  readonly memory: number | null;
}

export interface Step {
  readonly done: number;
  readonly total: number;
  readonly what: string;
}

/** Throws what a kernel fails with, and the signal's reason when it is aborted. */
export async function measure(settings: ServerConnection.ISettings, plan: Plan, tell: (step: Step) => void, signal: AbortSignal): Promise<Run[]> {
  const runs: Run[] = [];
  const total = plan.rounds * plan.kernels.length * (plan.cells.length + 1);
  let done = 0;
  const step = (what: string): void => {
    signal.throwIfAborted();
    tell({ done: done++, total, what });
  };
  for (let round = 0; round < plan.rounds; round++) {
    // Who comes first changes, so that a machine which slows down meets both.
    const order = round % 2 === 0 ? plan.kernels : [...plan.kernels].reverse();
    for (const kernel of order) {
      runs.push(await run(settings, plan, kernel, round, step));
      done = runs.length * (plan.cells.length + 1);
    }
  }
  return runs;
}

const TRIPS = 20;

async function run(settings: ServerConnection.ISettings, plan: Plan, name: string, round: number, step: (what: string) => void): Promise<Run> {
  step(`${name}: start`);
  const begun = performance.now();
  const where = { name, path: plan.folder } as Kernel.IKernelOptions;
  // Without JupyterLab's manager: that looks at the list of kernels now and then, and one that an answer on its way lacks counts as dead.
  const kernel = new KernelConnection({ model: await KernelAPI.startNew(where, settings), serverSettings: settings });
  try {
    return await measured(kernel, plan, round, begun, step);
  } catch (error) {
    throw kernel.status === "dead" ? await deathOf(settings, kernel) : error;
  } finally {
    await kernel.shutdown().catch(() => undefined); // it may be dead
    kernel.dispose();
  }
}

/** Kernels of this page say in their model why they died. */
async function deathOf(settings: ServerConnection.ISettings, { id, name }: Kernel.IKernelConnection): Promise<Error> {
  const model = (await KernelAPI.getKernelModel(id, settings)) as { died?: string } | undefined;
  return new Error(`The kernel ${name} died while it was measured. ${model?.died ?? "Run the notebook by itself to see why."}`);
}

async function measured(kernel: Kernel.IKernelConnection, plan: Plan, round: number, begun: number, step: (what: string) => void): Promise<Run> {
  await execute(kernel, "pass");
  const { language_info: language } = await kernel.info;
  const start = performance.now() - begun;
  const cells: CellRun[][] = [];
  for (const [n, code] of plan.cells.entries()) {
    step(`${kernel.name}: cell ${n + 1}`);
    const isRepeated = plan.repeat?.cell === n;
    const times = isRepeated ? plan.repeat.times : 1;
    const runs: CellRun[] = [];
    for (let time = 0; time < times; time++) runs.push(await execute(kernel, code));
    cells.push(runs);
    if (isRepeated || runs.some(({ failed }) => failed)) break;
  }
  const trips: number[] = [];
  for (let trip = 0; trip < TRIPS; trip++) trips.push((await execute(kernel, "pass")).milliseconds);
  return { kernel: kernel.name, language: `${language.name} ${language.version}`, round, start, cells, trips, memory: await memoryOf(kernel) };
}

async function execute(kernel: Kernel.IKernelConnection, code: string): Promise<CellRun> {
  const outputs = new OutputAreaModel();
  const messages: KernelMessage.IMessage[] = [];
  const note = (_: unknown, { msg }: Kernel.IAnyMessageArgs): void => { messages.push(msg); };
  kernel.anyMessage.connect(note);
  const begun = performance.now();
  const future = kernel.requestExecute({ code, allow_stdin: false });
  future.onIOPub = (message) => { addOutput(outputs, message); };
  const { content } = await future.done;
  const milliseconds = performance.now() - begun;
  kernel.anyMessage.disconnect(note);
  const own = messages.filter(({ header, parent_header }) => [header.msg_id, "msg_id" in parent_header && parent_header.msg_id].includes(future.msg.header.msg_id));
  const bytes = own.reduce((sum, message) => sum + sizeOf(message), 0);
  const text = textOf(outputs.toJSON());
  outputs.dispose();
  return { milliseconds, messages: own.length, bytes, outputs: text, failed: content.status !== "ok" };
}

/** The framing makes bytes of every message. */
const sizeOf = (message: KernelMessage.IMessage): number => (serialize(message, FRAMING) as ArrayBuffer).byteLength;

/** Into the outputs, as JupyterLab itself does it for a cell. */
function addOutput(outputs: OutputAreaModel, message: KernelMessage.IIOPubMessage): void {
  if (KernelMessage.isClearOutputMsg(message)) outputs.clear(message.content.wait);
  // The display may be another cell's; that it is told to change is what this one has put out.
  else if (KernelMessage.isUpdateDisplayDataMsg(message)) outputs.add({ ...message.content, output_type: "display_data" });
  else if (KernelMessage.isStreamMsg(message) || KernelMessage.isErrorMsg(message) || KernelMessage.isDisplayDataMsg(message) || KernelMessage.isExecuteResultMsg(message))
    outputs.add({ ...message.content, output_type: message.header.msg_type });
}

/** Pyodide knows the size of its memory, Unix the most that a process had. */
const MEMORY = `
def _memory():
    try:
        import pyodide_js
        return pyodide_js._module.HEAPU8.length
    except ImportError:
        import resource, sys
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
`;

async function memoryOf(kernel: Kernel.IKernelConnection): Promise<number | null> {
  const future = kernel.requestExecute({ code: MEMORY, silent: true, user_expressions: { memory: "_memory()" } });
  const { content } = await future.done;
  if (content.status !== "ok") return null;
  const told = content.user_expressions.memory as { data?: { "text/plain"?: string } } | undefined;
  const bytes = Number(told?.data?.["text/plain"]);
  return Number.isFinite(bytes) ? bytes : null;
}
