/** How entries are put into words: times, sizes, and what a message says in a line. */
import { Message, type Entry } from "./entry";

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function clock(time: number): string {
  const date = new Date(time);
  const part = (value: number, digits = 2): string => String(value).padStart(digits, "0");
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${part(date.getMilliseconds(), 3)}`;
}

/** The channel of a message, or that it is none. */
export const channelOf = (entry: Entry): string => (entry instanceof Message ? entry.opened.channel : "rest");

export const titleOf = (entry: Entry): string => (entry instanceof Message ? entry.type : `${entry.method} ${entry.path}`);

/** What tells one message from others of its type. */
const TELLING = ["execution_state", "code", "text", "name", "ename", "status", "data", "prompt", "value"] as const;

export function summary(entry: Entry): string {
  if (!(entry instanceof Message)) return entry.status === null ? "no answer" : String(entry.status);
  // Content has as many types as there are messages; all are objects.
  const content = entry.opened.content as Readonly<Record<string, unknown>>;
  const told = TELLING.map((name) => content[name]).find((value) => value !== undefined);
  if (told === undefined) return "";
  const text = typeof told === "string" ? told : JSON.stringify(told);
  return text.slice(0, 200).replace(/\s+/g, " ");
}
