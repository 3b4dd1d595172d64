/** The extension packages of the page, and their style sheets, settings schemas and themes. */
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const web = dirname(import.meta.dirname);
const { dependencies, version } = JSON.parse(readFileSync(join(web, "package.json"), "utf8"));

/** Our own plugins, treated as a package. */
const ours = { name: "wasmnb", folder: web, data: { version, jupyterlab: { schemaDir: "schema" } } };

/** Every dependency that declares itself a JupyterLab extension, by name. */
const extensions = Object.keys(dependencies)
  .filter((name) => name.startsWith("@jupyter"))
  .map((name) => ({ name, folder: dirname(require.resolve(`${name}/package.json`)) }))
  .map(({ name, folder }) => ({ name, folder, data: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) }))
  .filter(({ data }) => data.jupyterlab?.extension ?? data.jupyterlab?.mimeExtension);

/** The style modules of the extensions, which their scripts do not import. */
export const styles = (accepts) =>
  extensions
    .filter(({ name, data }) => accepts(name) && (data.styleModule ?? data.style))
    .map(({ name, data }) => `${name}/${data.styleModule ?? data.style}`);

/** Defaults of JupyterLab that do not suit a kernel in the browser. */
const defaults = {
  // The first completion imports jedi, which takes WebAssembly longer than the second that JupyterLab waits. A late
  // answer does no harm: it is shown only if nothing was typed meanwhile.
  "@jupyterlab/completer-extension:manager": { providerTimeout: 60_000 },
};

/** The settings schema of each plugin, with its package's version. */
export const schemas = () =>
  [...extensions, ours]
    .filter(({ data }) => data.jupyterlab.schemaDir)
    .flatMap(({ name, folder, data }) => schemasIn(join(folder, data.jupyterlab.schemaDir), name, data.version));

const schemasIn = (folder, name, version) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => {
      const id = `${name}:${basename(file, ".json")}`;
      const schema = JSON.parse(readFileSync(join(folder, file), "utf8"));
      for (const [setting, value] of Object.entries(defaults[id] ?? {})) schema.properties[setting].default = value;
      return { id, schema, version };
    });

/** The style sheet of each theme, under the path where JupyterLab's themes look for it. */
export const themes = () =>
  Object.fromEntries(
    extensions
      .filter(({ data }) => data.jupyterlab.themePath)
      .map(({ name, folder, data }) => [`themes/${name}/index`, join(folder, data.jupyterlab.themePath)]),
  );
