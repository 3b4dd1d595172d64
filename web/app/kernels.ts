/** The kernel providers of this page; where a requirement is missing, their kernels end with the reason. */
import { PageConfig } from "@jupyterlab/coreutils";
import type { History, KernelProvider } from "../../kernels/port";
import { pyodideKernel } from "../../kernels/pyodide/page/kernel";
import type { SharedOverlay } from "../../kernels/overlay";
import { config } from "../utils/pageconfig";
import { onKeysExpired } from "../auth/keys";
import { folderKey } from "../auth/fetch";
import python from "../icons/python.svg";

const NO_FILES = "This copy of wasmnb was built without its Python kernel. Run `make assets`, then reload the page.";
const NO_WEBASSEMBLY =
  "Python runs on WebAssembly here, which this browser does not have or has switched off (as in Lockdown Mode). " +
  "You can read and edit documents. To run them, open this page in another browser.";

/** `site` has the files of a site; null on a page of a server. */
export function kernelProviders(site: SharedOverlay | null, history: (kind: string, path: string) => History): readonly KernelProvider[] {
  const { pyodide, index } = config();
  const early = window.wasmnbEarlyKernel?.provider;
  const provider = withLogo(early ?? pyodideKernel({ pyodide, index, root: PageConfig.getBaseUrl(), key: folderKey, renewed: onKeysExpired, site, history }));
  if (!pyodide) return [unavailable(provider, NO_FILES)];
  if (!("WebAssembly" in window)) return [unavailable(provider, NO_WEBASSEMBLY)];
  return [provider];
}

/** The provider with the same kernelspec whose kernels end at once, with that reason. */
const unavailable = (provider: KernelProvider, reason: string): KernelProvider => ({
  ...provider,
  start: (_, listener) => {
    queueMicrotask(() => { listener.died(reason); });
    return { send: () => undefined, interrupt: () => undefined, close: () => undefined };
  },
});

/** Adds the logo in both forms: JupyterLab shows one, Notebook the other. */
function withLogo(provider: KernelProvider): KernelProvider {
  const logo = `data:image/svg+xml,${encodeURIComponent(python)}`;
  return { ...provider, spec: { ...provider.spec, resources: { "logo-svg": logo, "logo-64x64": logo } } };
}
