/**
 * In WebKit, what a table of a program has for a function is another object than what it exports it as, and Emscripten knows
 * functions by their objects: it would add some to the table again, and those after them had other numbers than in a snapshot.
 * https://webassembly.github.io/spec/js-api/#exported-function-cache
 */

type Callable = (...given: unknown[]) => unknown;

/** Has each function of a program be one object, in its tables and among what it exports. */
export function unifyFunctions({ exports }: WebAssembly.Instance): void {
  const all = Object.values(exports);
  const exported = new Set(all.filter((one): one is Callable => typeof one === "function"));
  // Each has its number in the program as its name.
  const known = new Map([...exported].map((one) => [one.name, one]));
  for (const table of all.filter((one) => one instanceof WebAssembly.Table)) {
    for (let at = 0; at < table.length; at++) {
      const there = table.get(at) as Callable | null; // the tables have functions only
      if (!there) continue;
      if (exported.has(there)) return; // as in all other engines
      const one = known.get(there.name);
      if (one) table.set(at, one);
      else known.set(there.name, there);
    }
  }
}
