/** Small bundler plugins: they write the schemas and the manifest, and remove stale files. */
import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rspack } from "@rspack/core";
import { schemas } from "./extensions.mjs";

const { PROCESS_ASSETS_STAGE_REPORT: LAST } = rspack.Compilation;

/** The settings' schemas, in a file that every view fetches when it starts. */
const settings = JSON.stringify(schemas());
export const SCHEMAS = `schemas.${createHash("sha256").update(settings).digest("hex").slice(0, 16)}.json`;

/** Writes the schemas, and a manifest that tells the HTML page which files each view starts with. */
export const manifest = {
  apply: (compiler) =>
    compiler.hooks.thisCompilation.tap("manifest", (compilation) =>
      compilation.hooks.processAssets.tap({ name: "manifest", stage: LAST }, () => {
        const entries = [...compilation.entrypoints].map(([name, entry]) => [name, startOf(entry)]);
        const write = (name, text) => compilation.emitAsset(name, new rspack.sources.RawSource(text));
        write(SCHEMAS, settings);
        write("manifest.json", JSON.stringify(Object.fromEntries(entries), null, 2));
      }),
    ),
};

/** The entries of plain pages. */
const PLAIN = new Set(["served-notebook", "home", "published-notebook", "shared", "single-file"]);

function startOf(entry) {
  const ending = (end) => entry.getFiles().filter((name) => name.endsWith(end));
  return { js: ending(".js"), css: ending(".css"), fetch: PLAIN.has(entry.name) ? [] : [SCHEMAS] };
}

/** Removes the files of earlier builds; their compressed siblings are build/compress.mjs's, the themes have a folder of their own. */
export const sweep = {
  apply: (compiler) =>
    compiler.hooks.done.tap("sweep", ({ compilation }) => {
      if (compilation.errors.length > 0) return;
      const { path } = compilation.outputOptions;
      const current = new Set(compilation.getAssets().map(({ name }) => name));
      const stale = readdirSync(path, { withFileTypes: true }).filter(
        (entry) => entry.isFile() && !current.has(entry.name) && !/\.(br|gz)$/.test(entry.name),
      );
      for (const { name } of stale) rmSync(join(path, name));
    }),
};

/** Drops the empty script that comes with an entry which is only a style sheet. */
export const cssOnly = {
  apply: (compiler) =>
    compiler.hooks.thisCompilation.tap("cssOnly", (compilation) =>
      compilation.hooks.processAssets.tap("cssOnly", (assets) => {
        for (const name of Object.keys(assets)) if (name.endsWith(".js")) compilation.deleteAsset(name);
      }),
    ),
};
