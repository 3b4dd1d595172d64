"""A prebuilt cache of parsed modules for jedi, whose first answers would take seconds otherwise.

parso caches the trees of modules in files, found by path and grammar
(https://parso.readthedocs.io: `parso.cache`). The build fills that cache with common samples, and
a kernel extracts it before jedi is first used. Without it, jedi parses.
"""

import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ARCHIVE = Path(__file__).parents[2] / "jedi-cache.zip"

SAMPLES = (
    "x = [1]\nx.",
    "x = {}\nx.",
    "open('').",
    "def f(a: int): ...\nf",
    "import os\nos.pa",
    "import re\nre.compile('').ma",
    "import json\njson.du",
    "from pathlib import Path\nPath('').ex",
    "from collections import Counter\nCounter().mo",
)


def build_archive(file: str) -> None:
    """Write the cache that jedi fills for the samples into a zip."""
    import jedi  # type: ignore[import-untyped]  # noqa: PLC0415  as late as IPython does

    with tempfile.TemporaryDirectory() as folder:
        jedi.settings.cache_directory = folder
        for code in SAMPLES:
            jedi.Interpreter(code, [{}]).complete()
        trees = {path.relative_to(folder): path for path in Path(folder).rglob("*.pkl")}
        with ZipFile(file, "w") as zipped:
            for name, path in sorted(trees.items()):
                zipped.writestr(ZipInfo(str(name)), path.read_bytes(), ZIP_DEFLATED, 9)


def extract() -> None:
    """Extract the prebuilt cache to where jedi looks for it."""
    import jedi  # noqa: PLC0415  as late as IPython does

    folder = Path(tempfile.gettempdir(), "jedi")
    if folder.exists() or not ARCHIVE.is_file():
        return
    try:
        with ZipFile(ARCHIVE) as zipped:
            zipped.extractall(folder)
    except OSError:  # the network failed
        return
    jedi.settings.cache_directory = str(folder)
