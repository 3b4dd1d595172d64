/** The script of a site's home page: search, and marks at the notebooks that the reader has changed. */
import "../style/published.css";
import "../style/home.css";
import { showUpdateNotice } from "../site/offline/update-notice";
import { cachePage } from "../site/offline/register";
import { afterLoading, isFresh, rootOf } from "../site/page";
import { type Entry, type Match, search } from "../site/search";
import { databaseName, openStore } from "../site/files/indexeddb";

/** The search index, fetched with the first key press. `wasmnb/site/pages.py` writes it. */
let entries: Promise<readonly Entry[]> | undefined;

async function fetchIndex(): Promise<readonly Entry[]> {
  const response = await fetch("search.json");
  if (!response.ok) throw new Error(`The search index could not be fetched (${response.status}); reload the page to try again.`);
  return (await response.json()) as readonly Entry[];
}

function matchItem({ entry, before, matched, after }: Match): HTMLElement {
  const excerpt = document.createElement("p");
  const mark = document.createElement("mark");
  mark.textContent = matched;
  excerpt.append(before, mark, after);
  const item = linkItem(entry.url, entry.title);
  item.append(excerpt);
  return item;
}

function linkItem(href: string, text: string): HTMLElement {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("a"), { href, textContent: text }));
  return item;
}

const textItem = (text: string): HTMLElement => Object.assign(document.createElement("li"), { textContent: text });

function enableSearch(form: HTMLFormElement, list: HTMLElement): void {
  const lists = document.querySelectorAll<HTMLElement>(".notebooks, .home h2");
  const show = (query: string, items: readonly HTMLElement[]) => {
    list.replaceChildren(...items);
    list.hidden = query === "";
    for (const each of lists) each.hidden = query !== "";
  };
  const update = async () => {
    const query = queryIn(form);
    try {
      const all = await (entries ??= fetchIndex());
      if (query !== queryIn(form)) return; // the reader went on typing
      const matches = search(all, query);
      show(query, matches.length > 0 ? matches.map(matchItem) : [textItem("No matching notebooks.")]);
    } catch (error) {
      entries = undefined;
      show(query, [textItem(String(error))]);
    }
  };
  form.hidden = false;
  form.addEventListener("input", () => void update());
  form.addEventListener("submit", (event) => { event.preventDefault(); });
}

function queryIn(form: HTMLFormElement): string {
  const query = new FormData(form).get("q");
  return typeof query === "string" ? query.trim() : "";
}

/** Marks notebooks with a local copy, and lists the reader's own notebooks. */
async function markLocalCopies(root: string): Promise<void> {
  if (isFresh()) return;
  const store = await openStore(databaseName(root)).catch(() => null); // without IndexedDB there are no copies
  const changed = new Set((await store?.all())?.flatMap(({ path, kind }) => (kind === "file" ? path : [])));
  for (const item of document.querySelectorAll<HTMLElement>(".notebooks li")) {
    if (changed.delete(item.dataset.path ?? "")) item.querySelector("a")?.after(" (changed in this browser)");
  }
  const own = [...changed].filter((path) => path.endsWith(".ipynb")).sort();
  if (own.length === 0) return;
  const heading = document.createElement("h2");
  heading.textContent = "Your Notebooks in This Browser";
  const list = document.createElement("ul");
  list.className = "notebooks";
  list.append(...own.map((path) => linkItem(`lab/index.html?path=${encodeURIComponent(path)}`, path)));
  document.querySelector("main")?.append(heading, list);
}

const root = rootOf(document.currentScript);
const home = document.querySelector<HTMLElement>("main");
if (home) afterLoading(() => { void cachePage(root, "read"); void showUpdateNotice(root, home); void markLocalCopies(root); });
const form = document.querySelector<HTMLFormElement>("form.search");
const list = document.querySelector<HTMLElement>(".found");
if (form && list) enableSearch(form, list);
