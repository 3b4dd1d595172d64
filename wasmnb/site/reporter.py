"""How the one who builds a site hears of it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reporter:
    """Two ways to say something."""

    notice: Callable[[str], None]
    """Takes what they ought to know."""
    progress: Callable[[str], None]
    """Takes what is being done, until it takes the next."""
