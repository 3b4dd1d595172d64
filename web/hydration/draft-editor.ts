/** The draft editor: a textarea in place of a static cell's source, whose text JupyterLab takes over at hydration. */

const SOURCE = ".input > pre";
const EDITOR = "textarea.draft";
const INDENT = 4; // spaces
const PAUSE_MS = 500;

export interface Draft {
  readonly cell: number;
  /** The cell's source in the page. */
  readonly published: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly hasFocus: boolean;
}

/** All open drafts of this page. */
export function drafts(): Draft[] {
  return [...document.querySelectorAll<HTMLTextAreaElement>(EDITOR)].map((area) => ({
    cell: Number(area.closest<HTMLElement>(".cell")?.dataset.cell),
    published: area.defaultValue,
    text: area.value,
    start: area.selectionStart,
    end: area.selectionEnd,
    hasFocus: area === document.activeElement,
  }));
}

/** A cell's draft, else its published source; null where the page does not show it. */
export const sourceOf = (cell: HTMLElement): string | null => cell.querySelector<HTMLTextAreaElement>(EDITOR)?.value ?? publishedIn(cell);

/** A cell's published source; null where the page does not show it. */
export const publishedIn = (cell: HTMLElement): string | null => cell.querySelector(SOURCE)?.textContent ?? null;

/** Reopens a draft after a reload. */
export function resume({ cell, text, start, end, hasFocus: hasFocus }: Draft): void {
  const element = document.querySelector<HTMLElement>(`.cell[data-cell="${cell}"]`);
  const area = element && openEditor(element);
  if (!area) return;
  area.value = text;
  fit(area);
  area.setSelectionRange(start, end);
  if (!hasFocus) area.blur();
}

/** Waits until the reader has not typed for a moment. */
export function untilPause(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      document.removeEventListener("input", again);
      resolve();
    };
    const again = (): void => {
      clearTimeout(waiting);
      waiting = setTimeout(done, PAUSE_MS);
    };
    let waiting = setTimeout(done, PAUSE_MS);
    document.addEventListener("input", again);
  });
}

/** Opens the editor of a cell, with the cursor at `offset` of its source; null where the page does not show the source. */
export function openEditor(cell: HTMLElement, offset?: number): HTMLTextAreaElement | null {
  const source = cell.querySelector<HTMLElement>(SOURCE);
  if (!source) return null;
  const area = cell.querySelector<HTMLTextAreaElement>(EDITOR) ?? createEditor(cell, source);
  area.focus({ preventScroll: true });
  if (offset !== undefined) area.setSelectionRange(offset, offset);
  return area;
}

/** The offset in a cell's source at which the reader has clicked; null for a selection, or a click elsewhere. */
export function clickedAt(cell: HTMLElement): number | null {
  const source = cell.querySelector(SOURCE);
  const { anchorNode, anchorOffset, isCollapsed = false } = window.getSelection() ?? {};
  if (!source || !anchorNode || anchorOffset === undefined || !isCollapsed || !source.contains(anchorNode)) return null;
  const before = document.createRange();
  before.setStart(source, 0);
  before.setEnd(anchorNode, anchorOffset);
  return before.toString().length;
}

function createEditor(cell: HTMLElement, source: HTMLElement): HTMLTextAreaElement {
  const area = document.createElement("textarea");
  area.className = "draft";
  area.spellcheck = false;
  area.autocapitalize = "off";
  area.defaultValue = source.textContent;
  area.setAttribute("aria-label", "Source of the cell");
  area.addEventListener("input", () => { fit(area); });
  area.addEventListener("keydown", (event) => { handleKey(event, area, cell); });
  area.addEventListener("blur", () => {
    // The editor stays focused when the whole window loses focus.
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

/** Enter, Tab and Escape as in JupyterLab's editor. */
function handleKey(event: KeyboardEvent, area: HTMLTextAreaElement, cell: HTMLElement): void {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const line = area.value.slice(0, area.selectionStart).split("\n").at(-1) ?? "";
  if (event.key === "Enter") insert(area, `\n${indentAfter(line)}`);
  else if (event.key === "Tab") insert(area, " ".repeat(INDENT - (line.length % INDENT)));
  else if (event.key === "Escape") cell.focus({ preventScroll: true });
  else return;
  event.preventDefault();
}

function indentAfter(line: string): string {
  const [indent = ""] = /^[ \t]*/.exec(line) ?? [];
  return line.trimEnd().endsWith(":") ? indent + " ".repeat(INDENT) : indent;
}

function insert(area: HTMLTextAreaElement, text: string): void {
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
