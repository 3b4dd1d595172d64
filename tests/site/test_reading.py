"""What a reader sees of a notebook where scripts are turned off."""

# nbformat says that it has types, but its functions carry none.
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Callable

from .conftest import code, shows, text, v4

Render = Callable[..., str]
PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def test_markdown_is_github_s_kind(rendered: Render) -> None:
    html = rendered(text("*so* **it** ~~is~~\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done"))
    assert "<em>so</em> <strong>it</strong> <s>is</s>" in html
    assert "<td>1</td>" in html
    assert 'type="checkbox"' in html


def test_headings_have_anchors_of_their_own_and_a_table_of_contents(rendered: Render) -> None:
    html = rendered(text("# One of `them`"), text("## Two\n\n## Two"), text("### Three"))
    assert '<h1 id="One-of-them">' in html
    assert '<h2 id="Two">' in html
    assert '<h2 id="Two-2">' in html
    assert '<li class="level-2"><a href="#Two-2">Two</a></li>' in html


def test_code_is_highlighted(rendered: Render) -> None:
    html = rendered(code("def answer():\n    return 42  # why?"))
    assert '<span class="k">def</span>' in html
    assert '<span class="mi">42</span>' in html
    assert '<span class="c1"># why?</span>' in html
    assert "[1]:" in html


def test_what_was_printed_has_its_colours(rendered: Render) -> None:
    html = rendered(
        code(
            "it",
            v4.new_output("stream", name="stdout", text="plain \x1b[31mred\x1b[0m "),
            v4.new_output("stream", name="stdout", text="\x1b[1;38;5;28mgreen <b>\x1b[0m"),
        )
    )
    assert '<pre class="stdout">plain <span class="ansi-fg-1">red</span> ' in html
    assert '<span class="ansi-bold" style="color:#008700">green &lt;b&gt;</span>' in html


def test_a_traceback_is_shown_as_one(rendered: Render) -> None:
    lines = ["\x1b[31mZeroDivisionError\x1b[39m", "----> 1 \x1b[32m1\x1b[39m/0"]
    error = v4.new_output("error", ename="ZeroDivisionError", evalue="", traceback=lines)
    html = rendered(code("1/0", error))
    assert '<pre class="error"><span class="ansi-fg-1">ZeroDivisionError</span>\n' in html


def test_tables_and_pictures_are_part_of_the_page(rendered: Render) -> None:
    table = "<style>td {color: red}</style><table><tr><td>7</td></tr></table>"
    svg = '<svg xmlns="http://www.w3.org/2000/svg"></svg>'
    html = rendered(
        code("it", shows(text_html=table), shows(image_gif=PIXEL, text_plain="<Figure>")),
        code("it", v4.new_output("display_data", {"image/svg+xml": svg})),
    )
    assert "<td>7</td>" in html
    assert "color: red" not in html
    assert f'<img src="data:image/gif;base64,{PIXEL}" alt="&lt;Figure&gt;">' in html
    assert '<img src="data:image/svg+xml;base64,' in html


def test_an_image_that_the_cell_carries_is_part_of_the_page(rendered: Render) -> None:
    attached = {"dot.png": {"image/gif": PIXEL}}
    html = rendered(text("![a dot](attachment:dot.png)", attachments=attached))
    assert f'src="data:image/gif;base64,{PIXEL}"' in html


def test_widgets_are_shown_as_they_stood(rendered: Render) -> None:
    models = {
        "box": {"model_name": "HBoxModel", "state": {"children": ["IPY_MODEL_a", "IPY_MODEL_b"]}},
        "a": {
            "model_name": "IntSliderModel",
            "state": {"description": "Size", "min": 0, "max": 9, "value": 4},
        },
        "b": {
            "model_name": "DropdownModel",
            "state": {"description": "Kind", "_options_labels": ["x", "y"], "index": 1},
        },
    }
    stored = {"application/vnd.jupyter.widget-state+json": {"state": models}}
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "box"}, "text/plain": "HBox()"}
    html = rendered(code("box", v4.new_output("display_data", view)), widgets=stored)
    assert "Size" in html
    assert 'value="4"' in html
    assert "<output>y</output>" in html
    assert "HBox()" not in html


def test_what_only_a_script_can_draw_is_said_to_be_so(rendered: Render) -> None:
    html = rendered(code("it", shows(text_html="<div id='p'></div><script>draw()</script>")))
    assert "Run the notebook to see it." in html
    assert "draw()" not in html


def test_nothing_of_a_notebook_can_act(rendered: Render) -> None:
    evil = (
        "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>a</a>"
        "<iframe src='https://evil.example'></iframe><svg onload=alert(1)></svg>"
        "<math><mtext><table><mglyph><style><!--</style>"
        "<img title='--><img src=1 onerror=alert(1)>'>"
        "<b style='background: url(https://evil.example)'>b</b>"
        "<b style='background: u\\72l(https://evil.example)'>b</b>"
        "<b style='background: image-set(\"https://evil.example\" 1x)'>b</b>"
        "<form action=x><input></form>"
    )
    html = rendered(text(evil), code("it", shows(text_html=evil)), code("<script>"))
    for trace in (
        "<script",
        "onerror=",
        "javascript:",
        "<iframe",
        "onload=",
        "url(",
        "set(",
        "<form",
    ):
        assert trace not in html.replace("&lt;script", "")


def test_pictures_of_other_sites_become_links(rendered: Render) -> None:
    html = rendered(
        text("![a badge](https://badges.example/x.svg) <img src='https://pixels.example/y.png'>")
    )
    assert 'href="https://badges.example/x.svg"' in html
    assert "<img src=" not in html
