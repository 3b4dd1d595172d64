/** Shares a notebook as a link that contains it, which the site's shared.html opens. */
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
  description: "Shares a notebook as a link that contains it.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, IMainMenu],
  activate: ({ commands }: JupyterFrontEnd, notebooks: INotebookTracker, palette: ICommandPalette | null, menu: IMainMenu | null) => {
    const { site } = config();
    if (!site || site.singleFile) return; // no page could open the link
    commands.addCommand(SHARE, {
      label: "Share as a Link…",
      isEnabled: () => notebooks.currentWidget !== null,
      execute: async () => {
        if (notebooks.currentWidget) await offer(notebooks.currentWidget);
      },
    });
    menu?.fileMenu.addGroup([{ command: SHARE }], 7);
    palette?.addItem({ command: SHARE, category: "File Operations" });
    // A button next to those of a notebook's page; an embedded page has none.
    const place = isEmbedded() ? null : document.querySelector(".banner .run");
    const appear = (_: INotebookTracker, panel: NotebookPanel): void => {
      notebooks.widgetAdded.disconnect(appear);
      place?.append(plainButton("Share", "Share the current notebook as a link", () => void offer(panel)));
    };
    notebooks.widgetAdded.connect(appear);
  },
};

/** The current state of a notebook, saved or not, without this browser's trust. */
export function notebookIn({ model }: DocumentRegistry.Context): INotebookContent {
  // A notebook panel's model serializes to a notebook.
  return withoutTrust(model.toJSON() as unknown as INotebookContent);
}

async function offer({ context }: NotebookPanel): Promise<void> {
  await context.ready; // until then, the model is empty
  const [name, notebook] = [nameOf(context.path), notebookIn(context)];
  const page = new URL("shared.html", PageConfig.getBaseUrl()).href;
  const links = await Promise.all([linkTo(page, name, withoutOutputs(notebook)), linkTo(page, name, notebook)]);
  const dialog = new Dialog({ title: `Share ${name}`, body: new Choice(...links), buttons: BUTTONS });
  const { button, value } = await dialog.launch();
  if (!button.accept || value === null) return;
  Clipboard.copyToSystem(value);
  Notification.success(`Link to ${name} copied.`, { autoClose: 3000 });
}

/** The notebook without outputs and execution counts. */
const withoutOutputs = (notebook: INotebookContent): INotebookContent => ({
  ...notebook,
  cells: notebook.cells.map((cell) => (cell.cell_type === "code" ? { ...(cell as ICodeCell), outputs: [], execution_count: null } : cell)),
});

/** The body of the dialog: the link, with or without outputs, its length, and a warning if it is long. */
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
    label.append(this.#outputs, " Include outputs");
    this.#link.setAttribute("aria-label", "Link");
    this.#link.className = "jp-mod-styled";
    this.#outputs.onchange = () => { this.#show(); };
    this.node.append(paragraph("The link itself contains the notebook. It is not uploaded to a server: only people who have the link can see it."), label, this.#link, this.#length);
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
