/** What comes of a cell that is run, as text below it, until JupyterLab draws it. */
import type { Published } from "./early-kernel";

/** Of what is published, as much as can be shown. https://jupyter-client.readthedocs.io/en/stable/messaging.html */
interface Content {
  readonly execution_count?: number;
  readonly name?: "stdout" | "stderr";
  readonly text?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly traceback?: readonly string[];
  readonly execution_state?: string;
}

/** Shows what is published of a cell's run, in its element; `done` when that has ended. */
export function shown(cell: HTMLElement, done: () => void): Published {
  const prompt = cell.querySelector(".prompt") ?? document.createElement("span");
  const outputs = cell.querySelector(".outputs") ?? cell.appendChild(element("div", "outputs"));
  let stream = "";
  const add = (name: string, text: string): void => {
    // What was written in parts is one text.
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
      if (prompt.textContent === RUNS) prompt.textContent = "[ ]:"; // not run, after another one has failed
      done();
    },
    clear_output: () => { outputs.replaceChildren(); },
  };
  return (type, content) => { shows[type]?.(content); };
}

/** What the prompt of a cell shows that is to be run. */
export const RUNS = "[*]:";

const TEXT = "text/plain";

/** What JupyterLab will draw as something else, is left to it. */
const isText = (data: object): boolean => Object.keys(data).every((kind) => kind === TEXT);

/** Without the colours of terminals. */
const plain = (text: string): string => text.replace(/\x1b\[[\d;]*m/g, "");

/** Where a carriage return has taken a line back to its beginning. */
const overwritten = (text: string): string => text.replace(/[^\n]*\r(?!\n)/g, "");

function element(tag: "div" | "pre", name: string): HTMLElement {
  return Object.assign(document.createElement(tag), { className: name });
}
