"""System commands, where there are no processes to run them in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import Talk


@pytest.fixture
def talk(home: Path) -> Iterator[Talk]:
    """A client that talks to a kernel without processes."""
    talk = Talk(home, processes=False)
    yield talk
    talk.end()


@pytest.fixture
def folder(talk: Talk) -> None:
    """A folder with a few things in it."""
    (talk.folder / "data").mkdir()
    (talk.folder / "data" / "a.csv").write_text("1,2\n3,4\n")
    (talk.folder / "data" / ".hidden").write_text("")
    (talk.folder / "notes.txt").write_text("text")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("how", ["!", "%"])
async def test_files_are_listed_and_shown(talk: Talk, how: str) -> None:
    assert await talk.run(f"{how}ls") == [("stdout", "data/\nipython/\nnotes.txt\n")]
    assert await talk.run(f"{how}ls data notes.txt") == [("stdout", "data:\na.csv\nnotes.txt\n")]
    assert await talk.run(f"{how}cat data/*.csv") == [("stdout", "1,2\n3,4\n")]


@pytest.mark.usefixtures("folder")
async def test_hidden_files_and_details_are_listed_when_asked_for(talk: Talk) -> None:
    assert await talk.run("!ls -a data") == [("stdout", ".hidden\na.csv\n")]
    ((_, line),) = await talk.run("!ls -l data")
    assert line.startswith("-rw") and line.split()[1] == "8" and line.endswith(" a.csv\n")


@pytest.mark.usefixtures("folder")
async def test_what_a_command_prints_can_be_had_as_lines(talk: Talk) -> None:
    assert await talk.run("name = 'data'\nfiles = !ls {name}\nfiles") == [("result", "['a.csv']")]


async def test_what_is_not_there_is_said(talk: Talk) -> None:
    assert await talk.run("!ls nothing") == [("stdout", "ls: nothing: No such file or directory\n")]
    assert await talk.run("!cat nothing") == [
        ("stdout", "cat: nothing: No such file or directory\n")
    ]
    assert await talk.run("!ls -Z") == [
        ("stdout", "ls: -Z is not supported here; -l and -a are.\n")
    ]


@pytest.mark.parametrize("code", ["!uname -a", "!ls | wc", "%%bash\necho hello", "%rm x", "!'"])
async def test_what_needs_a_process_is_explained(talk: Talk, code: str) -> None:
    ((stream, text),) = await talk.run(code)
    assert stream == "stderr"
    assert "was not run: Python in the browser has no processes" in text


async def test_the_exit_code_tells_whether_a_command_is_known(talk: Talk) -> None:
    await talk.run("!pwd")
    assert await talk.run("_exit_code") == [("result", "0")]
    await talk.run("!uname")
    assert await talk.run("_exit_code") == [("result", "127")]
