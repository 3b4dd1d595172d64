/** The dialog for a save conflict: a file has changed on disk while it was open here. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, showDialog } from "@jupyterlab/apputils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { type Contents, IDefaultDrive } from "@jupyterlab/services";
import { Widget } from "@lumino/widgets";
import { notebookDiff, textDiff } from "../diff/view";
import type { Notebook } from "../diff/notebook-diff";
import { VersionedDrive } from "../contents/versioned-drive";
import "../style/diff.css";

const NAMES = { before: "on disk", after: "here" };

const CANCEL = Dialog.cancelButton();
const SAVE_AS = Dialog.okButton({ label: "Save As…", actions: ["save-as"] });
const RELOAD = Dialog.okButton({ label: "Reload", actions: ["reload"] });
const OVERWRITE = Dialog.warnButton({ label: "Overwrite", actions: ["overwrite"] });
const SAVE_AGAIN = Dialog.okButton({ label: "Save Again", actions: ["overwrite"] });
const DELETE = Dialog.warnButton({ label: "Delete" });

export const saveConflict: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:conflict",
  description: "Asks which version to keep when a file has changed on disk.",
  autoStart: true,
  requires: [IDefaultDrive, IDocumentManager],
  activate: (app: JupyterFrontEnd, drive: Contents.IDrive, documents: IDocumentManager) => {
    if (!(drive instanceof VersionedDrive)) return;
    drive.resolver = {
      save: async (path, mine, theirs) => {
        const choice = await ask(path, mine, theirs);
        const shown = contexts(app, documents, path);
        const [first] = shown;
        if (choice === "reload") await Promise.all(shown.map((context) => context.revert()));
        // Not awaited: the save that asks must be cancelled first.
        if (choice === "save-as" && first) setTimeout(() => void saveAs(app, drive, documents, first, theirs !== null));
        return choice === "overwrite" || choice === "reload" ? choice : "neither";
      },
      remove: async (path) => {
        const body = `${path} has changed on disk since you opened it. Delete it anyway?`;
        return (await showDialog({ title: "File Changed", body, buttons: [CANCEL, DELETE] })).button.accept;
      },
    };
  },
};

/** Saves to another file and opens that. The first document reverts to the file on disk, or closes if there is none. */
async function saveAs(
  { commands }: JupyterFrontEnd,
  drive: Contents.IDrive,
  documents: IDocumentManager,
  context: DocumentRegistry.Context,
  isThere: boolean,
): Promise<void> {
  const path = await pathOfCopy(drive, context);
  if (path === undefined) return;
  if (isThere) {
    await context.revert();
  } else {
    context.model.dirty = false; // it has just been saved elsewhere
    await documents.closeFile(context.path);
  }
  await commands.execute("docmanager:open", { path });
}

/** The path that the reader has chosen in JupyterLab's Save As dialog; undefined if it was cancelled. */
async function pathOfCopy(drive: Contents.IDrive, context: DocumentRegistry.Context): Promise<string | undefined> {
  let copy: string | undefined;
  const note = (_: unknown, { type, newValue }: Contents.IChangedArgs): void => {
    if (type === "save" && newValue?.path !== context.path) copy = newValue?.path;
  };
  drive.fileChanged.connect(note);
  try {
    await context.saveAs();
  } finally {
    drive.fileChanged.disconnect(note);
  }
  return copy;
}

async function ask(path: string, mine: Partial<Contents.IModel>, theirs: Contents.IModel | null): Promise<string | undefined> {
  const body = new Widget();
  const sentence = document.createElement("p");
  sentence.textContent = theirs
    ? `${path} has changed on disk since you opened or saved it, so it was not saved. Overwrite the file, save your version under another name, or reload the file and lose your changes?`
    : `${path} was moved or deleted. Save it again, or save it under another name?`;
  body.node.append(sentence);
  const shown = theirs && difference(mine, theirs);
  if (shown) body.node.append(shown);
  const buttons = theirs ? [CANCEL, SAVE_AS, RELOAD, OVERWRITE] : [CANCEL, SAVE_AS, SAVE_AGAIN];
  const dialog = new Dialog({ title: "File Changed", body, buttons, defaultButton: 0 });
  dialog.addClass("wasmnb-Conflict");
  return (await dialog.launch()).button.actions[0];
}

function difference(mine: Partial<Contents.IModel>, theirs: Contents.IModel): HTMLElement | null {
  // The type of a model determines its content.
  if (mine.type === "notebook" && theirs.content) return notebookDiff(theirs.content as Notebook, mine.content as Notebook, NAMES);
  if (typeof mine.content === "string" && typeof theirs.content === "string" && mine.format === "text") return textDiff(theirs.content, mine.content, NAMES);
  return null;
}

/** The open documents of a file. */
function contexts(app: JupyterFrontEnd, documents: IDocumentManager, path: string): DocumentRegistry.Context[] {
  const all = [...app.shell.widgets("main")].flatMap((widget) => documents.contextForWidget(widget) ?? []);
  return [...new Set(all)].filter((context) => context.path === path);
}
