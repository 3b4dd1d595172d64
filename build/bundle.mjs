/**
 * Bundles each script that runs outside of JupyterLab's interface into one file.
 *
 *     node bundle.mjs NAME FILE      writes the bundle
 *     node bundle.mjs --list NAME…   prints, as JSON, the files that these bundles are made from, and writes nothing
 */
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
  mathjax: { entry: "../build/mathjax/typeset.ts", ...node },
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

const compilerFor = (name, file) => {
  const { entry, target, output = {}, experiments = {}, parser = {} } = BUNDLES[name];
  return rspack({
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
};

const run = (compiler) => new Promise((done, fail) => {
  compiler.run((error, stats) => {
    if (error) fail(error);
    else if (stats.hasErrors()) fail(new Error(stats.toString({ preset: "errors-only" })));
    else compiler.close(() => { done(stats); });
  });
});

/** The files that a bundle is made from, those of packages among them. */
const sourcesOf = async (name) => {
  const compiler = compilerFor(name, resolve(name));
  compiler.hooks.shouldEmit.tap("list", () => false);
  const { compilation } = await run(compiler);
  return [...compilation.fileDependencies];
};

const [first, ...rest] = process.argv.slice(2);
if (first === "--list") {
  const files = (await Promise.all(rest.map(sourcesOf))).flat();
  console.log(JSON.stringify([...new Set(files)].sort(), null, 1));
} else {
  await run(compilerFor(first, resolve(rest[0])));
}
