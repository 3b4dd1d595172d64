"""JupyterLite's site with one notebook, given every advantage.

All its files are local and compressed, and its wheels are fetched at once.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from pyodide_lock import PyodideLockSpec
from pyodide_lock.utils import add_wheels_to_spec

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache/bench"
LOCK = Path(__file__).parent / "lite.txt"
PYODIDE = ROOT / "web/node_modules/pyodide"
VERSION = json.loads((PYODIDE / "package.json").read_text())["version"]
# The name tells the browser to keep what is in that folder.
LASTING = f"pyodide-{VERSION}"
RUNTIME = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
KERNEL = "@jupyterlite/pyodide-kernel-extension"
# What its kernel would install one by one; named like this it is fetched while Python starts.
PRELOADED = ("comm", "ipykernel", "ipython", "jedi", "micropip", "piplite", "pyodide-kernel")


def site(notebook: Path) -> Path:
    """The folder of a JupyterLite site that has that notebook."""
    out, record = CACHE / "lite/site", CACHE / "lite/made-from"
    made_from = VERSION + LOCK.read_text() + Path(__file__).read_text() + notebook.read_text()
    if not record.is_file() or record.read_text() != made_from:
        environment()
        build(notebook, CACHE / "lite/source", out)
        record.write_text(made_from)
    return out


def build(notebook: Path, source: Path, out: Path) -> None:
    shutil.rmtree(CACHE / "lite", ignore_errors=True)
    (source / "contents").mkdir(parents=True)
    shutil.copy(notebook, source / "contents")
    pyodide = source / "static/pyodide"
    pyodide.mkdir(parents=True)
    for name in (*RUNTIME, "pyodide-lock.json"):
        shutil.copy(PYODIDE / name, pyodide)
    command = [str(STOCK / "bin/jupyter-lite"), "build", "--no-sourcemaps"]
    command += ["--contents=contents", f"--output-dir={out}", "--apps=lab", "--apps=notebooks"]
    subprocess.run(command, cwd=source, check=True, capture_output=True)  # noqa: S603
    place = (out / "static/pyodide").rename(out / f"static/{LASTING}")
    lock(place, out / f"extensions/{KERNEL}/static/pypi")
    configure(out / "jupyter-lite.json")
    compress(out)


def compress(folder: Path) -> None:
    """Puts what a browser would rather have beside every file of a folder."""
    subprocess.run([ROOT / "build/compress", folder], check=True)  # noqa: S603


STOCK = CACHE / "lite-environment"


def environment() -> None:
    """JupyterLite's own tools, in an environment of their own."""
    done = STOCK / LOCK.name
    if done.is_file() and done.read_text() == LOCK.read_text():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", STOCK], check=True)  # noqa: S603
    pip: list[str | Path] = [STOCK / "bin/python", "-m", "pip", "install"]
    pip += ["--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", LOCK], check=True)  # noqa: S603
    done.write_text(LOCK.read_text())


def lock(pyodide: Path, own: Path) -> None:
    """Puts the kernel's wheels beside Pyodide, and into the lock file that it reads.

    They are those of our own kernel and those that JupyterLite brings.
    """
    ours = (ROOT / ".cache/wheels/kernel").glob("*.whl")
    wheels = [Path(shutil.copy(wheel, pyodide)) for wheel in (*ours, *own.glob("*.whl"))]
    info = json.loads((PYODIDE / "pyodide-lock.json").read_text())["info"]
    empty = PyodideLockSpec.from_dict({"info": info, "packages": {}})
    spec = add_wheels_to_spec(empty, latest(wheels), ignore_missing_dependencies=True)
    for package in spec.packages.values():
        package.depends = [name for name in package.depends if name in spec.packages]
    (pyodide / "pyodide-lock.json").write_text(json.dumps(spec.to_dict()))


def latest(wheels: list[Path]) -> list[Path]:
    """One wheel of each name."""
    return list({wheel.name.partition("-")[0]: wheel for wheel in sorted(wheels)}.values())


def configure(file: Path) -> None:
    config = json.loads(file.read_text())
    data = config["jupyter-config-data"]
    data["exposeAppInBrowser"] = True
    settings = data.setdefault("litePluginSettings", {}).setdefault(f"{KERNEL}:kernel", {})
    settings["pyodideUrl"] = f"./static/{LASTING}/pyodide.mjs"
    settings["loadPyodideOptions"] = {"packages": list(PRELOADED)}
    file.write_text(json.dumps(config))
