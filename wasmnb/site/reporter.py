"""How the one who builds a site hears of it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Talk:
    """Two ways to say something."""

    say: Callable[[str], None]
    """Takes what they ought to know."""
    doing: Callable[[str], None]
    """Takes what is being done, until it takes the next."""
