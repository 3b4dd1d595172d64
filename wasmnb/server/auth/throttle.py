"""How often someone may try to guess the token."""

import time
from collections import OrderedDict

AT_ONCE = 10
EVERY = 6.0  # seconds, after which one more is allowed
REMEMBERED = 1000


class Attempts:
    """The wrong tokens that came of late, by the address they came from.

    Who has tried too often is not listened to for a while, even with the right token: otherwise
    the answer would tell which it is.
    """

    def __init__(self) -> None:
        # Until when each address's attempts last, if each lasts EVERY seconds, one after another.
        self._until: OrderedDict[str, float] = OrderedDict()

    def wait(self, address: str) -> float:
        """For how many seconds an address is not listened to; 0 if it is."""
        ahead = self._until.get(address, 0) - time.monotonic()
        return max(0, ahead - (AT_ONCE - 1) * EVERY)

    def note(self, address: str) -> None:
        """A wrong token came from there."""
        now = time.monotonic()
        self._until[address] = max(now, self._until.pop(address, now)) + EVERY
        if len(self._until) > REMEMBERED:
            self._until.popitem(last=False)
