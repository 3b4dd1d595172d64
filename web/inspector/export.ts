/** Export of the log: JSON Lines, which can be imported again, and HAR (HTTP Archive 1.2) of the REST calls. */
import type { KernelMessage } from "@jupyterlab/services";
import { serialize } from "@jupyterlab/services/lib/kernel/serialize";
import { FRAMING } from "../../kernels/port";
import { type Entry, Message, type Part, type Rest } from "./entry";

type Plain = Readonly<Record<string, unknown>>;

/** An entry as JSON: a message by its parts, with its buffers in base64. */
export function toJson(entry: Entry): Plain {
  if (!(entry instanceof Message)) return { ...entry };
  const { header, parent_header, metadata, content, channel, buffers = [] } = entry.opened;
  const { kind, time, place, kernel, direction, bytes } = entry;
  return { kind, time, place, kernel, direction, channel, bytes, header, parent_header, metadata, content, buffers: buffers.map(base64) };
}

export const jsonLines = (entries: readonly Entry[]): string => entries.map((entry) => `${JSON.stringify(toJson(entry))}\n`).join("");

/** Parses JSON Lines; an error names the line that is not an entry. */
export function parseJsonLines(text: string): Entry[] {
  return text.split("\n").flatMap((line, n) => (line.trim() ? [parseLine(line, n + 1)] : []));
}

function parseLine(line: string, number: number): Entry {
  try {
    const parsed = JSON.parse(line) as Plain;
    // Each kind has a field that the other lacks; `toJson` wrote the rest.
    if (typeof parsed.path === "string") return parsed as unknown as Rest;
    if ("header" in parsed) return message(parsed);
  } catch {
    // The error is thrown below.
  }
  throw new Error(`Line ${number} is not an entry of the inspector. Choose a file that it has exported (.jsonl).`);
}

/** Restores a message from the fields that `toJson` writes. */
function message(json: Plain): Message {
  const { time, place, kernel, direction, bytes, buffers, ...parts } = json as unknown as Message & { buffers: string[] };
  const whole = { ...parts, buffers: buffers.map(buffer) } as unknown as KernelMessage.IMessage;
  return new Message(time, place, kernel, direction, serialize(whole, FRAMING), bytes);
}

/** http://www.softwareishard.com/blog/har-12-spec/ */
export function har(entries: readonly Entry[], version: string): string {
  const calls = entries.filter((entry) => entry.kind === "rest");
  const log = { version: "1.2", creator: { name: "wasmnb", version }, entries: calls.map(call) };
  return JSON.stringify({ log }, null, 1);
}

function call(rest: Rest): Plain {
  const url = new URL(rest.path, window.location.origin);
  const { sent, received, milliseconds } = rest;
  return {
    startedDateTime: new Date(rest.time).toISOString(),
    time: milliseconds,
    request: {
      ...common(sent),
      method: rest.method,
      url: url.href,
      queryString: [...url.searchParams].map(([name, value]) => ({ name, value })),
      bodySize: sent.body?.length ?? -1,
      ...(sent.body ? { postData: { mimeType: sent.headers["content-type"] ?? "", text: sent.body } } : {}),
    },
    response: {
      ...common(received),
      status: rest.status ?? 0,
      statusText: "",
      redirectURL: "",
      content: { size: rest.bytes, mimeType: received.headers["content-type"] ?? "", text: received.body ?? "" },
      bodySize: rest.bytes,
    },
    cache: {},
    timings: { send: 0, wait: milliseconds, receive: 0 },
  };
}

const common = ({ headers }: Part): Plain => ({
  httpVersion: "HTTP/1.1",
  cookies: [],
  headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
  headersSize: -1,
});

function base64(buffer: ArrayBuffer | ArrayBufferView): string {
  const view = ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
  return btoa(Array.from(view, (byte) => String.fromCharCode(byte)).join(""));
}

function buffer(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer;
}
