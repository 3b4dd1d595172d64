/** The drive of JupyterLab's files; on a site, what the reader has changed is downloaded from this page. */
import { nameOf } from "../../kernels/pyodide/paths";
import { Drive, IDefaultDrive, IServerSettings, type Contents, type ServerConnection, type ServiceManagerPlugin } from "@jupyterlab/services";
import { VersionedDrive } from "../drive";
import { ISiteFiles, type SiteFilesOrNone } from "../services";
import type { SiteFiles } from "./files";

class SiteDrive extends Drive {
  constructor(
    private readonly files: SiteFiles,
    serverSettings: ServerConnection.ISettings,
  ) {
    super({ serverSettings });
  }

  override getDownloadUrl(path: string): Promise<string> {
    const copy = this.files.tree.find(path)?.copy;
    if (!copy) return super.getDownloadUrl(path);
    return Promise.resolve(URL.createObjectURL(new File([copy.bytes], nameOf(path))));
  }
}

export const drive: ServiceManagerPlugin<Contents.IDrive> = {
  id: "wasmnb:drive",
  description: "Provides the default drive.",
  autoStart: true,
  provides: IDefaultDrive,
  requires: [IServerSettings, ISiteFiles],
  activate: (_: null, serverSettings: ServerConnection.ISettings, { files }: SiteFilesOrNone) =>
    files ? new SiteDrive(files, serverSettings) : new VersionedDrive(serverSettings),
};
