/** The details of an entry: its purpose, its parts, and commands. */
import { Clipboard } from "@jupyterlab/apputils";
import { Widget } from "@lumino/widgets";
import { button, paragraph } from "../utils/dom";
import { duration, size } from "../utils/format";
import { type Entry, Message, type Part, type Rest } from "./entry";
import { toJson } from "./export";
import { titleOf } from "./format";
import { describe } from "./specification";

/** Longer contents are truncated; the export has them whole. */
const MAX_CHARACTERS = 100_000;

export interface DetailActions {
  /** Sends the request to its kernel again. */
  replay(message: Message): void;
  /** Shows only the messages of that request. */
  follow(root: string): void;
}

export class Detail extends Widget {
  constructor(private readonly actions: DetailActions) {
    super();
    this.addClass("wasmnb-Inspector-detail");
    this.render(null);
  }

  render(entry: Entry | null): void {
    this.node.replaceChildren(...(entry ? this.#about(entry) : [paragraph("Select a row to see its details.")]));
    this.node.scrollTop = 0;
  }

  #about(entry: Entry): Node[] {
    const parts = entry instanceof Message ? messageParts(entry) : restParts(entry);
    const title = document.createElement("h3");
    title.textContent = titleOf(entry);
    return [title, this.#buttons(entry), ...parts];
  }

  #buttons(entry: Entry): HTMLElement {
    const row = document.createElement("div");
    row.className = "wasmnb-Inspector-actions";
    row.append(button("Copy as JSON", () => { Clipboard.copyToSystem(JSON.stringify(toJson(entry), null, 2)); }));
    if (entry instanceof Message) {
      row.append(button("Follow its cell", () => { this.actions.follow(entry.root); }));
      if (entry.type === "execute_request") row.append(button("Replay", () => { this.actions.replay(entry); }));
    }
    return row;
  }
}

function messageParts(message: Message): Node[] {
  const { header, parent_header, metadata, content, buffers = [], channel } = message.opened;
  const { purpose, link } = describe(message.type);
  const specification = document.createElement("a");
  Object.assign(specification, { href: link, target: "_blank", rel: "noopener", textContent: "Specification" });
  const summary = paragraph(`${purpose} `);
  summary.append(specification);
  const direction = message.direction === "sent" ? "from the page to the kernel" : "from the kernel to the page";
  return [
    summary,
    paragraph(`On ${channel}, ${direction}, ${size(message.bytes)}, kernel ${message.kernel}.`),
    part("header", header),
    part("content", content),
    part("parent_header", parent_header, false),
    part("metadata", metadata, false),
    ...buffers.map((buffer, n) => part(`buffer ${n}, ${size(buffer.byteLength)}`, hexadecimal(buffer), false)),
  ];
}

function restParts({ place, status, milliseconds, bytes, sent, received }: Rest): Node[] {
  const server = place === "page" ? "The server inside the page" : "The server";
  const response = status === null ? "did not respond" : `responded with ${status} and ${size(bytes)}`;
  return [
    paragraph(`${server} ${response} in ${duration(milliseconds)}.`),
    part("request", readable(sent)),
    part("response", readable(received)),
    part("request headers", sent.headers, false),
    part("response headers", received.headers, false),
  ];
}

function readable({ body }: Part): unknown {
  if (body === null) return "(too large to record)";
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function part(name: string, value: unknown, isOpen = true): HTMLElement {
  const details = document.createElement("details");
  details.open = isOpen;
  const title = document.createElement("summary");
  title.textContent = name;
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const content = document.createElement("pre");
  content.textContent = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}\n… and ${text.length - MAX_CHARACTERS} more characters` : text;
  details.append(title, content);
  return details;
}

function hexadecimal(buffer: ArrayBuffer | ArrayBufferView): string {
  const view = ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
  const shown = Array.from(view.slice(0, 256), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return view.length > 256 ? `${shown} …` : shown;
}
