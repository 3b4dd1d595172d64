/** Runs the code of a notebook on several kernels in turns, and records times, messages and outputs of each cell. */
import { OutputAreaModel } from "@jupyterlab/outputarea";
import { type Kernel, KernelAPI, KernelMessage, type ServerConnection } from "@jupyterlab/services";
import { KernelConnection } from "@jupyterlab/services/lib/kernel/default";
import { serialize } from "@jupyterlab/services/lib/kernel/serialize";
import { FRAMING } from "../../kernels/port";
import { type Outputs, textOf } from "./outputs";

export interface Plan {
  /** The notebook's folder, the kernels' working folder. */
  readonly folder: string;
  /** The code of its cells, in order. */
  readonly cells: readonly string[];
  /** The names of the kernels to compare. */
  readonly kernels: readonly string[];
  /** The number of rounds; each starts every kernel anew and runs all cells. */
  readonly rounds: number;
  /** A cell that is run several times in each round, as the last one. */
  readonly repeat: { readonly cell: number; readonly times: number } | null;
}

/** An execution of a cell, from the request until its reply and all its output have arrived. */
export interface CellRun {
  readonly milliseconds: number;
  readonly messages: number;
  /** The size of all its messages in the binary framing of Jupyter's WebSockets. */
  readonly bytes: number;
  readonly outputs: Outputs;
  readonly failed: boolean;
}

/** The life of one kernel, from start to shutdown. */
export interface Run {
  readonly kernel: string;
  /** Its language and version, such as "python 3.14.2". */
  readonly language: string;
  readonly round: number;
  /** Milliseconds from the start request until it has run `pass`. */
  readonly start: number;
  /** The executions of each cell that was reached. */
  readonly cells: readonly (readonly CellRun[])[];
  /** Milliseconds of each `pass` after the notebook's cells. */
  readonly trips: readonly number[];
  /** In bytes: the size of a WebAssembly memory, or the peak resident set size of a process; null if the kernel cannot tell. */
  readonly memory: number | null;
}

export interface Step {
  readonly done: number;
  readonly total: number;
  readonly what: string;
}

/** Measures all rounds; throws the error of a kernel, or the signal's reason when it is aborted. */
export async function measure(settings: ServerConnection.ISettings, plan: Plan, onStep: (step: Step) => void, signal: AbortSignal): Promise<Run[]> {
  const runs: Run[] = [];
  const total = plan.rounds * plan.kernels.length * (plan.cells.length + 1);
  let done = 0;
  const step = (what: string): void => {
    signal.throwIfAborted();
    onStep({ done: done++, total, what });
  };
  for (let round = 0; round < plan.rounds; round++) {
    // The order alternates, so that a machine that slows down affects all kernels alike.
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
  const startTime = performance.now();
  const options = { name, path: plan.folder } as Kernel.IKernelOptions;
  // Not by JupyterLab's manager: it polls the list of kernels, and takes a kernel that a late answer lacks for dead.
  const kernel = new KernelConnection({ model: await KernelAPI.startNew(options, settings), serverSettings: settings });
  try {
    return await measured(kernel, plan, round, startTime, step);
  } catch (error) {
    throw kernel.status === "dead" ? await causeOfDeath(settings, kernel) : error;
  } finally {
    await kernel.shutdown().catch(() => undefined); // it may be dead
    kernel.dispose();
  }
}

/** The models of this page's kernels have the reason of their death. */
async function causeOfDeath(settings: ServerConnection.ISettings, { id, name }: Kernel.IKernelConnection): Promise<Error> {
  const model = (await KernelAPI.getKernelModel(id, settings)) as { died?: string } | undefined;
  return new Error(`The kernel ${name} died during the comparison. ${model?.died ?? "Run the notebook on it to see why."}`);
}

async function measured(kernel: Kernel.IKernelConnection, plan: Plan, round: number, startTime: number, step: (what: string) => void): Promise<Run> {
  await execute(kernel, "pass");
  const { language_info: language } = await kernel.info;
  const start = performance.now() - startTime;
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
  const record = (_: unknown, { msg }: Kernel.IAnyMessageArgs): void => { messages.push(msg); };
  kernel.anyMessage.connect(record);
  const startTime = performance.now();
  const future = kernel.requestExecute({ code, allow_stdin: false });
  future.onIOPub = (message) => { addOutput(outputs, message); };
  const { content } = await future.done;
  const milliseconds = performance.now() - startTime;
  kernel.anyMessage.disconnect(record);
  const own = messages.filter(({ header, parent_header }) => [header.msg_id, "msg_id" in parent_header && parent_header.msg_id].includes(future.msg.header.msg_id));
  const bytes = own.reduce((sum, message) => sum + sizeOf(message), 0);
  const text = textOf(outputs.toJSON());
  outputs.dispose();
  return { milliseconds, messages: own.length, bytes, outputs: text, failed: content.status !== "ok" };
}

/** The size of a message in the binary framing, which is always an ArrayBuffer. */
const sizeOf = (message: KernelMessage.IMessage): number => (serialize(message, FRAMING) as ArrayBuffer).byteLength;

/** Adds a message to the outputs, as JupyterLab does for a cell. */
function addOutput(outputs: OutputAreaModel, message: KernelMessage.IIOPubMessage): void {
  if (KernelMessage.isClearOutputMsg(message)) outputs.clear(message.content.wait);
  // The display may belong to another cell; here its update counts as an output of this one.
  else if (KernelMessage.isUpdateDisplayDataMsg(message)) outputs.add({ ...message.content, output_type: "display_data" });
  else if (KernelMessage.isStreamMsg(message) || KernelMessage.isErrorMsg(message) || KernelMessage.isDisplayDataMsg(message) || KernelMessage.isExecuteResultMsg(message))
    outputs.add({ ...message.content, output_type: message.header.msg_type });
}

/** The size of Pyodide's memory, or the peak resident set size that Unix reports. */
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
  const value = content.user_expressions.memory as { data?: { "text/plain"?: string } } | undefined;
  const bytes = Number(value?.data?.["text/plain"]);
  return Number.isFinite(bytes) ? bytes : null;
}
