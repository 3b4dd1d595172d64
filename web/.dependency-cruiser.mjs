/**
 * Which folder may import from which, checked by dependency-cruiser (`npm run rooms`, part of `make check`).
 *
 * Imports run one way: from what is particular to what is general. LAYERS lists web/'s folders from the particular to the general;
 * a file may import from its own layer and from those below it. Imports of types count as well.
 */

/** Folders of one line may import from each other only where that makes no cycle. */
const LAYERS = [
  ["pages"],
  ["app"],
  ["plugins", "site/plugins"],
  ["hydration", "contents", "compare", "inspector"],
  ["site"],
  ["server", "diff"],
  ["auth"],
  ["utils"],
];

/** Entries whose pages are shown and used before JupyterLab is loaded: their scripts must stay small. */
const PLAIN_PAGES = ["served-notebook", "published-notebook", "home", "shared", "single-file"];

const folder = (name) => (name === "site" ? "^web/site/(?!plugins/)" : `^web/${name}/`);
const anyOf = (names) => names.map(folder).join("|");

const layers = LAYERS.slice(1).map((layer, at) => ({
  name: `layer-${layer.join("-").replace("/", "-")}`,
  comment: `${layer.join(", ")} may not import from the layers above: ${LAYERS.slice(0, at + 1).flat().join(", ")}.`,
  severity: "error",
  from: { path: anyOf(layer) },
  to: { path: anyOf(LAYERS.slice(0, at + 1).flat()) },
}));

export default {
  forbidden: [
    ...layers,
    {
      name: "no-cycles",
      comment: "Two files that import each other are one file; move what they share into a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "kernels-know-no-page",
      comment: "kernels/ runs under any front end: it imports nothing of web/ and nothing of JupyterLab.",
      severity: "error",
      from: { path: "^kernels/" },
      to: { path: "^web/(?!node_modules/)|node_modules/@(jupyterlab|jupyter-notebook|lumino)/" },
    },
    {
      name: "page-and-worker-apart",
      comment: "The page's files and the worker's run in different threads; what both need stands beside them (protocol.ts, assets/).",
      severity: "error",
      from: { path: "^kernels/pyodide/page/" },
      to: { path: "^kernels/pyodide/(worker|wasm)/" },
    },
    {
      name: "worker-and-page-apart",
      comment: "The page's files and the worker's run in different threads; what both need stands beside them (protocol.ts, assets/).",
      severity: "error",
      from: { path: "^kernels/pyodide/(worker|wasm|fs)/" },
      to: { path: "^kernels/pyodide/page/" },
    },
    {
      name: "plain-pages-without-jupyterlab",
      comment:
        "A plain page is shown and used before JupyterLab is loaded; JupyterLab's packages would make its script many times as large. " +
        "@lumino/coreutils and @lumino/signaling are a few kB and import nothing of it.",
      severity: "error",
      from: { path: `^web/pages/(${PLAIN_PAGES.join("|")})\\.ts$` },
      to: { path: "node_modules/@(jupyterlab|jupyter-notebook|lumino(?!/coreutils/|/signaling/))/", reachable: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "web/\\.cache" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".js", ".mjs"], exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};
