/** What a view is made of: extensions of JupyterLab, whole or in part. */
import { PageConfig } from "@jupyterlab/coreutils";
import type { IPlugin } from "@lumino/application";

/** A plugin of any application; what it needs and gives is settled by tokens when it is activated. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- plugins for shells of several types share one registry
export type Plugin = IPlugin<any, unknown>;

/** What an extension package exports: one plugin or several. */
export type Extension = Plugin | readonly Plugin[];

/** The plugins of an extension, as a list. */
export const plugins = (extension: Extension): readonly Plugin[] => ("id" in extension ? [extension] : extension);

/** The part of an id after the package's name: "@jupyterlab/toc-extension:registry" is called "registry". */
const called = (names: readonly string[]) => ({ id }: Plugin) => names.includes(id.slice(id.indexOf(":") + 1));

/** These plugins of an extension. */
export const only = (extension: Extension, ...names: string[]): Extension => plugins(extension).filter(called(names));

/** All plugins of an extension except these. */
export const without = (extension: Extension, ...names: string[]): Extension => {
  const unwanted = called(names);
  return plugins(extension).filter((plugin) => !unwanted(plugin));
};

/** The plugins of all these extensions that the page's configuration does not switch off. */
export const enabled = (extensions: readonly Extension[]): Plugin[] =>
  extensions.flatMap(plugins).filter(({ id }) => !PageConfig.Extension.isDisabled(id));
