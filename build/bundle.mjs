/** Bundles what runs outside of the page's interface, each into one file: node bundle.mjs NAME FILE */
import { createRequire } from "node:module";
import { basename, dirname, resolve } from "node:path";

const web = resolve(import.meta.dirname, "../web");
const { rspack } = createRequire(`${web}/`)("@rspack/core");

/** A module of Node; what it imports by URL is left to Node. */
const node = {
  target: "node20",
  output: { module: true, library: { type: "module" } },
  experiments: { outputModule: true },
  parser: { javascript: { importMeta: false, url: false, worker: false } },
};

const BUNDLES = {
  worker: { entry: "../kernels/pyodide/worker/index.ts", target: "webworker" },
  prestart: { entry: "../kernels/pyodide/page/prestart.ts", target: "web" },
  "service-worker": { entry: "./site/offline/serviceworker/index.ts", target: "webworker" },
  node: { entry: "../kernels/zmq/node/kernel.ts", ...node },
  bytecode: { entry: "../build/kernel/bytecode.ts", ...node },
  snapshot: { entry: "../build/kernel/snapshot.ts", ...node },
  split: { entry: "../build/wasm-split/split.ts", ...node },
  "jedi-cache": { entry: "../build/kernel/jedi-cache.ts", ...node },
  "strip-symbols": { entry: "../build/wasm-split/strip-symbols.ts", ...node },
};

const typescript = {
  test: /\.ts$/,
  loader: "builtin:swc-loader",
  options: { jsc: { parser: { syntax: "typescript" }, target: "es2022" } },
};

const [name, path] = process.argv.slice(2);
const file = resolve(path);
const { entry, target, output = {}, experiments = {}, parser = {} } = BUNDLES[name];
const compiler = rspack({
  mode: "production",
  context: web,
  target,
  entry,
  experiments,
  devtool: false,
  output: { path: dirname(file), filename: basename(file), ...output },
  module: { rules: [typescript], parser },
  resolve: { extensions: [".ts", ".js"], modules: [resolve(web, "node_modules"), "node_modules"] },
});
compiler.run((error, stats) => {
  if (error) throw error;
  if (stats.hasErrors()) throw new Error(stats.toString({ preset: "errors-only" }));
  compiler.close(() => undefined);
});
