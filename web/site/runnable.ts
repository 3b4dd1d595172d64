/** What a notebook that is read gets besides: buttons and keys by which its reader has it run. */
import type { Wish } from "./wish";

/** `grant` brings the notebook that can do what is wished; what comes of it is said beside the buttons. */
export function makeRunnable(place: HTMLElement, grant: (wish: Wish) => Promise<void>): (wish: Wish) => void {
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  // The notebook takes long enough to arrive for a second click.
  let isWished = false;
  const wish = (wish: Wish): void => {
    if (isWished) return;
    isWished = true;
    status.textContent = "Starting…";
    grant(wish).then(
      () => { status.textContent = ""; },
      (error: unknown) => {
        isWished = false;
        status.textContent = `The notebook could not be started: ${String(error)}`;
      },
    );
  };
  place.append(status, button("Run all", "Run all cells, in this page", () => { wish({ what: "run all" }); }));
  place.hidden = false;
  for (const cell of document.querySelectorAll<HTMLElement>(".code-cell")) make(cell, wish);
  return wish;
}

/** Gives a cell of code its button and its keys, as in JupyterLab. */
function make(cell: HTMLElement, wish: (wish: Wish) => void): void {
  const number = Number(cell.dataset.cell);
  const run = () => { wish({ what: "run", cell: number }); };
  const goOn = () => { wish({ what: "run and go on", cell: number }); };
  const edit = () => { wish({ what: "edit", cell: number }); };
  cell.querySelector(".input")?.append(button("▶", "Run this cell (Ctrl+Enter)", run));
  cell.tabIndex = 0;
  cell.addEventListener("dblclick", edit);
  cell.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== cell) return;
    event.preventDefault();
    if (event.shiftKey) goOn();
    else if (event.ctrlKey || event.metaKey) run();
    else edit();
  });
}

function button(label: string, title: string, press: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.title = title;
  button.onclick = press;
  return button;
}
