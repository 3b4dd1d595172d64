/** What is not in order is told when it is opened, and shown as far as it can be; what cannot be shown closes without a question. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, Notification, showDialog } from "@jupyterlab/apputils";
import { INotebookTracker, type NotebookPanel } from "@jupyterlab/notebook";
import { type Contents, IDefaultDrive, ServerConnection } from "@jupyterlab/services";
import { MessageLoop } from "@lumino/messaging";

/** What a Jupyter server adds to a notebook that breaks the rules of its format; JupyterLab leaves it unread. */
type Model = Contents.IModel & { readonly message?: string };

function tell({ name, message }: Model): void {
  if (message === undefined) return;
  const details = (): void => {
    void showDialog({ title: `What is not valid in ${name}`, body: message, buttons: [Dialog.okButton({ label: "Close" })] });
  };
  Notification.warning(`${name} is not a valid notebook. It is shown as far as it can be, and its file is untouched until you save.`, {
    autoClose: false,
    actions: [{ label: "Details", callback: details }],
  });
}

/** Opening a document looks for checkpoints and makes the first, saving it under another name makes one of the old file; JupyterLab does without
only where it may not write. */
function forgivable(error: unknown): unknown {
  const { ResponseError } = ServerConnection;
  if (!(error instanceof ResponseError) || !WITHOUT.includes(error.response.status)) return error;
  return new ResponseError(new Response(null, { status: FORBIDDEN }), error.message);
}
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const WITHOUT = [NOT_FOUND, 507]; // the file is gone, the disk is full

/** A file that is gone has no checkpoints; JupyterLab, which looks for them to name the last in a tab's caption, awaits no failure of that. */
function none(error: unknown): Contents.ICheckpointModel[] {
  if (error instanceof ServerConnection.ResponseError && error.response.status === NOT_FOUND) return [];
  throw error;
}

/** JupyterLab closes what could not be loaded, and takes the empty notebook that it had begun with for unsaved work. */
function closeUnasked(panel: NotebookPanel): void {
  const { context } = panel;
  MessageLoop.installMessageHook(panel, (_, { type }) => {
    if (type === "close-request" && !context.isReady) context.model.dirty = false;
    return true;
  });
}

export const openErrors: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:opening",
  description: "Opens what is not in order, and tells of it.",
  autoStart: true,
  requires: [IDefaultDrive, INotebookTracker],
  activate: (_: JupyterFrontEnd, drive: Contents.IDrive, notebooks: INotebookTracker) => {
    const get = drive.get.bind(drive);
    drive.get = async (path, options) => {
      const model = await get(path, options);
      tell(model);
      return model;
    };
    const createCheckpoint = drive.createCheckpoint.bind(drive);
    const listCheckpoints = drive.listCheckpoints.bind(drive);
    const fail = (error: unknown): never => { throw forgivable(error); };
    drive.createCheckpoint = (path) => createCheckpoint(path).catch(fail);
    drive.listCheckpoints = (path) => listCheckpoints(path).catch(none);
    // Hooks run from the newest to the oldest, and JupyterLab's own, which asks, is installed right after this signal.
    notebooks.widgetAdded.connect((_, panel) => { queueMicrotask(() => { closeUnasked(panel); }); });
  },
};
