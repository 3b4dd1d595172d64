"""Progress reporter of a build."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reporter:
    """Shows a build's notices and progress, as on a terminal."""

    notice: Callable[[str], None]
    """Takes a sentence that stays visible."""
    progress: Callable[[str], None]
    """Takes the present step, which replaces the one before."""
