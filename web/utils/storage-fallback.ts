/**
 * Replaces `localStorage` by an in-memory one where the browser denies it, as in a third-party frame: JupyterLab requires it.
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
