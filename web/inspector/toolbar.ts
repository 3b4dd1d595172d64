/** The inspector's bar: what to show, and what to do with it. */
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
  /** Whether to show, from now on, each cell that is run by itself. */
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
    this.addClass("wasmnb-Inspector-bar");
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

  /** Shows what there is now to choose from. */
  refresh(nameOf: (kernel: string) => string): void {
    addOptions(this.#type, [...this.filter.types].sort());
    addOptions(this.#kernel, [...this.filter.kernels], nameOf);
    const { size, evicted: letGo } = this.log;
    const shown = this.filter.shown.length.toLocaleString("en");
    const gone = letGo > 0 ? `, ${letGo.toLocaleString("en")} older ones let go` : "";
    this.#count.textContent = `${shown} of ${size.toLocaleString("en")}${gone}`;
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
  const made = button(label, () => {
    const on = made.ariaPressed !== "true";
    made.ariaPressed = String(on);
    act(on);
  });
  made.ariaPressed = "false";
  return made;
}

function picker(everything: string, label: string): HTMLSelectElement {
  const select = document.createElement("select");
  select.ariaLabel = label;
  select.add(new Option(everything, ""));
  return select;
}

/** Adds what is new, so that an open picker stays as it is. */
function addOptions(select: HTMLSelectElement, values: readonly string[], nameOf = (value: string): string => value): void {
  const known = new Set(Array.from(select.options, ({ value }) => value));
  for (const value of values) if (!known.has(value)) select.add(new Option(nameOf(value), value));
}
