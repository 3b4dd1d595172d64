/**
 * Code of a notebook reaches its folder, but a script among its outputs acts for the reader. So where there is more to
 * reach than that folder, a notebook from elsewhere stays untrusted also when it is run, until its reader trusts it.
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
  "This notebook is not trusted, as it comes from elsewhere. What its cells put out is shown without scripts and widgets, " +
  "which could read and change all that you can.";

export const trust: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:trust",
  description: "Asks before what a notebook from elsewhere puts out may run scripts.",
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_, notebooks: INotebookTracker) => {
    if (!config().confined) return;
    const guards = new WeakMap<object, Guard>();
    notebooks.widgetAdded.connect((_, panel) => void guard(panel).then((made) => made && guards.set(panel.content, made)));
    const ask = NotebookActions.trust;
    const trust: typeof ask = async (notebook, translator) => {
      const answer = await ask(notebook, translator);
      if (answer.trusted) guards.get(notebook)?.end();
      return answer;
    };
    Object.assign(NotebookActions, { trust }); // JupyterLab's command calls it there
  },
};

async function guard(panel: NotebookPanel): Promise<Guard | null> {
  const { context } = panel;
  await context.ready;
  // One in the folder that is served may reach all of it anyway.
  return context.path.includes("/") ? new Guard(panel) : null;
}

class Guard {
  readonly #cells = new Set<ICodeCellModel>();
  readonly #notice: Widget;

  constructor(private readonly panel: NotebookPanel) {
    this.#notice = notice(() => void this.#ask());
    panel.contentHeader.addWidget(this.#notice);
    this.#look();
    panel.content.model?.cells.changed.connect(this.#lookAgain, this);
    const revert = panel.context.revert.bind(panel.context);
    panel.context.revert = async () => {
      await revert();
      this.#look();
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

  /** Finds what the server, which knows what the reader has trusted, calls untrusted. */
  #look(): void {
    this.#cells.clear();
    this.#notice.hide();
    const code = this.#code();
    if (code.some((cell) => !cell.trusted)) code.forEach((cell) => { this.#keep(cell); });
  }

  /** Code that was run may put something out through any cell of its kernel, also one that the reader has added. */
  #lookAgain(): void {
    if (this.#cells.size > 0) this.#code().forEach((cell) => { if (!this.#cells.has(cell)) this.#keep(cell); });
  }

  #code(): ICodeCellModel[] {
    return [...(this.panel.content.model?.cells ?? [])].filter((cell): cell is ICodeCellModel => cell.type === "code");
  }

  #keep(cell: ICodeCellModel): void {
    this.#cells.add(cell);
    if (cell.trusted) distrust(cell);
    cell.stateChanged.connect(this.#distrust, this);
    cell.outputs.changed.connect(() => { this.#tell(cell); });
    this.#tell(cell);
  }

  /** JupyterLab calls a cell trusted that is run or whose outputs are cleared. */
  #distrust(cell: ICellModel, { name, newValue }: { readonly name: string; readonly newValue: unknown }): void {
    if (name !== "trusted" || !newValue || !this.#cells.has(cell as ICodeCellModel)) return;
    distrust(cell);
  }

  #tell(cell: ICodeCellModel): void {
    if (this.#notice.isVisible || !this.#cells.has(cell)) return;
    const { rendermime } = this.panel.content;
    const outputs = Array.from({ length: cell.outputs.length }, (_, index) => cell.outputs.get(index));
    if (outputs.some((output) => isLess(output, rendermime))) this.#notice.show();
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
function isLess({ data }: IOutputModel, rendermime: IRenderMimeRegistry): boolean {
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
