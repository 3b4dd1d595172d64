/** What a cell has put out, as texts that can be compared: without what differs from run to run. */
import { type IOutput, isError, isStream, type MultilineString } from "@jupyterlab/nbformat";

/** A line of them for each output, and more where it has more. */
export type Outputs = string;

export const textOf = (outputs: readonly IOutput[]): Outputs => outputs.map(one).join("\n");

function one(output: IOutput): string {
  if (isStream(output)) return `${output.name}: ${normalized(joined(output.text))}`;
  // Where a traceback leads through the kernel's own files is not what the cell has put out.
  if (isError(output)) return `${output.ename}: ${normalized(output.evalue)}`;
  const data = (output.data ?? {}) as Record<string, unknown>;
  return Object.keys(data).sort().map((type) => `${type}: ${shown(data[type])}`).join("\n");
}

const shown = (value: unknown): string => normalized(typeof value === "string" ? value : JSON.stringify(value));

/** Addresses in memory are never alike, nor are the ids of displays and widgets, which are UUIDs. */
const normalized = (text: string): string => text.replace(/\b0x[0-9a-f]{4,}\b/gi, "0x…").replace(UUID, "…").replace(/\n$/, "");

const UUID = /\b[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}\b/gi;

const joined = (text: MultilineString): string => (typeof text === "string" ? text : text.join(""));
