/** Which extension packages the page is composed of, and what each carries besides scripts: style, settings schemas, theme. */
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const web = dirname(import.meta.dirname);
const { dependencies, version } = JSON.parse(readFileSync(join(web, "package.json"), "utf8"));

/** Our own plugins, as if they were a package. */
const ours = { name: "wasmnb", folder: web, data: { version, jupyterlab: { schemaDir: "schema" } } };

/** Every dependency that declares itself a JupyterLab extension, in the order of their names. Others may hide what they declare. */
const extensions = Object.keys(dependencies)
  .filter((name) => name.startsWith("@jupyter"))
  .map((name) => ({ name, folder: dirname(require.resolve(`${name}/package.json`)) }))
  .map(({ name, folder }) => ({ name, folder, data: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) }))
  .filter(({ data }) => data.jupyterlab?.extension ?? data.jupyterlab?.mimeExtension);

/** The modules that bring the style of the extensions, which their scripts do not import themselves. */
export const styles = (wanted) =>
  extensions
    .filter(({ name, data }) => wanted(name) && (data.styleModule ?? data.style))
    .map(({ name, data }) => `${name}/${data.styleModule ?? data.style}`);

/** Where a default of JupyterLab's does not fit a kernel in the browser. */
const defaults = {
  // The first completion imports jedi, which takes WebAssembly longer than the second that JupyterLab waits. A late
  // answer does no harm: it is shown only if nothing was typed meanwhile.
  "@jupyterlab/completer-extension:manager": { providerTimeout: 60_000 },
};

/** What can be set in each plugin: its schema, and the version of the package that it comes from. */
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
