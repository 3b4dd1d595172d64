/** In Notebook's view a document opens in a browser tab of its own, and its kernel starts there and nowhere else. */
import { INotebookPathOpener } from "@jupyter-notebook/application";
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { PageConfig, PathExt, URLExt } from "@jupyterlab/coreutils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import type { DocumentRegistry, IDocumentWidget } from "@jupyterlab/docregistry";
import type { INotebookContent } from "@jupyterlab/nbformat";
import type { ServiceManager } from "@jupyterlab/services";
import { Widget } from "@lumino/widgets";

/** What is opened with this reference is for the page itself. */
const HERE = "_noref";

/**
 * Notebook itself makes the whole document before it opens another tab for it. That starts a kernel in this tab, which
 * on a server would be the new tab's, and here would be one more, that nobody sees.
 */
export const browserTabs: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:tabs",
  description: "Opens documents in browser tabs of their own.",
  autoStart: true,
  requires: [IDocumentManager, INotebookPathOpener],
  activate: ({ serviceManager }: JupyterFrontEnd, documents: IDocumentManager, tab: INotebookPathOpener) => {
    const here = documents.openOrReveal.bind(documents);
    const elsewhere = async (path: string, factory: string | undefined, kernel: string | undefined) => {
      if (kernel) await nameKernel(serviceManager, path, kernel);
      tab.open({ ...addressOf(path, factory, documents.registry), path });
    };
    documents.openOrReveal = (path, factory, kernel, options, preference) => {
      if (options?.ref === HERE) return here(path, factory, kernel, options, preference);
      void elsewhere(path, factory, kernel?.name);
      // The commands that make a new file mark what they get as untitled, and do nothing else with it.
      return new Widget() as unknown as IDocumentWidget;
    };
  },
};

function addressOf(path: string, factory: string | undefined, registry: DocumentRegistry): { prefix: string; searchParams?: URLSearchParams } {
  const isUsual = !factory || factory === registry.defaultWidgetFactory(path).name;
  const page = PathExt.extname(path) === ".ipynb" && isUsual ? "notebooks" : "edit";
  const prefix = URLExt.join(PageConfig.getBaseUrl(), page);
  return isUsual ? { prefix } : { prefix, searchParams: new URLSearchParams({ factory }) };
}

/** Writes into a new notebook which kernel it is to have. */
async function nameKernel({ contents, kernelspecs }: ServiceManager.IManager, path: string, name: string): Promise<void> {
  const spec = kernelspecs.specs?.kernelspecs[name];
  if (!spec) return;
  const model = await contents.get(path, { type: "notebook", content: true });
  // The contents of a model whose type is "notebook" are one.
  const notebook = model.content as INotebookContent;
  const { display_name, language } = spec;
  notebook.metadata.kernelspec = { name, display_name, language };
  await contents.save(path, { type: "notebook", format: "json", content: notebook });
}
