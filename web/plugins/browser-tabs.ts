/** Opens documents in browser tabs of their own in Notebook's view, without starting their kernel in this tab. */
import { INotebookPathOpener } from "@jupyter-notebook/application";
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { PageConfig, PathExt, URLExt } from "@jupyterlab/coreutils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import type { DocumentRegistry, IDocumentWidget } from "@jupyterlab/docregistry";
import type { INotebookContent } from "@jupyterlab/nbformat";
import type { ServiceManager } from "@jupyterlab/services";
import { Widget } from "@lumino/widgets";

/** Documents with this reference open in the page itself. */
const HERE = "_noref";

/**
 * Notebook itself creates the whole document widget before it opens a tab for it, which starts a kernel. On a server the new tab
 * would connect to that kernel; here it would run on unseen in this tab.
 */
export const browserTabs: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:tabs",
  description: "Opens documents in browser tabs of their own.",
  autoStart: true,
  requires: [IDocumentManager, INotebookPathOpener],
  activate: ({ serviceManager }: JupyterFrontEnd, documents: IDocumentManager, tab: INotebookPathOpener) => {
    const here = documents.openOrReveal.bind(documents);
    const elsewhere = async (path: string, factory: string | undefined, kernel: string | undefined) => {
      if (kernel) await writeKernelspec(serviceManager, path, kernel);
      tab.open({ ...addressOf(path, factory, documents.registry), path });
    };
    documents.openOrReveal = (path, factory, kernel, options, preference) => {
      if (options?.ref === HERE) return here(path, factory, kernel, options, preference);
      void elsewhere(path, factory, kernel?.name);
      // Commands that create a file mark the returned widget as untitled, and do nothing else with it.
      return new Widget() as unknown as IDocumentWidget;
    };
  },
};

function addressOf(path: string, factory: string | undefined, registry: DocumentRegistry): { prefix: string; searchParams?: URLSearchParams } {
  const isDefault = !factory || factory === registry.defaultWidgetFactory(path).name;
  const page = PathExt.extname(path) === ".ipynb" && isDefault ? "notebooks" : "edit";
  const prefix = URLExt.join(PageConfig.getBaseUrl(), page);
  return isDefault ? { prefix } : { prefix, searchParams: new URLSearchParams({ factory }) };
}

/** Writes the chosen kernel into a new notebook. */
async function writeKernelspec({ contents, kernelspecs }: ServiceManager.IManager, path: string, name: string): Promise<void> {
  const spec = kernelspecs.specs?.kernelspecs[name];
  if (!spec) return;
  const model = await contents.get(path, { type: "notebook", content: true });
  // The contents of a model whose type is "notebook" are one.
  const notebook = model.content as INotebookContent;
  const { display_name, language } = spec;
  notebook.metadata.kernelspec = { name, display_name, language };
  await contents.save(path, { type: "notebook", format: "json", content: notebook });
}
