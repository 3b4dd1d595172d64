"""What jedi reads for its first answers, parsed beforehand: in a browser that takes seconds.

parso keeps the trees of modules in files, which it finds by their paths and its grammar
(https://parso.readthedocs.io: `parso.cache`). The build has jedi fill them, of what is asked for
most; a kernel lays them out before jedi is first asked. Where there are none, jedi parses.
"""

import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

STUBS = Path(__file__).parents[2] / "jedi-stubs.zip"

ASKED = (
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


def parse(file: str) -> None:
    """Parse what jedi reads for such code, into a zip."""
    import jedi  # type: ignore[import-untyped]  # noqa: PLC0415  as late as IPython does

    with tempfile.TemporaryDirectory() as folder:
        jedi.settings.cache_directory = folder
        for code in ASKED:
            jedi.Interpreter(code, [{}]).complete()
        trees = {path.relative_to(folder): path for path in Path(folder).rglob("*.pkl")}
        with ZipFile(file, "w") as zipped:
            for name, path in sorted(trees.items()):
                zipped.writestr(ZipInfo(str(name)), path.read_bytes(), ZIP_DEFLATED, 9)


def lay_out() -> None:
    """Put what was parsed where jedi looks for it."""
    import jedi  # noqa: PLC0415  as late as IPython does

    folder = Path(tempfile.gettempdir(), "jedi")
    if folder.exists() or not STUBS.is_file():
        return
    try:
        with ZipFile(STUBS) as zipped:
            zipped.extractall(folder)
    except OSError:  # it comes over the network
        return
    jedi.settings.cache_directory = str(folder)
