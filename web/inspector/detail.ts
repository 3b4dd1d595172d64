/** One entry in full: what it is for, its parts, and what can be done with it. */
import { Clipboard } from "@jupyterlab/apputils";
import { Widget } from "@lumino/widgets";
import { button, paragraph } from "../utils/dom";
import { duration, size } from "../utils/format";
import { type Entry, Message, type Part, type Rest } from "./entry";
import { toJson } from "./export";
import { titleOf } from "./format";
import { describe } from "./specification";

/** What is shown of a long content; the whole of it is in the export. */
const MAX_CHARACTERS = 100_000;

export interface DetailActions {
  /** Sends the request to its kernel once more. */
  replay(message: Message): void;
  /** Shows what belongs to the message's request alone. */
  follow(root: string): void;
}

export class Detail extends Widget {
  constructor(private readonly actions: DetailActions) {
    super();
    this.addClass("wasmnb-Inspector-detail");
    this.render(null);
  }

  render(entry: Entry | null): void {
    this.node.replaceChildren(...(entry ? this.#about(entry) : [paragraph("Click a row to see what it holds.")]));
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
  const { purpose: says, link } = describe(message.type);
  const specification = document.createElement("a");
  Object.assign(specification, { href: link, target: "_blank", rel: "noopener", textContent: "Specification" });
  const purpose = paragraph(`${says} `);
  purpose.append(specification);
  const way = message.direction === "sent" ? "from the page to the kernel" : "from the kernel to the page";
  return [
    purpose,
    paragraph(`On ${channel}, ${way}, ${size(message.bytes)}, kernel ${message.kernel}.`),
    part("header", header),
    part("content", content),
    part("parent_header", parent_header, false),
    part("metadata", metadata, false),
    ...buffers.map((buffer, n) => part(`buffer ${n}, ${size(buffer.byteLength)}`, hexadecimal(buffer), false)),
  ];
}

function restParts({ place, status, milliseconds, bytes, sent, received }: Rest): Node[] {
  const who = place === "page" ? "The server inside the page" : "The server";
  const said = status === null ? "gave no answer" : `answered ${status} with ${size(bytes)}`;
  return [
    paragraph(`${who} ${said} in ${duration(milliseconds)}.`),
    part("request", readable(sent)),
    part("answer", readable(received)),
    part("request headers", sent.headers, false),
    part("answer headers", received.headers, false),
  ];
}

function readable({ body }: Part): unknown {
  if (body === null) return "(too long to keep)";
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
  const shown = document.createElement("pre");
  shown.textContent = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}\n… and ${text.length - MAX_CHARACTERS} characters more` : text;
  details.append(title, shown);
  return details;
}

function hexadecimal(buffer: ArrayBuffer | ArrayBufferView): string {
  const view = ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
  const shown = Array.from(view.slice(0, 256), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return view.length > 256 ? `${shown} …` : shown;
}
