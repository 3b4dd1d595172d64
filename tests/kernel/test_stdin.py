"""input() and getpass() ask the person in front of the page."""

from .conftest import Talk


async def test_input_gives_what_the_person_types(talk: Talk) -> None:
    talk.host.answers = ["Ada"]
    cell = talk.cell("print('before', end='')\ninput('Name? ')")
    await talk.tell(cell, client="asker")
    assert talk.outputs(cell) == [("stdout", "before"), ("result", "'Ada'")]
    ((question, client),) = [(m, c) for m, c in talk.host.sent if m.msg_type == "input_request"]
    assert question.content == {"prompt": "Name? ", "password": False}
    assert (question.channel, client, question.parent_header) == ("stdin", "asker", cell.header)


async def test_getpass_asks_without_showing(talk: Talk) -> None:
    talk.host.answers = ["secret"]
    assert await talk.run("import getpass\ngetpass.getpass()") == [("result", "'secret'")]
    assert talk.sent("input_request")[0].content == {"prompt": "Password: ", "password": True}


async def test_without_allow_stdin_input_says_so(talk: Talk) -> None:
    (error,) = await talk.run("input()", allow_stdin=False)
    assert error == (
        "error",
        "StdinNotImplementedError: raw_input was called, but this frontend does not support "
        "input requests.",
    )


async def test_a_host_that_cannot_wait_says_why(talk: Talk) -> None:
    assert await talk.run("input()") == [
        ("error", "StdinNotImplementedError: Nobody is here to answer.")
    ]


async def test_end_of_file_and_interrupt_end_the_question(talk: Talk) -> None:
    talk.host.answers = ["\x04", KeyboardInterrupt()]
    assert await talk.run("input()") == [("error", "EOFError: ")]
    assert await talk.run("input()") == [("error", "KeyboardInterrupt: ")]


async def test_the_debugger_talks_through_input(talk: Talk) -> None:
    await talk.run("def f(secret):\n    raise ValueError\nf(41)")
    talk.host.answers = ["p secret + 1", "q"]
    outputs = await talk.run("%debug")
    assert "42" in "".join(text for _, text in outputs)
    assert talk.sent("input_request")[0].content["prompt"].strip() == "ipdb>"


async def test_a_breakpoint_stops_the_cell_and_lets_it_go_on(talk: Talk) -> None:
    talk.host.answers = ["p x * 2", "c"]
    code = "import pdb\ndef f(x):\n    pdb.set_trace()\n    return x\nf(21)"
    outputs = await talk.run(code)
    assert "42" in outputs[0][1] and outputs[-1] == ("result", "21")


async def test_after_its_cell_a_task_has_nobody_to_ask(talk: Talk) -> None:
    talk.host.answers = ["x"]
    await talk.run("import asyncio\nanswer = []\ngo = asyncio.Event()")
    await talk.run(
        "async def later():\n    await go.wait()\n"
        "    try: input()\n    except Exception as error: print(error)\n"
        "task = asyncio.create_task(later())"
    )
    await talk.run("go.set()\nawait task")
    assert talk.sent("stream")[-1].content["text"] == (
        "raw_input was called after its cell had finished; nobody is there to answer.\n"
    )
