"""A page of a browser that Playwright does not drive as it is installed."""

from contextlib import suppress
from time import monotonic, sleep
from typing import Any, Protocol

from ..serving import DEADLINE


class Refused(Exception):
    """What a browser did not do, and why."""


class Tab(Protocol):
    """Its one tab."""

    def goto(self, url: str) -> None:
        """Open an address, and wait until it is loaded."""

    def evaluate(self, script: str) -> Any:
        """What an expression comes to, which has to be a text, number, truth value or null.

        Raises `Refused` where the page is gone meanwhile.
        """

    def wait_for(self, script: str) -> Any:
        """What an expression comes to when it is neither false nor nothing.

        Asked again and again, as who is asked may be gone: a page can be loaded anew meanwhile.
        """
        deadline = monotonic() + DEADLINE
        while monotonic() < deadline:
            with suppress(Refused):
                if found := self.evaluate(script):
                    return found
            sleep(0.05)
        raise AssertionError(f"In {DEADLINE} seconds it did not come: {script}")
