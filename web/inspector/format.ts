/** How entries are put into words: times, sizes, and what a message says in a line. */
import { Message, type Entry } from "./entry";

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
