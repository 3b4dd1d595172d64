/** The list of what passed: as many rows as fit are in the page, whatever the number of entries. */
import { Widget } from "@lumino/widgets";
import { duration, size } from "../utils/format";
import { type Entry, Message } from "./entry";
import type { Feed } from "./filter";
import { channelOf, clock, summary, titleOf } from "./format";
import type { Log } from "./log";

const ROW = 22; // pixels; style/inspector.css says the same
const MORE = 5; // rows beyond the edges

export class List extends Widget {
  readonly #space = document.createElement("div");
  #selected: Entry | null = null;

  constructor(
    private readonly log: Log,
    private readonly feed: Feed,
    private readonly select: (entry: Entry) => void,
  ) {
    super();
    this.addClass("wasmnb-Inspector-list");
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "grid");
    this.node.ariaLabel = "Requests and messages";
    this.node.append(this.#space);
    this.node.onscroll = () => { this.draw(); };
    this.node.onkeydown = (event) => { this.#move(event); };
  }

  /** Draws the rows in sight; a list that was at its end stays there. */
  draw(): void {
    const { scrollTop, clientHeight } = this.node;
    const { shown } = this.feed;
    const first = Math.max(0, Math.floor(scrollTop / ROW) - MORE);
    const last = Math.min(shown.length, Math.ceil((scrollTop + clientHeight) / ROW) + MORE);
    const rows = shown.slice(first, last).flatMap((number) => this.log.at(number) ?? []);
    this.#space.style.height = `${shown.length * ROW}px`;
    this.#space.replaceChildren(...rows.map((entry, n) => this.#row(entry, (first + n) * ROW)));
    this.node.ariaRowCount = String(shown.length);
  }

  /** Draws again after entries have come. */
  follow(): void {
    const wasAtEnd = this.node.scrollTop + this.node.clientHeight >= this.#space.offsetHeight - ROW;
    this.draw();
    if (wasAtEnd) this.node.scrollTop = this.#space.offsetHeight;
  }

  mark(entry: Entry | null): void {
    this.#selected = entry;
    this.draw();
  }

  #move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const { shown } = this.feed;
    const at = shown.findIndex((number) => this.log.at(number) === this.#selected) + step;
    const entry = this.log.at(shown[at] ?? -1);
    if (!entry) return;
    const { scrollTop, clientHeight } = this.node;
    if (at * ROW < scrollTop) this.node.scrollTop = at * ROW;
    if ((at + 1) * ROW > scrollTop + clientHeight) this.node.scrollTop = (at + 1) * ROW - clientHeight;
    this.select(entry);
  }

  #row(entry: Entry, top: number): HTMLElement {
    const row = document.createElement("div");
    row.className = "wasmnb-Inspector-row";
    row.setAttribute("role", "row");
    row.dataset.channel = channelOf(entry);
    row.ariaSelected = String(entry === this.#selected);
    row.style.top = `${top}px`;
    row.onclick = () => { this.select(entry); };
    row.append(...this.#cells(entry));
    return row;
  }

  #cells(entry: Entry): HTMLElement[] {
    const isMessage = entry instanceof Message;
    const took = isMessage ? this.feed.latency(entry) : entry.milliseconds;
    const arrow = !isMessage ? "⇄" : entry.direction === "sent" ? "→" : "←";
    return [
      cell("time", clock(entry.time)),
      cell("way", arrow, isMessage ? entry.direction : "asked and answered"),
      cell("channel", channelOf(entry)),
      cell("title", titleOf(entry)),
      cell("summary", summary(entry)),
      cell("parent", isMessage ? entry.root.slice(-6) : "", isMessage ? `belongs to ${entry.root}` : ""),
      cell("size", size(entry.bytes)),
      cell("took", took === null ? "" : duration(took)),
    ];
  }
}

function cell(name: string, text: string, title = text): HTMLElement {
  const span = document.createElement("span");
  span.setAttribute("role", "gridcell");
  span.dataset.column = name;
  span.textContent = text;
  span.title = title;
  return span;
}
