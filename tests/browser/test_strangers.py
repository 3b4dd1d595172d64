"""What others bring into the reader's browser gets nothing: web pages, and notebooks."""

# nbformat says that it has types, but its functions carry none.
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .lab import Lab, outputs_of, write, write_cells

TREASURE = "what only the reader may see"

# A page of another site that the reader has opened: it asks with the reader's cookies.
ATTACKS = """async (site) => {
    const heard = [];
    const ask = async (path, how) => {
        try {
            const answer = await fetch(site + path, {credentials: "include", ...how});
            heard.push(await answer.text());
        } catch { heard.push("refused"); }
    };
    const body = JSON.stringify({type: "file", format: "text", content: "owned"});
    await ask("/api/contents/diary.txt");
    await ask("/files/diary.txt", {mode: "no-cors"});
    await ask("/api/contents", {method: "POST", mode: "no-cors", body});
    await ask("/api/contents/diary.txt", {method: "PUT", body});
    await ask("/api/contents/diary.txt", {method: "PATCH", body: '{"path": "gone.txt"}'});
    await ask("/api/contents/diary.txt", {method: "DELETE"});
    await ask("/api/keys", {method: "POST", mode: "no-cors", body: '{"path": ""}'});
    const loaded = (element) => new Promise((done) => {
        element.onload = element.onerror = done;
        document.body.append(element);
    });
    const frame = Object.assign(document.createElement("iframe"), {name: "target"});
    await loaded(frame);
    const form = document.createElement("form");
    Object.assign(form, {method: "POST", action: site + "/api/contents", target: "target"});
    document.body.append(form);
    const sent = new Promise((done) => { frame.onload = done; });
    form.submit();
    await sent;
    await loaded(Object.assign(document.createElement("script"), {src: site + "/files/diary.js"}));
    heard.push(window.stolen ?? "refused");
    await loaded(Object.assign(document.createElement("iframe"), {src: site + "/lab"}));
    return heard;
}"""

SCRIPTS = [
    {"text/html": "<script>window.ran = [...(window.ran ?? []), 'script']</script>a table"},
    {"text/html": "<img src='data:,' onerror=\"window.ran = [...(window.ran ?? []), 'image']\">"},
    {"application/javascript": "window.ran = [...(window.ran ?? []), 'javascript']"},
    {"text/html": "the last"},
]

TRUST = "() => { void jupyterapp.commands.execute('notebook:trust') }"


@pytest.fixture(scope="module", autouse=True)
def files(folder: Path) -> Path:
    (folder / "diary.txt").write_text(TREASURE)
    (folder / "diary.js").write_text(f"window.stolen = '{TREASURE}'")
    outputs = [nbformat.v4.new_output("display_data", data) for data in SCRIPTS]
    cell = nbformat.v4.new_code_cell("'run by them'", outputs=outputs)
    write_cells(folder / "theirs.ipynb", [cell])
    return folder


# Cookies know no ports: by the first name the page counts as one of our site.
@pytest.fixture(params=["127.0.0.1", "localhost"])
def kittens(
    request: pytest.FixtureRequest, person: BrowserContext, tmp_path: Path
) -> Iterator[Page]:
    """A page of another site, in the browser of someone who is logged in at ours."""
    (tmp_path / "index.html").write_text("<!doctype html><title>Kittens</title><body>")
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, person.new_page() as page:
        Thread(target=server.serve_forever).start()
        page.goto(f"http://{request.param}:{server.server_port}/")
        yield page
        server.shutdown()


@pytest.mark.usefixtures("lab")
def test_a_page_of_another_site_learns_and_changes_nothing(
    kittens: Page, address: str, files: Path
) -> None:
    site = address.partition("/lab")[0]
    before = {path.name: path.read_bytes() for path in files.iterdir() if path.is_file()}
    asked: list[str] = []
    kittens.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    heard = kittens.evaluate(ATTACKS, site)
    assert f"POST {site}/api/contents" in asked
    assert TREASURE not in "".join(heard)
    assert not [frame for frame in kittens.frames if frame.url.startswith(f"{site}/lab")]
    assert {path.name: path.read_bytes() for path in files.iterdir() if path.is_file()} == before


def test_a_notebook_of_others_runs_no_script_until_it_is_trusted(lab: Lab) -> None:
    lab.open("theirs.ipynb", kernel=False)
    shown = outputs_of(lab.cell(0))
    expect(shown.get_by_text("a table")).to_be_visible()
    expect(shown.get_by_text("the last")).to_be_visible()
    assert lab.page.evaluate("window.ran") is None
    lab.page.evaluate(TRUST)
    lab.answer("Trust")
    lab.page.wait_for_function("window.ran?.length >= 3")
    assert set(lab.page.evaluate("window.ran")) == {"script", "image", "javascript"}


NEW = """async (how) => {
    const {context} = await jupyterapp.commands.execute("notebook:create-new", how);
    return context.path;
}"""

PUT_OUT = """from IPython.display import SVG, HTML, Javascript, display
from ipywidgets import IntSlider
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20'></svg>"))
display(HTML("<b>a table</b><script>window.acted = 1</script>"), Javascript("window.acted = 2"))
display(IntSlider(description="a slider"))"""


def run_all(lab: Lab) -> None:
    lab.do("notebook:clear-all-cell-outputs")
    lab.run_all()


def test_what_code_of_others_puts_out_runs_no_script_until_it_is_trusted(
    lab: Lab, folder: Path
) -> None:
    write(folder / "theirs" / "code.ipynb", PUT_OUT)
    notice = lab.panel.locator(".wasmnb-Trust")
    shown = outputs_of(lab.cell(0))
    lab.open("theirs/code.ipynb")
    expect(notice).to_be_hidden()
    for _ in range(2):
        run_all(lab)
        expect(shown.get_by_text("a table")).to_be_visible()
        expect(shown.locator("img[src^='data:image/svg']")).to_be_visible()
        expect(shown.get_by_text("IntSlider(")).to_be_visible()
        expect(notice).to_contain_text("is not trusted")
        # Their code might have changed what a cell of the reader's puts out.
        lab.do("notebook:insert-cell-below")
        lab.enter("display(Javascript('window.acted = 3'))")
        assert lab.page.evaluate("window.acted") is None
        lab.save()
        lab.reload()
        lab.open("theirs/code.ipynb")

    notice.get_by_role("button").click()
    lab.answer("Trust")
    run_all(lab)
    expect(shown.get_by_role("slider")).to_be_visible()
    expect(notice).to_be_hidden()
    assert lab.page.evaluate("window.acted") == 3
    lab.reload()
    lab.open("theirs/code.ipynb")
    run_all(lab)
    expect(shown.get_by_role("slider")).to_be_visible()


def test_what_its_reader_writes_is_trusted(lab: Lab, folder: Path) -> None:
    (folder / "mine").mkdir()
    lab.open(lab.page.evaluate(NEW, {"cwd": "mine", "kernelName": "python-wasm"}))
    cell = lab.enter(PUT_OUT)
    expect(cell.get_by_role("slider")).to_be_visible()
    expect(lab.panel.locator(".wasmnb-Trust")).to_be_hidden()
