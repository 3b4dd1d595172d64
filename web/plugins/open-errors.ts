/** Errors when documents are opened: invalid notebooks, missing checkpoints, and files that cannot be loaded. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, Notification, showDialog } from "@jupyterlab/apputils";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { type Contents, IDefaultDrive, ServerConnection } from "@jupyterlab/services";
import { MessageLoop } from "@lumino/messaging";

/** Jupyter servers add a message to a notebook that violates its format; JupyterLab ignores it. */
type Model = Contents.IModel & { readonly message?: string };

function report({ name, message }: Model): void {
  if (message === undefined) return;
  const details = (): void => {
    void showDialog({ title: `Errors in ${name}`, body: message, buttons: [Dialog.okButton({ label: "Close" })] });
  };
  Notification.warning(`${name} is not a valid notebook. It is shown as far as possible; the file is not changed until you save.`, {
    autoClose: false,
    actions: [{ label: "Details", callback: details }],
  });
}

/**
 * JupyterLab creates a checkpoint when it opens a document or saves it under another name, and ignores only a 403. Errors for a
 * deleted file or a full disk are reported as such.
 */
function forgivable(error: unknown): unknown {
  const { ResponseError } = ServerConnection;
  if (!(error instanceof ResponseError) || !IGNORED.includes(error.response.status)) return error;
  return new ResponseError(new Response(null, { status: FORBIDDEN }), error.message);
}
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const IGNORED = [NOT_FOUND, 507]; // the file is deleted, the disk is full

/** A deleted file has no checkpoints; JupyterLab lists them for a tab's caption, and handles no error of that. */
function none(error: unknown): Contents.ICheckpointModel[] {
  if (error instanceof ServerConnection.ResponseError && error.response.status === NOT_FOUND) return [];
  throw error;
}

/** JupyterLab closes a document that could not be loaded, but takes its empty initial model for unsaved work and asks. */
function closeUnasked(panel: NotebookPanel): void {
  const { context } = panel;
  MessageLoop.installMessageHook(panel, (_, { type }) => {
    if (type === "close-request" && !context.isReady) context.model.dirty = false;
    return true;
  });
}

export const openErrors: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:opening",
  description: "Reports errors when documents are opened.",
  autoStart: true,
  requires: [IDefaultDrive, INotebookTracker],
  activate: (_: JupyterFrontEnd, drive: Contents.IDrive, notebooks: INotebookTracker) => {
    const get = drive.get.bind(drive);
    drive.get = async (path, options) => {
      const model = await get(path, options);
      report(model);
      return model;
    };
    const createCheckpoint = drive.createCheckpoint.bind(drive);
    const listCheckpoints = drive.listCheckpoints.bind(drive);
    const fail = (error: unknown): never => { throw forgivable(error); };
    drive.createCheckpoint = (path) => createCheckpoint(path).catch(fail);
    drive.listCheckpoints = (path) => listCheckpoints(path).catch(none);
    // Hooks run from the newest to the oldest, and JupyterLab installs its own, which asks, right after this signal.
    notebooks.widgetAdded.connect((_, panel) => { queueMicrotask(() => { closeUnasked(panel); }); });
  },
};
