/** One comparison: a notebook, run on kernels of this page and of the server beside it. */
import { PathExt } from "@jupyterlab/coreutils";
import type { IBaseCell, INotebookContent } from "@jupyterlab/nbformat";
import type { ServiceManager } from "@jupyterlab/services";
import { config } from "../utils/pageconfig";
import type { Notebook } from "./figures";
import { measure, type Plan, type Step } from "./measure";
import type { Comparison } from "./report";

export type Options = Pick<Plan, "kernels" | "rounds" | "repeat">;

/** What can be run of a notebook: its code cells, numbered as running them all numbers them. */
export function runnable(path: string, content: INotebookContent): Notebook {
  const cells = content.cells.filter(({ cell_type }) => cell_type === "code").map((cell) => ({ source: sourceOf(cell), tags: tagsOf(cell) }));
  return { path, cells };
}

export async function compare(
  { serverSettings, kernelspecs }: ServiceManager.IManager,
  notebook: Notebook,
  options: Options,
  tell: (step: Step) => void,
  signal: AbortSignal,
): Promise<Comparison> {
  if (new Set(options.kernels).size < options.kernels.length) throw new Error(`Two kernels are compared; one was chosen twice. ${OTHERS}`);
  await kernelspecs.ready;
  const specs = kernelspecs.specs?.kernelspecs ?? {};
  const named = options.kernels.map((name) => ({ name, title: specs[name]?.display_name ?? missing(name, Object.keys(specs)) }));
  const runs = await measure(serverSettings, { ...options, folder: PathExt.dirname(notebook.path), cells: notebook.cells.map(({ source }) => source) }, tell, signal);
  return {
    notebook,
    kernels: named,
    rounds: options.rounds,
    runs,
    date: new Date().toISOString(),
    browser: navigator.userAgent,
    machine: `${navigator.hardwareConcurrency} processors`,
    version: config().version,
  };
}

const OTHERS = "Kernels of a server are there with `wasmnb serve --jupyter`.";

function missing(name: string, known: readonly string[]): never {
  throw new Error(`There is no kernel ${name} to compare; there are ${known.join(", ")}. ${OTHERS}`);
}

const sourceOf = ({ source }: IBaseCell): string => (typeof source === "string" ? source : source.join(""));

function tagsOf({ metadata }: IBaseCell): readonly string[] {
  const { tags } = metadata;
  return Array.isArray(tags) ? tags.map(String) : [];
}
