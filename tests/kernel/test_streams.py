"""What is printed arrives whole, in order, and in few messages."""

import pytest

from .conftest import Talk


async def test_stdout_and_stderr_keep_their_order(talk: Talk) -> None:
    code = (
        "import sys\n"
        "print('1'); print('2', file=sys.stderr); print('3'); display('4'); print('5', end='')\n"
        "6"
    )
    assert await talk.run(code) == [
        ("stdout", "1\n"),
        ("stderr", "2\n"),
        ("stdout", "3\n"),
        ("display", "'4'"),
        ("stdout", "5"),
        ("result", "6"),
    ]


async def test_ten_thousand_prints_are_few_messages(talk: Talk) -> None:
    outputs = await talk.run("for i in range(10_000): print(i)")
    assert outputs == [("stdout", "".join(f"{i}\n" for i in range(10_000)))]
    assert len(talk.sent("stream")) < 100


async def test_a_line_is_sent_before_the_cell_ends(talk: Talk) -> None:
    talk.host.answers = ["x"]
    await talk.run("print('loading')\nseen = input()")
    kinds = [m.msg_type for m, _ in talk.host.sent]
    assert kinds.index("stream") < kinds.index("input_request")


async def test_much_text_goes_out_in_pieces(talk: Talk) -> None:
    await talk.run("import sys\nfor _ in range(64): sys.stdout.write('x' * 4096)")
    assert [len(m.content["text"]) for m in talk.sent("stream")] == [65536] * 4


async def test_only_text_can_be_written(talk: Talk) -> None:
    assert await talk.run("import sys\nsys.stdout.write(b'x')") == [
        ("error", "TypeError: write() argument must be str, not bytes")
    ]


async def test_the_streams_are_like_a_terminals_but_none(talk: Talk) -> None:
    code = "import sys\nsys.stdout.encoding, sys.stderr.name, sys.stdout.isatty()"
    assert await talk.run(code) == [("result", "('UTF-8', '<stderr>', False)")]


async def test_output_goes_on_after_stdout_was_closed(talk: Talk) -> None:
    await talk.run("import sys; sys.stdout.close()")
    assert await talk.run("print('still here')") == [("stdout", "still here\n")]


async def test_a_lone_surrogate_can_be_printed(talk: Talk) -> None:
    assert await talk.run(r"print('\ud83d')") == [("stdout", "\ud83d\n")]


RATE_LIMITED = "Output is rate-limited"


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASMNB_OUTPUT_BURST", "0.01")
    monkeypatch.setenv("WASMNB_OUTPUT_RATE", "1")


@pytest.mark.usefixtures("narrow")
async def test_a_flood_is_held_back_with_one_notice_and_nothing_is_lost(talk: Talk) -> None:
    outputs = await talk.run("for i in range(40): print(str(i) * 4096)")
    assert "".join(text for name, text in outputs if name == "stdout") == "".join(
        str(i) * 4096 + "\n" for i in range(40)
    )
    (notice,) = [text for name, text in outputs if name == "stderr"]
    assert notice.startswith(RATE_LIMITED)
    assert [name for name, _ in outputs] == ["stdout", "stderr", "stdout"]


@pytest.mark.usefixtures("narrow")
async def test_displays_are_held_back_too(talk: Talk) -> None:
    outputs = await talk.run("for i in range(40): display(i)")
    assert [text for name, text in outputs if name == "display"] == [str(i) for i in range(40)]
    assert sum(text.startswith(RATE_LIMITED) for _, text in outputs) == 1


@pytest.mark.usefixtures("narrow")
async def test_a_cell_can_let_those_after_it_put_out_more(talk: Talk) -> None:
    await talk.run("%env WASMNB_OUTPUT_BURST=1")
    assert await talk.run("print('x' * 300_000)\nprint('y')") == [
        ("stdout", "x" * 300_000 + "\ny\n")
    ]


async def test_a_limit_that_is_no_number_is_complained_of_and_changes_nothing(talk: Talk) -> None:
    await talk.run("%env WASMNB_OUTPUT_RATE=fast")
    complaint, result = await talk.run("1")
    assert complaint[1].startswith("WASMNB_OUTPUT_RATE must be a number of megabytes, such as 4; ")
    assert result == ("result", "1")
    await talk.run("import os; del os.environ['WASMNB_OUTPUT_RATE']")
    assert await talk.run("1") == [result]


@pytest.mark.usefixtures("narrow")
async def test_every_cell_that_floods_is_told_so(talk: Talk) -> None:
    for _ in range(2):
        outputs = await talk.run("print('x' * 300_000)\nprint('y')")
        assert sum(text.startswith(RATE_LIMITED) for _, text in outputs) == 1


async def test_little_output_is_not_held_back(talk: Talk) -> None:
    outputs = await talk.run("for i in range(20): print('x' * 500_000)")
    assert [name for name, _ in outputs] == ["stdout"]
