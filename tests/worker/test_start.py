"""A kernel starts from our own files alone, or says why it does not."""

import re
from urllib.parse import unquote_plus, urlsplit

import pytest
from playwright.sync_api import Request

from .kernel import Desk, Kernel

MISSING = {
    "library": "The server answered the request for library.*.zip with 404",
    "core": "The server answered the request for core.*.zip with 404",
    r"asm.*\.wasm": r"The server answered the request for pyodide.asm.*.wasm with 404",
    "deferred": r"The server answered the request for deferred.*.wasm with 404",
    r"asm.*\.mjs": "Failed to fetch dynamically imported module: http.*/pyodide.asm.*.mjs",
    "worker": "The kernel's script could not be started. Reload the page to try again.",
}


@pytest.fixture(scope="module")
def road() -> str:
    """Byte code needs all the files; what is told of the snapshot is in a file of its own."""
    return "from byte code"


@pytest.mark.parametrize(("name", "reason"), MISSING.items(), ids=MISSING)
def test_a_file_that_is_missing_is_named(name: str, reason: str, page_of_kernels: Desk) -> None:
    page, file = page_of_kernels.page, re.compile(rf"/pyodide/.*{name}")
    page.route(file, lambda route: route.fulfill(status=404))
    assert re.match(reason, page_of_kernels.fail_to_start())
    page.unroute(file)


@pytest.mark.parametrize("length", [10, 300_000])
def test_a_file_of_another_build_is_noticed(length: int, page_of_kernels: Desk) -> None:
    page, file = page_of_kernels.page, re.compile("/pyodide/core")
    page.route(file, lambda route: route.fulfill(body=bytes(length)))
    told = "is not the version that this page was built for. Reload the page."
    assert page_of_kernels.fail_to_start().endswith(told)
    page.unroute(file)


def test_webassembly_that_is_none_is_noticed(page_of_kernels: Desk) -> None:
    page, file = page_of_kernels.page, re.compile(r"/pyodide/.*\.wasm")
    page.route(file, lambda route: route.fulfill(body=b"?", content_type="application/wasm"))
    assert "could not be compiled" in page_of_kernels.fail_to_start()
    page.unroute(file)


def test_webassembly_of_another_type_is_compiled_all_the_same(page_of_kernels: Desk) -> None:
    page, file = page_of_kernels.page, re.compile(r"/pyodide/.*\.wasm")
    page.route(
        file,
        lambda route: route.fulfill(
            response=route.fetch(), content_type="application/octet-stream"
        ),
    )
    kernel = page_of_kernels.start()
    assert kernel.run("1 + 1") == [("result", "2")]
    kernel.shut_down()
    page.unroute(file)


def test_a_folder_that_is_not_there_is_named(page_of_kernels: Desk) -> None:
    reason = page_of_kernels.fail_to_start("no such folder")
    assert reason.startswith('The notebook\'s folder "no such folder" could not be opened.')


def test_python_that_ends_itself_is_told_of(page_of_kernels: Desk) -> None:
    kernel = page_of_kernels.start()
    told = "Python ended itself with exit code 3."
    assert page_of_kernels.die(kernel, "import os; os._exit(3)") == told


@pytest.mark.usefixtures("kernel")
def test_the_steps_of_the_start_are_among_the_pages_measures(page_of_kernels: Desk) -> None:
    measures = "performance.getEntriesByType('measure').map(measure => measure.name)"
    steps = page_of_kernels.page.evaluate(measures)
    for step in ("fetch pyodide.asm.wasm", "fetch library.zip", "start Python", "start the core"):
        assert f"wasmnb kernel: {step}" in steps


def test_all_comes_from_the_server_and_sources_only_when_they_are_shown(
    page_of_kernels: Desk,
) -> None:
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    def sources() -> list[Request]:
        return [request for request in requests if "/sources." in request.url]

    page_of_kernels.page.context.on("request", note)
    kernel = page_of_kernels.start()
    kernel.run("1 / 0")
    assert requests
    # Of all that the page asked for, what this kernel did.
    own = "[entry.name for entry in js.performance.getEntries() if '/sources.' in entry.name]"
    ranges = [request.headers.get("range") for request in sources()]
    assert kernel.run(f"import js; {own}") == [("result", "[]")], ranges
    assert "obj, end = self.scan_once" in kernel.traceback("import json; json.loads('{')")
    assert kernel.run(own) != [("result", "[]")]
    assert all("range" in request.headers for request in sources())
    page_of_kernels.page.context.remove_listener("request", note)
    [host] = {urlsplit(request.url).netloc for request in requests}
    assert host.startswith("127.0.0.1:")
    kernel.shut_down()


def test_python_cannot_read_the_token(kernel: Kernel, token: str) -> None:
    places = "os.environ.values(), [entry.name for entry in js.performance.getEntries()]"
    [(_, seen)] = kernel.run(f"import js, os; str(({places}, js.location.href))")
    assert "/api/contents/" in seen
    assert token not in unquote_plus(seen)
    places = "hasattr(js, 'document'), hasattr(js, 'cookieStore'), hasattr(js, 'localStorage')"
    assert kernel.run(places) == [("result", "(False, False, False)")]
