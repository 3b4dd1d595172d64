"""Rich output: displays, their updates, and clearing them."""

from .conftest import Talk


async def test_a_display_carries_every_look_of_an_object(talk: Talk) -> None:
    await talk.run("from IPython.display import HTML\ndisplay(HTML('<b>x</b>'), metadata={'a': 1})")
    (message,) = talk.sent("display_data")
    assert message.content["data"]["text/html"] == "<b>x</b>"
    assert "text/plain" in message.content["data"]
    assert message.content["metadata"] == {"a": 1}


async def test_images_travel_as_base64(talk: Talk) -> None:
    await talk.run("from IPython.display import Image\nImage(data=b'\\x89PNG....', format='png')")
    (message,) = talk.sent("execute_result")
    assert message.content["data"]["image/png"].strip() == "iVBORy4uLi4="


async def test_a_display_is_updated_by_its_id(talk: Talk) -> None:
    outputs = await talk.run("h = display('old', display_id=True)\nh.update('new')")
    assert outputs == [("display", "'old'"), ("update", "'new'")]
    (shown,), (updated,) = talk.sent("display_data"), talk.sent("update_display_data")
    assert shown.content["transient"] == updated.content["transient"] != {}


async def test_a_display_keeps_the_id_that_it_is_given(talk: Talk) -> None:
    await talk.run("display(1, display_id='mine')")
    assert talk.sent("display_data")[0].content["transient"] == {"display_id": "mine"}


async def test_output_is_cleared_in_order(talk: Talk) -> None:
    code = (
        "from IPython.display import clear_output\n"
        "print('old'); clear_output(wait=True); print('new'); clear_output()"
    )
    assert await talk.run(code) == [
        ("stdout", "old\n"),
        ("clear", "wait"),
        ("stdout", "new\n"),
        ("clear", "now"),
    ]


async def test_values_that_json_lacks_are_carried_in_some_form(talk: Talk) -> None:
    code = (
        "import datetime\n"
        "data = {'nan': float('nan'), 'day': datetime.date(2024, 2, 29), 1: {2}}\n"
        "display({'application/json': data, 'text/plain': ''}, raw=True)"
    )
    assert (await talk.execute(code)).content["status"] == "ok"
    (message,) = talk.sent("display_data")
    assert message.content["data"]["application/json"] == {
        "nan": "nan",
        "day": "2024-02-29",
        "1": [2],
    }


async def test_matplotlib_finds_the_page_as_its_backend(talk: Talk) -> None:
    code = "import os\nos.environ['MPLBACKEND']"
    assert await talk.run(code) == [("result", "'module://matplotlib_inline.backend_inline'")]


async def test_a_gui_can_be_asked_for_without_effect(talk: Talk) -> None:
    assert await talk.run("get_ipython().enable_gui('inline')") == []
