/** Types of modules that the bundler makes from other files, and of constants that it defines. */

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
