"""The core in an ordinary process: plain CPython, without a browser and without WebAssembly."""

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

RESEND_SECONDS = 0.01  # seconds after which a signal that met what it may not stop comes again
URGENT = {"interrupt_request", "shutdown_request"}  # what may not wait for busy code


class Process:
    """A process around the kernel core, which runs in its main thread."""

    def __init__(self, connection: Connection) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._channels = Channels(connection, self._arrived)
        self._kernel = new_kernel(self)
        self._handling: set[asyncio.Task[None]] = set()
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._asking = False
        self._by_message = False  # whether the next signal goes before a message
        self._again = False  # whether a signal met what it may not stop, and is to come again
        self._resends: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._waits: queue.SimpleQueue[float] = queue.SimpleQueue()
        self._runs = True

    def run(self) -> None:
        """Serve clients until one of them asks for the end."""
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
        """Carry one framed message."""
        self._channels.send(data, client)

    def ask(self, data: bytes, client: str) -> bytes:
        """Carry a question, and block until its answer is there."""
        self._answers = queue.SimpleQueue()  # without answers that come too late
        self._asking = True
        try:
            self.send(data, client)
            return self._answers.get()
        finally:
            self._asking = False

    async def load_packages(self, imports: Iterable[str]) -> None:
        """Nothing is kept ready to be loaded: what this Python has, it can import."""

    def interrupt(self) -> None:
        """A signal has met what blocks already."""

    def wake(self, seconds: float) -> None:
        """Have the thread that shows what waits do so after that time."""
        self._waits.put(seconds)

    def stop(self, restart: bool) -> None:  # noqa: ARG002  who restarts it starts a new process
        """End the process: at once if a client wants it, else when all have read that it ends."""
        request = REQUEST.get()
        asked = request is not None and request.msg_type == "shutdown_request"
        self._loop.call_later(0 if asked else EXIT_GRACE_SECONDS, self._end)

    def _show(self) -> None:
        """Show what waits though code be busy; to start a thread each time would hold up cells."""
        while True:
            time.sleep(self._waits.get())
            while not self._waits.empty():
                self._waits.get()
            self._kernel.streams.flush()

    def _repeat(self) -> None:
        """Send signals again. A handler of signals must not start threads: a signal may meet it."""
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
            # asyncio lets those end the loop that a task or callback of a cell ends with.
            traceback.print_exc()

    def _arrived(self, data: bytes, client: str) -> None:
        """Take a message in the channels' thread."""
        try:
            message = decode(data)
        except MalformedMessage:  # the kernel complains of it
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
        """Leave to a message what its signal has not done: the code was not busy."""
        self._by_message = False
        self._again = False

    def _handle(self, data: bytes, client: str) -> None:
        task = self._loop.create_task(self._kernel.receive(data, client))
        self._handling.add(task)
        task.add_done_callback(self._handled)

    def _handled(self, task: asyncio.Task[None]) -> None:
        self._handling.discard(task)
        if not task.cancelled() and (error := task.exception()):
            print("The kernel failed at a message, outside of user code.", file=sys.__stderr__)
            traceback.print_exception(error, file=sys.__stderr__)
            self.stop(restart=False)

    def _signalled(self, _number: int, frame: FrameType | None) -> None:
        self._again = False
        by_message, self._by_message = self._by_message, False
        if self._asking:
            raise KeyboardInterrupt
        if REQUEST.get() is None:  # the event loop waits, and a cell may wait with it
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
