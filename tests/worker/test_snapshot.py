"""A kernel starts from a saved memory, is a process of its own all the same, and can do without."""

import json
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from wasmnb.manifest import ASSETS

from ..serving import DEADLINE, serving
from ..site.hosting import hosting
from .kernel import NOTES, SNAPSHOT, Desk, Kernel, desk


@pytest.fixture(scope="module")
def road() -> str:
    return "from a snapshot"


@pytest.fixture(scope="module")
def page_of_kernels(browser: Browser, folder: Path) -> Iterator[Desk]:
    with (
        serving(folder) as address,
        browser.new_context(timezone_id="America/St_Johns", locale="de-CH") as context,
    ):
        context.set_default_timeout(DEADLINE * 1000)
        yield desk(context.new_page(), address)


@pytest.fixture(scope="module")
def kernels(page_of_kernels: Desk) -> tuple[Kernel, Kernel]:
    """Two kernels that were started from the same memory."""
    kernels = page_of_kernels.start(), page_of_kernels.start()
    restored = page_of_kernels.page.evaluate(NOTES, "restore the memory")
    assert restored == ["", ""]
    assert not page_of_kernels.page.evaluate(NOTES, "fetch the library while Python waits")
    return kernels


@pytest.fixture(scope="module")
def kernel(kernels: tuple[Kernel, Kernel]) -> Kernel:
    return kernels[0]


@pytest.mark.parametrize(
    "code",
    [
        "import random; random.random()",
        "import secrets; secrets.token_hex()",
        "import uuid; uuid.uuid1().clock_seq, uuid.uuid4()",
        "import tempfile; next(tempfile._get_candidate_names())",
        "get_ipython().kernel._session",
    ],
)
def test_no_two_kernels_draw_the_same(code: str, kernels: tuple[Kernel, Kernel]) -> None:
    first, second = (kernel.run(code) for kernel in kernels)
    assert first[0][0] == second[0][0] == "result"
    assert first != second


def test_a_session_begins_now_and_with_nothing_in_it(page_of_kernels: Desk) -> None:
    fresh = page_of_kernels.start()
    assert fresh.run("__name__, In") == [("result", "('__main__', ['', '__name__, In'])")]
    names = "sorted(name for name in vars() if not name.startswith('_'))"
    assert fresh.run(names) == [("result", "['In', 'Out', 'exit', 'get_ipython', 'open', 'quit']")]
    ago = "import datetime as d; (d.datetime.now() - _s[1]).days"
    assert fresh.run("_s = get_ipython().history_manager.get_session_info()") == []
    assert fresh.run(ago) == [("result", "0")]
    fresh.shut_down()


def test_time_and_language_are_those_of_the_browser(kernel: Kernel) -> None:
    zone = "import time; time.localtime(0).tm_gmtoff, time.timezone, time.altzone, time.tzname"
    assert kernel.run(zone) == [("result", "(-12600, 12600, 9000, ('UTC-0330', 'UTC-0230'))")]
    assert kernel.run("import os; os.environ['_']") == [("result", "'./this.program'")]
    assert kernel.run("os.environ['LANG']") == [("result", "'de_CH.UTF-8'")]
    assert kernel.run("'PYTHONHASHSEED' in os.environ") == [("result", "False")]


def test_the_library_is_where_its_modules_say(kernel: Kernel) -> None:
    files = (
        "import os, sys\n"
        "[n for n, m in sys.modules.items()\n"
        " if (f := getattr(m, '__file__', None)) and not os.path.exists(f)]"
    )
    assert kernel.run(files) == [("result", "[]")]
    assert kernel.run("import xml.dom.minidom as m; m.parseString('<a/>').toxml()") == [
        ("result", "'<?xml version=\"1.0\" ?><a/>'")
    ]
    assert "raise JSONDecodeError" in kernel.traceback("import json; json.loads('{')")


def test_warnings_and_logging_are_as_new(kernel: Kernel) -> None:
    [(stream, told)] = kernel.run("import warnings; warnings.warn('Attention')")
    assert stream == "stderr"
    assert told.endswith("UserWarning: Attention\n  import warnings; warnings.warn('Attention')\n")
    code = "import logging; logging.warning('%d', logging.makeLogRecord({}).relativeCreated < 9e6)"
    assert kernel.run(code) == [("stderr", "WARNING:root:1\n")]


def changed_build(data: bytes) -> bytes:
    """A snapshot that is whole, but of another build of Pyodide."""
    _, _, length = struct.unpack_from("<3I", data)
    about = json.loads(data[12 : 12 + length])
    about["build"] = about["build"][::-1]
    rest = json.dumps(about, separators=(",", ":")).encode().ljust(length) + data[12 + length :]
    check = 0x811C9DC5
    for (word,) in struct.iter_unpack("<I", data[8:12] + rest):
        check = (check ^ word) * 0x01000193 & 0xFFFFFFFF
    return data[:4] + struct.pack("<I", check) + data[8:12] + rest


UNUSABLE: dict[str, tuple[Callable[[bytes], bytes] | None, str]] = {
    "missing": (None, r"request for snapshot.*\.bin with 404"),
    "cut short": (lambda data: data[:-4], "is not the version that this page was built for"),
    "of another kind": (
        lambda data: bytes(len(data)),
        "The snapshot's file is not a snapshot, or has another",
    ),
    "damaged": (lambda data: data[:-4] + b"BAD!", "The snapshot is damaged."),
    "of another build": (changed_build, "The snapshot was taken of another build of Pyodide."),
}


@pytest.fixture
def other(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """Another file in the snapshot's place, if there is one, and its address.

    It is too large to go through the test's hands for every kernel.
    """
    with hosting(tmp_path) as address:
        yield tmp_path / "other.bin", f"{address}other.bin"


@pytest.mark.parametrize(("change", "reason"), UNUSABLE.values(), ids=UNUSABLE)
def test_without_a_usable_snapshot_a_kernel_starts_and_the_reason_is_noted(
    change: Callable[[bytes], bytes] | None,
    reason: str,
    page_of_kernels: Desk,
    other: tuple[Path, str],
) -> None:
    page, (file, address) = page_of_kernels.page, other
    if change:
        [whole] = (ASSETS / "pyodide").glob("snapshot.*.bin")
        file.write_bytes(change(whole.read_bytes()))

    # Else the kernels before would have left theirs.
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_function("window.jupyterapp?.restored")
    page.route(SNAPSHOT, lambda route: route.continue_(url=address))
    kernel = page_of_kernels.start()
    page.unroute(SNAPSHOT)
    assert kernel.run("1 + 1") == [("result", "2")]
    [note] = page.evaluate(NOTES, "no snapshot")
    assert re.search(reason, note)
    kernel.shut_down()
