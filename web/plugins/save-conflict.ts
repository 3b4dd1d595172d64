/** What a reader is asked when a file has changed on disk while this page had it open. */
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
  description: "Asks which version is kept when a file has changed on disk.",
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
        // Not awaited: the save that asks is given up first.
        if (choice === "save-as" && first) setTimeout(() => void saveAs(app, drive, documents, first, theirs !== null));
        return choice === "overwrite" || choice === "reload" ? choice : "neither";
      },
      remove: async (path) => {
        const body = `${path} has changed on disk since it was opened here. Delete it with those changes?`;
        return (await showDialog({ title: "File Changed", body, buttons: [CANCEL, DELETE] })).button.accept;
      },
    };
  },
};

/** What is here goes to another file, which is shown; the first one's tab shows what is on disk, or is closed if there is nothing. */
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
    context.model.dirty = false; // it is saved, so nobody need be asked
    await documents.closeFile(context.path);
  }
  await commands.execute("docmanager:open", { path });
}

/** Where JupyterLab has saved a document when its reader has named another place for it. */
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
    ? `${path} has changed on disk since it was opened or saved here, and was not saved now. Keep what is here (Overwrite, or Save As under another name) or what is on disk (Reload)?`
    : `${path} is no longer on disk: it was moved or deleted. Save it there again, or under another name?`;
  body.node.append(sentence);
  const shown = theirs && difference(mine, theirs);
  if (shown) body.node.append(shown);
  const buttons = theirs ? [CANCEL, SAVE_AS, RELOAD, OVERWRITE] : [CANCEL, SAVE_AS, SAVE_AGAIN];
  const dialog = new Dialog({ title: "File Changed", body, buttons, defaultButton: 0 });
  dialog.addClass("wasmnb-Conflict");
  return (await dialog.launch()).button.actions[0];
}

function difference(mine: Partial<Contents.IModel>, theirs: Contents.IModel): HTMLElement | null {
  // The server, and the document, say by the type what the content is.
  if (mine.type === "notebook" && theirs.content) return notebookDiff(theirs.content as Notebook, mine.content as Notebook, NAMES);
  if (typeof mine.content === "string" && typeof theirs.content === "string" && mine.format === "text") return textDiff(theirs.content, mine.content, NAMES);
  return null;
}

/** The documents of a file that the page shows. */
function contexts(app: JupyterFrontEnd, documents: IDocumentManager, path: string): DocumentRegistry.Context[] {
  const all = [...app.shell.widgets("main")].flatMap((widget) => documents.contextForWidget(widget) ?? []);
  return [...new Set(all)].filter((context) => context.path === path);
}
