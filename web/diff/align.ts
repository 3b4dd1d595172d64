/**
 * Alignment of two lists by their longest common subsequence (diff).
 *
 * jsdiff implements Myers's algorithm (http://www.xmailserver.org/diff2.pdf), whose time grows with the square of the number of edits,
 * not with the length of the lists. Items whose key occurs in one list alone cannot be common: they are left out before it runs, so that two
 * long lists that share nothing cost nothing. Between two common items, what was removed stands before what was added.
 */
import { diffArrays } from "diff";

/** A row of the alignment: an item of each list, or one that has no partner. */
export type Row<T> = readonly [T, T] | readonly [T, undefined] | readonly [undefined, T];

/** Aligns the items of two lists; items with the same key are equal. */
export function align<T>(before: readonly T[], after: readonly T[], key: (item: T) => string): Row<T>[] {
  const rows: Row<T>[] = [];
  let i = 0;
  let j = 0;
  const addUnpaired = (nextI: number, nextJ: number): void => {
    for (const item of before.slice(i, nextI)) rows.push([item, undefined]);
    for (const item of after.slice(j, nextJ)) rows.push([undefined, item]);
    [i, j] = [nextI + 1, nextJ + 1];
  };
  for (const [one, other] of commonPairs(keyed(before, key), keyed(after, key))) {
    addUnpaired(one.index, other.index);
    rows.push([one.item, other.item]);
  }
  addUnpaired(before.length, after.length);
  return rows;
}

interface Keyed<T> {
  readonly item: T;
  readonly key: string;
  readonly index: number;
}

const keyed = <T>(items: readonly T[], key: (item: T) => string): Keyed<T>[] => items.map((item, index) => ({ item, key: key(item), index }));

/** Above this many edits of common items, as when a long list is shuffled, the search takes a second or more: nothing counts as common then. */
const MAX_EDITS = 3000;

function commonPairs<T>(before: readonly Keyed<T>[], after: readonly Keyed<T>[]): (readonly [Keyed<T>, Keyed<T>])[] {
  const old = occurringIn(before, after);
  const current = occurringIn(after, before);
  const changes = diffArrays(old, current, { comparator: (one, other) => one.key === other.key, maxEditLength: MAX_EDITS }) ?? [];
  const pairs: (readonly [Keyed<T>, Keyed<T>])[] = [];
  let i = 0;
  for (const { value, removed, added } of changes) {
    // An unchanged part has the new list's items; the old list's are at the same distance from its start.
    if (!removed && !added) for (const [n, other] of value.entries()) pairs.push([at(old, i + n), other]);
    if (!added) i += value.length;
  }
  return pairs;
}

function occurringIn<T>(items: readonly Keyed<T>[], others: readonly Keyed<T>[]): Keyed<T>[] {
  const keys = new Set(others.map(({ key }) => key));
  return items.filter(({ key }) => keys.has(key));
}

/** The item at an index that is known to be in the list. */
const at = <T>(items: readonly T[], index: number): T => items[index] as T;
