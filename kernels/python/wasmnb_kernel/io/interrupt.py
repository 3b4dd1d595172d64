"""Interrupts of a cell that awaits."""

import asyncio
from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any


class Interruptible[T]:
    """A coroutine in whose current await `interrupt` raises KeyboardInterrupt.

    Cancelling its task alone would show the user a CancelledError that no code asked for.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, T]) -> None:
        self._coroutine = coroutine
        self._awaiting: asyncio.Task[Any] | None = None
        self._interrupted = False

    def interrupt(self) -> bool:
        """Stop the coroutine if it awaits; return whether it did."""
        if self._awaiting is None:
            return False
        self._interrupted = True
        return self._awaiting.cancel()

    def __await__(self) -> Generator[Any, Any, T]:
        step = partial(self._coroutine.send, None)
        while True:
            try:
                awaited = step()
            except StopIteration as finished:
                value: T = finished.value
                return value
            self._awaiting = asyncio.current_task()
            try:
                step = partial(self._coroutine.send, (yield awaited))
            except BaseException as error:
                step = partial(self._coroutine.throw, self._cause(error))
            finally:
                self._awaiting = None

    def _cause(self, error: BaseException) -> BaseException:
        if not (self._interrupted and isinstance(error, asyncio.CancelledError)):
            return error
        self._interrupted = False
        if self._awaiting:
            self._awaiting.uncancel()
        return KeyboardInterrupt()
