"""What the code of a notebook reaches: its folder, though it has the cookie of its reader."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from ..serving import DEADLINE, serving
from .kernel import Desk, Kernel, desk

TREASURE = "what only the reader may see"

FETCH = """
import js
from pyodide.http import pyfetch

async def get(url, **how):
    answer = await pyfetch(js.location.origin + url, **how)
    return answer.status, await answer.text()
"""

XHR = """
def now(method, url, body=None):
    xhr = js.XMLHttpRequest.new()
    xhr.open(method, js.location.origin + url, False)
    xhr.setRequestHeader("Content-Type", "application/json")
    xhr.send(body)
    return xhr.status, xhr.responseText
"""

ADDRESSES = [
    "/api/contents",
    "/api/contents/private/diary.txt",
    "/api/contents/mine/../private/diary.txt",
    "/files/private/diary.txt",
    "/files/mine/%2e%2e/private/diary.txt",
    "/files/mine/leak/diary.txt",
    "/lab",
    "/lab/tree/mine/a.ipynb",
    "/notebooks/mine/a.ipynb",
    "/tree",
]


@pytest.fixture(scope="module", autouse=True)
def files(folder: Path) -> Path:
    for name in ("mine", "private"):
        (folder / name).mkdir()
    (folder / "private" / "diary.txt").write_text(TREASURE)
    (folder / "mine" / "leak").symlink_to("../private")
    return folder


@pytest.fixture(scope="module")
def code(page_of_kernels: Desk) -> Kernel:
    """The code of a notebook in the folder `mine`."""
    kernel = page_of_kernels.start("mine")
    assert kernel.run(FETCH + XHR) == []
    return kernel


def test_code_lists_reads_and_writes_its_folder(code: Kernel, files: Path) -> None:
    code.run("open('kept.txt', 'w').write('by code')")
    assert (files / "mine" / "kept.txt").read_text() == "by code"
    assert code.run("import os; sorted(os.listdir())") == [("result", "['kept.txt']")]
    assert code.run("os.listdir('/drive')") == [("result", "['mine']")]


def test_code_has_the_key_to_its_folder_and_may_ask_for_it_itself(
    code: Kernel, files: Path
) -> None:
    (files / "mine" / "poem.txt").write_text("Roses")
    code.run("import os; key = {'X-Wasmnb-Key': os.environ['WASMNB_KEY']}")
    asked = "await get('/files/{}', headers=key)"
    assert code.run(asked.format("mine/poem.txt")) == [("result", "(200, 'Roses')")]
    for path in ("private/diary.txt", "mine/leak/diary.txt"):
        [(_, seen)] = code.run(asked.format(path))
        assert seen.startswith(("(403,", "(404,"))
        assert TREASURE not in seen
    (files / "mine" / "poem.txt").unlink()


@pytest.mark.parametrize(
    "deed",
    [
        "open('../private/diary.txt').read()",
        "open('/drive/private/diary.txt', 'w')",
        "os.listdir('/drive/private')",
        "os.remove('/drive/private/diary.txt')",
        "os.rename('/drive/private/diary.txt', 'mine.txt')",
    ],
)
def test_outside_it_is_refused_and_told_how_to_allow_it(
    code: Kernel, files: Path, deed: str
) -> None:
    (stream, sentence), (kind, error) = code.run(f"import os; {deed}")
    assert (stream, kind) == ("stderr", "error")
    assert "`wasmnb serve --kernel-files all`" in sentence
    assert error.startswith("PermissionError")
    assert (files / "private" / "diary.txt").read_text() == TREASURE


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    "how", ["", "mode='no-cors'", "mode='same-origin'", "cache='force-cache'", "redirect='manual'"]
)
def test_the_cookie_does_not_let_code_in(code: Kernel, address: str, how: str) -> None:
    [(_, seen)] = code.run(f"await get({address!r}, {how})")
    assert seen.startswith(("(403,", "(404,"))
    assert TREASURE not in seen
    assert '"key"' not in seen


def test_nor_does_it_let_code_change_anything(code: Kernel, files: Path) -> None:
    before = {file: file.read_text() for file in files.rglob("*.txt")}
    body = '{"type": "file", "format": "text", "content": "x", "path": "mine/x.txt"}'
    for method in ("PUT", "PATCH", "DELETE", "POST"):
        asked = f"now({method!r}, '/api/contents/private/diary.txt', {body!r})"
        [(_, seen)] = code.run(asked)
        assert seen.startswith("(403,")
    [(_, seen)] = code.run("now('POST', '/api/keys', '{}')")
    assert seen.startswith("(403,")
    assert {file: file.read_text() for file in files.rglob("*.txt")} == before


def test_code_cannot_pretend_to_be_a_person(code: Kernel) -> None:
    headers = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
    [(_, seen)] = code.run(f"await get('/lab', headers={headers!r})")
    assert seen.startswith("(403,")


@pytest.mark.parametrize("kind", ["json", "text", "css"])
def test_code_cannot_import_what_it_cannot_fetch(code: Kernel, files: Path, kind: str) -> None:
    (files / "private" / "a.json").write_text(f'"{TREASURE}"')
    (files / "private" / "a.js").write_text(f"export default {TREASURE!r}")
    for name in ("a.json", "a.js"):
        url = f"/files/private/{name}"
        how = '{with: {type: "' + kind + '"}}' if name == "a.json" else "{}"
        asked = f"import(location.origin + {url!r}, {how}).then(m => m.default, e => String(e))"
        [(_, seen)] = code.run(f"await js.eval({asked!r})")
        assert "TypeError" in seen or "SyntaxError" in seen
        assert TREASURE not in seen


def test_a_worker_of_a_worker_reaches_no_more(code: Kernel) -> None:
    script = (
        "fetch('ORIGIN/files/private/diary.txt').then(a => a.text())"
        ".then(t => postMessage(t), e => postMessage(String(e)))"
    )
    asked = (
        f"new Promise((done) => {{ const script = {script!r}.replace('ORIGIN', location.origin);"
        "const url = URL.createObjectURL(new Blob([script], {type: 'text/javascript'}));"
        "const worker = new Worker(url); worker.onmessage = ({data}) => done(data);"
        "worker.onerror = () => done('no worker'); })"
    )
    [(_, seen)] = code.run(f"await js.eval({asked!r})")
    assert TREASURE not in seen


def test_a_kernel_at_the_root_reaches_what_is_served(kernel: Kernel) -> None:
    assert kernel.run("open('/drive/private/diary.txt').read()") == [("result", repr(TREASURE))]


@pytest.fixture(scope="module")
def open_page(browser: Browser, files: Path) -> Iterator[Desk]:
    """A page whose reader lets all notebooks reach all files."""
    served = serving(files, "--kernel-files", "all")
    with served as address, browser.new_context() as context:
        context.set_default_timeout(DEADLINE * 1000)
        yield desk(context.new_page(), address)


def test_the_reader_may_let_all_notebooks_reach_all_files(open_page: Desk) -> None:
    kernel = open_page.start("mine")
    assert kernel.run("open('../private/diary.txt').read()") == [("result", repr(TREASURE))]
