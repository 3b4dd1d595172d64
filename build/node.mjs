/** Bundles the kernel for Node into one file: node node.mjs FILE */
import { createRequire } from "node:module";
import { basename, dirname, resolve } from "node:path";

const web = resolve(import.meta.dirname, "../web");
const { rspack } = createRequire(`${web}/`)("@rspack/core");
const file = resolve(process.argv[2]);

const typescript = {
  test: /\.ts$/,
  loader: "builtin:swc-loader",
  options: { jsc: { parser: { syntax: "typescript" }, target: "es2022" } },
};

const compiler = rspack({
  mode: "production",
  context: web,
  target: "node20",
  devtool: false,
  entry: "../kernels/zmq/node/kernel.ts",
  output: { path: dirname(file), filename: basename(file), module: true, library: { type: "module" } },
  experiments: { outputModule: true },
  module: { rules: [typescript], parser: { javascript: { importMeta: false, url: false, worker: false } } },
  resolve: { extensions: [".ts", ".js"] },
});
compiler.run((error, stats) => {
  if (error) throw error;
  if (stats.hasErrors()) throw new Error(stats.toString({ preset: "errors-only" }));
  compiler.close(() => undefined);
});
