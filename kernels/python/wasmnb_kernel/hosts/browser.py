"""The kernel in a web worker: the one file that knows Pyodide and JavaScript."""

import asyncio
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Iterable
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

import pyodide  # type: ignore[import-not-found]  # Pyodide alone has these three
import pyodide_js  # type: ignore[import-not-found]
from IPython.core.error import StdinNotImplementedError
from pyodide.ffi import can_run_sync, run_sync, to_js  # type: ignore[import-not-found]

from ..environment.patches import ambient
from ..environment.snapshot import forget_the_past, warm
from ..handlers.table import new_kernel
from ..host import Line, PackagesNotLoaded, PackageSources
from ..io.signals import may_stop, unraisable
from ..io.streams import Streams
from ..kernel import REQUEST
from ..message import MalformedMessage, decode
from ..shell.preimport import Import, refused
from .js_types import Bytes, Cells, Listener, Nobody, Page

DRIVE = Path("/drive")  # where the worker shows the user's files
CANNOT_WAIT = (
    "Python cannot wait here. Either this browser cannot suspend WebAssembly "
    "(Chromium and Firefox can: JavaScript Promise Integration), or JavaScript called this code."
)


class PageHistory:
    """The history of cells, which the page keeps."""

    def __init__(self, page: Page, cells: Cells) -> None:
        self._page = page
        self._cells = cells

    def load(self) -> Iterable[Line]:
        """The cells of earlier kernels."""
        return map(tuple, self._cells.to_py())  # type: ignore[arg-type]  # each has four parts

    def keep(self, line: Line) -> None:
        """Have the page keep one more."""
        self._page.keep(to_js(line))


class Interrupted:
    """What a wait ends with that an interrupt ended."""


class BrowserHost:
    """A worker around the kernel core. While Python is suspended in a wait, messages come in."""

    streams: Streams | None = None  # the kernel's, once there is one
    _listener: Listener
    _page: Page

    def __init__(self) -> None:
        self._waits: set[asyncio.Future[Any]] = set()
        self._answer: asyncio.Future[bytes | type[Interrupted]] | None = None
        self._packages: dict[str, str] = {}
        self.versions: dict[str, str] = {}

    def attend(self, listener: Listener) -> None:
        """Tell it what there is to tell."""
        self._listener = listener

    def enter(self, page: Page) -> None:
        """Be in this page's worker from here on."""
        self.attend(page)
        self._page = page
        packages = _packages().to_py()
        self._packages = {
            module: name for name, package in packages.items() for module in package["imports"]
        }
        self.versions = {name: package["version"] for name, package in packages.items()}

    def send(self, data: bytes, client: str | None) -> None:
        """Post one framed message, after what was written to file descriptors before it."""
        self.show()
        self._listener.send(to_js(data), client)

    def show(self) -> None:
        """Put what was written to file descriptors into the kernel's streams."""
        lines = self._listener.printed()
        if lines is None or self.streams is None:
            return
        for stream, text in lines.to_py():
            self.streams.write(stream, text)
        self.streams.flush()

    def wake(self, seconds: float) -> None:
        """Send busy Python a SIGIO after that time; what awaits has timers of its own."""
        self._listener.wake(seconds)

    def flush(self) -> None:
        """Show what was printed, before nothing else can."""
        if self.streams:
            self.streams.flush()

    def ask(self, data: bytes, client: str) -> bytes:
        """Post a question, and be suspended until its answer is there."""
        __tracebackhide__ = True
        if not can_run_sync():
            raise StdinNotImplementedError(CANNOT_WAIT)
        self._answer = asyncio.get_running_loop().create_future()
        self.send(data, client)
        return self._wait(self._answer)

    @property
    def asks(self) -> bool:
        """Whether there is a question without an answer."""
        return self._answer is not None and not self._answer.done()

    def answer(self, data: bytes) -> None:
        """Take the answer to the question."""
        if self._answer:
            _settle(self._answer, data)

    def sleep(self, seconds: float) -> None:
        """`time.sleep`, which an interrupt ends. Pyodide's own would then hang for good."""
        __tracebackhide__ = True
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if not can_run_sync():
            self.flush()
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                self._page.sleep(left)
            return
        loop = asyncio.get_running_loop()
        slept = loop.create_future()
        timer = loop.call_later(seconds, _settle, slept)
        try:
            self._wait(slept)
        finally:
            timer.cancel()

    def run_until_complete(self, awaitable: Awaitable[Any]) -> Any:
        """The event loop's, on which asyncio.run rests: an interrupt cancels what is waited for."""
        __tracebackhide__ = True
        if not can_run_sync():
            raise RuntimeError(CANNOT_WAIT)
        task = asyncio.ensure_future(awaitable)
        try:
            self._wait(_done(task))
        except KeyboardInterrupt:
            task.cancel()
            run_sync(_done(task))
            raise
        return task.result()

    def interrupt(self) -> None:
        """End all waits with KeyboardInterrupt; where there is none, the code that goes on."""
        waits = [wait for wait in self._waits if not wait.done()]
        for wait in waits:
            wait.set_result(Interrupted)
        if not waits:
            self._page.signal()

    async def load_packages(self, imports: Iterable[str]) -> None:
        """Load the wheels that came with the kernel and that hold these modules."""
        names = {self._packages[name] for name in imports if name in self._packages}
        if not names:
            return
        errors: list[str] = []
        await pyodide_js.loadPackage(
            to_js(sorted(names)), messageCallback=_ignore, errorCallback=errors.append
        )
        if errors:
            raise PackagesNotLoaded(f"{', '.join(sorted(names))}: {' '.join(errors)}")

    def stop(self, restart: bool) -> None:
        """End the worker. The page knows when it wants a kernel restarted, and does so itself."""
        self._page.fail("The kernel was asked to restart." if restart else "The kernel has ended.")

    def _wait[T](self, future: asyncio.Future[T | type[Interrupted]]) -> T:
        __tracebackhide__ = True
        self._waits.add(future)
        try:
            value = run_sync(future)
        finally:
            self._waits.discard(future)
        if value is Interrupted:
            raise KeyboardInterrupt
        result: T = value
        return result


