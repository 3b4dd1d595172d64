/** The comparison panel: a toolbar with the options, and the report below it. */
import { showErrorMessage } from "@jupyterlab/apputils";
import { Widget } from "@lumino/widgets";
import { button, download, element, paragraph } from "../utils/dom";
import type { Options } from "./run";
import type { Step } from "./measure";
import { type Comparison, pageOf, report, type Reported } from "./report";

/** Services of the page for the panel. */
export interface Services {
  /** Kernels by name, with their display names. */
  readonly kernels: () => readonly (readonly [name: string, title: string])[];
  /** Compares kernels by the current notebook; with `times`, its selected cell is run that often, as the last one. */
  compare(options: Omit<Options, "repeat"> & { times: number | null }, onStep: (step: Step) => void, signal: AbortSignal): Promise<Comparison>;
}

export class Panel extends Widget {
  readonly #kernels = [select("First kernel"), select("Second kernel")] as const;
  readonly #rounds = number("Rounds", 3);
  readonly #times = number("Times", 20);
  readonly #what = select("What to run");
  readonly #meter = document.createElement("progress");
  readonly #status = element("span", "");
  readonly #buttons: Record<"run" | "stop" | "html" | "json", HTMLButtonElement>;
  readonly #result = element("div", "wasmnb-Compare-result");
  #abort: AbortController | null = null;
  #shown: Reported | null = null;

  constructor(private readonly services: Services) {
    super();
    this.addClass("wasmnb-Compare");
    this.#what.add(new Option("the whole notebook", "all"));
    this.#what.add(new Option("the selected cell, after all cells above", "cell"));
    this.#what.onchange = () => { this.#draw(); };
    this.#status.setAttribute("role", "status");
    this.#meter.ariaLabel = "Comparison";
    this.#buttons = {
      run: button("Run", () => { void this.#run(); }),
      stop: button("Stop", () => { this.#abort?.abort(new Error("Stopped.")); }),
      html: button("Save report", () => { if (this.#shown) download("comparison.html", pageOf("Comparison", [this.#shown])); }),
      json: button("Save figures", () => { if (this.#shown) download("comparison.json", JSON.stringify(this.#shown.comparison)); }),
    };
    const { run, stop, html, json } = this.#buttons;
    const [first, second] = this.#kernels;
    const bar = element("div", "wasmnb-Compare-toolbar", first, " and ", second, " run ", this.#what, this.#times, " in ", this.#rounds, " rounds ", run, stop, this.#meter, this.#status, html, json);
    this.#result.append(paragraph("Runs the current notebook on two kernels, each started anew for every round, and compares times and outputs. The notebook and its own kernel are not changed."));
    this.node.append(bar, this.#result);
    this.#fill();
    this.#draw();
  }

  protected override onBeforeDetach(): void {
    this.#abort?.abort(new Error("The panel was closed."));
  }

  /** Lists all kernels in both pickers; the first two are selected. */
  #fill(): void {
    const kernels = this.services.kernels();
    for (const [n, picker] of this.#kernels.entries()) {
      for (const [name, title] of kernels) picker.add(new Option(title, name));
      picker.selectedIndex = Math.min(n, kernels.length - 1);
    }
  }

  async #run(): Promise<void> {
    this.#abort = new AbortController();
    this.#draw();
    const times = this.#what.value === "cell" ? this.#times.valueAsNumber : null;
    const kernels = this.#kernels.map(({ value }) => value);
    try {
      const comparison = await this.services.compare({ kernels, rounds: this.#rounds.valueAsNumber, times }, (step) => { this.#showProgress(step); }, this.#abort.signal);
      const view = await report(comparison);
      this.#shown = { comparison, view };
      this.#result.replaceChildren(view);
    } catch (error) {
      if (!this.#abort.signal.aborted) await showErrorMessage("Could Not Compare Kernels", error instanceof Error ? error.message : String(error));
    } finally {
      this.#abort = null;
      this.#draw();
    }
  }

  #showProgress({ done, total, what }: Step): void {
    Object.assign(this.#meter, { max: total, value: done });
    this.#status.textContent = what;
  }

  #draw(): void {
    const runs = this.#abort !== null;
    this.#times.hidden = this.#what.value !== "cell";
    this.#buttons.run.hidden = runs;
    this.#buttons.stop.hidden = this.#meter.hidden = this.#status.hidden = !runs;
    this.#buttons.html.hidden = this.#buttons.json.hidden = runs || this.#shown === null;
  }
}

function select(label: string): HTMLSelectElement {
  const node = document.createElement("select");
  node.ariaLabel = label;
  return node;
}

function number(label: string, value: number): HTMLInputElement {
  const node = document.createElement("input");
  Object.assign(node, { type: "number", min: "1", max: "1000", value: String(value), ariaLabel: label });
  return node;
}
