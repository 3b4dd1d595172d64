"""Files are shown by what they are: tables, pictures, trees, pages, documents, charts."""

import json
from base64 import b64decode
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .lab import Lab
from .test_output import PIXEL

CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"x": "a", "y": 1}, {"x": "b", "y": 2}]},
    "mark": "bar",
    "encoding": {
        "x": {"field": "x", "type": "nominal"},
        "y": {"field": "y", "type": "quantitative"},
    },
}

PDF = b"""%PDF-1.1
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]>> endobj
trailer <</Root 1 0 R>>
"""

FILES = {
    "table.csv": b"name,mass\nEarth,1\nMars,0.1\n",
    "picture.png": b64decode(PIXEL),
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="50" height="50"/>',
    "tree.json": b'{"planet": {"name": "Earth"}}',
    "page.html": b"<!DOCTYPE html><title>t</title><p>A paragraph</p>",
    "paper.pdf": PDF,
    "chart.vl.json": json.dumps(CHART).encode(),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("viewers")
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(autouse=True)
def clean(lab: Lab) -> Lab:
    lab.tidy()
    return lab


def test_csv_is_a_grid(lab: Lab) -> None:
    lab.file("table.csv").dblclick()
    viewer = lab.page.locator(".jp-CSVViewer")
    expect(viewer.locator("canvas").first).to_be_visible()
    # The grid is drawn on a canvas; what it holds is what can be asked of it.
    model = "jupyterapp.shell.currentWidget.content._grid.dataModel"
    lab.page.wait_for_function(f"() => {model}?.rowCount('body') === 2")
    assert lab.page.evaluate(f"{model}.data('body', 1, 0)") == "Mars"


@pytest.mark.parametrize("name", ["picture.png", "drawing.svg"])
def test_pictures_are_shown(name: str, lab: Lab) -> None:
    lab.file(name).dblclick()
    picture = lab.page.locator(".jp-ImageViewer img")
    expect(picture).to_be_visible()
    assert picture.evaluate("async (img) => (await img.decode(), img.naturalWidth)") > 0


def test_json_is_a_tree_that_unfolds(lab: Lab) -> None:
    lab.file("tree.json").dblclick()
    tree = lab.page.locator(".jp-RenderedJSON")
    tree.get_by_text("planet").click()
    expect(tree).to_contain_text('"Earth"')


def test_html_is_a_page(lab: Lab) -> None:
    lab.file("page.html").dblclick()
    frame = lab.page.frame_locator(".jp-HTMLViewer iframe")
    expect(frame.get_by_text("A paragraph")).to_be_visible()


def test_pdf_is_handed_to_the_browser(lab: Lab) -> None:
    lab.file("paper.pdf").dblclick()
    paper = lab.page.locator(
        ".jp-PDFContainer embed, .jp-PDFContainer iframe, .jp-PDFContainer object"
    )
    expect(paper.first).to_be_visible()


def test_a_vega_lite_file_is_a_chart(lab: Lab) -> None:
    lab.file("chart.vl.json").dblclick()
    expect(lab.page.locator(".jp-RenderedVegaCommon5").locator("canvas, svg").first).to_be_visible()


def test_vega_lite_output_is_a_chart(lab: Lab) -> None:
    lab.page.locator(".jp-LauncherCard[data-category='Notebook']").click()
    lab.is_idle()
    cell = lab.enter(f"display({{'application/vnd.vegalite.v5+json': {CHART!r}}}, raw=True)")
    expect(cell.locator(".jp-RenderedVegaCommon5").locator("canvas, svg").first).to_be_visible()


def test_json_output_is_a_tree(lab: Lab) -> None:
    lab.page.locator(".jp-LauncherCard[data-category='Notebook']").click()
    lab.is_idle()
    cell = lab.enter("from IPython.display import JSON\nJSON({'planet': 'Earth'}, expanded=True)")
    expect(cell.locator(".jp-RenderedJSON")).to_contain_text("Earth")
