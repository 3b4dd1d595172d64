"""A save that is cut short: by a kill, by the disk, by another program. The old file or the new."""

import errno
import itertools
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from wasmnb.contents.fileio import rename
from wasmnb.contents.fileio.atomic import AtomicFile
from wasmnb.contents.fileio.tempfiles import sweep
from wasmnb.contents.manager import Contents

from ..http import Talk
from .killed import content, saver

TEXT: dict[str, object] = {"type": "file", "format": "text", "content": "new"}
KILLS = 200
DEADLINE = 30


def names(folder: Path) -> list[str]:
    """What is in a folder, hidden files too."""
    return sorted(entry.name for entry in folder.iterdir())


def test_killed_at_any_moment_it_leaves_the_old_file_or_the_new(folder: Path) -> None:
    left = 0
    with saver(folder) as other:
        for _ in range(KILLS):
            other.start()
            other.kill()
            found = (folder / "a.txt").read_text()
            assert found == content(found[0])
            left += len(names(folder)) - 1
            Contents(folder).get("")
            assert names(folder) == ["a.txt"], "what is left over is swept away"
    assert left, "no kill met a save that was under way: the test is idle"


def test_what_another_program_is_saving_is_not_swept_away(folder: Path) -> None:
    with saver(folder) as other:
        other.start()
        for _ in range(20):
            before = (folder / "a.txt").stat()
            deadline = time.monotonic() + DEADLINE
            while (folder / "a.txt").stat() == before:  # it still saves
                sweep(folder)
                assert time.monotonic() < deadline
        other.kill()


async def test_only_what_is_ours_is_swept_away(talk: Talk) -> None:
    left = [".~0123456789abcdef.tmp", "d/.~0123456789abcdef.tmp"]
    kept = [".~lock.a.odt#", ".~0123456789abcdef.tmp.txt", "~0123456789abcdef.tmp", "d/.b.swp"]
    for name in (*left, *kept):
        talk.write(name, "x")
    await talk.get()
    await talk.get("d")
    assert [name for name in (*left, *kept) if (talk.folder / name).exists()] == kept


async def test_a_copy_of_a_folder_that_was_cut_short_is_swept_away(talk: Talk) -> None:
    talk.write(".~0123456789abcdef.tmp/d/a.txt", "half")
    await talk.get()
    assert names(talk.folder) == []


async def test_what_checkpoints_left_is_swept_away(talk: Talk) -> None:
    talk.write("a.txt", "x")
    talk.write(".ipynb_checkpoints/.~0123456789abcdef.tmp", "half")
    await talk.client.get("/api/contents/a.txt/checkpoints")
    assert names(talk.folder / ".ipynb_checkpoints") == []


async def test_what_is_being_saved_is_readable_by_no_more_than_the_file(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = talk.write("diary.txt", "private")
    file.chmod(0o640)
    seen: set[int] = set()
    sync = os.fsync

    def look(descriptor: int) -> None:
        seen.update(entry.stat().st_mode & 0o777 for entry in talk.folder.glob(".~*"))
        sync(descriptor)

    created = AtomicFile(file)
    seen.add(os.fstat(created.stream.fileno()).st_mode & 0o777)
    created.discard()
    monkeypatch.setattr(os, "fsync", look)
    await talk.put("diary.txt", TEXT)
    assert seen == {0o600, 0o640}
    assert file.stat().st_mode & 0o777 == 0o640


async def test_attributes_stay(talk: Talk) -> None:
    file = talk.write("a.txt", "old")
    try:
        os.setxattr(file, "user.origin", b"https://a.example")
    except OSError as error:
        pytest.skip(f"This disk keeps no attributes: {error.strerror}.")
    await talk.put("a.txt", TEXT)
    assert os.getxattr(file, "user.origin") == b"https://a.example"


@pytest.mark.skipif(os.getuid() != 0, reason="Only root may give files to others.")
async def test_the_owner_stays(talk: Talk) -> None:
    file = talk.write("a.txt", "old")
    os.chown(file, 12345, 54321)
    await talk.put("a.txt", TEXT)
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 54321)


