"""How fast a cell may put things out: what prints without end goes as fast as a page can bear."""

import time
from collections.abc import Callable
from dataclasses import dataclass

MESSAGE = 4096  # what a message costs a page whatever its size, in bytes that would cost as much
ENOUGH = 0.01  # seconds: it is not worth waiting for less
LONGEST = 1.0  # seconds: so long is waited for one output at most


@dataclass(frozen=True)
class Limit:
    """So many bytes may a cell put out at once, and so many a second from then on."""

    burst: int = 32 * 1024 * 1024
    rate: int = 4 * 1024 * 1024


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
            burst, rate = _megabytes(self.limit.burst), _megabytes(self.limit.rate)
            self._notice(
                f"Output is held back: more than {burst} came at once, so it goes on at {rate} a "
                "second. Nothing is lost; interrupt the kernel to stop it."
            )
        self._spent = min(self._spent, self.limit.burst + LONGEST * self.limit.rate)
        time.sleep(min(excess, LONGEST))

    def begin(self) -> None:
        """Count anew, for another cell."""
        self._noticed, self._spent = False, 0.0


def _megabytes(size: int) -> str:
    return f"{size / 1024**2:.3g} MB"
