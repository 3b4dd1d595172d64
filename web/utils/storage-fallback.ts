/**
 * Where the browser lets the page keep nothing, as in a frame of another site, what JupyterLab keeps lasts as long as the page:
 * it takes it for granted that there is a `localStorage`.
 */
try {
  window.localStorage.getItem("");
} catch {
  Object.defineProperty(window, "localStorage", { value: inMemory(), configurable: true });
}

function inMemory(): Storage {
  const texts = new Map<string, string>();
  return {
    get length() {
      return texts.size;
    },
    key: (n) => [...texts.keys()][n] ?? null,
    getItem: (name) => texts.get(name) ?? null,
    setItem: (name, value) => { texts.set(name, value); },
    removeItem: (name) => { texts.delete(name); },
    clear: () => { texts.clear(); },
  };
}
