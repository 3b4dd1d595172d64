/** Bundles the kernel's worker into one file: node worker.mjs FILE */
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
  target: "webworker",
  devtool: false,
  entry: "../kernels/pyodide/worker.ts",
  output: { path: dirname(file), filename: basename(file) },
  module: { rules: [typescript] },
  resolve: { extensions: [".ts", ".js"] },
});
compiler.run((error, stats) => {
  if (error) throw error;
  if (stats.hasErrors()) throw new Error(stats.toString({ preset: "errors-only" }));
  compiler.close(() => undefined);
});
