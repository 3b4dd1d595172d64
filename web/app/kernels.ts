/** The kinds of kernel that this page can start, and why it cannot where something is missing. */
import { PageConfig } from "@jupyterlab/coreutils";
import type { History, KernelProvider } from "../../kernels/port";
import { pyodideKernel } from "../../kernels/pyodide/page/kernel";
import type { SharedOverlay } from "../../kernels/overlay";
import { config } from "../utils/pageconfig";
import { onKeysExpired } from "../auth/keys";
import { folderKey } from "../auth/fetch";
import python from "../icons/python.svg";

const NO_FILES = "This copy of wasmnb came without its kernel. Build it with `make assets`, then reload the page.";
const NO_WEBASSEMBLY =
  "This browser has no WebAssembly, on which Python runs here, or it is switched off (as in a lockdown mode). " +
  "You can read and edit documents; to run them, open this page in another browser.";

/** `site` are the files of a site; null where a server has the files. */
export function kernelProviders(site: SharedOverlay | null, history: (kind: string, path: string) => History): readonly KernelProvider[] {
  const { pyodide, index } = config();
  const early = window.wasmnbEarlyKernel?.provider;
  const kind = withLogo(early ?? pyodideKernel({ pyodide, index, root: PageConfig.getBaseUrl(), key: folderKey, renewed: onKeysExpired, site, history }));
  if (!pyodide) return [unavailable(kind, NO_FILES)];
  if (!("WebAssembly" in window)) return [unavailable(kind, NO_WEBASSEMBLY)];
  return [kind];
}

/** The same kind to look at, whose kernels end at once with that reason. */
const unavailable = (kind: KernelProvider, reason: string): KernelProvider => ({
  ...kind,
  start: (_, listener) => {
    queueMicrotask(() => { listener.died(reason); });
    return { send: () => undefined, interrupt: () => undefined, close: () => undefined };
  },
});

/** JupyterLab shows the one, Notebook the other. */
function withLogo(kind: KernelProvider): KernelProvider {
  const logo = `data:image/svg+xml,${encodeURIComponent(python)}`;
  return { ...kind, spec: { ...kind.spec, resources: { "logo-svg": logo, "logo-64x64": logo } } };
}
