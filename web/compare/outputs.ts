/** Outputs of a cell as comparable text: normalized, without what differs from run to run. */
import { type IOutput, isError, isStream, type MultilineString } from "@jupyterlab/nbformat";

/** One or more lines for each output. */
export type Outputs = string;

export const textOf = (outputs: readonly IOutput[]): Outputs => outputs.map(one).join("\n");

function one(output: IOutput): string {
  if (isStream(output)) return `${output.name}: ${normalized(joined(output.text))}`;
  // Without the traceback, which goes through the kernel's own files.
  if (isError(output)) return `${output.ename}: ${normalized(output.evalue)}`;
  const data = (output.data ?? {}) as Record<string, unknown>;
  return Object.keys(data).sort().map((type) => `${type}: ${shown(data[type])}`).join("\n");
}

const shown = (value: unknown): string => normalized(typeof value === "string" ? value : JSON.stringify(value));

/** Removes addresses in memory and UUIDs, which are ids of displays and widgets. */
const normalized = (text: string): string => text.replace(/\b0x[0-9a-f]{4,}\b/gi, "0x…").replace(UUID, "…").replace(/\n$/, "");

const UUID = /\b[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}\b/gi;

const joined = (text: MultilineString): string => (typeof text === "string" ? text : text.join(""));
