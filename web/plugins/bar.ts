/** A bar that shows how far a starting kernel has come, in bytes, with a sentence beside it. */
import { Widget } from "@lumino/widgets";
import type { Progress } from "../../kernels/port";
import type { News } from "../server";

export class Bar extends Widget {
  readonly #meter = document.createElement("progress");
  readonly #text = document.createElement("span");
  #progress: Progress | null = null;

  constructor() {
    super();
    this.addClass("wasmnb-Bar");
    this.#meter.ariaLabel = "Kernel start";
    this.node.append(this.#meter, this.#text);
    this.hide();
  }

  get isNeeded(): boolean {
    return this.#progress !== null;
  }

  /** Shows what the news say about a start, and nothing when they speak of something else. */
  tell(news: News): void {
    this.#progress = progressIn(news);
    this.setHidden(!this.#progress);
    if (this.#progress) this.#draw(this.#progress);
  }

  #draw(progress: Progress): void {
    const sentence = sentenceFor(progress);
    this.#text.textContent = sentence;
    this.#meter.ariaValueText = sentence;
    // Without a value, a browser shows the bar as one that does not know its end.
    if (progress.total === 0) this.#meter.removeAttribute("value");
    else Object.assign(this.#meter, { max: progress.total, value: progress.loaded });
  }
}

function progressIn(news: News): Progress | null {
  if (news.type === "progress") return news.progress;
  const begins = news.type === "starting" || news.type === "restarting";
  return begins ? { phase: "Starting the kernel", loaded: 0, total: 0 } : null;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

const sentenceFor = ({ phase, loaded, total }: Progress): string =>
  total === 0 ? phase : `${phase}: ${megabytes(loaded)} of ${megabytes(total)} MB`;
