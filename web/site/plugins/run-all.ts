/** The button of a page that runs all goes on doing so when JupyterLab's notebook has come into the page. */
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";

export const runAll: JupyterFrontEndPlugin<void> = {
  id: "wasmnb:run-all",
  description: "Has the button of a notebook's page run all cells.",
  autoStart: true,
  activate: ({ commands }: JupyterFrontEnd) => {
    document.querySelector(".banner .run > button")?.addEventListener("click", () => {
      // Until then it is a wish, which is granted when the notebook takes its place.
      if (document.body.classList.contains("wasmnb-running")) void commands.execute("notebook:run-all-cells");
    });
  },
};
