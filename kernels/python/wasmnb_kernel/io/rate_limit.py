"""How fast a cell may put things out: what prints without end goes as fast as a page can bear."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MEGABYTE = 1024**2
MESSAGE = 4096  # what a message costs a page whatever its size, in bytes that would cost as much
ENOUGH = 0.01  # seconds: it is not worth waiting for less
LONGEST = 1.0  # seconds: so long is waited for one output at most


@dataclass(frozen=True)
class Limit:
    """So many bytes may a cell put out at once, and so many a second from then on."""

    burst: float = 32 * MEGABYTE
    rate: float = 4 * MEGABYTE

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Limit":
        """The limit that `WASMNB_OUTPUT_BURST` and `WASMNB_OUTPUT_RATE` name, in megabytes.

        Raises ValueError with a sentence where one of them is no number above zero.
        """
        burst = _megabytes_in(environment, "WASMNB_OUTPUT_BURST", cls.burst)
        return cls(burst, _megabytes_in(environment, "WASMNB_OUTPUT_RATE", cls.rate))


class Pace:
    """Counts what goes out, and holds back whoever goes beyond the limit. Nothing is lost by it."""

    def __init__(self, notice: Callable[[str], None]) -> None:
        """Make one that tells of the first time that it holds a cell back."""
        self.limit = Limit()
        self._notice = notice
        self._noticed = False
        self._spent = 0.0
        self._counted = time.monotonic()

    def count(self, size: int) -> None:
        """Count a message of that size."""
        now = time.monotonic()
        # A clock that went back is that of another process: a memory snapshot was restored.
        passed = max(0, now - self._counted)
        self._counted = now
        self._spent = max(0, self._spent - passed * self.limit.rate) + size + MESSAGE

    def hold(self) -> None:
        """Wait, in the code that puts something out, for what it has gone beyond the limit."""
        excess = (self._spent - self.limit.burst) / self.limit.rate
        if excess < ENOUGH:
            return
        if not self._noticed:
            self._noticed = True
            burst, rate = self.limit.burst / MEGABYTE, self.limit.rate / MEGABYTE
            self._notice(
                f"Output is held back: more than {burst:.3g} MB came at once, so it goes on at "
                f"{rate:.3g} MB a second. Nothing is lost; interrupt the kernel to stop it, or let "
                f"more through with `%env WASMNB_OUTPUT_RATE={4 * rate:.3g}`."
            )
        self._spent = min(self._spent, self.limit.burst + LONGEST * self.limit.rate)
        time.sleep(min(excess, LONGEST))

    def begin(self) -> None:
        """Count anew, for another cell, which the environment may have given another limit."""
        self._noticed, self._spent = False, 0.0
        try:
            self.limit = Limit.of(os.environ)
        except ValueError as error:
            self._notice(str(error))


def _megabytes_in(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not number > 0:
        raise ValueError(
            f"{name} is to be a number of megabytes, such as {default / MEGABYTE:.3g}; it is "
            f"{text!r}, so the limit of output stays as it was."
        )
    return number * MEGABYTE
