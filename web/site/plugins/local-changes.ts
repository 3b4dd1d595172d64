/** Local changes of a site's reader: a dialog that lists, compares and reverts them, and their download and import as a zip archive. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { Dialog, ICommandPalette, Notification } from "@jupyterlab/apputils";
import { IMainMenu } from "@jupyterlab/mainmenu";
import { Widget } from "@lumino/widgets";
import { IDocumentManager } from "@jupyterlab/docmanager";
import { config } from "../../utils/pageconfig";
import { button, download, paragraph } from "../../utils/dom";
import { ISiteFiles, type SiteFilesOrNone } from "../files/token";
import { size } from "../../utils/format";
import type { Extent } from "../files/zip-archive";
import type { SiteFiles } from "../files/site-files";
import { COMPARE } from "./publish-conflict";

const SHOW = "wasmnb:changes";
const IMPORT = "wasmnb:import-archive";
const CHANGES = Dialog.okButton({ label: "Download Changes", actions: ["changes"] });
const EVERYTHING = Dialog.okButton({ label: "Download Everything", actions: ["everything"] });
const CLOSE = Dialog.cancelButton({ label: "Close" });

export const localChanges: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:changes",
  description: "Shows, downloads and imports the reader's changes.",
  autoStart: true,
  requires: [ISiteFiles, IDocumentManager],
  optional: [ICommandPalette, IMainMenu],
  activate: ({ commands }: JupyterFrontEnd, { files }: SiteFilesOrNone, documents: IDocumentManager, palette: ICommandPalette | null, menu: IMainMenu | null) => {
    if (!files) return;
    const revert = async (path: string): Promise<void> => {
      files.tree.acceptUpstream(path);
      await documents.findWidget(path, null)?.context.revert();
    };
    const compare = (path: string): void => void commands.execute(COMPARE, { path });
    commands.addCommand(SHOW, { label: "Your Changes in This Browser…", execute: () => show(files, { revert, compare }) });
    commands.addCommand(IMPORT, { label: "Import Files from Zip…", execute: () => { chooseZip((file) => importZip(files, file)); } });
    menu?.fileMenu.addGroup([{ command: SHOW }, { command: IMPORT }], 8);
    for (const command of [SHOW, IMPORT]) palette?.addItem({ command, category: "File Operations" });
  },
};

/** Reports changes that the browser could not store: a program writes files without a dialog. */
export const storageErrors: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:keeping",
  description: "Reports changes that the browser could not store.",
  autoStart: true,
  requires: [ISiteFiles],
  activate: (_: JupyterFrontEnd, { files }: SiteFilesOrNone) => {
    files?.failed.connect((_, sentence) => Notification.error(sentence, { autoClose: false }));
  },
};

/** The actions at a changed path. */
interface ChangeActions {
  /** Restores the published version. */
  readonly revert: (path: string) => Promise<void>;
  readonly compare: (path: string) => void;
}

async function show(files: SiteFiles, actions: ChangeActions): Promise<void> {
  const body = new Widget();
  const dialog = new Dialog({ title: "Your Changes in This Browser", body, buttons: [CLOSE, CHANGES, EVERYTHING] });
  const compare = (path: string): void => {
    dialog.reject();
    actions.compare(path);
  };
  body.node.append(list(files, { ...actions, compare }), paragraph(await storageQuota()));
  const { button } = await dialog.launch();
  const [extent] = button.actions;
  if (extent !== undefined) await downloadZip(files, extent as Extent); // the buttons have no other actions
}

function list({ tree }: SiteFiles, { revert, compare }: ChangeActions): HTMLElement {
  const all = tree.copies.filter(({ kind }) => kind !== "folder");
  if (all.length === 0) return paragraph("You have not changed any files of this site.");
  const list = document.createElement("ul");
  for (const { path, kind, bytes, modified } of all) {
    const line = document.createElement("li");
    const state = kind === "gone" ? "deleted" : size(bytes.length);
    const update = tree.outdated(path) ? ", new version published since" : "";
    line.textContent = `${path} (${state}, ${new Date(modified).toLocaleString()}${update})`;
    if (update) line.append(" ", button("Compare…", () => { compare(path); }));
    if (tree.find(path)?.published ?? kind === "gone") line.append(" ", revertButton(() => revert(path).then(() => { line.remove(); })));
    list.append(line);
  }
  return list;
}

/** The button takes two clicks, since the local version is deleted. */
function revertButton(revert: () => Promise<void>): HTMLButtonElement {
  const confirm = button("Restore Published Version…", () => {
    confirm.textContent = "Discard My Version";
    confirm.onclick = () => void revert();
  });
  return confirm;
}

async function downloadZip(files: SiteFiles, extent: Extent): Promise<void> {
  const { packed } = await import("../files/zip-archive");
  download(`${config().site?.title ?? "site"}.zip`, await packed(files, extent));
}

function chooseZip(chosen: (file: File) => Promise<void>): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".zip";
  input.onchange = () => { for (const file of input.files ?? []) void chosen(file); };
  input.click();
}

async function importZip(files: SiteFiles, file: File): Promise<void> {
  try {
    const { unpacked } = await import("../files/zip-archive");
    const { written, same, older } = await unpacked(files, new Uint8Array(await file.arrayBuffer()));
    const rest = [...(same.length > 0 ? [`${same.length} already existed.`] : []), ...(older.length > 0 ? [`Skipped, since this site has a newer version: ${older.join(", ")}.`] : [])];
    Notification.success(`Imported from ${file.name}: ${written.join(", ") || "nothing new"}. ${rest.join(" ")}`, { autoClose: false });
  } catch (error) {
    Notification.error(`${file.name} could not be imported: ${String(error)}. Choose a zip file.`, { autoClose: false });
  }
}

/** The storage that the site's origin uses, and its quota, as a sentence. */
async function storageQuota(): Promise<string> {
  // Only secure pages have it, whatever TypeScript's library says.
  const storage = navigator.storage as StorageManager | undefined;
  const { usage, quota } = (await storage?.estimate()) ?? {};
  if (usage === undefined || quota === undefined) return "This browser does not report how much storage it has.";
  return `${window.location.host} uses ${size(usage)} of ${size(quota)} of storage in this browser.`;
}
