/** Selects plugins of JupyterLab's extensions for a view. */
import { PageConfig } from "@jupyterlab/coreutils";
import type { IPlugin } from "@lumino/application";

/** A plugin of any application; tokens resolve its dependencies when it is activated. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- plugins for shells of several types share one registry
export type Plugin = IPlugin<any, unknown>;

/** What an extension package exports: one plugin or several. */
export type Extension = Plugin | readonly Plugin[];

/** The plugins of an extension, as a list. */
export const plugins = (extension: Extension): readonly Plugin[] => ("id" in extension ? [extension] : extension);

/** Matches ids by the part after the package: "registry" in "@jupyterlab/toc-extension:registry". */
const named = (names: readonly string[]) => ({ id }: Plugin) => names.includes(id.slice(id.indexOf(":") + 1));

/** These plugins of an extension. */
export const only = (extension: Extension, ...names: string[]): Extension => plugins(extension).filter(named(names));

/** All plugins of an extension except these. */
export const without = (extension: Extension, ...names: string[]): Extension => {
  const isExcluded = named(names);
  return plugins(extension).filter((plugin) => !isExcluded(plugin));
};

/** The plugins of these extensions that the page's configuration does not disable. */
export const enabled = (extensions: readonly Extension[]): Plugin[] =>
  extensions.flatMap(plugins).filter(({ id }) => !PageConfig.Extension.isDisabled(id));
