/** Configuration of the page tests, which run in Node against JupyterLab's own client. */
import { join } from "node:path";

import { defineConfig, type Plugin } from "vitest/config";

/** Tests, kernels and what builds them stand outside of web/, whose packages they use. */
const packagesOfWeb: Plugin = {
  name: "packages-of-web",
  enforce: "pre",
  resolveId(source, importer) {
    const bare = /^[@a-z]/i.test(source) && !source.startsWith("node:");
    if (!bare || !/\/(tests\/(web|pyodide)|kernels|build)\//.test(importer ?? "")) return null;
    return this.resolve(source, join(import.meta.dirname, "vitest.config.ts"), { skipSelf: true });
  },
};

export default defineConfig({
  root: join(import.meta.dirname, ".."),
  plugins: [packagesOfWeb],
  test: {
    include: ["tests/{web,pyodide}/**/*.test.ts"],
    setupFiles: ["tests/web/setup.ts"],
    testTimeout: 30_000,
    maxWorkers: 2,
    server: { deps: { inline: [/@jupyterlab\/settingregistry/] } },
  },
});
