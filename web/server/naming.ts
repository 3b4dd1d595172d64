/** Names of new and copied files: the first free one, numbered as Jupyter does (as `wasmnb/contents/naming.py`). */
import { nameOf } from "../../kernels/paths";

/** The name of a copy of `source`, or of a new file or folder of that type. */
export function newName(source: string | undefined, type: string | undefined, ext: string | undefined, taken: ReadonlySet<string>): string {
  if (source !== undefined) return free(nameOf(source).replace(/-Copy\d*\./, "."), "-Copy", taken);
  if (type === "directory") return free("Untitled Folder", " ", taken);
  const isNotebook = type === "notebook" || (type === undefined && ext === ".ipynb");
  return free(isNotebook ? "Untitled.ipynb" : `untitled${ext ?? ""}`, "", taken);
}

/** The number goes before all suffixes, as in `a1.tar.gz`. */
function free(name: string, beforeNumber: string, taken: ReadonlySet<string>): string {
  const dot = name.endsWith(".ipynb") ? name.lastIndexOf(".") : name.indexOf(".");
  const [stem, ending] = dot < 0 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
  let candidate = name;
  for (let n = 1; taken.has(candidate); n++) candidate = `${stem}${beforeNumber}${n}${ending}`;
  return candidate;
}
