"""The result of making a snapshot with packages, and how it fails."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

SNAPSHOT = "snapshot.bin"


class CannotBake(Exception):
    """A snapshot with these packages cannot be made; the sentence says why."""


@dataclass(frozen=True)
class Outcome:
    """The contents of a snapshot that was made."""

    packages: Set[str]
    """The packages that are in the snapshot."""
    left_out: Mapping[str, str]
    """Modules that are not in it, each with the reason."""


def top_of(module: str) -> str:
    return module.partition(".")[0]
