/**
 * Trust: on a confined page, notebooks from elsewhere stay untrusted even when they are run, until their reader trusts them.
 *
 * Kernel code reaches the notebook's folder only, but a script in an output acts with the reader's own rights. JupyterLab marks a
 * cell as trusted once it was run, so each cell of such a notebook is watched and set back.
 */
import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import type { ICellModel, ICodeCellModel } from "@jupyterlab/cells";
import { INotebookTracker, NotebookActions, type NotebookPanel } from "@jupyterlab/notebook";
import type { IOutputModel, IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { config } from "../utils/pageconfig";
import { button, element } from "../utils/dom";

const SENTENCE =
  "This notebook comes from elsewhere and is not trusted. Its outputs are shown without scripts and widgets, " +
  "which could read and change everything that you can.";

export const trust: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:trust",
  description: "Keeps scripts in outputs of untrusted notebooks from running.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_, notebooks: INotebookTracker) => {
    if (!config().confined) return;
    const guards = new WeakMap<object, Guard>();
    notebooks.widgetAdded.connect((_, panel) => void guard(panel).then((created) => created && guards.set(panel.content, created)));
    const ask = NotebookActions.trust;
    const trust: typeof ask = async (notebook, translator) => {
      const answer = await ask(notebook, translator);
      if (answer.trusted) guards.get(notebook)?.end();
      return answer;
    };
    Object.assign(NotebookActions, { trust }); // JupyterLab's command calls this member
  },
};

async function guard(panel: NotebookPanel): Promise<Guard | null> {
  const { context } = panel;
  await context.ready;
  // A notebook at the root reaches all files anyway.
  return context.path.includes("/") ? new Guard(panel) : null;
}

class Guard {
  readonly #cells = new Set<ICodeCellModel>();
  readonly #notice: Widget;

  constructor(private readonly panel: NotebookPanel) {
    this.#notice = notice(() => void this.#ask());
    panel.contentHeader.addWidget(this.#notice);
    this.#scan();
    panel.content.model?.cells.changed.connect(this.#scanNewCells, this);
    const revert = panel.context.revert.bind(panel.context);
    panel.context.revert = async () => {
      await revert();
      this.#scan();
    };
  }

  /** The reader trusts the notebook. */
  end(): void {
    const cells = [...this.#cells];
    this.#cells.clear();
    for (const cell of cells) cell.trusted = true;
    this.#notice.hide();
  }

  async #ask(): Promise<void> {
    const { trusted } = await NotebookActions.trust(this.panel.content);
    if (trusted) await this.panel.context.save();
  }

  /** Watches the cells if the server, which stores what the reader has trusted, reports untrusted ones. */
  #scan(): void {
    this.#cells.clear();
    this.#notice.hide();
    const code = this.#code();
    if (code.some((cell) => !cell.trusted)) code.forEach((cell) => { this.#watch(cell); });
  }

  /** Running code can write to any cell of its kernel, including one that the reader has added. */
  #scanNewCells(): void {
    if (this.#cells.size > 0) this.#code().forEach((cell) => { if (!this.#cells.has(cell)) this.#watch(cell); });
  }

  #code(): ICodeCellModel[] {
    return [...(this.panel.content.model?.cells ?? [])].filter((cell): cell is ICodeCellModel => cell.type === "code");
  }

  #watch(cell: ICodeCellModel): void {
    this.#cells.add(cell);
    if (cell.trusted) distrust(cell);
    cell.stateChanged.connect(this.#distrust, this);
    cell.outputs.changed.connect(() => { this.#updateNotice(cell); });
    this.#updateNotice(cell);
  }

  /** JupyterLab marks a cell as trusted when it is run or its outputs are cleared. */
  #distrust(cell: ICellModel, { name, newValue }: { readonly name: string; readonly newValue: unknown }): void {
    if (name !== "trusted" || !newValue || !this.#cells.has(cell as ICodeCellModel)) return;
    distrust(cell);
  }

  #updateNotice(cell: ICodeCellModel): void {
    if (this.#notice.isVisible || !this.#cells.has(cell)) return;
    const { rendermime } = this.panel.content;
    const outputs = Array.from({ length: cell.outputs.length }, (_, index) => cell.outputs.get(index));
    if (outputs.some((output) => isReduced(output, rendermime))) this.#notice.show();
  }
}

function distrust(cell: ICellModel): void {
  cell.trusted = false;
  cell.sharedModel.setMetadata("trusted", false);
}

function notice(trust: () => void): Widget {
  const widget = new Widget();
  widget.addClass("wasmnb-Trust");
  widget.node.setAttribute("role", "status");
  widget.node.append(element("span", "", SENTENCE), button("Trust Notebook…", trust));
  widget.hide();
  return widget;
}

/** Whether an output would show more if it were trusted. */
function isReduced({ data }: IOutputModel, rendermime: IRenderMimeRegistry): boolean {
  const kind = rendermime.preferredMimeType(data, "any");
  if (kind !== rendermime.preferredMimeType(data, "ensure")) return true;
  const html = kind === "text/html" ? data[kind] : null;
  return typeof html === "string" && losesScripts(html, rendermime.sanitizer);
}

function losesScripts(html: string, sanitizer: IRenderMime.ISanitizer): boolean {
  const [all, left] = [html, sanitizer.sanitize(html)].map((source) => {
    const template = document.createElement("template");
    template.innerHTML = source;
    return [...template.content.querySelectorAll("*")];
  });
  return all?.length !== left?.length || !!all?.some((element) => element.getAttributeNames().some((name) => name.startsWith("on")));
}
