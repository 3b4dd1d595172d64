/** The language of the interface: English, as its sources are written; language packs need a server that has them. */
import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ITranslator, nullTranslator } from "@jupyterlab/translation";

export const translation: JupyterFrontEndPlugin<ITranslator> = {
  id: "wasmnb:translation",
  description: "Provides the language of the interface.",
  autoStart: true,
  provides: ITranslator,
  activate: () => nullTranslator,
};
