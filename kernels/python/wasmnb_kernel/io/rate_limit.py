"""A token-bucket rate limit (back-pressure) on the output of a cell."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MEGABYTE = 1024**2
MESSAGE_COST = 4096  # the cost of any message to the page, in bytes of equal cost
MIN_WAIT = 0.01  # seconds: shorter waits are skipped
MAX_WAIT = 1.0  # seconds: the longest wait for one output


@dataclass(frozen=True)
class Limit:
    """The burst of bytes that a cell may output at once, and the rate per second after that."""

    burst: float = 32 * MEGABYTE
    rate: float = 4 * MEGABYTE

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Limit":
        """The limit that `WASMNB_OUTPUT_BURST` and `WASMNB_OUTPUT_RATE` name, in megabytes.

        Raises ValueError with a sentence where one of them is no number above zero.
        """
        burst = _megabytes_in(environment, "WASMNB_OUTPUT_BURST", cls.burst)
        return cls(burst, _megabytes_in(environment, "WASMNB_OUTPUT_RATE", cls.rate))


class RateLimit:
    """Counts output, and blocks code that exceeds the limit. No output is lost."""

    def __init__(self, notice: Callable[[str], None]) -> None:
        """Make a limit that calls `notice` the first time that it blocks a cell."""
        self.limit = Limit()
        self._notice = notice
        self._noticed = False
        self._spent = 0.0
        self._counted = time.monotonic()

    def count(self, size: int) -> None:
        """Count a message of that size."""
        now = time.monotonic()
        # The clock went back if a memory snapshot was restored.
        passed = max(0, now - self._counted)
        self._counted = now
        self._spent = max(0, self._spent - passed * self.limit.rate) + size + MESSAGE_COST

    def throttle(self) -> None:
        """Block the calling code for as long as it has exceeded the limit."""
        excess = (self._spent - self.limit.burst) / self.limit.rate
        if excess < MIN_WAIT:
            return
        if not self._noticed:
            self._noticed = True
            burst, rate = self.limit.burst / MEGABYTE, self.limit.rate / MEGABYTE
            self._notice(
                f"Output is rate-limited: more than {burst:.3g} MB came at once, so it continues "
                f"at {rate:.3g} MB a second. Nothing is lost. Interrupt the kernel to stop it, or "
                f"raise the limit with `%env WASMNB_OUTPUT_RATE={4 * rate:.3g}`."
            )
        self._spent = min(self._spent, self.limit.burst + MAX_WAIT * self.limit.rate)
        time.sleep(min(excess, MAX_WAIT))

    def reset(self) -> None:
        """Start counting for another cell, with the limit that the environment sets now."""
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
            f"{name} must be a number of megabytes, such as {default / MEGABYTE:.3g}; it is "
            f"{text!r}, so the output limit stays as it was."
        )
    return number * MEGABYTE
