"""Stock `loadPyodide()` alone in a worker: what any kernel of Pyodide needs at least."""

import shutil
from pathlib import Path

from .lite import CACHE, LASTING, PYODIDE, RUNTIME, compress

PAGE = "<!doctype html><title>Pyodide</title>"
WORKER = f"""import {{loadPyodide}} from "./{LASTING}/pyodide.mjs";
const pyodide = await loadPyodide();
postMessage(pyodide.runPython("1+1"));
"""


def site() -> Path:
    """The folder of a site with a page in which nothing runs yet, and such a worker."""
    out = CACHE / "bare"
    shutil.rmtree(out, ignore_errors=True)
    (out / LASTING).mkdir(parents=True)
    for name in (*RUNTIME, "pyodide-lock.json"):
        shutil.copy(PYODIDE / name, out / LASTING)
    (out / "index.html").write_text(PAGE)
    (out / "worker.mjs").write_text(WORKER)
    compress(out)
    return out
