"""The kernel core in an ordinary CPython process, without a browser and WebAssembly."""

import asyncio
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterable
from types import FrameType

from wasmnb_kernel.environment.patches import patched
from wasmnb_kernel.handlers.table import new_kernel
from wasmnb_kernel.io.signals import may_interrupt, unraisable_hook
from wasmnb_kernel.kernel import REQUEST
from wasmnb_kernel.message import MalformedMessage, decode

from .channels import EXIT_GRACE_SECONDS, Channels
from .connection import Connection

RESEND_SECONDS = 0.01  # delay before a signal that could not interrupt is sent again
URGENT = {"interrupt_request", "shutdown_request"}  # they also interrupt busy code


class Process:
    """The host in a process; the kernel core runs in its main thread."""

    def __init__(self, connection: Connection) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._channels = Channels(connection, self._arrived)
        self._kernel = new_kernel(self)
        self._handling: set[asyncio.Task[None]] = set()
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._asking = False
        self._by_message = False  # whether the next signal belongs to a message
        self._again = False  # whether a signal is to be sent again
        self._resends: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._waits: queue.SimpleQueue[float] = queue.SimpleQueue()
        self._runs = True

    def run(self) -> None:
        """Serve clients until one of them sends a shutdown_request."""
        signal.signal(signal.SIGINT, self._signalled)
        sys.unraisablehook = unraisable_hook(self._resend_signal)
        try:
            with patched(self._kernel):
                self._kernel.start()
                self._channels.start()
                threading.Thread(target=self._show, name="streams", daemon=True).start()
                threading.Thread(target=self._repeat, name="signals", daemon=True).start()
                while self._runs:
                    self._run_loop()
                self._kernel.close()
        finally:
            self._channels.close()

    def send(self, data: bytes, client: str | None) -> None:
        """Send one framed message."""
        self._channels.send(data, client)

    def ask(self, data: bytes, client: str) -> bytes:
        """Send an input_request, and block until its reply comes."""
        self._answers = queue.SimpleQueue()  # drops late answers
        self._asking = True
        try:
            self.send(data, client)
            return self._answers.get()
        finally:
            self._asking = False

    async def load_packages(self, imports: Iterable[str]) -> None:
        """Nothing to load: all packages of this Python can be imported already."""

    def interrupt(self) -> None:
        """Nothing to do: a signal has interrupted blocking code already."""

    def wake(self, seconds: float) -> None:
        """Let the flushing thread flush the streams after that time."""
        self._waits.put(seconds)

    def stop(self, restart: bool) -> None:  # noqa: ARG002  a restart is a new process
        """End the process: at once on a client's request, else after a grace period."""
        request = REQUEST.get()
        is_requested = request is not None and request.msg_type == "shutdown_request"
        self._loop.call_later(0 if is_requested else EXIT_GRACE_SECONDS, self._end)

    def _show(self) -> None:
        """Flush the streams even while code is busy; one thread, as starting one is slow."""
        while True:
            time.sleep(self._waits.get())
            while not self._waits.empty():
                self._waits.get()
            self._kernel.streams.flush()

    def _repeat(self) -> None:
        """Send signals again, in a thread of its own: a signal handler must not start threads."""
        while True:
            self._resends.get()
            time.sleep(RESEND_SECONDS)
            if self._again:
                _signal()

    def _end(self) -> None:
        self._runs = False
        self._loop.stop()

    def _run_loop(self) -> None:
        try:
            self._loop.run_forever()
        except (KeyboardInterrupt, SystemExit):
            # asyncio ends the loop if a task or callback of a cell raises one of these.
            traceback.print_exc()

    def _arrived(self, data: bytes, client: str) -> None:
        """Accept a message in the channels' thread."""
        try:
            message = decode(data)
        except MalformedMessage:  # the kernel reports it
            message = None
        if message and message.channel == "stdin" and self._asking:
            self._answers.put(data)
            return
        if message and message.channel == "control" and message.msg_type in URGENT:
            self._by_message = True
            _signal()
            self._loop.call_soon_threadsafe(self._reached)
        self._loop.call_soon_threadsafe(self._handle, data, client)

    def _reached(self) -> None:
        """Cancel a signal that has not interrupted: the message does it instead."""
        self._by_message = False
        self._again = False

    def _handle(self, data: bytes, client: str) -> None:
        task = self._loop.create_task(self._kernel.receive(data, client))
        self._handling.add(task)
        task.add_done_callback(self._handled)

    def _handled(self, task: asyncio.Task[None]) -> None:
        self._handling.discard(task)
        if not task.cancelled() and (error := task.exception()):
            print(
                "The kernel failed while handling a message, outside of user code.",
                file=sys.__stderr__,
            )
            traceback.print_exception(error, file=sys.__stderr__)
            self.stop(restart=False)

    def _signalled(self, _number: int, frame: FrameType | None) -> None:
        self._again = False
        by_message, self._by_message = self._by_message, False
        if self._asking:
            raise KeyboardInterrupt
        if REQUEST.get() is None:  # the event loop waits, perhaps with a cell
            if not by_message:
                self._loop.call_soon_threadsafe(self._kernel.interrupt)
        elif may_interrupt(frame):
            raise KeyboardInterrupt
        else:
            self._resend_signal()

    def _resend_signal(self) -> None:
        self._again = True
        self._resends.put(None)


def _signal() -> None:
    """Interrupt the main thread, from any other."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:  # Windows, where handlers run in the main thread, whichever thread raises the signal
        signal.raise_signal(signal.SIGINT)
