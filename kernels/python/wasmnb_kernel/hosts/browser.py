"""The kernel in a web worker: the only file that imports Pyodide and JavaScript."""

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

from ..environment.patches import patched
from ..environment.snapshot import after_restore, warm_up
from ..handlers.table import new_kernel
from ..host import Line, PackagesNotLoaded, PackageSources
from ..io.signals import may_interrupt, unraisable_hook
from ..io.streams import Streams
from ..kernel import REQUEST
from ..message import MalformedMessage, decode
from ..shell.preimport import Import, preimport
from .js_types import Bytes, Cells, Listener, NullPage, Page

DRIVE = Path("/drive")  # the mount point of the user's files
CANNOT_WAIT = (
    "Python cannot wait here. Either this browser cannot suspend WebAssembly "
    "(Chromium and Firefox can: JavaScript Promise Integration), or JavaScript called this code."
)


class PageHistory:
    """The history of cells, which the page stores."""

    def __init__(self, page: Page, cells: Cells) -> None:
        self._page = page
        self._cells = cells

    def load(self) -> Iterable[Line]:
        """The cells of earlier kernels."""
        return map(tuple, self._cells.to_py())  # type: ignore[arg-type]  # each has four parts

    def keep(self, line: Line) -> None:
        """Have the page store one more cell."""
        self._page.keep(to_js(line))


class Interrupted:
    """The result of a wait that was interrupted."""


class BrowserHost:
    """The host in a worker. Messages still come in while Python is suspended in a wait."""

    streams: Streams | None = None  # the kernel's, once there is one
    _listener: Listener
    _page: Page

    def __init__(self) -> None:
        self._waits: set[asyncio.Future[Any]] = set()
        self._answer: asyncio.Future[bytes | type[Interrupted]] | None = None
        self._packages: dict[str, str] = {}
        self.versions: dict[str, str] = {}

    def attend(self, listener: Listener) -> None:
        """Send messages to that listener from here on."""
        self._listener = listener

    def enter(self, page: Page) -> None:
        """Connect to this page, and read which packages it offers."""
        self.attend(page)
        self._page = page
        packages = _packages().to_py()
        self._packages = {
            module: name for name, package in packages.items() for module in package["imports"]
        }
        self.versions = {name: package["version"] for name, package in packages.items()}

    def send(self, data: bytes, client: str | None) -> None:
        """Post one framed message, after earlier output to file descriptors."""
        self.show()
        self._listener.send(to_js(data), client)

    def show(self) -> None:
        """Move output to file descriptors into the kernel's streams."""
        lines = self._listener.printed()
        if lines is None or self.streams is None:
            return
        for stream, text in lines.to_py():
            self.streams.write(stream, text)
        self.streams.flush()

    def wake(self, seconds: float) -> None:
        """Send busy Python a SIGIO after that time; code that awaits has timers."""
        self._listener.wake(seconds)

    def flush(self) -> None:
        """Flush the streams before Python blocks."""
        if self.streams:
            self.streams.flush()

    def ask(self, data: bytes, client: str) -> bytes:
        """Post an input_request, and suspend Python until its reply comes."""
        __tracebackhide__ = True
        if not can_run_sync():
            raise StdinNotImplementedError(CANNOT_WAIT)
        self._answer = asyncio.get_running_loop().create_future()
        self.send(data, client)
        return self._wait(self._answer)

    @property
    def asks(self) -> bool:
        """Whether an input_request waits for its reply."""
        return self._answer is not None and not self._answer.done()

    def answer(self, data: bytes) -> None:
        """Deliver the reply to the input_request."""
        if self._answer:
            _settle(self._answer, data)

    def sleep(self, seconds: float) -> None:
        """`time.sleep` that an interrupt ends; Pyodide's own would hang forever."""
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
        """The event loop's method, used by asyncio.run: an interrupt cancels the awaitable."""
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
        """Raise KeyboardInterrupt in all waits; without any, signal the running code."""
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
        """End the worker. The page restarts kernels itself."""
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
    """The kernel's interface for the worker (kernels/pyodide/worker/index.ts)."""

    _page: Page

    def __init__(self, host: BrowserHost) -> None:
        fix_frozen_file_names()
        self._host = host
        self._kernel = new_kernel(self._host, PackageSources(DRIVE))
        self._host.streams = self._kernel.streams
        self._handling: set[asyncio.Task[None]] = set()
        self._patches = ExitStack()

    def preimport(self, imports: Iterable[Import]) -> dict[str, str]:
        """Import modules into a snapshot; the reasons against some, by module."""
        page = NullPage()
        self._host.attend(page)
        with patched(self._kernel):

            def has_printed() -> bool:
                self._kernel.streams.flush()
                return page.was_sent()

            return preimport(imports, has_printed)

    def enter(self, page: Page) -> None:
        """Begin a session in this page's worker."""
        self._page = page
        os.environ.update(page.env.to_py())
        after_restore()
        self._host.enter(page)
        indexes = (page.index,) if page.index else ()
        self._kernel.packages = PackageSources(DRIVE, indexes, self._host.versions)
        self._patches.enter_context(patched(self._kernel))
        self._change(time, "sleep", self._host.sleep)
        # Otherwise an exception that ends a cell's task would also be raised in the worker.
        loop = asyncio.get_event_loop()
        self._change(loop, "run_until_complete", self._host.run_until_complete)
        self._change(loop, "_keyboard_interrupt_handler", _ignore)
        self._change(loop, "_system_exit_handler", _ignore)
        self._change(sys, "unraisablehook", unraisable_hook(page.signal))
        signal.signal(signal.SIGINT, self._signalled)
        signal.signal(signal.SIGIO, self._woken)
        self._kernel.start()

    def receive(self, data: Bytes, client: str) -> None:
        """Accept one framed message from a client."""
        message = data.to_bytes()
        if self._host.asks and _is_answer(message):
            self._host.answer(message)
            return
        task = asyncio.ensure_future(self._kernel.receive(message, client))
        self._handling.add(task)
        task.add_done_callback(self._handled)

    def interrupt(self) -> None:
        """Stop the running cell where it waits; busy code gets a signal instead."""
        self._kernel.interrupt()

    def complain(self, sentence: str) -> None:
        """Report a problem in the worker, outside of Python."""
        self._kernel.complain(sentence)

    def recall(self, cells: Cells) -> None:
        """Load the history of earlier kernels."""
        self._kernel.history = PageHistory(self._page, cells)
        self._kernel.shell.history_manager.recall()

    def show(self) -> None:
        """Show output to file descriptors, which bypasses Python's streams."""
        self._host.show()

    def _handled(self, task: asyncio.Task[None]) -> None:
        self._handling.discard(task)
        if not task.cancelled() and (error := task.exception()):
            trace = "".join(traceback.format_exception(error))
            self._page.fail(
                f"The kernel failed while handling a message, outside of your code.\n{trace}"
            )

    def _signalled(self, _number: int, frame: FrameType | None) -> None:
        running = self._kernel.running
        if not may_interrupt(frame):
            self._page.signal()
        elif running is None or REQUEST.get() is running:
            raise KeyboardInterrupt
        else:  # a callback runs while the cell waits
            self._kernel.interrupt()

    def _woken(self, _number: int, frame: FrameType | None) -> None:
        self._kernel.streams.woken(frame)

    def _change(self, owner: object, name: str, value: object) -> None:
        self._patches.callback(setattr, owner, name, getattr(owner, name))
        setattr(owner, name, value)


