/**
 * Splits Python's program by a call profile: a kernel starts from the snapshot and runs typical first cells. The called functions
 * go to FILE, all others to deferred.wasm next to it. The arguments are those of python.ts; MORE is the snapshot.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { PyodideAPI } from "pyodide";
import { decode, encode, frame, type Header, parse, unframe } from "../../kernels/framing";
import type { Cell } from "../../kernels/port";
import { SignalBuffer } from "../../kernels/pyodide/signals";
import { DEFERRED } from "../../kernels/pyodide/protocol";
import { type Memory, parseSnapshot, restore } from "../../kernels/pyodide/wasm/snapshot";
import { calledFunctions, instrument, withNeighbours } from "./profile";
import { split } from "./splitter";
import { common, type Create, create, file, addFiles, load, more, pyodide, makeDeterministic } from "../kernel/python";

/** The requests that JupyterLab sends to each kernel. */
const JUPYTERLAB_REQUESTS: readonly (readonly [type: string, content: object])[] = [
  ["kernel_info", {}],
  ["comm_info", {}],
  ["history", { hist_access_type: "tail", n: 500, raw: true, output: false }],
];
/** A history so long that SQLite has to split pages, with some cells longer than a page. */
const HISTORY = Array.from({ length: 300 }, (_, at): Cell => {
  const source = ["1 + 1\n", "'Größe …'\n", "'🎉'\n"][at % 3]?.repeat(at % 50 === 7 ? 2000 : 1 + (at % 20)) ?? "";
  return [1 + Math.floor(at / 25), 1 + (at % 25), source, source];
});
/** Typical first cells. */
const CELLS = [
  "1+1",
  "print(f'{3.14159:.2f} {1234567:,} {\"x\":>5}', 'a b c'.split(), 'abc'.upper(), 'a-b'.replace('-', '+'), '%s %d' % ('a', 3))",
  "for n in range(3):\n    print(f'{n} … Größe', f'{n:>3} 🎉', 'naïve'.encode(), '日本'[::-1], 'é' + '…', 'ß'.upper())",
  "import math, random, json, datetime, time, re, os, sys, collections, itertools",
  "def f(n, *rest, k=2, **named):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n[f(n) for n in range(12)], {n: n ** 2 for n in range(5)}, sorted({3, 1, 2})",
  "print('This is shown while the cell goes on.')\nfor number in range(100_000): pass",
  "class Point:\n    def __init__(self, x, y=0.5): self.x, self.y = x, y\n    def __repr__(self): return f'Point({self.x!r}, {self.y!r})'\nPoint(1), Point('a').y / 3",
  "math.sqrt(2) * math.sin(1), 2 ** 100, 7 // 2, -7 % 3, round(2.5), sum(x * 0.1 for x in range(10)), max(1, 2), abs(-1.5)",
  "random.seed(1); random.random(), random.choice('abc'), json.dumps({'a': [1, 2.5, None, True]}), json.loads('{\"a\": [1, 2.5e3, null]}')",
  "collections.Counter('mississippi').most_common(2), list(itertools.permutations('ab')), re.findall(r'[a-z]+', 'abc 123 def')",
  "datetime.date(2024, 2, 29) + datetime.timedelta(days=1), datetime.datetime.now().year > 0, time.time() > 0, os.listdir('.')",
  "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print('It says:', error)\nfor name, value in zip('ab', [1, 2]):\n    print(name, value, end=' ')",
  "import gc, weakref\nclass Node:\n    def __del__(self): pass\nkept = [[number, {'a': number}] for number in range(20000)]\nfor number in range(3000):\n    node = Node()\n    node.itself, ref = node, weakref.ref(node, lambda _: None)\ngc.collect()\ndel kept",
  "import asyncio\nasync def one():\n    await asyncio.sleep(0.01)\n    return 1\ntask = asyncio.create_task(one())\ntask.add_done_callback(print)\nprint(await asyncio.gather(one(), one()), await task, task.done(), task.cancelled(), task.exception(), task.result())",
  "from IPython.display import display, HTML, Markdown\ndisplay(HTML('<b>bold</b>'), Markdown('*leaning*'))",
  "with open('a.txt', 'w') as file:\n    file.write('one\\ntwo\\n')\nopen('a.txt').read().splitlines()",
];

