"""Any changes in any order: the folder is afterwards what a simple model of a folder says."""

import hashlib
import json
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from wasmnb.server.config import Config

from ..server.live import live

EXAMPLES = settings(
    max_examples=15, stateful_step_count=30, deadline=None, database=None, derandomize=True
)
CHECKPOINTS = ".ipynb_checkpoints"

names = st.sampled_from(["a", "b.txt", "ü c.txt"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
texts = st.sampled_from(["", "one", "two", "zwei\r\n"])


class Answer(NamedTuple):
    status: int
    json: Any


def above(path: str) -> str:
    return path.rpartition("/")[0]


def is_within(path: str, folder: str) -> bool:
    return path.startswith(f"{folder}/")


def renamed(path: str, old: str, new: str) -> str:
    is_moved = path == old or is_within(path, old)
    return new + path.removeprefix(old) if is_moved else path


def tag(text: str) -> str:
    return f'"{hashlib.sha256(text.encode()).hexdigest()}"'


class FolderMachine(RuleBasedStateMachine):
    """Requests to a real server; beside it two dictionaries, which say what they must come to."""

    port: int
    served: Path
    numbers = count()
    changed = Bundle("changed")

    def __init__(self) -> None:
        super().__init__()
        self.name = f"run{next(self.numbers)}"
        self.folder = self.served / self.name
        self.folder.mkdir()
        self.connection = HTTPConnection("127.0.0.1", self.port, 30)
        self.entries: dict[str, str | None] = {}  # text of files, None of folders
        self.checkpoints: dict[str, str] = {}
        self.uploads: dict[str, str] = {}

    def teardown(self) -> None:
        self.connection.close()

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        quoted = "/".join([self.name, *path.split("/")]).encode().decode("latin-1")
        url = "/api/contents/" + "".join(
            char if (char.isalnum() and char.isascii()) or char in "/.?=" else f"%{ord(char):02x}"
            for char in quoted
        )
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, url, json.dumps(body) if body else None, sent)
        answer = self.connection.getresponse()
        text = answer.read()
        return Answer(answer.status, json.loads(text) if text else None)

    def is_folder(self, path: str) -> bool:
        return not path or (path in self.entries and self.entries[path] is None)

    def is_file(self, path: str) -> bool:
        return self.entries.get(path) is not None

    def below(self, folder: str) -> list[str]:
        return [path for path in self.entries if is_within(path, folder)]

    # --- what clients do ---

    @rule(path=paths, text=texts)
    def save(self, path: str, text: str) -> None:
        answer = self.ask("PUT", path, {"type": "file", "format": "text", "content": text})
        self.saved(path, text, answer)

    @rule(path=paths, text=texts, seen=texts)
    def save_over_what_was_seen(self, path: str, text: str, seen: str) -> None:
        body = {"type": "file", "format": "text", "content": text}
        answer = self.ask("PUT", path, body, If_Match=tag(seen))
        if self.is_folder(above(path)) and not self.is_folder(path) and self.now(path) != seen:
            assert answer.status == 412
        else:
            self.saved(path, text, answer)

    @rule(path=paths, text=texts)
    def save_what_is_new(self, path: str, text: str) -> None:
        body = {"type": "file", "format": "text", "content": text}
        answer = self.ask("PUT", path, body, If_None_Match="*")
        if self.is_file(path):
            assert answer.status == 412
        else:
            self.saved(path, text, answer)

    @rule(path=paths)
    def make_folder(self, path: str) -> None:
        answer = self.ask("PUT", path, {"type": "directory"})
        if not self.is_folder(above(path)):
            assert answer.status == 404
        elif self.is_file(path):
            assert answer.status == 409
        else:
            assert answer.status == (200 if self.is_folder(path) else 201)
            self.entries[path] = None

    @rule(path=paths, to=paths)
    def rename(self, path: str, to: str) -> None:
        answer = self.ask("PATCH", path, {"path": f"{self.name}/{to}"})
        if path not in self.entries or not self.is_folder(above(to)):
            assert answer.status == 404
        elif is_within(to, path):
            assert answer.status in (400, 409)
        elif to in self.entries and to != path:
            assert answer.status == 409
        else:
            assert answer.status == 200
            self.moved(path, to)

    @rule(path=paths)
    def delete(self, path: str) -> None:
        answer = self.ask("DELETE", path)
        if path not in self.entries:
            assert answer.status == 404
        elif self.is_folder(path) and self.below(path):
            assert answer.status == 400
        else:
            assert answer.status == 204
            del self.entries[path]
            self.checkpoints.pop(path, None)

    @rule(path=paths, to=paths)
    def copy(self, path: str, to: str) -> None:
        answer = self.ask("POST", to, {"copy_from": f"{self.name}/{path}"})
        if path not in self.entries or to not in self.entries:
            assert answer.status == 404
        elif self.is_file(to) or to == path or is_within(to, path):
            assert answer.status == 400
        else:
            assert answer.status == 201
            copied = answer.json["path"].removeprefix(f"{self.name}/")
            assert above(copied) == to
            assert copied not in self.entries
            self.copied(path, copied)

    @rule(folder=paths, kind=st.sampled_from(["file", "directory"]))
    def make_untitled(self, folder: str, kind: str) -> None:
        answer = self.ask("POST", folder, {"type": kind})
        if folder not in self.entries:
            assert answer.status == 404
        elif self.is_file(folder):
            assert answer.status == 400
        else:
            assert answer.status == 201
            made = answer.json["path"].removeprefix(f"{self.name}/")
            assert made not in self.entries
            self.entries[made] = "" if kind == "file" else None

    @rule(path=paths, text=texts)
    def begin_an_upload(self, path: str, text: str) -> None:
        body = {"type": "file", "format": "text", "content": text, "chunk": 1}
        answer = self.ask("PUT", path, body)
        if self.is_folder(above(path)) and not self.is_folder(path) and answer.status != 429:
            assert answer.status in (200, 201)
            self.uploads[path] = text

    @precondition(lambda self: self.uploads)
    @rule(data=st.data(), text=texts)
    def finish_an_upload(self, data: st.DataObject, text: str) -> None:
        path = data.draw(st.sampled_from(sorted(self.uploads)))
        begun = self.uploads.pop(path)
        body = {"type": "file", "format": "text", "content": text, "chunk": -1}
        answer = self.ask("PUT", path, body)
        if self.is_folder(above(path)) and not self.is_folder(path):
            if answer.status == 404:  # its folder went away and came back without it
                return
            self.saved(path, begun + text, answer)
        else:
            assert answer.status in (400, 404)

    @rule(path=paths)
    def make_a_checkpoint(self, path: str) -> None:
        answer = self.ask("POST", f"{path}/checkpoints")
        if self.is_file(path):
            assert answer.status == 201
            self.checkpoints[path] = self.now(path) or ""

    @rule(path=paths)
    def go_back(self, path: str) -> None:
        if self.is_folder(path):
            return
        answer = self.ask("POST", f"{path}/checkpoints/checkpoint")
        if self.is_file(path) and path in self.checkpoints:
            assert answer.status == 204
            self.entries[path] = self.checkpoints[path]
        else:
            assert answer.status == 404

    @rule(path=paths)
    def read(self, path: str) -> None:
        answer = self.ask("GET", path)
        if path not in self.entries:
            assert answer.status == 404
        elif self.is_file(path):
            assert answer.json["content"] == self.now(path)
            assert answer.json["hash"] == tag(self.now(path) or "").strip('"')
        else:
            listed = {
                child["path"].removeprefix(f"{self.name}/") for child in answer.json["content"]
            }
            assert listed == {child for child in self.below(path) if above(child) == path}

    # --- what other programs do ---

    @rule(path=paths, text=texts)
    def another_program_writes(self, path: str, text: str) -> None:
        if self.is_folder(above(path)) and not self.is_folder(path):
            (self.folder / path).write_bytes(text.encode())
            self.entries[path] = text

    # --- what must be so ---

    @invariant()
    def the_disk_is_as_the_model(self) -> None:
        found: dict[str, str | None] = {}
        kept: dict[str, str] = {}
        for entry in self.folder.rglob("*"):
            path = entry.relative_to(self.folder).as_posix()
            if above(path).endswith(CHECKPOINTS):
                file = path.replace(f"{CHECKPOINTS}/", "").replace("-checkpoint", "")
                kept[file] = text_of(entry)
            elif entry.name != CHECKPOINTS and not entry.name.startswith(".~"):
                found[path] = text_of(entry) if entry.is_file() else None
        assert found == self.entries
        assert {path: text for path, text in kept.items() if path in self.entries} == {
            path: text for path, text in self.checkpoints.items() if path in self.entries
        }

    # --- what a change comes to ---

    def now(self, path: str) -> str | None:
        return self.entries.get(path)

    def saved(self, path: str, text: str, answer: Answer) -> None:
        if not self.is_folder(above(path)):
            assert answer.status == 404
        elif self.is_folder(path):
            assert answer.status == 400
        else:
            assert answer.status == (200 if path in self.entries else 201)
            self.entries[path] = text

    def moved(self, path: str, to: str) -> None:
        self.entries = {renamed(old, path, to): text for old, text in self.entries.items()}
        self.checkpoints = {renamed(old, path, to): text for old, text in self.checkpoints.items()}

    def copied(self, path: str, to: str) -> None:
        self.entries[to] = self.entries[path]
        for old in self.below(path):
            self.entries[to + old.removeprefix(path)] = self.entries[old]
            if old in self.checkpoints:
                self.checkpoints[to + old.removeprefix(path)] = self.checkpoints[old]


def text_of(file: Path) -> str:
    return file.read_bytes().decode()


@pytest.fixture
def server() -> Iterator[type[FolderMachine]]:
    with TemporaryDirectory() as served, live(Config(folder=Path(served))) as port:

        class Served(FolderMachine):
            pass

        Served.port, Served.served = port, Path(served)
        yield Served


def test_the_folder_is_what_a_model_of_it_says(server: type[FolderMachine]) -> None:
    run_state_machine_as_test(server, settings=EXAMPLES)
