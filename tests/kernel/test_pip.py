"""%pip inside the kernel, and wheels of the user's; micropip itself runs in the browser."""

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import micropip
import pytest
from wasmnb_kernel.host import PackageSources

from .conftest import Talk


class Micropip:
    """Stands where micropip would change this environment, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.how: dict[str, Any] = {}
        self.removed: list[str] = []
        self.failure: Exception | None = None

    async def install(
        self, requirements: list[str], *, reinstall: bool = False, **how: Any
    ) -> None:
        self.asked.append(requirements)
        self.how = {**how, "reinstall": reinstall}
        if self.failure:
            raise self.failure

    def uninstall(self, name: str) -> None:
        self.removed.append(name)


@pytest.fixture
def installer(monkeypatch: pytest.MonkeyPatch, talk: Talk) -> Iterator[Micropip]:
    """What %pip was turned into; the kernel's packages come from where the notebook lies."""
    installer = Micropip()
    monkeypatch.setattr(micropip, "install", installer.install)
    monkeypatch.setattr(micropip, "uninstall", installer.uninstall)
    talk.kernel.packages = PackageSources()
    yield installer


def wheels(folder: Path, *names: str) -> None:
    (folder / "wheels").mkdir(parents=True)
    for name in names:
        (folder / "wheels" / name).touch()


@pytest.mark.parametrize(
    "code",
    [
        "%pip install toolbox 'other>=2'",
        "!pip install toolbox 'other>=2'",
        "!pip3 install -q --user toolbox 'other>=2'",
        "!python -m pip install toolbox 'other>=2' --no-cache-dir",
        "if True:\n    %pip install toolbox 'other>=2'",
        "pip install toolbox 'other>=2'",
        "name = 'toolbox'\n%pip install {name} 'other>=2'",
        "%pip install toolbox -r more.txt",
    ],
)
async def test_every_way_to_write_pip_install_installs(
    talk: Talk, installer: Micropip, code: str
) -> None:
    (talk.folder / "more.txt").write_text("# what is needed\nother>=2  # too\n\n")
    assert await talk.run(code) == []
    assert [text.strip() for text in installer.asked[0]] == ["toolbox", "other >=2"]


async def test_pip_runs_between_the_lines_around_it(talk: Talk, installer: Micropip) -> None:
    outputs = await talk.run("print('a')\n%pip install toolbox\nprint('b')\n'%pip install no'")
    assert outputs == [("stdout", "a\nb\n"), ("result", "'%pip install no'")]
    assert len(installer.asked) == 1


async def test_options_reach_micropip(talk: Talk, installer: Micropip) -> None:
    await talk.run(
        "%pip install toolbox --pre --no-deps --index-url http://here/simple/ "
        "--extra-index-url http://there/simple"
    )
    assert installer.how["pre"] is True and installer.how["deps"] is False
    assert installer.how["index_urls"] == ["http://here/simple", "http://there/simple"]
    await talk.run("%pip install toolbox")
    assert installer.how["index_urls"] is None


async def test_the_index_that_was_set_is_asked(talk: Talk, installer: Micropip) -> None:
    talk.kernel.packages = PackageSources(index_urls=("http://set/simple",))
    await talk.run("%pip install toolbox")
    assert installer.how["index_urls"] == ["http://set/simple"]


async def test_wheels_beside_the_notebook_come_first(talk: Talk, installer: Micropip) -> None:
    wheels(
        talk.folder,
        "toolbox-1.9-py3-none-any.whl",
        "toolbox-1.10-py3-none-any.whl",
        "need_ed-3-py3-none-any.whl",
        "native-1-cp39-cp39-win32.whl",
        "notes.whl",
    )
    await talk.run("%pip install ToolBox[extra]")
    assert installer.asked == [["ToolBox[extra] @ emfs:wheels/toolbox-1.10-py3-none-any.whl"]]
    assert installer.how["constraints"] == ["need-ed @ emfs:wheels/need_ed-3-py3-none-any.whl"]


async def test_a_wheel_that_does_not_meet_the_requirement_is_passed_over(
    talk: Talk, installer: Micropip
) -> None:
    wheels(talk.folder, "toolbox-1.0-py3-none-any.whl", "toolbox-3.0-py3-none-any.whl")
    await talk.run("%pip install toolbox<2\n%pip install toolbox==2")
    assert installer.asked == [
        ["toolbox @ emfs:wheels/toolbox-1.0-py3-none-any.whl"],
        ["toolbox ==2"],
    ]
    assert installer.how["constraints"] == []


async def test_wheels_at_the_root_of_the_files_count_too(talk: Talk, installer: Micropip) -> None:
    wheels(talk.folder, "toolbox-1.0-py3-none-any.whl")
    talk.kernel.packages = PackageSources(root=talk.folder)
    (talk.folder / "deep" / "down").mkdir(parents=True)
    await talk.run("%cd -q deep/down\n%pip install toolbox")
    assert installer.asked == [["toolbox @ emfs:../../wheels/toolbox-1.0-py3-none-any.whl"]]


