/**
 * A virtualized list: the DOM holds the rows in sight and a few beyond, whatever the number of entries.
 *
 * A spacer as high as all rows together gives the scroll bar its size. Rows have a fixed height and are positioned absolutely; each scroll
 * event replaces them. A list that is scrolled to its end stays there as entries arrive.
 */
import { Widget } from "@lumino/widgets";
import { duration, size } from "../utils/format";
import { type Entry, Message } from "./entry";
import type { LogFilter } from "./filter";
import { channelOf, clock, summary, titleOf } from "./format";
import type { Log } from "./log";

const ROW_HEIGHT = 22; // pixels; style/inspector.css says the same
const OVERSCAN = 5; // rows beyond the edges

export class VirtualList extends Widget {
  readonly #spacer = document.createElement("div");
  #selected: Entry | null = null;

  constructor(
    private readonly log: Log,
    private readonly filter: LogFilter,
    private readonly select: (entry: Entry) => void,
  ) {
    super();
    this.addClass("wasmnb-Inspector-list");
    this.node.tabIndex = 0;
    this.node.setAttribute("role", "grid");
    this.node.ariaLabel = "Requests and messages";
    this.node.append(this.#spacer);
    this.node.onscroll = () => { this.draw(); };
    this.node.onkeydown = (event) => { this.#move(event); };
  }

  /** Draws the rows in sight. */
  draw(): void {
    const { scrollTop, clientHeight } = this.node;
    const { shown } = this.filter;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - OVERSCAN);
    const last = Math.min(shown.length, Math.ceil((scrollTop + clientHeight) / ROW_HEIGHT) + OVERSCAN);
    const rows = shown.slice(first, last).flatMap((number) => this.log.at(number) ?? []);
    this.#spacer.style.height = `${shown.length * ROW_HEIGHT}px`;
    this.#spacer.replaceChildren(...rows.map((entry, n) => this.#row(entry, (first + n) * ROW_HEIGHT)));
    this.node.ariaRowCount = String(shown.length);
  }

  /** Draws again after entries have arrived. */
  refresh(): void {
    const wasAtEnd = this.node.scrollTop + this.node.clientHeight >= this.#spacer.offsetHeight - ROW_HEIGHT;
    this.draw();
    if (wasAtEnd) this.node.scrollTop = this.#spacer.offsetHeight;
  }

  highlight(entry: Entry | null): void {
    this.#selected = entry;
    this.draw();
  }

  #move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const { shown } = this.filter;
    const at = shown.findIndex((number) => this.log.at(number) === this.#selected) + step;
    const entry = this.log.at(shown[at] ?? -1);
    if (!entry) return;
    const { scrollTop, clientHeight } = this.node;
    if (at * ROW_HEIGHT < scrollTop) this.node.scrollTop = at * ROW_HEIGHT;
    if ((at + 1) * ROW_HEIGHT > scrollTop + clientHeight) this.node.scrollTop = (at + 1) * ROW_HEIGHT - clientHeight;
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
    const elapsed = isMessage ? this.filter.latency(entry) : entry.milliseconds;
    const arrow = !isMessage ? "⇄" : entry.direction === "sent" ? "→" : "←";
    return [
      cell("time", clock(entry.time)),
      cell("direction", arrow, isMessage ? entry.direction : "request and response"),
      cell("channel", channelOf(entry)),
      cell("title", titleOf(entry)),
      cell("summary", summary(entry)),
      cell("parent", isMessage ? entry.root.slice(-6) : "", isMessage ? `request ${entry.root}` : ""),
      cell("size", size(entry.bytes)),
      cell("duration", elapsed === null ? "" : duration(elapsed)),
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
