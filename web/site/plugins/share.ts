/** Shares a notebook as a link that carries it, to be opened by the site's shared.html. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Clipboard, Dialog, ICommandPalette, Notification } from "@jupyterlab/apputils";
import { PageConfig } from "@jupyterlab/coreutils";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { IMainMenu } from "@jupyterlab/mainmenu";
import type { ICodeCell, INotebookContent } from "@jupyterlab/nbformat";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import { nameOf } from "../../../kernels/paths";
import { config } from "../../utils/pageconfig";
import { paragraph, plainButton } from "../../utils/dom";
import { withoutTrust } from "../../server/content-codec";
import { linkTo, lengthWarning } from "../files/share-link";
import { isEmbedded } from "../embed";

export const SHARE = "wasmnb:share";
const BUTTONS = [Dialog.cancelButton({ label: "Close" }), Dialog.okButton({ label: "Copy Link" })];

export const share: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:share",
  description: "Shares a notebook as a link that carries it.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, IMainMenu],
  activate: ({ commands }: JupyterFrontEnd, notebooks: INotebookTracker, palette: ICommandPalette | null, menu: IMainMenu | null) => {
    const { site } = config();
    if (!site || site.singleFile) return; // there is no page for such a link
    commands.addCommand(SHARE, {
      label: "Share as a Link…",
      isEnabled: () => notebooks.currentWidget !== null,
      execute: async () => {
        if (notebooks.currentWidget) await offer(notebooks.currentWidget);
      },
    });
    menu?.fileMenu.addGroup([{ command: SHARE }], 7);
    palette?.addItem({ command: SHARE, category: "File Operations" });
    // Beside those that a notebook's page has already; a frame is without.
    const place = isEmbedded() ? null : document.querySelector(".banner .run");
    const appear = (_: INotebookTracker, panel: NotebookPanel): void => {
      notebooks.widgetAdded.disconnect(appear);
      place?.append(plainButton("Share", "Share the notebook, as it is now, as a link", () => void offer(panel)));
    };
    notebooks.widgetAdded.connect(appear);
  },
};

/** The notebook as it is now, saved or not, for others than this browser. */
export function notebookIn({ model }: DocumentRegistry.Context): INotebookContent {
  // The model of a notebook's panel is one.
  return withoutTrust(model.toJSON() as unknown as INotebookContent);
}

async function offer({ context }: NotebookPanel): Promise<void> {
  await context.ready; // until then, the notebook is an empty one
  const [name, notebook] = [nameOf(context.path), notebookIn(context)];
  const page = new URL("shared.html", PageConfig.getBaseUrl()).href;
  const links = await Promise.all([linkTo(page, name, withoutOutputs(notebook)), linkTo(page, name, notebook)]);
  const dialog = new Dialog({ title: `Share ${name}`, body: new Choice(...links), buttons: BUTTONS });
  const { button, value } = await dialog.launch();
  if (!button.accept || value === null) return;
  Clipboard.copyToSystem(value);
  Notification.success(`The link to ${name} is copied.`, { autoClose: 3000 });
}

/** The notebook as it was written, before anything of it was run. */
const withoutOutputs = (notebook: INotebookContent): INotebookContent => ({
  ...notebook,
  cells: notebook.cells.map((cell) => (cell.cell_type === "code" ? { ...(cell as ICodeCell), outputs: [], execution_count: null } : cell)),
});

/** What the dialog shows: the link, which of the two it is, and how far it will travel. */
class Choice extends Widget implements Dialog.IBodyWidget {
  readonly #outputs = Object.assign(document.createElement("input"), { type: "checkbox" });
  readonly #link = Object.assign(document.createElement("textarea"), { readOnly: true, rows: 4 });
  readonly #length = paragraph("");

  constructor(
    private readonly without: string,
    private readonly complete: string,
  ) {
    super();
    const label = document.createElement("label");
    label.append(this.#outputs, " With its outputs");
    this.#link.setAttribute("aria-label", "The link");
    this.#link.className = "jp-mod-styled";
    this.#outputs.onchange = () => { this.#show(); };
    this.node.append(paragraph("The link itself carries the notebook: it is sent to no server, and seen by those who have the link."), label, this.#link, this.#length);
    this.#show();
  }

  getValue(): string {
    return this.#outputs.checked ? this.complete : this.without;
  }

  #show(): void {
    const link = this.getValue();
    this.#link.value = link;
    this.#length.textContent = `${link.length.toLocaleString("en")} characters. ${lengthWarning(link.length) ?? ""}`;
  }
}