async def test_a_wheel_is_installed_by_file_or_url(talk: Talk, installer: Micropip) -> None:
    wheels(talk.folder, "toolbox-1.0-py3-none-any.whl")
    url = "http://here/other-1-py3-none-any.whl"
    await talk.run(f"%pip install ./wheels/toolbox-1.0-py3-none-any.whl {url}")
    assert installer.asked == [["emfs:wheels/toolbox-1.0-py3-none-any.whl", url]]


async def test_what_is_there_is_not_installed_again(talk: Talk, installer: Micropip) -> None:
    assert await talk.run("%pip install traitlets>=5") == [
        ("stdout", f"Requirement already satisfied: traitlets>=5 ({version('traitlets')})\n")
    ]
    assert installer.asked == []


async def test_an_older_micropip_has_what_is_not_wanted_go_first(
    talk: Talk, installer: Micropip, monkeypatch: pytest.MonkeyPatch
) -> None:
    await talk.run("%pip install traitlets==1.0")
    assert installer.how["reinstall"]

    async def install(requirements: list[str], **how: Any) -> None:
        await installer.install(requirements, **how)

    monkeypatch.setattr(micropip, "install", install)
    said = await talk.run("%pip install traitlets==1.0")
    assert said == [("stdout", f"Uninstalling traitlets {version('traitlets')}\n")]
    assert installer.removed == ["traitlets"]
    assert installer.asked[-1] == ["traitlets ==1.0"]
    assert not installer.how["reinstall"]


async def test_upgrade_asks_for_something_newer(talk: Talk, installer: Micropip) -> None:
    installer.failure = ValueError("No wheel.")
    (output,) = await talk.run("%pip install -U traitlets")
    assert installer.asked == [[f"traitlets >{version('traitlets')}"]]
    assert output[1].startswith("The installed version stays, as no newer one was found")


async def test_a_condition_that_is_not_met_is_told(talk: Talk, installer: Micropip) -> None:
    assert await talk.run("%pip install \"toolbox; python_version < '3'\"") == [
        ("stdout", 'Ignoring toolbox: its condition python_version < "3" is not met.\n')
    ]
    assert installer.asked == []


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            "",
            "%pip supports install, uninstall, show, list, freeze here, but not an empty command.",
        ),
        (
            "download x",
            "%pip supports install, uninstall, show, list, freeze here, but not download.",
        ),
        ("install", "%pip install needs names of packages, or -r and a file that lists them."),
        ("install x --target y", "%pip install: unrecognized arguments: --target"),
        ("install -r nowhere.txt", "No such file or directory: 'nowhere.txt'"),
        ("install ./x.whl", "there is no wheel ./x.whl here"),
        ("install git+https://here/x", "'git+https://here/x' is neither a package's name"),
        ("install .", "Folders and repositories cannot be installed here."),
        ("install 'x", "No closing quotation"),
    ],
)
async def test_what_pip_cannot_do_is_one_sentence(
    talk: Talk, installer: Micropip, command: str, sentence: str
) -> None:
    reply = await talk.execute(f"%pip {command}")
    assert reply.content["ename"] == "PipError"
    assert sentence in reply.content["evalue"]
    assert len(reply.content["traceback"]) == 1
    assert installer.asked == []


async def test_a_package_that_cannot_be_had_fails_the_cell(talk: Talk, installer: Micropip) -> None:
    installer.failure = ValueError("Can't find a pure Python 3 wheel for 'toolbox'.")
    assert await talk.run("%pip install toolbox") == [
        (
            "error",
            "PipError: %pip install toolbox: Can't find a pure Python 3 wheel for 'toolbox'.",
        )
    ]


@pytest.mark.usefixtures("installer")
async def test_what_is_installed_is_listed_and_shown(talk: Talk) -> None:
    ((_, table),) = await talk.run("%pip list")
    assert f"traitlets {version('traitlets')}" in " ".join(table.split())
    ((_, lines),) = await talk.run("%pip freeze")
    assert f"traitlets=={version('traitlets')}" in lines.splitlines()
    ((_, about),) = await talk.run("%pip show traitlets")
    assert about.startswith(f"Name: traitlets\nVersion: {version('traitlets')}\nSummary: ")


async def test_packages_are_uninstalled_by_name(talk: Talk, installer: Micropip) -> None:
    assert await talk.run("%pip uninstall -y traitlets nothing-like-it") == [
        ("stdout", f"Successfully uninstalled traitlets-{version('traitlets')}\n"),
        ("stderr", "nothing-like-it was not uninstalled: it is not installed.\n"),
    ]
    assert installer.removed == ["traitlets"]


async def test_where_there_are_processes_commands_run(talk: Talk) -> None:
    assert await talk.run(f"out = !{sys.executable} -c 'print(6 * 7)'\nout") == [
        ("result", "['42']")
    ]


async def test_what_is_kept_beside_the_kernel_is_asked_of_no_index(
    talk: Talk, installer: Micropip
) -> None:
    talk.kernel.packages = PackageSources(None, ("http://here/simple",), {"toolbox": "1.2"})
    await talk.run("%pip install toolbox other")
    assert [text.strip() for text in installer.asked[0]] == ["toolbox"]
    assert [text.strip() for text in installer.asked[1]] == ["other"]
    assert installer.how["index_urls"] == ["http://here/simple"]
    await talk.run("%pip install 'toolbox>=2'")
    assert installer.how["index_urls"] == ["http://here/simple"]
