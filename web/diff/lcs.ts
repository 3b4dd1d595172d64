/** Two lists side by side: what they share stands in one row, in order, the rest in rows of its own. */

/** A row; an item that only one list has lacks its partner. */
export type Row<T> = readonly [T, T] | readonly [T, undefined] | readonly [undefined, T];

/** The longest common subsequence, by the equality of keys. What only `before` has comes first. */
export function align<T>(before: readonly T[], after: readonly T[], key: (item: T) => string): Row<T>[] {
  const a = before.map(key);
  const b = after.map(key);
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  let tail = 0;
  while (head < shorter && a[head] === b[head]) head++;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const shared = (from: number, to: number, shift: number): Row<T>[] =>
    before.slice(from, to).map((one, n) => [one, item(after, from + n + shift)]);
  return [
    ...shared(0, head, 0),
    ...middle(before.slice(head, a.length - tail), after.slice(head, b.length - tail), key),
    ...shared(a.length - tail, a.length, b.length - a.length),
  ];
}

/** What stands at a position that is known to be in the list. */
const item = <T>(list: readonly T[], n: number): T => list[n] as T;

/** Above this the table would fill the memory; what lies between the lists' ends then counts as all new. */
const MOST = 4_000_000;

function middle<T>(before: readonly T[], after: readonly T[], key: (item: T) => string): Row<T>[] {
  const isLarge = before.length * after.length > MOST;
  const common = isLarge ? [] : commonPairs(before.map(key), after.map(key));
  const rows: Row<T>[] = [];
  let i = 0;
  let j = 0;
  const until = (nextI: number, nextJ: number): void => {
    for (const one of before.slice(i, nextI)) rows.push([one, undefined]);
    for (const one of after.slice(j, nextJ)) rows.push([undefined, one]);
    [i, j] = [nextI + 1, nextJ + 1];
  };
  for (const [nextI, nextJ] of common) {
    until(nextI, nextJ);
    rows.push([item(before, nextI), item(after, nextJ)]);
  }
  until(before.length, after.length);
  return rows;
}

/** The positions of what both lists have, as many as can be without changing the order. */
function commonPairs(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  // How much the rests from i and j on have in common, row by row.
  const width = b.length + 1;
  const rest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => rest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) rest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
