/** Checks whether a kernel can start from a snapshot. */
import { type Options, SNAPSHOT } from "./protocol";

/** The reason why it cannot, as a sentence; null if it can. */
export function snapshotProblem({ files, env }: Pick<Options, "files" | "env">): string | null {
  const variable = startupVariable(env);
  if (files[SNAPSHOT] === null) return "No snapshot was made of this Python.";
  if (variable) return `Python reads ${variable} when it starts.`;
  return null;
}

/** The first variable that Python or IPython only reads when it starts; undefined if there is none. */
export const startupVariable = (env: Options["env"]): string | undefined => Object.keys(env).find((name) => /^(PYTHON|IPYTHON|HOME$)/.test(name));
