"""Comms carry data both ways, and ipywidgets live on them."""

from wasmnb_kernel.message import Content, Message

from .conftest import Talk

SLIDER = "import ipywidgets as w\nslider = w.IntSlider(value=3)\n"


def comm_msg(talk: Talk, comm_id: str, data: Content, *buffers: bytes) -> Message:
    return talk.message("comm_msg", {"comm_id": comm_id, "data": data}, buffers=buffers)


async def test_a_comm_opened_by_the_kernel_carries_buffers_out(talk: Talk) -> None:
    await talk.run(
        "import comm\nc = comm.create_comm('target', data={'a': 1}, buffers=[b'xyz'])\n"
        "c.send({'b': 2}, metadata={'m': 1})\nc.close()"
    )
    opened, sent, closed = (talk.sent(t)[0] for t in ("comm_open", "comm_msg", "comm_close"))
    comm_id = opened.content["comm_id"]
    assert opened.content["target_name"] == "target" and opened.content["data"] == {"a": 1}
    assert [bytes(b) for b in opened.buffers] == [b"xyz"]
    assert (sent.content, sent.metadata) == ({"comm_id": comm_id, "data": {"b": 2}}, {"m": 1})
    assert closed.content["comm_id"] == comm_id


async def test_a_comm_opened_by_the_page_reaches_its_target(talk: Talk) -> None:
    await talk.run(
        "import comm\n"
        "def target(c, message):\n"
        "    print('open', message['content']['data'])\n"
        "    c.on_msg(lambda m: print('msg', m['content']['data'], bytes(m['buffers'][0])))\n"
        "    c.on_close(lambda m: print('close'))\n"
        "comm.get_comm_manager().register_target('mine', target)"
    )
    opening = {"comm_id": "c1", "target_name": "mine", "data": {"x": 1}}
    messages = [
        talk.message("comm_open", opening),
        comm_msg(talk, "c1", {"y": 2}, b"abc"),
        talk.message("comm_close", {"comm_id": "c1", "data": {}}),
    ]
    for message in messages:
        await talk.tell(message)
    assert [talk.outputs(message) for message in messages] == [
        [("stdout", "open {'x': 1}\n")],
        [("stdout", "msg {'y': 2} b'abc'\n")],
        [("stdout", "close\n")],
    ]
    assert talk.sent("comm_close") == []


async def test_a_comm_to_nobody_is_closed_with_a_complaint(talk: Talk) -> None:
    opening = talk.message("comm_open", {"comm_id": "c1", "target_name": "nobody", "data": {}})
    await talk.tell(opening)
    assert talk.sent("comm_close")[0].content["comm_id"] == "c1"
    assert "no such target is registered" in talk.outputs(opening)[0][1]
    await talk.tell(stray := comm_msg(talk, "c1", {}))
    assert talk.outputs(stray) == [
        ("stderr", "A comm_msg came for comm c1, which is not open here.\n")
    ]


async def test_an_error_in_a_callback_is_shown(talk: Talk) -> None:
    await talk.run("import comm\nc = comm.create_comm('t')\nc.on_msg(lambda m: 1 / 0)")
    comm_id = talk.sent("comm_open")[0].content["comm_id"]
    await talk.tell(message := comm_msg(talk, comm_id, {}))
    assert talk.outputs(message) == [("error", "ZeroDivisionError: division by zero")]


async def test_open_comms_are_listed(talk: Talk) -> None:
    await talk.run("import comm\na, b = comm.create_comm('ta'), comm.create_comm('tb')")
    first, second = (m.content["comm_id"] for m in talk.sent("comm_open"))
    everything = (await talk.ask("comm_info_request", {})).content["comms"]
    assert everything == {first: {"target_name": "ta"}, second: {"target_name": "tb"}}
    some = (await talk.ask("comm_info_request", {"target_name": "tb"})).content["comms"]
    assert some == {second: {"target_name": "tb"}}


async def test_a_slider_calls_back_when_it_is_moved(talk: Talk) -> None:
    outputs = await talk.run(
        SLIDER + "slider.observe(lambda c: print(c['old'], '->', c['new']), 'value')\nslider"
    )
    assert outputs[-1][0] == "result"
    view = talk.sent("execute_result")[0].content["data"]
    comm_id = view["application/vnd.jupyter.widget-view+json"]["model_id"]
    opened = next(m for m in talk.sent("comm_open") if m.content["comm_id"] == comm_id)
    assert opened.content["target_name"] == "jupyter.widget"
    assert opened.content["data"]["state"]["value"] == 3
    moved = comm_msg(talk, comm_id, {"method": "update", "state": {"value": 9}, "buffer_paths": []})
    await talk.tell(moved)
    assert talk.outputs(moved) == [("stdout", "3 -> 9\n")]
    assert await talk.run("slider.value") == [("result", "9")]


async def test_a_cell_can_wait_for_a_widget(talk: Talk) -> None:
    await talk.run(
        SLIDER + "import asyncio\nmoved = asyncio.Event()\n"
        "slider.observe(lambda _: moved.set(), 'value')\nslider"
    )
    view = talk.sent("execute_result")[0].content["data"]
    comm_id = view["application/vnd.jupyter.widget-view+json"]["model_id"]
    cell = talk.cell("print('waiting', flush=True)\nawait moved.wait()\nslider.value")
    handled = talk.tell(cell)
    await talk.until(lambda: talk.outputs(cell))
    update = {"method": "update", "state": {"value": 5}, "buffer_paths": []}
    await talk.tell(comm_msg(talk, comm_id, update))
    await handled
    assert talk.outputs(cell) == [("stdout", "waiting\n"), ("result", "5")]


async def test_an_output_widget_takes_the_outputs_of_its_block(talk: Talk) -> None:
    await talk.run("import ipywidgets as w\nout = w.Output()")
    cell = await talk.execute("print('outside')\nwith out:\n    print('inside')\nprint('after')")
    told = [
        m.content["data"]["state"]["msg_id"] if m.msg_type == "comm_msg" else m.content["text"]
        for m in talk.caused_by(cell)
        if m.msg_type in ("comm_msg", "stream")
    ]
    msg_id = cell.parent_header["msg_id"]
    assert told == ["outside\n", msg_id, "inside\n", "", "after\n"]


async def test_interact_runs_its_function_again(talk: Talk) -> None:
    await talk.run(
        "from ipywidgets import interact\n@interact(x=(0, 10))\ndef f(x=2):\n    print('x is', x)"
    )
    slider = next(
        m.content["comm_id"]
        for m in talk.sent("comm_open")
        if m.content["data"]["state"].get("_model_name") == "IntSliderModel"
    )
    update = {"method": "update", "state": {"value": 7}, "buffer_paths": []}
    await talk.tell(moved := comm_msg(talk, slider, update))
    assert ("stdout", "x is 7\n") in talk.outputs(moved)
