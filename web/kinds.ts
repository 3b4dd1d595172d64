/** The kinds of kernel that this page can start, and why it cannot where something is missing. */
import { PageConfig } from "@jupyterlab/coreutils";
import type { KernelKind } from "../kernels/port";
import { pyodideKernel } from "../kernels/pyodide/kind";
import { config } from "./config";
import python from "./icons/python.svg";

const NO_FILES = "This copy of wasmnb came without its kernel. Build it with `make assets`, then reload the page.";
const NO_WEBASSEMBLY =
  "This browser has no WebAssembly, on which Python runs here, or it is switched off (as in a lockdown mode). " +
  "You can read and edit documents; to run them, open this page in another browser.";

export function kinds(): readonly KernelKind[] {
  const { pyodide, index } = config();
  const kind = withLogo(pyodideKernel({ pyodide, index, root: PageConfig.getBaseUrl() }));
  if (!pyodide) return [unavailable(kind, NO_FILES)];
  if (!("WebAssembly" in window)) return [unavailable(kind, NO_WEBASSEMBLY)];
  return [kind];
}

/** The same kind to look at, whose kernels end at once with that reason. */
const unavailable = (kind: KernelKind, reason: string): KernelKind => ({
  ...kind,
  start: (_, listener) => {
    queueMicrotask(() => { listener.died(reason); });
    return { send: () => undefined, interrupt: () => undefined, close: () => undefined };
  },
});

const withLogo = (kind: KernelKind): KernelKind => ({
  ...kind,
  spec: { ...kind.spec, resources: { "logo-svg": `data:image/svg+xml,${encodeURIComponent(python)}` } },
});
