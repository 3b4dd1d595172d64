/** Bundler configuration: an entry for each view and each plain page, and the themes. */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import jupyterlab from "@jupyter/builder/lib/webpack.config.base.js";
import { rspack } from "@rspack/core";
import { LicenseWebpackPlugin } from "license-webpack-plugin";
import { cssOnly, manifest, SCHEMAS, sweep } from "./bundler/emit.mjs";
import { styles, themes } from "./bundler/extensions.mjs";

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

/** Plain pages: their scripts are small and share no chunks. */
const PLAIN_PAGES = ["served-notebook", "home", "published-notebook", "shared", "single-file"];

/** Replacements for imports of packages that are unused here, or much too large. */
const aliases = {
  "@rjsf/validator-ajv8$": resolve(here, "plugins/overrides/rjsf-validator.ts"),
  ajv: false, // our settings are checked otherwise
  "@lezer/generator": resolve(here, "bundler/lezer-generator-stub.ts"),
  "vscode-ws-jsonrpc": false, // there are no language servers
};

const common = {
  mode: "production",
  context: here,
  devtool: false,
  cache: {
    type: "persistent",
    storage: { type: "filesystem", directory: resolve(here, ".cache/rspack") },
    buildDependencies: [import.meta.filename, resolve(here, "bundler/emit.mjs"), resolve(here, "bundler/extensions.mjs"), resolve(here, "package-lock.json")],
  },
  performance: false,
  ignoreWarnings: [/"__dirname" is used and has been mocked/],
  stats: { preset: "errors-warnings", timings: true },
};

const app = {
  ...common,
  name: "app",
  entry: {
    lab: [...styles((name) => !name.startsWith("@jupyter-notebook/")), "./app/lab.ts"],
    notebook: [...styles(() => true), "./app/notebook.ts"],
    "served-notebook": "./pages/served-notebook.ts",
    home: "./pages/home.ts",
    "published-notebook": "./pages/published-notebook.ts",
    shared: "./pages/shared.ts",
    "single-file": "./pages/single-file.ts",
    hydrate: [...styles(() => true), "./pages/hydrate.ts"],
  },
  output: {
    path: output,
    filename: "[name].[contenthash].js",
    chunkFilename: "[id].[contenthash].js",
    cssFilename: "[name].[contenthash].css",
    assetModuleFilename: "[name].[contenthash][ext]",
    publicPath: "auto",
    hashFunction: "xxhash64",
  },
  module: { rules: [typescript, svgText, ...rules] },
  resolve: {
    ...jupyterlab.resolve,
    alias: { ...jupyterlab.resolve?.alias, ...aliases },
    extensions: [".ts", ".js"],
    modules: [resolve(here, "node_modules"), "node_modules"],
  },
  optimization: { splitChunks: { chunks: ({ name }) => !PLAIN_PAGES.includes(name), maxInitialRequests: 8 } },
  plugins: [
    new rspack.ProvidePlugin({ process: require.resolve("process/browser") }),
    new rspack.DefinePlugin({ SCHEMAS: JSON.stringify(SCHEMAS) }),
    new rspack.CssExtractRspackPlugin({ filename: "[name].[contenthash].css", chunkFilename: "[id].[contenthash].css", ignoreOrder: true }),
    new rspack.CopyRspackPlugin({ patterns: [{ from: "icons/favicon*.svg", to: "favicons/[name][ext]" }] }),
    // Many packages name their licence and leave its text in their repository: ours stands in.
    new LicenseWebpackPlugin({
      outputFilename: "third-party-licenses.txt",
      perChunkOutput: false,
      licenseTemplateDir: resolve(here, "licenses"),
      // It has the text of its licence, but not the name.
      licenseTypeOverrides: { khroma: "MIT" },
    }),
    manifest,
    sweep,
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