type Module = Memory & { readonly API: { readonly config: { readonly BUILD_ID: string }; restoreSnapshot: () => unknown } };

interface Reply {
  readonly status: string;
}

/** The class wasmnb_kernel.hosts.browser.Browser. */
interface Core {
  recall(cells: readonly Cell[]): void;
  receive(bytes: Uint8Array, client: string): void;
}

makeDeterministic(Date.UTC(2000, 0)); // later than the snapshot, as in any start
const program = readFileSync(`${pyodide}/pyodide.asm.wasm`);
const instance = await started();
const { primary, secondary } = split(program, withNeighbours(program, calledFunctions(instance)));
writeFileSync(file, primary);
writeFileSync(`${dirname(file)}/${DEFERRED}`, secondary);
process.exit();

/** The instrumented program after a kernel in it has run the cells. */
async function started(): Promise<WebAssembly.Instance> {
  const { instantiate } = WebAssembly;
  let instance: WebAssembly.Instance | undefined;
  // Pyodide passes the unchanged program.
  WebAssembly.instantiate = async (source: BufferSource | WebAssembly.Module, imports?: WebAssembly.Imports): Promise<never> => {
    const isProgram = "byteLength" in source && source.byteLength === program.length;
    const result = await instantiate(isProgram ? instrument(program) : (source as BufferSource), imports);
    if (isProgram) instance = result.instance;
    return result as never;
  };
  const saved = parseSnapshot(new Uint8Array(readFileSync(more)).buffer);
  const restoring: Create = async (settings) => {
    const module = (await create(settings)) as unknown as Module;
    module.API.restoreSnapshot = () => {
      restore(module, saved, module.API.config.BUILD_ID);
      return saved.about.objects;
    };
    return module as never;
  };
  const python = await load({ ...common, createPyodideModule: restoring, _loadSnapshot: new Uint8Array(64) });
  addFiles((python as unknown as { FS: unknown }).FS);
  await run(python);
  if (!instance) throw new Error("Pyodide did not instantiate its program through WebAssembly.instantiate.");
  return instance;
}

async function run(python: PyodideAPI): Promise<void> {
  let left = 0;
  let answered = (): void => undefined;
  const send = (bytes: Uint8Array<ArrayBuffer>): void => {
    const [, header, , , content] = unframe(bytes.slice().buffer);
    if (!parse<Header>(header).msg_type?.endsWith("_reply")) return;
    if (parse<Reply>(content).status !== "ok") throw new Error(`A request to the kernel has failed: ${decode(content)}`);
    if (--left === 0) answered();
  };
  const nothing = (): undefined => undefined;
  const blocking = new SignalBuffer(python, null);
  const page = { index: null, env: { LANG: "de_DE.UTF-8" }, send, sleep: nothing, wake: () => { blocking.wake(0); }, signal: nothing, printed: nothing, keep: nothing, fail: (reason: string) => { throw new Error(reason); } };
  // The module's function.
  const core = (python.pyimport("wasmnb_kernel.hosts.browser") as { start(given: typeof page): Core }).start(page);
  core.recall(HISTORY);
  const cells = CELLS.map((code) => ["execute", { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: true, stop_on_error: true }] as const);
  const ask = ([type, content]: readonly [string, object]): void => {
    const header = { msg_id: "", msg_type: `${type}_request`, session: "", username: "", date: new Date(), version: "5.4" };
    const parts = [header, {}, {}, content].map((part) => encode(JSON.stringify(part)));
    left += 1;
    core.receive(new Uint8Array(frame([encode("shell"), ...parts])), "");
  };
  const [first, ...others] = cells;
  // The first requests are sent together; each further cell waits for the previous one.
  for (const some of [[...JUPYTERLAB_REQUESTS, ...(first ? [first] : [])], ...others.map((cell) => [cell])]) {
    const replies = new Promise<void>((resolve) => { answered = resolve; });
    some.forEach(ask);
    await replies;
  }
}
