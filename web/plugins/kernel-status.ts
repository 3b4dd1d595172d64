/** Kernel status in documents and in the status bar: progress of the start, and a notice when a kernel has died or does not stop. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { ISessionContext, MainAreaWidget } from "@jupyterlab/apputils";
import { IConsoleTracker } from "@jupyterlab/console";
import { INotebookTracker } from "@jupyterlab/notebook";
import { IStatusBar } from "@jupyterlab/statusbar";
import { Widget } from "@lumino/widgets";
import type { Progress } from "../../kernels/port";
import type { Kernels, News, PageKernel, PageServer } from "../server";
import { IPageServer } from "../server/token";
import { sizeOutOf } from "../utils/format";

export const kernelStatus: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:progress",
  description: "Shows in each document the progress of its kernel's start, and why it died.",
  autoStart: true,
  requires: [IPageServer],
  optional: [INotebookTracker, IConsoleTracker],
  activate: (_: JupyterFrontEnd, { kernels }: PageServer, notebooks: INotebookTracker | null, consoles: IConsoleTracker | null) => {
    notebooks?.widgetAdded.connect((_, panel) => { follow(panel, kernels); });
    consoles?.widgetAdded.connect((_, panel) => { follow(panel, kernels); });
  },
};

export const startStatus: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:progress-status",
  description: "Shows the progress of a kernel's start in the status bar.",
  autoStart: true,
  requires: [IPageServer, IStatusBar],
  activate: (_: JupyterFrontEnd, { kernels }: PageServer, statusBar: IStatusBar) => {
    const item = new StartProgress();
    kernels.changed.connect((_, { lastEvent }) => { item.tell(lastEvent); });
    statusBar.registerStatusItem("wasmnb:progress", { item, align: "left", rank: 5, isActive: () => item.isNeeded });
  },
};

/** A notebook or a console. */
type Panel = MainAreaWidget & { readonly sessionContext: ISessionContext };

function follow({ contentHeader, sessionContext }: Panel, kernels: Kernels): void {
  let kernel: PageKernel | undefined;
  const bar = new StartProgress();
  const notice = new ProblemNotice({
    tryAgain: () => { if (kernel) void sessionContext.changeKernel({ name: kernel.provider.spec.name }); },
    restart: () => { void sessionContext.restartKernel(); },
  });
  contentHeader.addWidget(bar);
  contentHeader.addWidget(notice);

  const update = () => {
    const id = sessionContext.session?.kernel?.id;
    // JupyterLab drops a kernel that has died; the document still shows why.
    kernel = kernels.list().find((each) => each.id === id) ?? kernel;
    if (!kernel) return;
    bar.tell(kernel.lastEvent);
    notice.tell(kernel.lastEvent);
  };
  sessionContext.kernelChanged.connect(update);
  kernels.changed.connect(update);
  bar.disposed.connect(() => kernels.changed.disconnect(update));
}

/** A progress bar of a kernel's start, with a description. */
class StartProgress extends Widget {
  readonly #meter = document.createElement("progress");
  readonly #text = document.createElement("span");
  #progress: Progress | null = null;

  constructor() {
    super();
    this.addClass("wasmnb-StartProgress");
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

const sentenceFor = ({ phase, loaded, total }: Progress): string =>
  total === 0 ? phase : `${phase}: ${sizeOutOf(loaded, total)}`;

/** Actions of the notice's button. */
interface Remedies {
  readonly tryAgain: () => void;
  readonly restart: () => void;
}

interface Problem {
  readonly sentence: string;
  readonly label: string;
  readonly remedy: keyof Remedies;
}

const STUCK: Problem = {
  sentence:
    "The running code has not stopped yet. It may be busy in compiled code, or this page may lack cross-origin isolation, without which " +
    "running code cannot be interrupted. Restarting the kernel stops it: the document stays as it is, but all variables are lost.",
  label: "Restart Kernel",
  remedy: "restart",
};

class ProblemNotice extends Widget {
  readonly #sentence = document.createElement("span");
  readonly #button = document.createElement("button");

  constructor(private readonly cures: Remedies) {
    super();
    this.addClass("wasmnb-ProblemNotice");
    this.node.setAttribute("role", "alert");
    this.#button.className = "jp-mod-styled jp-mod-warn";
    this.node.append(this.#sentence, this.#button);
    this.hide();
  }

  tell(news: News): void {
    const trouble = problemIn(news);
    this.setHidden(!trouble);
    if (!trouble) return;
    this.#sentence.textContent = trouble.sentence;
    this.#button.textContent = trouble.label;
    this.#button.onclick = this.cures[trouble.remedy];
  }
}

function problemIn(news: News): Problem | null {
  if (news.type === "stuck") return STUCK;
  return news.type === "died" ? { sentence: news.reason, label: "Try Again", remedy: "tryAgain" } : null;
}
