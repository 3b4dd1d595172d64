/** The language of the interface: English, as its sources are written; language packs need a server that has them. */
import type { JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ITranslator, nullTranslator, type TranslationBundle } from "@jupyterlab/translation";
import { config } from "../../utils/pageconfig";

/** What is true of a server's files, and on a site is put otherwise. */
const ON_A_SITE: Readonly<Partial<Record<string, string>>> = {
  "Are you sure you want to permanently delete: %1?":
    "Delete %1? A published file can be brought back (File › Your Changes in This Browser…); one that you made yourself is gone for good.",
  "Are you sure you want to permanently delete the %1 selected item?": "Delete the selected item?",
  "Are you sure you want to permanently delete the %1 selected items?":
    "Delete the %1 selected items? Published files can be brought back (File › Your Changes in This Browser…); those that you made yourself are gone for good.",
};

function onSite(): ITranslator {
  const plain = nullTranslator.load("");
  const put = (text: string): string => ON_A_SITE[text] ?? text;
  const bundle: TranslationBundle = Object.assign(Object.create(plain) as TranslationBundle, {
    gettext: (text: string, ...args: unknown[]) => plain.gettext(put(text), ...args),
    ngettext: (one: string, more: string, n: number, ...args: unknown[]) => plain.ngettext(put(one), put(more), n, ...args),
  });
  return { languageCode: nullTranslator.languageCode, load: () => bundle };
}

export const translation: JupyterFrontEndPlugin<ITranslator> = {
  id: "wasmnb:translation",
  description: "Provides the language of the interface.",
  autoStart: true,
  provides: ITranslator,
  activate: () => (config().site ? onSite() : nullTranslator),
};
