/** A kernel in reserve: once one runs and all is quiet, the next one is prepared, so that a restart or a second notebook has it at once. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ISettingRegistry } from "@jupyterlab/settingregistry";
import { whenIdle } from "../utils/idle";
import type { Kernels, PageServer } from "../server";
import { IPageServer } from "../server/token";

const ID = "wasmnb:spare";
const QUIET = 3000; // milliseconds in which no kernel says or is told anything
const ENOUGH = 4; // gigabytes

/** What browsers say of the computer's memory, in gigabytes; some do not. https://developer.mozilla.org/docs/Web/API/Navigator/deviceMemory */
const memory = (): number => (navigator as { readonly deviceMemory?: number }).deviceMemory ?? ENOUGH;

/** Prepares a kernel each time that one has started, when all is quiet. */
function prepareEach(kernels: Kernels, isWanted: () => boolean): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(waiting);
    if (isWanted()) waiting = setTimeout(() => { whenIdle(kernels.isQuiet(QUIET) ? kernels.prepare : look); }, QUIET);
    else kernels.discard();
  };
  kernels.changed.connect((_, { lastEvent }) => { if (lastEvent.type === "ready") look(); });
  return look;
}

export const prewarm: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: "Keeps a kernel in reserve.",
  autoStart: true,
  requires: [IPageServer, ISettingRegistry],
  activate: async (_: JupyterFrontEnd, { kernels }: PageServer, registry: ISettingRegistry) => {
    if (memory() < ENOUGH) return;
    const settings = await registry.load(ID);
    const look = prepareEach(kernels, () => settings.composite.spare === true);
    settings.changed.connect(look);
    look(); // a kernel that was started from the head of the page may be there by now
  },
};
