/** The inspector: a bar, the list of all that passes, and beside it one entry or the diagram of one cell. */
import { showErrorMessage } from "@jupyterlab/apputils";
import { BoxLayout, BoxPanel, SplitPanel, Widget } from "@lumino/widgets";
import { button, download } from "../utils/dom";
import { Toolbar } from "./toolbar";
import { Detail } from "./detail";
import { diagram } from "./diagram";
import type { Entry, Message } from "./entry";
import { EVERYTHING, LogFilter, type Criteria } from "./filter";
import { har, jsonLines, parseJsonLines } from "./export";
import { VirtualList } from "./list";
import type { Log } from "./log";

/** What the page does for the inspector. */
export interface Services {
  readonly version: string;
  nameOf(kernel: string): string;
  replay(message: Message): Promise<unknown>;
}

/** Of each frame, 16 milliseconds, the rest is JupyterLab's. */
const FRAME_SHARE_MS = 6;

export class Inspector extends BoxPanel {
  readonly #logFilter: LogFilter;
  readonly #list: VirtualList;
  readonly #toolbar: Toolbar;
  readonly #detail: Detail;
  readonly #diagram = new Widget();
  #frame = 0;
  #follows = false;
  #drawn = "";

  constructor(
    private readonly log: Log,
    private readonly services: Services,
  ) {
    super({ direction: "top-to-bottom", spacing: 0 });
    this.addClass("wasmnb-Inspector");
    this.#logFilter = new LogFilter(log);
    this.#list = new VirtualList(log, this.#logFilter, (entry) => { this.#select(entry); });
    this.#detail = new Detail({
      follow: (root) => { this.#filter({ root }); },
      replay: (message) => { services.replay(message).catch((error: unknown) => showErrorMessage("Not replayed", String(error))); },
    });
    this.#toolbar = new Toolbar(log, this.#logFilter, {
      filter: (change) => { this.#filter(change); },
      pause: (isPaused) => { log.isPaused = isPaused; },
      clear: () => { this.#clear(); },
      exportLines: () => { download("wasmnb-messages.jsonl", jsonLines(log.entries())); },
      exportHar: () => { download("wasmnb-requests.har", har(log.entries(), services.version)); },
      importLines: () => { this.#import().catch((error: unknown) => showErrorMessage("Not imported", String(error))); },
      followCells: (follows) => { this.#follow(follows); },
    });
    this.#compose();
    log.changed.connect(this.#scheduleDraw, this);
  }

  override dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.log.changed.disconnect(this.#scheduleDraw, this);
    super.dispose();
  }

  protected override onAfterShow(): void {
    this.#scheduleDraw();
  }

  protected override onResize(): void {
    this.#scheduleDraw();
  }

  #compose(): void {
    this.#diagram.addClass("wasmnb-Inspector-cell");
    const both = new SplitPanel({ orientation: "horizontal" });
    for (const widget of [this.#list, this.#diagram, this.#detail]) both.addWidget(widget);
    both.setRelativeSizes([5, 4, 3]);
    this.#diagram.hide();
    for (const widget of [this.#toolbar, both]) this.addWidget(widget);
    BoxLayout.setStretch(this.#toolbar, 0);
    BoxLayout.setStretch(both, 1);
  }

  /** Draws in the next frame, however much comes until then. */
  #scheduleDraw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const isMore = this.#logFilter.advance(FRAME_SHARE_MS);
    const { newestRequest: newest, criteria: filter } = this.#logFilter;
    if (this.#follows && newest && newest.id !== filter.root) this.#filter({ root: newest.id });
    this.#list.refresh();
    this.#toolbar.refresh((kernel) => this.services.nameOf(kernel));
    if (isMore) this.#scheduleDraw();
    else this.#drawCell();
  }

  #drawCell(): void {
    const { root } = this.#logFilter.criteria;
    // Of one cell the diagram says all that the list does.
    this.#list.setHidden(root !== "");
    this.#diagram.setHidden(root === "");
    const state = `${root} ${this.#logFilter.shown.length}`;
    if (state === this.#drawn) return;
    this.#drawn = state;
    const drawing = root === "" ? [] : [this.#showAllButton(), diagram(this.#logFilter.related(root), (entry) => { this.#select(entry); })];
    this.#diagram.node.replaceChildren(...drawing);
  }

  #showAllButton(): HTMLElement {
    const leave = button("Show all again", () => {
      this.#follow(false);
      this.#filter({ root: "" });
    });
    leave.classList.add("wasmnb-Inspector-leave");
    return leave;
  }

  #select(entry: Entry | null): void {
    this.#list.highlight(entry);
    this.#detail.render(entry);
  }

  #filter(change: Partial<Criteria>): void {
    this.#logFilter.apply({ ...this.#logFilter.criteria, ...change });
    this.#scheduleDraw();
  }

  #follow(follows: boolean): void {
    this.#follows = this.#toolbar.follows = follows;
    this.#logFilter.newestRequest = null;
  }

  #clear(): void {
    this.log.clear();
    this.#select(null);
    this.#filter({ root: EVERYTHING.root });
  }

  /** What a file holds takes the place of what is there, and nothing is added to it. */
  async #import(): Promise<void> {
    const file = await chosen(".jsonl");
    if (!file) return;
    const entries = parseJsonLines(await file.text());
    this.log.isPaused = false;
    this.log.replace(entries);
    this.log.isPaused = this.#toolbar.isPaused = true;
    this.#select(null);
    this.#filter(EVERYTHING);
  }
}

function chosen(accept: string): Promise<File | null> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = accept;
  return new Promise((resolve) => {
    input.onchange = () => { resolve(input.files?.[0] ?? null); };
    input.oncancel = () => { resolve(null); };
    input.click();
  });
}
