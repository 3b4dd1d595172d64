"""The result of making a snapshot with packages, and how it fails."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

SNAPSHOT = "snapshot.bin"


class CannotBake(Exception):
    """There is no snapshot with these packages; the sentence says why."""


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    packages: Set[str]
    """Those that are in the memory."""
    left_out: Mapping[str, str]
    """Modules that are not, each with the reason."""


def top_of(module: str) -> str:
    return module.partition(".")[0]
