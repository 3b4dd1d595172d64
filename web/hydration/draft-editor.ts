/** Code is written where it is read, before JupyterLab's notebook is there, which then takes over what was written. */

const SOURCE = ".input > pre";
const DRAFT = "textarea.draft";
const STEP = 4; // spaces
const PAUSE = 500; // milliseconds

export interface Draft {
  readonly cell: number;
  /** What the page has there. */
  readonly published: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly hasFocus: boolean;
}

/** What is being written in this page. */
export function drafts(): Draft[] {
  return [...document.querySelectorAll<HTMLTextAreaElement>(DRAFT)].map((area) => ({
    cell: Number(area.closest<HTMLElement>(".cell")?.dataset.cell),
    published: area.defaultValue,
    text: area.value,
    start: area.selectionStart,
    end: area.selectionEnd,
    hasFocus: area === document.activeElement,
  }));
}

/** What is in a cell now; null where the page does not show it. */
export const sourceOf = (cell: HTMLElement): string | null => cell.querySelector<HTMLTextAreaElement>(DRAFT)?.value ?? publishedIn(cell);

/** What the page has in a cell; null where it does not show it. */
export const publishedIn = (cell: HTMLElement): string | null => cell.querySelector(SOURCE)?.textContent ?? null;

/** Has it written on, in a page that was loaded again. */
export function resume({ cell, text, start, end, hasFocus }: Draft): void {
  const found = document.querySelector<HTMLElement>(`.cell[data-cell="${cell}"]`);
  const area = found && openDraft(found);
  if (!area) return;
  area.value = text;
  fit(area);
  area.setSelectionRange(start, end);
  if (!hasFocus) area.blur();
}

/** When nothing has been written for a moment. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      document.removeEventListener("input", again);
      resolve();
    };
    const again = (): void => {
      clearTimeout(waiting);
      waiting = setTimeout(done, PAUSE);
    };
    let waiting = setTimeout(done, PAUSE);
    document.addEventListener("input", again);
  });
}

/** Lets a cell be written in, at that place in its source; null where the page does not show the source. */
export function openDraft(cell: HTMLElement, at?: number): HTMLTextAreaElement | null {
  const source = cell.querySelector<HTMLElement>(SOURCE);
  if (!source) return null;
  const area = cell.querySelector<HTMLTextAreaElement>(DRAFT) ?? made(cell, source);
  area.focus({ preventScroll: true });
  if (at !== undefined) area.setSelectionRange(at, at);
  return area;
}

/** Where in the source of a cell its reader has clicked; null where something is selected, or elsewhere was clicked. */
export function clickedAt(cell: HTMLElement): number | null {
  const source = cell.querySelector(SOURCE);
  const { anchorNode, anchorOffset, isCollapsed = false } = window.getSelection() ?? {};
  if (!source || !anchorNode || anchorOffset === undefined || !isCollapsed || !source.contains(anchorNode)) return null;
  const before = document.createRange();
  before.setStart(source, 0);
  before.setEnd(anchorNode, anchorOffset);
  return before.toString().length;
}

function made(cell: HTMLElement, source: HTMLElement): HTMLTextAreaElement {
  const area = document.createElement("textarea");
  area.className = "draft";
  area.spellcheck = false;
  area.autocapitalize = "off";
  area.defaultValue = source.textContent;
  area.setAttribute("aria-label", "Source of the cell");
  area.addEventListener("input", () => { fit(area); });
  area.addEventListener("keydown", (event) => { key(event, area, cell); });
  area.addEventListener("blur", () => {
    // Not when it is the window that is left.
    if (area !== document.activeElement && area.value === area.defaultValue) close();
  });
  const close = (): void => {
    area.remove();
    source.hidden = false;
  };
  source.hidden = true;
  source.after(area);
  area.setSelectionRange(0, 0);
  fit(area);
  return area;
}

function fit(area: HTMLTextAreaElement): void {
  area.rows = area.value.split("\n").length;
}

/** What keys do in JupyterLab's editor, too. */
function key(event: KeyboardEvent, area: HTMLTextAreaElement, cell: HTMLElement): void {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const line = area.value.slice(0, area.selectionStart).split("\n").at(-1) ?? "";
  if (event.key === "Enter") insert(area, `\n${indentAfter(line)}`);
  else if (event.key === "Tab") insert(area, " ".repeat(STEP - (line.length % STEP)));
  else if (event.key === "Escape") cell.focus({ preventScroll: true });
  else return;
  event.preventDefault();
}

function indentAfter(line: string): string {
  const [indent = ""] = /^[ \t]*/.exec(line) ?? [];
  return line.trimEnd().endsWith(":") ? indent + " ".repeat(STEP) : indent;
}

function insert(area: HTMLTextAreaElement, text: string): void {
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
