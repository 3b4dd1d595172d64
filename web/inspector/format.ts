/** Formats entries for the list: time of day, channel, title and a summary of the content. */
import { Message, type Entry } from "./entry";

export function clock(time: number): string {
  const date = new Date(time);
  const part = (value: number, digits = 2): string => String(value).padStart(digits, "0");
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${part(date.getMilliseconds(), 3)}`;
}

/** The channel of a message; "rest" for a REST call. */
export const channelOf = (entry: Entry): string => (entry instanceof Message ? entry.opened.channel : "rest");

export const titleOf = (entry: Entry): string => (entry instanceof Message ? entry.type : `${entry.method} ${entry.path}`);

/** Fields that tell a message from others of its type, most telling first. */
const SUMMARY_FIELDS = ["execution_state", "code", "text", "name", "ename", "status", "data", "prompt", "value"] as const;

export function summary(entry: Entry): string {
  if (!(entry instanceof Message)) return entry.status === null ? "no response" : String(entry.status);
  // Content has as many types as there are messages; all are objects.
  const content = entry.opened.content as Readonly<Record<string, unknown>>;
  const field = SUMMARY_FIELDS.map((name) => content[name]).find((value) => value !== undefined);
  if (field === undefined) return "";
  const text = typeof field === "string" ? field : JSON.stringify(field);
  return text.slice(0, 200).replace(/\s+/g, " ");
}
