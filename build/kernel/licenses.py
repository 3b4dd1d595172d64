"""Writes the licences of a kernel's packages, and of MathJax: assets/third-party-licenses.txt.

The front end's bundler writes its own: static/third-party-licenses.txt.
"""

import json
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from pathlib import PurePosixPath

import wheels

TEXTS = wheels.ROOT / "build" / "licenses"
MODULES = wheels.ROOT / "web" / "node_modules"
PYODIDE = MODULES / "pyodide" / "package.json"
# What typesets maths while a site is built.
MATHJAX = ("mathjax-full", "mhchemparser")
OUT = wheels.ROOT / "wasmnb" / "assets" / "third-party-licenses.txt"
NAMES = ("license", "licence", "copying", "notice", "authors")


def main() -> None:
    text = f"\n{'=' * 80}\n\n".join(entries())
    if not OUT.exists() or OUT.read_text() != text:
        OUT.parent.mkdir(parents=True, exist_ok=True)
        OUT.write_text(text)


def entries() -> Iterator[str]:
    version = json.loads(PYODIDE.read_text())["version"]
    yield entry(f"pyodide {version}", "MPL-2.0", [(TEXTS / "MPL-2.0.txt").read_text()])
    yield entry("Python, in Pyodide", "PSF-2.0", [(TEXTS / "PSF-2.0.txt").read_text()])
    yield from map(of_module, MATHJAX)
    for wheel in [*wheels.pinned("kernel"), *wheels.pinned("extra")]:
        with zipfile.ZipFile(wheel) as archive:
            yield of_wheel(archive)


def of_module(name: str) -> str:
    package = json.loads((MODULES / name / "package.json").read_text())
    texts = sorted(MODULES.joinpath(name).glob("LICENSE*"))
    return entry(
        f"{name} {package['version']}", package["license"], [text.read_text() for text in texts]
    )


def of_wheel(archive: zipfile.ZipFile) -> str:
    """A wheel's name, its licence as it declares it, and its licence texts."""
    info = [PurePosixPath(name) for name in archive.namelist() if ".dist-info/" in name]
    [metadata] = [path for path in info if path.name == "METADATA"]
    about = Parser().parsestr(archive.read(str(metadata)).decode(), headersonly=True)
    texts = [str(path) for path in info if path.name.lower().startswith(NAMES)]
    return entry(
        f"{about['Name']} {about['Version']}",
        stated(about),
        [archive.read(name).decode() for name in texts],
    )


def stated(about: Message) -> str:
    """The licence in a wheel's metadata: License-Expression, classifiers, or the old License."""
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    old = str(about.get("License", "")).partition("\n")[0]
    return about.get("License-Expression") or ", ".join(classifiers) or old


def entry(name: str, stated: str, texts: list[str]) -> str:
    return "\n\n".join([name, f"Licence: {stated}", *(text.strip() for text in texts)]) + "\n"


if __name__ == "__main__":
    main()
