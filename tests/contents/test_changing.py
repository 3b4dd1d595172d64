"""Making, copying, moving and deleting: names as Jupyter gives them, and nothing lost."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from ..http import Talk


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"type": "notebook"}, ["Untitled.ipynb", "Untitled1.ipynb", "Untitled2.ipynb"]),
        ({"ext": ".ipynb"}, ["Untitled.ipynb", "Untitled1.ipynb", "Untitled2.ipynb"]),
        ({"type": "file", "ext": ".py"}, ["untitled.py", "untitled1.py", "untitled2.py"]),
        ({"ext": ".tar.gz"}, ["untitled.tar.gz", "untitled1.tar.gz", "untitled2.tar.gz"]),
        ({}, ["untitled", "untitled1", "untitled2"]),
        ({"type": None, "ext": None}, ["untitled", "untitled1", "untitled2"]),
        (
            {"type": "directory"},
            ["Untitled Folder", "Untitled Folder 1", "Untitled Folder 2"],
        ),
    ],
)
async def test_new_things_get_the_first_free_name(
    talk: Talk, body: dict[str, Any], names: list[str]
) -> None:
    assert [(await talk.post("", **body))["name"] for _ in names] == names


async def test_a_new_file_is_made_in_the_folder_that_is_named(talk: Talk) -> None:
    (talk.folder / "d").mkdir()
    answer = await talk.client.post("/api/contents/d", json={"ext": ".txt"})
    assert (answer.status_code, answer.json()["path"]) == (201, "d/untitled.txt")
    assert answer.headers["Location"] == "/api/contents/d/untitled.txt"


@pytest.mark.parametrize("ext", ["/../../x", "/x", "\0", "\ud83d"])
async def test_an_ending_cannot_lead_elsewhere(talk: Talk, ext: str) -> None:
    assert (await talk.problem("POST", "/api/contents/", {"ext": ext}))[0] == 400
    assert await talk.names() == []


async def test_nothing_is_made_in_a_file_or_nowhere(talk: Talk) -> None:
    talk.write("a.txt", "x")
    assert (await talk.problem("POST", "/api/contents/a.txt", {}))[0] == 400
    assert (await talk.problem("POST", "/api/contents/no", {}))[0] == 404


async def test_files_made_at_once_get_different_names(talk: Talk) -> None:
    made: list[str] = []

    async def make() -> None:
        made.append((await talk.post("", type="file"))["name"])

    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(make)
    assert len(set(made)) == 10


# --- copying ---


@pytest.mark.parametrize(
    ("name", "copies"),
    [
        ("a.txt", ["a-Copy1.txt", "a-Copy2.txt"]),
        ("a.tar.gz", ["a-Copy1.tar.gz", "a-Copy2.tar.gz"]),
        ("v1.2.ipynb", ["v1.2-Copy1.ipynb", "v1.2-Copy2.ipynb"]),
        ("README", ["README-Copy1", "README-Copy2"]),
    ],
)
async def test_copies_are_numbered(talk: Talk, name: str, copies: list[str]) -> None:
    talk.write(name, "text")
    assert [(await talk.post("", copy_from=name))["name"] for _ in copies] == copies
    assert (talk.folder / copies[0]).read_text() == "text"


async def test_a_copy_of_a_copy_has_one_number(talk: Talk) -> None:
    talk.write("a.txt", "")
    talk.write("a-Copy1.txt", "")
    assert (await talk.post("", copy_from="a-Copy1.txt"))["name"] == "a-Copy2.txt"


async def test_a_copy_into_another_folder_keeps_its_name(talk: Talk) -> None:
    talk.write("a.txt", "text")
    (talk.folder / "d").mkdir()
    assert (await talk.post("d", copy_from="/a.txt"))["path"] == "d/a.txt"
    assert talk.read("d/a.txt") == "text"


async def test_a_corrupt_notebook_can_be_copied(talk: Talk) -> None:
    talk.write("a.ipynb", "{not json")
    await talk.post("", copy_from="a.ipynb")
    assert (talk.folder / "a-Copy1.ipynb").read_text() == "{not json"


async def test_a_folder_is_copied_with_all_in_it(talk: Talk) -> None:
    talk.write("d/e/a.txt", "text")
    (talk.folder / "d/link").symlink_to("e/a.txt")
    assert (await talk.post("", copy_from="d"))["name"] == "d-Copy1"
    assert talk.read("d-Copy1/e/a.txt") == "text"
    assert (talk.folder / "d-Copy1/link").is_symlink()


async def test_a_folder_is_not_copied_into_itself(talk: Talk) -> None:
    talk.write("d/e/a.txt", "text")
    status, sentence = await talk.problem("POST", "/api/contents/d/e", {"copy_from": "d"})
    assert (status, sentence) == (400, "'d' was not copied: a folder cannot be copied into itself.")
    assert (await talk.problem("POST", "/api/contents/", {"copy_from": "/"}))[0] == 400


async def test_a_folder_with_a_pipe_in_it_is_not_copied_in_part(talk: Talk) -> None:
    talk.write("d/a.txt", "text")
    os.mkfifo(talk.folder / "d/pipe")
    assert (await talk.problem("POST", "/api/contents/", {"copy_from": "d"}))[0] == 400
    assert [entry.name for entry in talk.folder.iterdir()] == ["d"]


async def test_what_is_not_there_cannot_be_copied(talk: Talk) -> None:
    assert (await talk.problem("POST", "/api/contents/", {"copy_from": "no.txt"}))[0] == 404
    assert (await talk.problem("POST", "/api/contents/", {"copy_from": 7}))[0] == 400


# --- moving ---


async def test_a_file_is_renamed(talk: Talk) -> None:
    talk.write("a.txt", "text")
    model = await talk.rename("a.txt", "b c.txt")
    assert (model["name"], model["path"], model["content"]) == ("b c.txt", "b c.txt", None)
    assert await talk.names() == ["b c.txt"]


async def test_a_folder_is_moved_into_another(talk: Talk) -> None:
    talk.write("a/x.txt", "text")
    talk.write("b/y.txt", "")
    await talk.rename("a", "b/a")
    assert talk.read("b/a/x.txt") == "text"


async def test_nothing_is_moved_over_another(talk: Talk) -> None:
    talk.write("a.txt", "a")
    talk.write("b.txt", "b")
    (talk.folder / "d").mkdir()
    for target in ("b.txt", "d"):
        status, sentence = await talk.problem("PATCH", "/api/contents/a.txt", {"path": target})
        assert (status, sentence) == (
            409,
            f"'a.txt' was not renamed: {target!r} exists already.",
        )
    assert (talk.read("a.txt"), talk.read("b.txt")) == ("a", "b")


async def test_two_files_moved_to_one_name_at_once_are_both_kept(talk: Talk) -> None:
    for name in "abcdefgh":
        talk.write(name, name)
    statuses: list[int] = []

    async def move(name: str) -> None:
        answer = await talk.client.patch(f"/api/contents/{name}", json={"path": "same"})
        statuses.append(answer.status_code)

    async with anyio.create_task_group() as tasks:
        for name in "abcdefgh":
            tasks.start_soon(move, name)
    assert sorted(statuses) == [200] + [409] * 7
    assert sorted(talk.read(name) for name in await talk.names()) == list("abcdefgh")


async def test_a_file_may_be_renamed_to_its_own_name(talk: Talk) -> None:
    talk.write("a.txt", "text")
    assert (await talk.rename("a.txt", "/a.txt"))["path"] == "a.txt"
    assert talk.read("a.txt") == "text"


@pytest.mark.parametrize(
    ("path", "to", "status"),
    [
        ("no.txt", "b.txt", 404),
        ("a.txt", "no/a.txt", 404),
        ("a.txt", ".hidden", 400),
        ("a.txt", "../a.txt", 400),
        ("a.txt", "", 400),
        ("a.txt", 7, 400),
        ("a.txt", None, 400),
        ("a.txt", "n" * 300, 400),
        ("d", "d/e", 400),
        ("", "b", 400),
        (".hidden", "b", 404),
    ],
)
async def test_what_cannot_be_moved_stays(talk: Talk, path: str, to: Any, status: int) -> None:
    talk.write("a.txt", "text")
    talk.write("d/x", "text")
    talk.write(".hidden", "text")
    found, _ = await talk.problem("PATCH", f"/api/contents/{path}", {"path": to})
    assert found == status
    assert await talk.names() == ["a.txt", "d"]


async def test_a_link_is_moved_itself(talk: Talk) -> None:
    talk.write("a.txt", "text")
    (talk.folder / "link").symlink_to("a.txt")
    await talk.rename("link", "other")
    assert (talk.folder / "other").is_symlink()
    assert talk.read("a.txt") == "text"


# --- deleting ---


async def test_a_file_is_deleted(talk: Talk) -> None:
    talk.write("a.txt", "")
    answer = await talk.client.delete("/api/contents/a.txt")
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await talk.problem("DELETE", "/api/contents/a.txt"))[0] == 404


async def test_a_folder_that_holds_something_is_not_deleted(talk: Talk) -> None:
    talk.write("d/a.txt", "precious")
    status, sentence = await talk.problem("DELETE", "/api/contents/d")
    assert status == 400
    assert "not empty" in sentence
    assert talk.read("d/a.txt") == "precious"


async def test_a_folder_that_holds_only_checkpoints_is_deleted(talk: Talk) -> None:
    talk.write("d/.ipynb_checkpoints/a-checkpoint.ipynb", "{}")
    await talk.delete("d")
    assert await talk.names() == []


async def test_a_link_is_deleted_and_not_its_target(talk: Talk) -> None:
    talk.write("d/a.txt", "precious")
    (talk.folder / "link").symlink_to("d")
    await talk.delete("link")
    assert talk.read("d/a.txt") == "precious"


@pytest.mark.parametrize("path", ["", "/", "%2e", "%2e/", "d/%2e%2e", "%2e%2e", "d/%2e%2e/d"])
async def test_the_folder_that_is_served_is_not_deleted(talk: Talk, path: str) -> None:
    talk.write("d/a.txt", "precious")
    answer = await talk.client.delete(f"/api/contents/{path}")
    assert answer.status_code in (400, 404, 405)
    assert talk.read("d/a.txt") == "precious"


# --- checkpoints ---


async def checkpoints(talk: Talk, path: str) -> Any:
    return talk.ok(await talk.client.get(f"/api/contents/{path}/checkpoints"))


async def make_checkpoint(talk: Talk, path: str) -> None:
    answer = await talk.client.post(f"/api/contents/{path}/checkpoints")
    assert answer.status_code == 201
    assert answer.json()["id"] == "checkpoint"
    assert answer.headers["Location"].endswith("/checkpoints/checkpoint")


async def test_a_checkpoint_is_kept_where_jupyter_keeps_it(talk: Talk) -> None:
    talk.write("d/a.txt", "then")
    await make_checkpoint(talk, "d/a.txt")
    assert talk.read("d/.ipynb_checkpoints/a-checkpoint.txt") == "then"
    assert [found["id"] for found in await checkpoints(talk, "d/a.txt")] == ["checkpoint"]


async def test_a_file_is_given_back_its_state(talk: Talk) -> None:
    talk.write("a.txt", "then")
    await make_checkpoint(talk, "a.txt")
    talk.write("a.txt", "now")
    answer = await talk.client.post("/api/contents/a.txt/checkpoints/checkpoint")
    assert answer.status_code == 204
    assert talk.read("a.txt") == "then"


async def test_a_checkpoint_is_deleted(talk: Talk) -> None:
    talk.write("a.txt", "")
    await make_checkpoint(talk, "a.txt")
    answer = await talk.client.delete("/api/contents/a.txt/checkpoints/checkpoint")
    assert answer.status_code == 204
    assert await checkpoints(talk, "a.txt") == []


async def test_checkpoints_follow_their_file(talk: Talk) -> None:
    talk.write("a.txt", "then")
    (talk.folder / "d").mkdir()
    await make_checkpoint(talk, "a.txt")
    await talk.rename("a.txt", "d/b.txt")
    assert len(await checkpoints(talk, "d/b.txt")) == 1
    await talk.delete("d/b.txt")
    assert not list((talk.folder / "d/.ipynb_checkpoints").iterdir())


@pytest.mark.parametrize("name", ["checkpoint", "other"])
async def test_there_is_no_checkpoint_before_one_is_made(talk: Talk, name: str) -> None:
    talk.write("a.txt", "now")
    assert await checkpoints(talk, "a.txt") == []
    for method in ("POST", "DELETE"):
        status, _ = await talk.problem(method, f"/api/contents/a.txt/checkpoints/{name}")
        assert status == 404
    assert talk.read("a.txt") == "now"


async def test_what_is_not_there_has_no_checkpoints(talk: Talk) -> None:
    for method in ("GET", "POST"):
        assert (await talk.problem(method, "/api/contents/no.txt/checkpoints"))[0] == 404


async def test_a_folder_called_checkpoints_is_a_folder(talk: Talk) -> None:
    talk.write("model/checkpoints/step-1", "weights")
    assert await talk.names("model/checkpoints") == ["step-1"]
    assert (await talk.post("model/checkpoints", ext=".txt"))["name"] == "untitled.txt"
    await talk.delete("model/checkpoints/step-1")
    assert await talk.names("model/checkpoints") == ["untitled.txt"]
    talk.write("checkpoints/a.txt", "")
    assert await talk.names("checkpoints") == ["a.txt"]


# --- what is protected on disk ---


async def test_a_read_only_folder_is_read_and_not_changed(
    talk: Talk, protect: Callable[[Path], None]
) -> None:
    talk.write("a.txt", "text")
    protect(talk.folder)
    assert (await talk.get("a.txt"))["content"] == "text"
    assert (await talk.get("a.txt"))["writable"] is False
    assert (await talk.get())["writable"] is False
    for method, path, body in [
        ("PUT", "a.txt", {"type": "file", "format": "text", "content": "x"}),
        ("PUT", "b.txt", {"type": "file", "format": "text", "content": "x"}),
        ("POST", "", {}),
        ("PATCH", "a.txt", {"path": "b.txt"}),
        ("DELETE", "a.txt", None),
        ("POST", "a.txt/checkpoints", None),
    ]:
        status, sentence = await talk.problem(method, f"/api/contents/{path}", body)
        assert status == 403
        assert "Permission denied" in sentence
    assert await talk.names() == ["a.txt"]


async def test_a_read_only_file_is_not_replaced(
    talk: Talk, protect: Callable[[Path], None]
) -> None:
    protect(talk.write("a.txt", "text"))
    assert (await talk.get("a.txt"))["writable"] is False
    model = {"type": "file", "format": "text", "content": "x"}
    assert (await talk.problem("PUT", "/api/contents/a.txt", model))[0] == 403
    assert talk.read("a.txt") == "text"


async def test_an_unreadable_file_is_said_to_be_protected(
    talk: Talk, protect: Callable[..., None]
) -> None:
    protect(talk.write("a.txt", "text"), 0)
    status, sentence = await talk.problem("GET", "/api/contents/a.txt")
    assert (status, sentence) == (403, "Permission denied: 'a.txt' is protected on disk.")
    assert (await talk.client.get("/files/a.txt")).status_code == 403
