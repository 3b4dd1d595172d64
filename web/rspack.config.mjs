/** How the page is bundled: two entries, one for each view, and the themes. */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import jupyterlab from "@jupyter/builder/lib/webpack.config.base.js";
import { rspack } from "@rspack/core";
import { LicenseWebpackPlugin } from "license-webpack-plugin";
import { schemas, styles, themes } from "./packages.mjs";

const here = import.meta.dirname;
const require = createRequire(import.meta.url);
const output = resolve(here, "../wasmnb/assets/static");

/** JupyterLab's own loader rules, except that its style becomes files which load beside the scripts. */
const extractCss = { test: /(?<!\.raw)\.css$/, use: [rspack.CssExtractRspackPlugin.loader, "css-loader"], type: "javascript/auto" };

/** Of a font in five formats, every browser that knows WebAssembly takes WOFF2. */
const oldFonts = { test: /webfonts\/.*\.(eot|svg|ttf|woff)$/, type: "asset/resource", generator: { emit: false } };

const rules = [extractCss, ...jupyterlab.module.rules.filter(({ use }) => !use?.includes("style-loader")), oldFonts];

const typescript = {
  test: /\.ts$/,
  loader: "builtin:swc-loader",
  options: { jsc: { parser: { syntax: "typescript" }, target: "es2022" } },
};

/** As JupyterLab's rule for the scripts of its packages, for ours. */
const svgText = { test: /\.svg$/, issuer: /\.ts$/, type: "asset/source" };

/** The settings' schemas, as a file of their own that every view fetches when it starts. */
const settings = { text: JSON.stringify(schemas()) };
settings.name = `schemas.${createHash("sha256").update(settings.text).digest("hex").slice(0, 16)}.json`;

/** Says which files each view starts with, for the HTML page that names them. */
const manifest = {
  apply: (compiler) =>
    compiler.hooks.thisCompilation.tap("manifest", (compilation) =>
      compilation.hooks.processAssets.tap({ name: "manifest", stage: rspack.Compilation.PROCESS_ASSETS_STAGE_REPORT }, () => {
        const ending = (entry, end) => entry.getFiles().filter((name) => name.endsWith(end));
        const entries = [...compilation.entrypoints].map(([name, entry]) => [name, { js: ending(entry, ".js"), css: ending(entry, ".css"), fetch: [settings.name] }]);
        compilation.emitAsset(settings.name, new rspack.sources.RawSource(settings.text));
        compilation.emitAsset("manifest.json", new rspack.sources.RawSource(JSON.stringify(Object.fromEntries(entries), null, 2)));
      }),
    ),
};

/** Drops the empty script that comes with an entry which is only a style sheet. */
const cssOnly = {
  apply: (compiler) =>
    compiler.hooks.thisCompilation.tap("cssOnly", (compilation) =>
      compilation.hooks.processAssets.tap("cssOnly", (assets) => {
        for (const name of Object.keys(assets)) if (name.endsWith(".js")) compilation.deleteAsset(name);
      }),
    ),
};

const common = {
  mode: "production",
  context: here,
  devtool: false,
  cache: {
    type: "persistent",
    storage: { type: "filesystem", directory: resolve(here, ".cache/rspack") },
    buildDependencies: [import.meta.filename, resolve(here, "packages.mjs"), resolve(here, "package-lock.json")],
  },
  performance: false,
  ignoreWarnings: [/"__dirname" is used and has been mocked/],
  stats: { preset: "errors-warnings", timings: true },
};

const app = {
  ...common,
  name: "app",
  entry: {
    lab: [...styles((name) => !name.startsWith("@jupyter-notebook/")), "./lab.ts"],
    notebook: [...styles(() => true), "./notebook.ts"],
  },
  output: {
    path: output,
    filename: "[name].[contenthash].js",
    chunkFilename: "[id].[contenthash].js",
    cssFilename: "[name].[contenthash].css",
    assetModuleFilename: "[name].[contenthash][ext]",
    publicPath: "auto",
    // Pyodide runs in module workers only, and only a bundle of modules starts those.
    module: true,
    chunkFormat: "module",
    chunkLoading: "import",
    workerChunkLoading: "import",
    hashFunction: "xxhash64",
  },
  module: { rules: [typescript, svgText, ...rules] },
  resolve: {
    ...jupyterlab.resolve,
    extensions: [".ts", ".js"],
    modules: [resolve(here, "node_modules"), "node_modules"],
  },
  optimization: { splitChunks: { chunks: "all", maxInitialRequests: 8 } },
  plugins: [
    new rspack.ProvidePlugin({ process: require.resolve("process/browser") }),
    new rspack.DefinePlugin({ SCHEMAS: JSON.stringify(settings.name) }),
    new rspack.CssExtractRspackPlugin({ filename: "[name].[contenthash].css", chunkFilename: "[id].[contenthash].css", ignoreOrder: true }),
    new rspack.CopyRspackPlugin({ patterns: [{ from: "icons/favicon*.svg", to: "favicons/[name][ext]" }] }),
    // Many packages name their licence and leave its text in their repository: ours stands in.
    new LicenseWebpackPlugin({
      outputFilename: "third-party-licenses.txt",
      perChunkOutput: false,
      licenseTemplateDir: resolve(here, "licenses"),
    }),
    manifest,
  ],
};

const theme = {
  ...common,
  name: "themes",
  entry: themes(),
  output: { path: output },
  module: { rules },
  plugins: [new rspack.CssExtractRspackPlugin({ filename: "[name].css" }), cssOnly],
};

export default [app, theme];
