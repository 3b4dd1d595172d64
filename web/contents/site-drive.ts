/** JupyterLab's default drive; on a site, files that the reader has changed are downloaded from this page. */
import { nameOf } from "../../kernels/paths";
import { Drive, IDefaultDrive, IServerSettings, type Contents, type ServerConnection, type ServiceManagerPlugin } from "@jupyterlab/services";
import { VersionedDrive } from "./versioned-drive";
import { ISiteFiles, type SiteFilesOrNone } from "../site/files/token";
import type { SiteFiles } from "../site/files/site-files";

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
    const url = URL.createObjectURL(new Blob([copy.bytes]));
    nameDownload(url, nameOf(path));
    return Promise.resolve(url);
  }
}

/** Names the download: JupyterLab clicks a link without a file name, and the browser would use the blob's URL. */
function nameDownload(href: string, name: string): void {
  const note = ({ target }: MouseEvent): void => {
    if (!(target instanceof HTMLAnchorElement) || target.href !== href) return;
    target.download = name;
    document.removeEventListener("click", note, true);
  };
  document.addEventListener("click", note, true);
}

export const siteDrive: ServiceManagerPlugin<Contents.IDrive> = {
  id: "wasmnb:drive",
  description: "Provides the default drive.",
  autoStart: true,
  provides: IDefaultDrive,
  requires: [IServerSettings, ISiteFiles],
  activate: (_: null, serverSettings: ServerConnection.ISettings, { files }: SiteFilesOrNone) =>
    files ? new SiteDrive(files, serverSettings) : new VersionedDrive(serverSettings),
};
