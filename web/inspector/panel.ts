/** The inspector's panel: a toolbar, the list or the diagram of one request, and the details of the selected entry. */
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

/** Services of the page for the panel. */
export interface Services {
  readonly version: string;
  nameOf(kernel: string): string;
  replay(message: Message): Promise<unknown>;
}

/** The time for filtering in each frame of 16 ms; the rest is JupyterLab's. */
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
      replay: (message) => { services.replay(message).catch((error: unknown) => showErrorMessage("Could Not Replay Request", String(error))); },
    });
    this.#toolbar = new Toolbar(log, this.#logFilter, {
      filter: (change) => { this.#filter(change); },
      pause: (isPaused) => { log.isPaused = isPaused; },
      clear: () => { this.#clear(); },
      exportLines: () => { download("wasmnb-messages.jsonl", jsonLines(log.entries())); },
      exportHar: () => { download("wasmnb-requests.har", har(log.entries(), services.version)); },
      importLines: () => { this.#import().catch((error: unknown) => showErrorMessage("Could Not Import File", String(error))); },
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
    this.#diagram.addClass("wasmnb-Inspector-request");
    const content = new SplitPanel({ orientation: "horizontal" });
    for (const widget of [this.#list, this.#diagram, this.#detail]) content.addWidget(widget);
    content.setRelativeSizes([5, 4, 3]);
    this.#diagram.hide();
    for (const widget of [this.#toolbar, content]) this.addWidget(widget);
    BoxLayout.setStretch(this.#toolbar, 0);
    BoxLayout.setStretch(content, 1);
  }

  /** Draws once in the next frame, however many entries arrive until then. */
  #scheduleDraw(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const isMore = this.#logFilter.advance(FRAME_SHARE_MS);
    const { newestRequest, criteria } = this.#logFilter;
    if (this.#follows && newestRequest && newestRequest.id !== criteria.root) this.#filter({ root: newestRequest.id });
    this.#list.refresh();
    this.#toolbar.refresh((kernel) => this.services.nameOf(kernel));
    if (isMore) this.#scheduleDraw();
    else this.#drawRequest();
  }

  #drawRequest(): void {
    const { root } = this.#logFilter.criteria;
    // The diagram of one request replaces the list.
    this.#list.setHidden(root !== "");
    this.#diagram.setHidden(root === "");
    const state = `${root} ${this.#logFilter.shown.length}`;
    if (state === this.#drawn) return;
    this.#drawn = state;
    const drawing = root === "" ? [] : [this.#showAllButton(), diagram(this.#logFilter.related(root), (entry) => { this.#select(entry); })];
    this.#diagram.node.replaceChildren(...drawing);
  }

  #showAllButton(): HTMLElement {
    const node = button("Show all again", () => {
      this.#follow(false);
      this.#filter({ root: "" });
    });
    node.classList.add("wasmnb-Inspector-showAll");
    return node;
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

  /** Replaces the log by the entries of a file, and pauses recording. */
  async #import(): Promise<void> {
    const file = await chooseFile(".jsonl");
    if (!file) return;
    const entries = parseJsonLines(await file.text());
    this.log.isPaused = false;
    this.log.replace(entries);
    this.log.isPaused = this.#toolbar.isPaused = true;
    this.#select(null);
    this.#filter(EVERYTHING);
  }
}

function chooseFile(accept: string): Promise<File | null> {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = accept;
  return new Promise((resolve) => {
    input.onchange = () => { resolve(input.files?.[0] ?? null); };
    input.oncancel = () => { resolve(null); };
    input.click();
  });
}