class Browser:
    """The kernel, as the worker talks to it."""

    _page: Page

    def __init__(self, host: BrowserHost) -> None:
        name_files()
        self._host = host
        self._kernel = new_kernel(self._host, PackageSources(DRIVE))
        self._host.streams = self._kernel.streams
        self._handling: set[asyncio.Task[None]] = set()
        self._surroundings = ExitStack()

    def refused(self, imports: Iterable[Import]) -> dict[str, str]:
        """Import modules before there is a page; why some must not be, by their names."""
        nobody = Nobody()
        self._host.attend(nobody)
        with ambient(self._kernel):

            def has_printed() -> bool:
                self._kernel.streams.flush()
                return nobody.has_heard()

            return refused(imports, has_printed)

    def enter(self, page: Page) -> None:
        """Begin a session in this page's worker."""
        self._page = page
        os.environ.update(page.env.to_py())
        forget_the_past()
        self._host.enter(page)
        indexes = (page.index,) if page.index else ()
        self._kernel.packages = PackageSources(DRIVE, indexes, self._host.versions)
        self._surroundings.enter_context(ambient(self._kernel))
        self._change(time, "sleep", self._host.sleep)
        # Else an exception that ends a cell's task or callback would also be one of the worker's.
        loop = asyncio.get_event_loop()
        self._change(loop, "run_until_complete", self._host.run_until_complete)
        self._change(loop, "_keyboard_interrupt_handler", _ignore)
        self._change(loop, "_system_exit_handler", _ignore)
        self._change(sys, "unraisablehook", unraisable(page.signal))
        signal.signal(signal.SIGINT, self._signalled)
        signal.signal(signal.SIGIO, self._woken)
        self._kernel.start()

    def receive(self, data: Bytes, client: str) -> None:
        """Take one framed message from a client."""
        message = data.to_bytes()
        if self._host.asks and _is_answer(message):
            self._host.answer(message)
            return
        task = asyncio.ensure_future(self._kernel.receive(message, client))
        self._handling.add(task)
        task.add_done_callback(self._handled)

    def interrupt(self) -> None:
        """Stop the running cell where it waits; busy code has been met by a signal."""
        self._kernel.interrupt()

    def complain(self, sentence: str) -> None:
        """Show what went wrong in the worker, outside of Python."""
        self._kernel.complain(sentence)

    def recall(self, cells: Cells) -> None:
        """Go on with the history of earlier kernels."""
        self._kernel.history = PageHistory(self._page, cells)
        self._kernel.shell.history_manager.recall()

    def show(self) -> None:
        """Show what was written to file descriptors, past Python's streams."""
        self._host.show()

    def _handled(self, task: asyncio.Task[None]) -> None:
        self._handling.discard(task)
        if not task.cancelled() and (error := task.exception()):
            trace = "".join(traceback.format_exception(error))
            self._page.fail(f"The kernel failed at a message, outside of your code.\n{trace}")

    def _signalled(self, _number: int, frame: FrameType | None) -> None:
        running = self._kernel.running
        if not may_stop(frame):
            self._page.signal()
        elif running is None or REQUEST.get() is running:
            raise KeyboardInterrupt
        else:  # a callback happens to run while the cell waits
            self._kernel.interrupt()

    def _woken(self, _number: int, frame: FrameType | None) -> None:
        self._kernel.streams.woken(frame)

    def _change(self, owner: object, name: str, value: object) -> None:
        self._surroundings.callback(setattr, owner, name, getattr(owner, name))
        setattr(owner, name, value)


def name_files() -> None:
    """Let the modules that are frozen into Python name their files as they are laid down."""
    home = str(Path(pyodide.__file__).parent.parent)
    believed = sys._stdlib_dir  # type: ignore[attr-defined]
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and file.startswith(f"{believed}/"):
            module.__file__ = home + file.removeprefix(believed)


_prepared: list[Browser] = []


async def prepare(imports: str) -> str:
    """Make the kernel that `start` begins with, for a snapshot of the memory that has it.

    Modules are imported into it; those that are not to be, it answers with the reason. Both in
    JSON.
    """
    await warm()
    browser = Browser(BrowserHost())
    _prepared.append(browser)
    return json.dumps(browser.refused(json.loads(imports)))


def start(page: Page) -> Browser:
    """Start the kernel in this worker."""
    browser = _prepared.pop() if _prepared else Browser(BrowserHost())
    browser.enter(page)
    return browser


def _is_answer(data: bytes) -> bool:
    try:
        return decode(data).channel == "stdin"
    except MalformedMessage:  # the kernel complains of it
        return False


def _settle(future: asyncio.Future[Any], value: object = None) -> None:
    if not future.done():
        future.set_result(value)


def _done(task: asyncio.Future[Any]) -> asyncio.Future[Any]:
    """Settled when the task is done, however that ended."""
    done = asyncio.get_running_loop().create_future()
    task.add_done_callback(lambda _: _settle(done))
    return done


def _packages() -> Any:
    """What the lock file describes; Pyodide has a public name for it since 0.28."""
    public = hasattr(pyodide_js, "lockfile")
    return pyodide_js.lockfile.packages if public else pyodide_js._api.lockfile_packages


def _ignore(*_: object) -> None:
    """Nothing needs to be done."""
