/** Text outputs of a cell that runs early, shown below it until JupyterLab renders them. */
import type { OutputListener } from "./early-kernel";

/** The parts of published messages that can be shown as text. https://jupyter-client.readthedocs.io/en/stable/messaging.html */
interface Content {
  readonly execution_count?: number;
  readonly name?: "stdout" | "stderr";
  readonly text?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly traceback?: readonly string[];
  readonly execution_state?: string;
}

/** Returns a listener that shows a run's outputs in the cell's element, and calls `done` at its end. */
export function showOutputs(cell: HTMLElement, done: () => void): OutputListener {
  const prompt = cell.querySelector(".prompt") ?? document.createElement("span");
  const outputs = cell.querySelector(".outputs") ?? cell.appendChild(element("div", "outputs"));
  let stream = "";
  const add = (name: string, text: string): void => {
    // Consecutive messages of one stream are one text.
    const last = name === stream && name !== "" ? outputs.lastElementChild?.firstElementChild : null;
    const pre = last ?? outputs.appendChild(element("div", "output")).appendChild(element("pre", name));
    pre.textContent = overwritten(pre.textContent + plain(text));
    stream = name;
  };
  const shows: Readonly<Record<string, (content: Content) => void>> = {
    execute_input: ({ execution_count }) => {
      prompt.textContent = `[${execution_count}]:`;
      outputs.replaceChildren();
    },
    stream: ({ name = "stdout", text = "" }) => { add(name, text); },
    execute_result: ({ data }) => { if (data && isText(data)) add("", data[TEXT] ?? ""); },
    display_data: ({ data }) => { if (data && isText(data)) add("", data[TEXT] ?? ""); },
    error: ({ traceback = [] }) => { add("error", traceback.join("\n")); },
    status: ({ execution_state }) => {
      if (execution_state !== "idle") return;
      if (prompt.textContent === BUSY_PROMPT) prompt.textContent = "[ ]:"; // aborted, as an earlier cell has failed
      done();
    },
    clear_output: () => { outputs.replaceChildren(); },
  };
  return (type, content) => { shows[type]?.(content); };
}

/** The prompt of a cell that is queued or running. */
export const BUSY_PROMPT = "[*]:";

const TEXT = "text/plain";

/** Rich outputs wait for JupyterLab. */
const isText = (data: object): boolean => Object.keys(data).every((kind) => kind === TEXT);

/** Strips ANSI colour codes. */
const plain = (text: string): string => text.replace(/\x1b\[[\d;]*m/g, "");

/** Applies carriage returns: they overwrite the line. */
const overwritten = (text: string): string => text.replace(/[^\n]*\r(?!\n)/g, "");

function element(tag: "div" | "pre", name: string): HTMLElement {
  return Object.assign(document.createElement(tag), { className: name });
}
