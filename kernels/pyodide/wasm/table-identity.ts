/**
 * A workaround for WebKit, where a function in a table is another object than the exported function. Emscripten looks functions up
 * by object: it would add some to the table again, and later functions would get other numbers than in a snapshot.
 * https://webassembly.github.io/spec/js-api/#exported-function-cache
 */

type Callable = (...args: unknown[]) => unknown;

/** Makes each function one object, in the tables and among the exports. */
export function unifyFunctions({ exports }: WebAssembly.Instance): void {
  const all = Object.values(exports);
  const exported = new Set(all.filter((one): one is Callable => typeof one === "function"));
  // The name of a WebAssembly function is its number.
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
