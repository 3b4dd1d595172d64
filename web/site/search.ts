/** Full-text search over the notebooks of a site. */

export interface Entry {
  readonly url: string;
  readonly title: string;
  readonly text: string;
}

/** A matching notebook, with an excerpt around the first word. */
export interface Match {
  readonly entry: Entry;
  readonly before: string;
  readonly matched: string;
  readonly after: string;
}

const EXCERPT_LENGTH = 60; // characters on each side

/** The notebooks that contain all words; those with all words in their titles come first. */
export function search(entries: readonly Entry[], query: string): Match[] {
  const words = lowerCased(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const ranked = entries.flatMap((entry) => {
    const [title, text] = [lowerCased(entry.title), lowerCased(entry.text)];
    if (!words.every((word) => title.includes(word) || text.includes(word))) return [];
    return [{ match: excerpt(entry, text, words), rank: words.every((word) => title.includes(word)) ? 0 : 1 }];
  });
  return ranked.sort((a, b) => a.rank - b.rank).map(({ match }) => match);
}

function excerpt(entry: Entry, text: string, words: readonly string[]): Match {
  const word = words.find((each) => text.includes(each)) ?? "";
  const at = word ? text.indexOf(word) : 0;
  const start = Math.max(0, at - EXCERPT_LENGTH);
  return {
    entry,
    before: (start > 0 ? "…" : "") + entry.text.slice(start, at),
    matched: entry.text.slice(at, at + word.length),
    after: `${entry.text.slice(at + word.length, at + word.length + EXCERPT_LENGTH)}…`,
  };
}

/** Lower-cased text of the same length, so that offsets stay: letters that would become several are left as they are. */
const lowerCased = (text: string): string => Array.from(text, lowerCase).join("");

function lowerCase(letter: string): string {
  const lower = letter.toLowerCase();
  return lower.length === letter.length ? lower : letter;
}
