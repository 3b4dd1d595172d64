/**
 * Preconditions of a change: If-Match and If-None-Match (https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1).
 *
 * A state is the SHA-256 of a file's content, as in its ETag; `*` is any state of something that exists. If-Match holds if the state is
 * listed, and compares strongly: a weak tag (W/"…") matches nothing. If-None-Match holds if it is not listed, weakly or strongly.
 * wasmnb/contents/preconditions.py does the same; tests/preconditions.json has the cases that both are held to.
 */

const ANY = Symbol("*");
type States = typeof ANY | ReadonlySet<string>;

export const hasPreconditions = ({ headers }: Request): boolean => headers.has("If-Match") || headers.has("If-None-Match");

/** Whether a change may be made to what is there now; a folder exists, but has no state. */
export function mayChange({ headers }: Request, exists: boolean, state: string | null): boolean {
  const match = states(headers.get("If-Match"), (weak) => !weak);
  const noneMatch = states(headers.get("If-None-Match"), () => true);
  const isIn = (listed: States): boolean => exists && (listed === ANY || (state !== null && listed.has(state)));
  return (match === null || isIn(match)) && (noneMatch === null || !isIn(noneMatch));
}

function states(header: string | null, counts: (isWeak: boolean) => boolean): States | null {
  if (header === null) return null;
  if (header.trim() === "*") return ANY;
  return new Set(Array.from(header.matchAll(TAG)).flatMap(([, weak, tag = ""]) => (counts(weak !== undefined) ? [tag] : [])));
}

const TAG = /(W\/)?"([^"]*)"/g;
