/** Pre-warms a standby kernel when all kernels are idle: a restart or a second notebook then starts at once. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { whenIdle } from "../utils/idle";
import type { Kernels, PageServer } from "../server";
import { IPageServer } from "../server/token";

const ID = "wasmnb:spare";
const QUIET_MS = 3000; // without any kernel message
const MIN_MEMORY_GB = 4;

/** The device's memory in gigabytes, in browsers that report it. https://developer.mozilla.org/docs/Web/API/Navigator/deviceMemory */
const memory = (): number => (navigator as { readonly deviceMemory?: number }).deviceMemory ?? MIN_MEMORY_GB;

/** Prepares a standby kernel each time that a kernel has started. */
function prewarmAfterStarts(kernels: Kernels, isWanted: () => boolean): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const update = (): void => {
    clearTimeout(waiting);
    if (isWanted()) waiting = setTimeout(() => { whenIdle(kernels.isQuiet(QUIET_MS) ? kernels.prepare : update); }, QUIET_MS);
    else kernels.discard();
  };
  kernels.changed.connect((_, { lastEvent }) => { if (lastEvent.type === "ready") update(); });
  return update;
}

export const prewarm: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "Keeps a standby kernel.",
  autoStart: true,
  requires: [IPageServer, ISettingRegistry],
  activate: async (_: JupyterFrontEnd, { kernels }: PageServer, registry: ISettingRegistry) => {
    if (memory() < MIN_MEMORY_GB) return;
    const settings = await registry.load(ID);
    const update = prewarmAfterStarts(kernels, () => settings.composite.spare === true);
    settings.changed.connect(update);
    update(); // the early kernel may be ready already
  },
};
