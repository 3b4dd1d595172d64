"""What was read last, kept in memory, so that it can be answered again without reading it."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from wasmnb.limits import MB

MOST = 64 * MB
LARGEST = MOST // 16  # one thing shall not drive out all others


class Kept[T]:
    """What is kept by a key that says all it depends on; the oldest goes when there is much."""

    def __init__(self) -> None:
        self._items: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._size = 0
        self._turn = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        with self._turn:
            if key not in self._items:
                return None
            self._items.move_to_end(key)
            return self._items[key][0]

    def keep(self, key: Hashable, item: T, size: int) -> None:
        """Keep an item of so many bytes, unless it is too large to be kept."""
        if size > LARGEST:
            return
        with self._turn:
            self._size += size - self._items.pop(key, (None, 0))[1]
            self._items[key] = item, size
            while self._size > MOST:
                _, (_, freed) = self._items.popitem(last=False)
                self._size -= freed