def fix_frozen_file_names() -> None:
    """Point `__file__` of frozen modules to the unpacked library."""
    home = str(Path(pyodide.__file__).parent.parent)
    frozen_home = sys._stdlib_dir  # type: ignore[attr-defined]
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and file.startswith(f"{frozen_home}/"):
            module.__file__ = home + file.removeprefix(frozen_home)


_prepared: list[Browser] = []


async def prepare(imports: str) -> str:
    """Make the kernel that a snapshot contains and that `start` takes over.

    Imports the given modules (JSON); returns the reasons against some of them (JSON).
    """
    await warm_up()
    browser = Browser(BrowserHost())
    _prepared.append(browser)
    return json.dumps(browser.preimport(json.loads(imports)))


def start(page: Page) -> Browser:
    """Start the kernel in this worker."""
    browser = _prepared.pop() if _prepared else Browser(BrowserHost())
    browser.enter(page)
    return browser


def _is_answer(data: bytes) -> bool:
    try:
        return decode(data).channel == "stdin"
    except MalformedMessage:  # the kernel reports it
        return False


def _settle(future: asyncio.Future[Any], value: object = None) -> None:
    if not future.done():
        future.set_result(value)


def _done(task: asyncio.Future[Any]) -> asyncio.Future[Any]:
    """A future that resolves when the task ends in any way."""
    done = asyncio.get_running_loop().create_future()
    task.add_done_callback(lambda _: _settle(done))
    return done


def _packages() -> Any:
    """The packages of the lock file; Pyodide has a public name for it since 0.28."""
    public = hasattr(pyodide_js, "lockfile")
    return pyodide_js.lockfile.packages if public else pyodide_js._api.lockfile_packages


def _ignore(*_: object) -> None:
    """Nothing needs to be done."""
