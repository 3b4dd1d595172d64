/** Why a kernel cannot start from a snapshot, where that is known beforehand. */
import { type Options, SNAPSHOT } from "./protocol";

/** The reason, as a sentence; null if there is none. */
export function snapshotProblem({ files, env }: Pick<Options, "files" | "env">): string | null {
  const early = startupVariable(env);
  if (files[SNAPSHOT] === null) return "No snapshot was made of this Python.";
  if (early) return `Python reads ${early} when it starts.`;
  return null;
}

/** Of these variables, one that Python or IPython reads when it starts, never again. */
export const startupVariable = (env: Options["env"]): string | undefined => Object.keys(env).find((name) => /^(PYTHON|IPYTHON|HOME$)/.test(name));
