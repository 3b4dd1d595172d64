"""The folder is the world: no path leads out of it, nor to what is hidden in it."""

import json

import pytest

from ..http import Connect, Talk

SECRET = "what lies outside"  # noqa: S105  in a file, to be found where it leaks

OUTSIDE = [
    "%2e%2e",
    "%2e%2e/outside.txt",
    "..%2foutside.txt",
    "%2e%2e%2foutside.txt",
    "%252e%252e/outside.txt",
    "d/%2e%2e/%2e%2e/outside.txt",
    "//outside.txt",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "..%5coutside.txt",
    "out.txt",
    "out/outside.txt",
    "out",
    "a.txt%00",
    "%00",
    "%ff",
    "%c0%ae%c0%ae/outside.txt",
    "%ef%bc%8e%ef%bc%8e/outside.txt",
    "~/outside.txt",
    "C:/outside.txt",
]

HIDDEN = [".hidden", ".d/a.txt", "d/.hidden", "%2ehidden", "d/%2e", "%2e"]


@pytest.fixture
def talk(talk: Talk) -> Talk:
    """A folder with something beside it, and links that lead there."""
    (talk.folder.parent / "outside.txt").write_text(SECRET)
    talk.write("d/a.txt", "inside")
    for name in (".hidden", ".d/a.txt", "d/.hidden"):
        talk.write(name, SECRET)
    (talk.folder / "out.txt").symlink_to(talk.folder.parent / "outside.txt")
    (talk.folder / "out").symlink_to("..")
    return talk


@pytest.mark.parametrize("path", OUTSIDE + HIDDEN)
@pytest.mark.parametrize("url", ["/api/contents/", "/files/", "/tree/"])
async def test_nothing_outside_or_hidden_is_read(talk: Talk, url: str, path: str) -> None:
    answer = await talk.client.get(url + path)
    assert answer.status_code in (400, 403, 404)
    assert SECRET not in answer.text


@pytest.mark.parametrize("path", OUTSIDE + HIDDEN)
@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("PUT", {"type": "file", "format": "text", "content": "overwritten"}),
        ("PUT", {"type": "directory"}),
        ("DELETE", None),
        ("PATCH", {"path": "moved"}),
        ("POST", {"type": "file"}),
    ],
)
async def test_nothing_outside_or_hidden_is_changed(
    talk: Talk, method: str, body: object, path: str
) -> None:
    before = everything(talk)
    await talk.client.request(method, f"/api/contents/{path}", content=json.dumps(body))
    after = everything(talk)
    assert {name: after.get(name) for name in before} == before
    made = {name for name in after.keys() - before.keys() if "/folder/" not in f"/{name}/"}
    assert made == set()


@pytest.mark.parametrize(
    "path",
    ["../moved", "out/moved", ".moved", "d/.moved", "d/../moved", "out.txt", "\0", "d/\ud83d"],
)
async def test_nothing_is_moved_or_copied_out_or_into_hiding(talk: Talk, path: str) -> None:
    before = everything(talk)
    for method, url, body in [
        ("PATCH", "/api/contents/d/a.txt", {"path": path}),
        ("POST", "/api/contents/d", {"copy_from": path}),
    ]:
        status, _ = await talk.problem(method, url, body)
        assert status in (400, 404, 409)
    assert everything(talk) == before


async def test_links_that_lead_out_are_not_listed(talk: Talk) -> None:
    assert await talk.names() == ["d"]


async def test_checkpoints_are_not_kept_where_a_link_leads_out(talk: Talk) -> None:
    (talk.folder / "d/.ipynb_checkpoints").symlink_to(talk.folder.parent)
    before = everything(talk)
    answer = await talk.client.post("/api/contents/d/a.txt/checkpoints")
    assert answer.status_code == 404
    assert everything(talk) == before


def everything(talk: Talk) -> dict[str, bytes | None]:
    """All files in and around the folder, and what is in them."""
    around = talk.folder.parent
    return {
        file.relative_to(around).as_posix(): file.read_bytes() if file.is_file() else None
        for file in around.rglob("*")
        if "jupyter" not in file.parts
    }


async def test_the_user_may_let_links_lead_out(talk: Talk, connect: Connect) -> None:
    async with connect(token="", follow_symlinks=True) as client:
        free = Talk(client, talk.folder)
        assert await free.names() == ["d", "out", "out.txt"]
        assert (await free.get("out.txt"))["content"] == SECRET
        assert (await free.get("out/outside.txt"))["content"] == SECRET
        await free.save("out.txt", "saved", type="file", format="text")
        for path in ("%2e%2e/outside.txt", "d/%2e%2e/%2e%2e/outside.txt", ".hidden"):
            assert (await client.get(f"/api/contents/{path}")).status_code == 404
    assert (talk.folder.parent / "outside.txt").read_text() == "saved"
    assert (talk.folder / "out.txt").is_symlink()
