"""Rate limit of failed log-ins (GCRA).

Generic cell rate algorithm: each failure from an address moves its "theoretical arrival time" on
by INTERVAL_SECONDS. While that time is more than BURST failures ahead of now, the address is
refused. https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
"""

import time

from cachetools import LRUCache

BURST = 10  # failures allowed at once
INTERVAL_SECONDS = 6.0  # after which one more is allowed
MAX_ADDRESSES = 1000


class LoginThrottle:
    """The recent failures of each IP address.

    A throttled address is refused even with the right token: otherwise the response would tell
    which token is right.
    """

    def __init__(self) -> None:
        self._arrival_times: LRUCache[str, float] = LRUCache(MAX_ADDRESSES)

    def wait(self, address: str) -> float:
        """The seconds until an address may try again; 0 if it may now."""
        excess = self._arrival_times.get(address, 0) - time.monotonic()
        return max(0, excess - (BURST - 1) * INTERVAL_SECONDS)

    def record_failure(self, address: str) -> None:
        now = time.monotonic()
        time_before = self._arrival_times.get(address, now)
        self._arrival_times[address] = max(now, time_before) + INTERVAL_SECONDS
