"""A size-bounded, thread-safe LRU cache of response bodies."""

import threading
from collections.abc import Callable, Hashable

from cachetools import LRUCache

from wasmnb.limits import MB

CAPACITY = 64 * MB
LARGEST = CAPACITY // 16  # one entry may not evict all others


class ResponseCache[T]:
    """Entries by a key that names everything they depend on, so that none is ever stale."""

    def __init__(
        self, size_of: Callable[[T], int], capacity: int = CAPACITY, largest: int = LARGEST
    ) -> None:
        self._entries: LRUCache[Hashable, T] = LRUCache(capacity, size_of)
        self._size_of = size_of
        self._largest = largest
        self._lock = threading.Lock()
        self.generation = 0
        """Counts the entries stored: while it is the same, a miss remains a miss."""

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            return self._entries.get(key)

    def store(self, key: Hashable, entry: T) -> None:
        """Store an entry, unless it is too large."""
        if self._size_of(entry) > self._largest:
            return
        with self._lock:
            self._entries[key] = entry
            self.generation += 1
