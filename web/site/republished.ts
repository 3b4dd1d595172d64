/** A notebook that its reader has changed, and that was published anew since, says so when it is opened: which one is kept is the reader's choice. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, Notification } from "@jupyterlab/apputils";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { INotebookTracker } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import type { Bytes, Copy } from "../../kernels/tree";
import type { Notebook } from "../difference/cells";
import { notebookDifference } from "../difference/view";
import { hashOf } from "../server/files";
import { ISiteFiles, type SiteFilesOrNone } from "../services";
import type { SiteFiles } from "./files";
import "../style/difference.css";

const NAMES = { before: "published", after: "yours" };
const BUTTONS = [
  Dialog.cancelButton({ label: "Later" }),
  Dialog.okButton({ label: "Keep Both", actions: ["both"] }),
  Dialog.okButton({ label: "Take Theirs", actions: ["theirs"] }),
  Dialog.okButton({ label: "Keep Mine", actions: ["mine"] }),
];

export const republished: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:republished",
  description: "Asks which version is kept of a notebook that was changed here and published anew.",
  autoStart: true,
  requires: [INotebookTracker, ISiteFiles],
  activate: ({ commands }: JupyterFrontEnd, notebooks: INotebookTracker, { files }: SiteFilesOrNone) => {
    if (!files) return;
    const open = (path: string) => void commands.execute("docmanager:open", { path });
    notebooks.widgetAdded.connect((_, { context }) => {
      // Where it cannot be loaded there is nothing to choose from, and JupyterLab says so.
      context.ready.then(() => look(files, context, open), () => undefined);
    });
  },
};

async function look(files: SiteFiles, context: DocumentRegistry.Context, open: (path: string) => void): Promise<void> {
  const { path } = context;
  const mine = files.tree.outdated(path);
  if (!mine) return;
  if ((await hashOf(mine.bytes)) === files.tree.find(path)?.published?.hash) {
    files.tree.takeTheirs(path); // which have become the same
    return;
  }
  const compare = (): void => void settle(files, context, open);
  const sentence = `You have changed ${path} in this browser, and it was published anew since. What you see is yours.`;
  Notification.warning(sentence, { autoClose: false, actions: [{ label: "Compare…", callback: compare }] });
}

async function settle(files: SiteFiles, context: DocumentRegistry.Context, open: (path: string) => void): Promise<void> {
  if (context.model.dirty) await context.save();
  const { path } = context;
  const mine = files.tree.find(path)?.copy;
  if (!mine) return;
  const choice = await ask(mine, await files.fetch(path));
  if (choice === "mine") files.tree.keepMine(path);
  if (choice !== "theirs" && choice !== "both") return;
  const copy = choice === "both" ? files.tree.write(files.tree.free(path, "-mine"), mine.bytes, mine.trusted).path : null;
  files.tree.takeTheirs(path);
  await context.revert();
  if (copy !== null) open(copy);
}

async function ask(mine: Copy, theirs: Bytes): Promise<string | undefined> {
  const body = new Widget();
  const sentence = document.createElement("p");
  sentence.textContent = `Keep your ${mine.path}, take the one that is published now, or keep both, yours under another name?`;
  body.node.append(sentence, notebookDifference(parsed(theirs), parsed(mine.bytes), NAMES));
  const dialog = new Dialog({ title: "Published Anew", body, buttons: BUTTONS, defaultButton: 0 });
  dialog.addClass("wasmnb-Conflict");
  return (await dialog.launch()).button.actions[0];
}

/** Both were shown as notebooks, or were written as such. */
const parsed = (bytes: Bytes): Notebook => JSON.parse(new TextDecoder().decode(bytes)) as Notebook;
