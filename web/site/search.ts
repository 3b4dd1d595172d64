/** Which notebooks have all the words that someone looks for, and where. */

export interface Entry {
  readonly url: string;
  readonly title: string;
  readonly text: string;
}

/** A notebook that was found, with what stands around the first of the words. */
export interface Match {
  readonly entry: Entry;
  readonly before: string;
  readonly matched: string;
  readonly after: string;
}

const AROUND = 60;

/** The notebooks that have all the words, those with all in their titles first. */
export function search(entries: readonly Entry[], wanted: string): Match[] {
  const words = plain(wanted).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const ranked = entries.flatMap((entry) => {
    const [title, text] = [plain(entry.title), plain(entry.text)];
    if (!words.every((word) => title.includes(word) || text.includes(word))) return [];
    return [{ find: excerpt(entry, text, words), rank: words.every((word) => title.includes(word)) ? 0 : 1 }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ find }) => find);
}

function excerpt(entry: Entry, text: string, words: readonly string[]): Match {
  const word = words.find((each) => text.includes(each)) ?? "";
  const at = word ? text.indexOf(word) : 0;
  const start = Math.max(0, at - AROUND);
  return {
    entry,
    before: (start > 0 ? "…" : "") + entry.text.slice(start, at),
    matched: entry.text.slice(at, at + word.length),
    after: `${entry.text.slice(at + word.length, at + word.length + AROUND)}…`,
  };
}

/** Text without regard to capitals; letters that change their number in that are left as they are, so that places stay. */
const plain = (text: string): string => Array.from(text, small).join("");

function small(letter: string): string {
  const lower = letter.toLowerCase();
  return lower.length === letter.length ? lower : letter;
}
