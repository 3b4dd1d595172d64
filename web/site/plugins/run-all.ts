/** The page's Run All button, after hydration. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";

export const runAll: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:run-all",
  description: "Connects the page's Run All button to JupyterLab.",
  autoStart: true,
  activate: ({ commands }: JupyterFrontEnd) => {
    document.querySelector(".banner .run > button")?.addEventListener("click", () => {
      // Until then, the click is queued and replayed.
      if (document.body.classList.contains("wasmnb-running")) void commands.execute("notebook:run-all-cells");
    });
  },
};
