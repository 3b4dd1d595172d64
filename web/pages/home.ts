/** The home page of a site: a search over the notebooks, beside the list that is there already. */
import "../style/published.css";
import "../style/home.css";
import { tellNews } from "../site/offline/update-notice";
import { keepPage } from "../site/offline/register";
import { afterLoading, isFresh, rootOf } from "../site/page";
import { found, type Entry, type Find } from "../site/search";
import { openStore, databaseName } from "../site/files/indexeddb";

/** What is to be searched, fetched when someone begins to. `wasmnb/site/pages.py` writes it. */
let entries: Promise<readonly Entry[]> | undefined;

async function fetched(): Promise<readonly Entry[]> {
  const response = await fetch("search.json");
  if (!response.ok) throw new Error(`The notebooks' texts could not be fetched (${response.status}); reload the page to try again.`);
  return (await response.json()) as readonly Entry[];
}

function item({ entry, before, match, after }: Find): HTMLElement {
  const excerpt = document.createElement("p");
  const mark = document.createElement("mark");
  mark.textContent = match;
  excerpt.append(before, mark, after);
  const line = linked(entry.url, entry.title);
  line.append(excerpt);
  return line;
}

function linked(href: string, text: string): HTMLElement {
  const line = document.createElement("li");
  line.append(Object.assign(document.createElement("a"), { href, textContent: text }));
  return line;
}

function line(sentence: string): HTMLElement {
  const line = document.createElement("li");
  line.textContent = sentence;
  return line;
}

function search(form: HTMLFormElement, list: HTMLElement): void {
  const lists = document.querySelectorAll<HTMLElement>(".notebooks, .home h2");
  const show = (wanted: string, lines: readonly HTMLElement[]) => {
    list.replaceChildren(...lines);
    list.hidden = wanted === "";
    for (const each of lists) each.hidden = wanted !== "";
  };
  const look = async () => {
    const wanted = wantedIn(form);
    try {
      const all = await (entries ??= fetched());
      if (wanted !== wantedIn(form)) return; // more was typed meanwhile
      const finds = found(all, wanted);
      show(wanted, finds.length > 0 ? finds.map(item) : [line("No notebook has that.")]);
    } catch (error) {
      entries = undefined;
      show(wanted, [line(String(error))]);
    }
  };
  form.hidden = false;
  form.addEventListener("input", () => void look());
  form.addEventListener("submit", (event) => { event.preventDefault(); });
}

function wantedIn(form: HTMLFormElement): string {
  const wanted = new FormData(form).get("q");
  return typeof wanted === "string" ? wanted.trim() : "";
}

/** Marks the notebooks that the reader has changed in this browser, and lists those that the site does not have. */
async function markYours(root: string): Promise<void> {
  if (isFresh()) return;
  const storage = await openStore(databaseName(root)).catch(() => null); // a browser that keeps nothing has nothing
  const changed = new Set((await storage?.all())?.flatMap(({ path, kind }) => (kind === "file" ? path : [])));
  for (const line of document.querySelectorAll<HTMLElement>(".notebooks li")) {
    if (changed.delete(line.dataset.path ?? "")) line.querySelector("a")?.after(" (changed in this browser)");
  }
  const own = [...changed].filter((path) => path.endsWith(".ipynb")).sort();
  if (own.length === 0) return;
  const heading = document.createElement("h2");
  heading.textContent = "Yours, in this browser";
  const list = document.createElement("ul");
  list.className = "notebooks";
  list.append(...own.map((path) => linked(`lab/index.html?path=${encodeURIComponent(path)}`, path)));
  document.querySelector("main")?.append(heading, list);
}

const root = rootOf(document.currentScript);
const home = document.querySelector<HTMLElement>("main");
if (home) afterLoading(() => { void keepPage(root, "read"); void tellNews(root, home); void markYours(root); });
const form = document.querySelector<HTMLFormElement>("form.search");
const list = document.querySelector<HTMLElement>(".found");
if (form && list) search(form, list);
