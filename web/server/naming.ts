/** What something new is called: the first name that is free, counted as Jupyter counts (`wasmnb/contents/naming.py` does the same). */
import { nameOf } from "../../kernels/paths";

/** The name for a copy of `source`, or else for something new of that type. */
export function newName(source: string | undefined, type: string | undefined, ext: string | undefined, taken: ReadonlySet<string>): string {
  if (source !== undefined) return free(nameOf(source).replace(/-Copy\d*\./, "."), "-Copy", taken);
  if (type === "directory") return free("Untitled Folder", " ", taken);
  const isNotebook = type === "notebook" || (type === undefined && ext === ".ipynb");
  return free(isNotebook ? "Untitled.ipynb" : `untitled${ext ?? ""}`, "", taken);
}

/** Endings as `.tar.gz` stay whole. */
function free(name: string, beforeNumber: string, taken: ReadonlySet<string>): string {
  const dot = name.endsWith(".ipynb") ? name.lastIndexOf(".") : name.indexOf(".");
  const [stem, ending] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
  let found = name;
  for (let n = 1; taken.has(found); n++) found = `${stem}${beforeNumber}${n}${ending}`;
  return found;
}
