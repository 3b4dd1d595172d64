/** Publish conflicts: a file was changed in this browser, and a new version was published since. The reader compares and chooses. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, Notification } from "@jupyterlab/apputils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import type { DocumentRegistry } from "@jupyterlab/docregistry";
import { IEditorTracker } from "@jupyterlab/fileeditor";
import { INotebookTracker } from "@jupyterlab/notebook";
import { Widget } from "@lumino/widgets";
import type { Bytes, Copy } from "../../../kernels/overlay";
import type { Notebook } from "../../diff/notebook-diff";
import { notebookDiff, textDiff } from "../../diff/view";
import { hashOf } from "../../server/content-codec";
import { ISiteFiles, type SiteFilesOrNone } from "../files/token";
import type { SiteFiles } from "../files/site-files";
import "../../style/diff.css";

/** Opens the file at `path`, and asks which of its two versions to keep. */
export const COMPARE = "wasmnb:compare-with-published";

const NAMES = { before: "published", after: "yours" };
const BUTTONS = [
  Dialog.cancelButton({ label: "Later" }),
  Dialog.okButton({ label: "Keep Both", actions: ["both"] }),
  Dialog.okButton({ label: "Use Published Version", actions: ["theirs"] }),
  Dialog.okButton({ label: "Keep My Version", actions: ["mine"] }),
];

export const publishConflict: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:republished",
  description: "Asks which version to keep of a file that was changed here and on the site.",
  autoStart: true,
  requires: [INotebookTracker, ISiteFiles, IDocumentManager],
  optional: [IEditorTracker],
  activate: ({ commands }: JupyterFrontEnd, notebooks: INotebookTracker, { files }: SiteFilesOrNone, documents: IDocumentManager, editors: IEditorTracker | null) => {
    if (!files) return;
    const open = (path: string) => void commands.execute("docmanager:open", { path });
    commands.addCommand(COMPARE, {
      label: "Compare with Published Version…",
      execute: async ({ path }) => {
        // The list of changes passes it.
        const { context } = documents.openOrReveal(path as string) ?? {};
        await context?.ready;
        if (context) await settle(files, context, open);
      },
    });
    const added = (_: unknown, { context }: { readonly context: DocumentRegistry.Context }): void => {
      // JupyterLab reports a file that cannot be loaded.
      context.ready.then(() => look(files, context, open), () => undefined);
    };
    notebooks.widgetAdded.connect(added);
    editors?.widgetAdded.connect(added);
  },
};

async function look(files: SiteFiles, context: DocumentRegistry.Context, open: (path: string) => void): Promise<void> {
  const { path } = context;
  const mine = files.tree.outdated(path);
  if (!mine) return;
  if ((await hashOf(mine.bytes)) === files.tree.find(path)?.published?.hash) {
    files.tree.acceptUpstream(path); // the two have become the same
    return;
  }
  const compare = (): void => void settle(files, context, open);
  const sentence = `You have changed ${path} in this browser, and a new version was published since. You are seeing your version.`;
  const notice = Notification.warning(sentence, { autoClose: false, actions: [{ label: "Compare…", callback: compare }] });
  const dismiss = (): void => {
    if (files.tree.outdated(path)) return;
    Notification.dismiss(notice);
    end();
  };
  const end = files.listen(dismiss);
}

async function settle(files: SiteFiles, context: DocumentRegistry.Context, open: (path: string) => void): Promise<void> {
  if (context.model.dirty) await context.save();
  const { path } = context;
  const mine = files.tree.find(path)?.copy;
  if (!mine) return;
  const choice = await ask(mine, await files.fetch(path));
  if (choice === "mine") files.tree.keepLocal(path);
  if (choice !== "theirs" && choice !== "both") return;
  const copy = choice === "both" ? files.tree.write(files.tree.freePath(path, "-mine"), mine.bytes, mine.trusted).path : null;
  files.tree.acceptUpstream(path);
  await context.revert();
  if (copy === null) return;
  Notification.success(`Your version is now ${copy}.`, { autoClose: false });
  open(copy);
}

async function ask(mine: Copy, theirs: Bytes): Promise<string | undefined> {
  const body = new Widget();
  const sentence = document.createElement("p");
  sentence.textContent = `Keep your version of ${mine.path}, use the new published version, or keep both, with yours under a new name?`;
  body.node.append(sentence, difference(mine, theirs));
  const dialog = new Dialog({ title: "New Version Published", body, buttons: BUTTONS, defaultButton: 0 });
  dialog.addClass("wasmnb-Conflict");
  return (await dialog.launch()).button.actions[0];
}

function difference({ path, bytes }: Copy, theirs: Bytes): HTMLElement {
  const text = (bytes: Bytes): string => new TextDecoder().decode(bytes);
  if (!path.endsWith(".ipynb")) return textDiff(text(theirs), text(bytes), NAMES);
  // Both are notebooks that were opened or saved as such.
  const [before, after] = [theirs, bytes].map((each) => JSON.parse(text(each)) as Notebook) as [Notebook, Notebook];
  return notebookDiff(before, after, NAMES);
}
