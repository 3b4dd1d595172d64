/** Runs one comparison: a notebook on several kernels, of this page or of the gateway. */
import { PathExt } from "@jupyterlab/coreutils";
import type { IBaseCell, INotebookContent } from "@jupyterlab/nbformat";
import type { ServiceManager } from "@jupyterlab/services";
import { config } from "../utils/pageconfig";
import type { Notebook } from "./figures";
import { measure, type Plan, type Step } from "./measure";
import type { Comparison } from "./report";

export type Options = Pick<Plan, "kernels" | "rounds" | "repeat">;

/** The code cells of a notebook, numbered as "Run All Cells" does. */
export function runnable(path: string, content: INotebookContent): Notebook {
  const cells = content.cells.filter(({ cell_type }) => cell_type === "code").map((cell) => ({ source: sourceOf(cell), tags: tagsOf(cell) }));
  return { path, cells };
}

export async function compare(
  { serverSettings, kernelspecs }: ServiceManager.IManager,
  notebook: Notebook,
  options: Options,
  onStep: (step: Step) => void,
  signal: AbortSignal,
): Promise<Comparison> {
  if (new Set(options.kernels).size < options.kernels.length) throw new Error(`One kernel was chosen twice; choose different ones. ${OTHERS}`);
  await kernelspecs.ready;
  const specs = kernelspecs.specs?.kernelspecs ?? {};
  const kernels = options.kernels.map((name) => ({ name, title: specs[name]?.display_name ?? missing(name, Object.keys(specs)) }));
  const runs = await measure(serverSettings, { ...options, folder: PathExt.dirname(notebook.path), cells: notebook.cells.map(({ source }) => source) }, onStep, signal);
  return {
    notebook,
    kernels,
    rounds: options.rounds,
    runs,
    date: new Date().toISOString(),
    browser: navigator.userAgent,
    machine: `${navigator.hardwareConcurrency} processors`,
    version: config().version,
  };
}

const OTHERS = "To add the kernels of a Jupyter Server, use `wasmnb serve --jupyter`.";

function missing(name: string, names: readonly string[]): never {
  throw new Error(`There is no kernel named ${name}; available are ${names.join(", ")}. ${OTHERS}`);
}

const sourceOf = ({ source }: IBaseCell): string => (typeof source === "string" ? source : source.join(""));

function tagsOf({ metadata }: IBaseCell): readonly string[] {
  const { tags } = metadata;
  return Array.isArray(tags) ? tags.map(String) : [];
}
