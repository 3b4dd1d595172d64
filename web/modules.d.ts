/** What the bundler makes of files that are not scripts, and the values that it puts in. */

declare module "*.svg" {
  const text: string;
  export default text;
}

declare module "*.raw.css" {
  const text: string;
  export default text;
}

declare module "*.css";

/** The name of the settings' schemas beside the scripts. */
declare const SCHEMAS: string;

declare module "*/extensions.mjs" {
  import type { ISettingRegistry } from "@jupyterlab/settingregistry";
  export const schemas: () => { id: string; schema: ISettingRegistry.ISchema; version: string }[];
}
