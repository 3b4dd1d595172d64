"""MathJax in a JavaScript runtime: one process for a whole build, and a cache between builds.

The process is started for the first notebook whose maths the cache does not have. It reads and
writes a line of JSON for each notebook (build/mathjax/typeset.ts) and reaches no file but its own.
"""

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from weakref import finalize

from platformdirs import user_cache_path
from wasmnb_zmq.nodejs import CannotStart, command

from wasmnb.errors import Unusable
from wasmnb.manifest import ASSETS
from wasmnb.site.packages.download_cache import write_atomically

SCRIPT = "mathjax.mjs"


class Formula(NamedTuple):
    """A formula, and where its TeX stands in the texts."""

    text: int
    start: int
    end: int
    html: str


class Typeset(NamedTuple):
    """The formulas of a notebook, in order, and the outlines of the glyphs that they refer to."""

    formulas: list[Formula]
    glyphs: str


class MathJax:
    """Typesets the texts of notebooks."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def typeset(self, texts: Sequence[str]) -> Typeset:
        """The formulas in the texts of one notebook, whose macros and labels hold throughout."""
        request = json.dumps(texts)
        file = cache_file(request)
        if not file.is_file():
            write_atomically(file, self._answer(request).encode())
        formulas, glyphs = json.loads(file.read_text(encoding="utf-8")).values()
        return Typeset([Formula(*formula) for formula in formulas], glyphs)

    def _answer(self, request: str) -> str:
        self._process = self._process or self._started()
        reader, writer = self._process.stdout, self._process.stdin
        assert reader and writer  # noqa: S101  they are pipes
        try:
            print(request, file=writer, flush=True)
            answer = reader.readline()
        except BrokenPipeError:
            answer = ""
        if not answer.endswith("\n"):
            raise Unusable(f"MathJax ended early, with status {self._process.wait()}.")
        return answer

    def _started(self) -> subprocess.Popen[str]:
        try:
            started = command(ASSETS, [SCRIPT], [], [])
        except CannotStart as error:
            raise Unusable(f"Maths is typeset by MathJax, in Node.js. {error}") from error
        pipe = subprocess.PIPE
        process = subprocess.Popen(started, stdin=pipe, stdout=pipe, encoding="utf-8")  # noqa: S603
        finalize(self, stop, process)
        return process


def stop(process: subprocess.Popen[str]) -> None:
    """The process ends when its input does."""
    process.communicate()


@cache
def version() -> str:
    """A digest of MathJax and its configuration."""
    return sha256((ASSETS / "node" / SCRIPT).read_bytes()).hexdigest()


def cache_file(request: str) -> Path:
    name = sha256(f"{version()}\n{request}".encode()).hexdigest()
    return user_cache_path("wasmnb") / "maths" / f"{name}.json"
