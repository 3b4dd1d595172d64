/** The translator: English, with other texts on a site; language packs would need a server. */
import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ITranslator, nullTranslator, type TranslationBundle } from "@jupyterlab/translation";
import { config } from "../../utils/pageconfig";

/** JupyterLab's texts that are wrong on a site, where published files can be restored. */
const ON_A_SITE: Readonly<Partial<Record<string, string>>> = {
  "Are you sure you want to permanently delete: %1?":
    "Delete %1? A published file can be restored (File › Your Changes in This Browser…); a file of your own is deleted permanently.",
  "Are you sure you want to permanently delete the %1 selected item?": "Delete the selected item?",
  "Are you sure you want to permanently delete the %1 selected items?":
    "Delete the %1 selected items? Published files can be restored (File › Your Changes in This Browser…); your own files are deleted permanently.",
};

function onSite(): ITranslator {
  const plain = nullTranslator.load("");
  const replace = (text: string): string => ON_A_SITE[text] ?? text;
  const bundle: TranslationBundle = Object.assign(Object.create(plain) as TranslationBundle, {
    gettext: (text: string, ...args: unknown[]) => plain.gettext(replace(text), ...args),
    ngettext: (one: string, more: string, n: number, ...args: unknown[]) => plain.ngettext(replace(one), replace(more), n, ...args),
  });
  return { languageCode: nullTranslator.languageCode, load: () => bundle };
}

export const translation: JupyterFrontEndPlugin<ITranslator> = {
  id: "wasmnb:translation",
  description: "Provides the translator.",
  autoStart: true,
  provides: ITranslator,
  activate: () => (config().site ? onSite() : nullTranslator),
};