async def test_the_folder_is_synced_after_the_file(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rename is on disk only when the folder is; the file must be there before."""
    order: list[str] = []
    sync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        order.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def replaced(old: Path, new: Path) -> None:
        order.append("rename")
        replace(old, new)

    talk.write("a.txt", "old")
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    await talk.put("a.txt", TEXT)
    assert order == ["file", "rename", "folder"]


# --- calls of the system that fail ---

FAILURES = {
    errno.ENOSPC: 507,
    errno.EDQUOT: 507,
    errno.EFBIG: 507,
    errno.EIO: 500,
    errno.EROFS: 403,
    errno.EACCES: 403,
    errno.EPERM: 403,
    errno.ESTALE: 500,
    errno.ETIMEDOUT: 500,
}

CALLS = [
    *((call, code) for call in ("open", "fstat", "fchmod", "replace") for code in (28, 5, 13)),
    *(("fsync", code) for code in FAILURES),
]

CHANGES: list[tuple[str, str, dict[str, object] | None]] = [
    ("PUT", "a.txt", TEXT),
    ("PUT", "new.txt", TEXT),
    ("PUT", "n.ipynb", {"type": "notebook"}),
    ("POST", "", {"copy_from": "a.txt"}),
    ("POST", "", {"copy_from": "d"}),
    ("POST", "", {"type": "notebook"}),
    ("POST", "a.txt/checkpoints", None),
    ("PUT", "a.txt", {**TEXT, "chunk": 1}),
]


@contextmanager
def failing(call: str, number: int, code: int) -> Iterator[None]:
    """The call of that number fails, of all those of that name in this block."""
    count = itertools.count(1)
    works = getattr(os, call)

    def call_or_fail(*arguments: Any, **more: Any) -> Any:
        if next(count) == number:
            raise OSError(code, os.strerror(code))
        return works(*arguments, **more)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(os, call, call_or_fail)
        yield


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(("call", "code"), CALLS)
async def test_when_a_call_fails_nothing_is_lost_and_a_sentence_says_so(
    talk: Talk, call: str, code: int, number: int
) -> None:
    talk.write("a.txt", "precious")
    talk.write("d/b.txt", "precious")
    for method, path, body in CHANGES:
        before = talk.read("a.txt")
        with failing(call, number, code):
            answer = await talk.client.request(method, f"/api/contents/{path}", json=body)
        if answer.is_error:
            assert answer.status_code == FAILURES[code], answer.text
            assert len(answer.json()["message"]) > 20
        assert talk.read("a.txt") in (before, "new")
        assert talk.read("d/b.txt") == "precious"
        assert all(copy.read_text() == before for copy in talk.folder.glob("a-Copy*.txt"))
        assert all(
            (copy / "b.txt").read_text() == "precious" for copy in talk.folder.glob("d-Copy*")
        )
    temporary = [name for name in names(talk.folder) if name.startswith(".~")]
    assert len(temporary) == answer.is_success, "only the upload's, if it goes on"


async def test_without_an_exclusive_rename_names_are_looked_for(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rename, "EXCLUSIVE", None)
    talk.write("a.txt", "a")
    talk.write("b.txt", "b")
    assert (await talk.problem("PATCH", "/api/contents/a.txt", {"path": "b.txt"}))[0] == 409
    await talk.rename("a.txt", "c.txt")
    await talk.put("new.txt", TEXT)
    assert await talk.names() == ["b.txt", "c.txt", "new.txt"]


async def test_a_name_that_another_program_takes_meanwhile_is_not_taken_over(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = os.fsync

    def meanwhile(descriptor: int) -> None:
        (talk.folder / "a.txt").write_text("by another")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", meanwhile)
    assert (await talk.problem("PUT", "/api/contents/a.txt", TEXT))[0] == 409
    assert talk.read("a.txt") == "by another"
    assert names(talk.folder) == ["a.txt"]


# --- what happens to the folder ---


async def test_a_folder_that_was_removed_is_said_to_be_gone(talk: Talk) -> None:
    talk.write("d/a.txt", "x")
    shutil.rmtree(talk.folder)
    for method, path, body in [("GET", "", None), ("GET", "d", None), ("PUT", "a.txt", TEXT)]:
        status, sentence = await talk.problem(method, f"/api/contents/{path}", body)
        assert status == 404
        assert "There is no" in sentence


async def test_a_checkpoint_that_cannot_follow_does_not_undo_a_move(
    talk: Talk, protect: Callable[..., None]
) -> None:
    talk.write("a.txt", "text")
    talk.write("d/x", "")
    talk.folder.chmod(0o777)
    (talk.folder / "d").chmod(0o777)
    (talk.folder / "d/.ipynb_checkpoints").mkdir()
    talk.write(".ipynb_checkpoints/a-checkpoint.txt", "then")
    protect(talk.folder / "d/.ipynb_checkpoints")
    await talk.rename("a.txt", "d/b.txt")
    assert talk.read("d/b.txt") == "text"


async def test_a_new_file_has_not_the_checkpoint_of_one_that_had_its_name(talk: Talk) -> None:
    talk.write(".ipynb_checkpoints/b-checkpoint.txt", "of another")
    talk.write("a.txt", "text")
    await talk.rename("a.txt", "b.txt")
    assert (await talk.client.get("/api/contents/b.txt/checkpoints")).json() == []


FILL = """
import sys
from pathlib import Path
from wasmnb.contents.manager import Contents
from wasmnb.contents.errors import NoRoom

folder = Path(sys.argv[1])
(folder / "a.txt").write_text("precious")
contents, size = Contents(folder), 700_000
text = {"type": "file", "format": "text", "content": "x" * size}
contents.save("fills.txt", text)
refused = 0
for change in (
    lambda: contents.save("a.txt", text),
    lambda: contents.save("new.txt", text),
    lambda: contents.copy("fills.txt", ""),
    lambda: contents.save("up.txt", {**text, "chunk": 1}),
    lambda: contents.create_checkpoint("fills.txt"),
):
    try:
        change()
    except NoRoom as problem:
        assert "disk is full" in problem.message, problem
        refused += 1
contents.get("")
print(refused, sorted(entry.name for entry in folder.iterdir()), (folder / "a.txt").read_text())
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[list[str]]:
    """How to run a program for which a folder is a disk of 1 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o size=1m none "{disk}" && exec "$@"'
    alone = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, "sh"]
    tried = subprocess.run([*alone, "true"], capture_output=True, text=True, check=False)  # noqa: S603
    if tried.returncode:
        pytest.skip(f"No disk of its own can be mounted here: {tried.stderr.strip()}")
    yield alone


def test_on_a_disk_that_is_really_full_nothing_is_lost(
    small_disk: list[str], tmp_path: Path
) -> None:
    command = [*small_disk, sys.executable, "-c", FILL, str(tmp_path / "disk")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stderr == ""
    listed = "['.ipynb_checkpoints', 'a.txt', 'fills.txt']"
    assert done.stdout == f"5 {listed} precious\n"
