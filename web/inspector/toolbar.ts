/** The inspector's toolbar: filters and commands. */
import { Widget } from "@lumino/widgets";
import { button } from "../utils/dom";
import type { LogFilter, Criteria } from "./filter";
import type { Log } from "./log";

const CHANNELS = ["rest", "shell", "iopub", "control", "stdin"];

export interface ToolbarActions {
  filter(change: Partial<Criteria>): void;
  pause(isPaused: boolean): void;
  clear(): void;
  exportLines(): void;
  exportHar(): void;
  importLines(): void;
  /** Whether to show the messages of each cell as it runs. */
  followCells(follows: boolean): void;
}

export class Toolbar extends Widget {
  readonly #text = document.createElement("input");
  readonly #count = document.createElement("span");
  readonly #channel = picker("all channels", "Channel");
  readonly #kernel = picker("all kernels", "Kernel");
  readonly #type = picker("all types", "Type");
  readonly #follow: HTMLButtonElement;
  readonly #pause: HTMLButtonElement;

  constructor(
    private readonly log: Log,
    private readonly filter: LogFilter,
    private readonly actions: ToolbarActions,
  ) {
    super();
    this.addClass("wasmnb-Inspector-toolbar");
    this.#text.type = "search";
    this.#text.placeholder = "Filter by text";
    this.#text.ariaLabel = "Filter by text";
    this.#text.oninput = () => { actions.filter({ text: this.#text.value }); };
    this.#channel.onchange = () => { actions.filter({ channel: this.#channel.value }); };
    this.#kernel.onchange = () => { actions.filter({ kernel: this.#kernel.value }); };
    this.#type.onchange = () => { actions.filter({ type: this.#type.value }); };
    addOptions(this.#channel, CHANNELS);
    this.#follow = toggle("Follow cells", (on) => { actions.followCells(on); });
    this.#pause = toggle("Pause", (on) => { actions.pause(on); });
    this.#count.setAttribute("role", "status");
    this.node.append(this.#text, this.#channel, this.#type, this.#kernel, this.#follow, this.#pause, ...this.#buttons(), this.#count);
  }

  /** Updates the choices and the number of entries. */
  refresh(nameOf: (kernel: string) => string): void {
    addOptions(this.#type, [...this.filter.types].sort());
    addOptions(this.#kernel, [...this.filter.kernels], nameOf);
    const { size, evicted } = this.log;
    const shown = this.filter.shown.length.toLocaleString("en");
    const older = evicted > 0 ? `, ${evicted.toLocaleString("en")} older entries removed` : "";
    this.#count.textContent = `${shown} of ${size.toLocaleString("en")}${older}`;
  }

  set isPaused(isPaused: boolean) {
    this.#pause.ariaPressed = String(isPaused);
  }

  set follows(follows: boolean) {
    this.#follow.ariaPressed = String(follows);
  }

  #buttons(): HTMLElement[] {
    return [
      button("Clear", () => { this.actions.clear(); }),
      button("Export", () => { this.actions.exportLines(); }),
      button("HAR", () => { this.actions.exportHar(); }),
      button("Import", () => { this.actions.importLines(); }),
    ];
  }
}

function toggle(label: string, act: (on: boolean) => void): HTMLButtonElement {
  const node = button(label, () => {
    const on = node.ariaPressed !== "true";
    node.ariaPressed = String(on);
    act(on);
  });
  node.ariaPressed = "false";
  return node;
}

function picker(all: string, label: string): HTMLSelectElement {
  const select = document.createElement("select");
  select.ariaLabel = label;
  select.add(new Option(all, ""));
  return select;
}

/** Adds the missing options only, so that an open picker is not disturbed. */
function addOptions(select: HTMLSelectElement, values: readonly string[], nameOf = (value: string): string => value): void {
  const known = new Set(Array.from(select.options, ({ value }) => value));
  for (const value of values) if (!known.has(value)) select.add(new Option(nameOf(value), value));
}
