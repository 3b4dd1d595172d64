"""Notebooks: read in format 4, never damaged, and trusted only as their reader said."""

import json
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmnb.contents import notebooks

from ..http import Talk


def notebook(*sources: str, **fields: Any) -> dict[str, Any]:
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell{number}",
            "source": source,
            "metadata": {},
            "execution_count": None,
            "outputs": [],
        }
        for number, source in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **fields}


def written(content: dict[str, Any]) -> str:
    """A notebook as nbformat writes it."""
    node = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
    text: str = nbformat.writes(node)  # type: ignore[no-untyped-call]
    return text + "\n"


SCRIPT = {"output_type": "display_data", "data": {"text/html": "<script>"}, "metadata": {}}


async def test_saving_a_notebook_unchanged_changes_no_byte(talk: Talk) -> None:
    before = written(notebook("print('ü')\n1", "🎉"))
    talk.write("a.ipynb", before)
    content = (await talk.get("a.ipynb"))["content"]
    await talk.save("a.ipynb", content, type="notebook", format="json")
    assert (talk.folder / "a.ipynb").read_bytes() == before.encode()


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
)


@given(st.dictionaries(st.text(), ANY_JSON), st.lists(st.text(), min_size=1))
def test_what_is_saved_is_what_nbformat_writes(
    metadata: dict[str, Any], sources: list[str]
) -> None:
    content = notebook(*sources, metadata={"of others": metadata})
    assert notebooks.write(content, "a.ipynb")[0] == written(content).encode()


DAMAGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "none": lambda _: None,
    "no metadata": lambda cell: cell.pop("metadata"),
    "another kind": lambda cell: cell.update(cell_type="story"),
    "a number for a source": lambda cell: cell.update(source=3),
    "an output of no kind": lambda cell: cell.update(outputs=[{"output_type": "smell"}]),
    "more than there is": lambda cell: cell.update(colour="red"),
    "an id with a blank": lambda cell: cell.update(id="a b"),
    "a boolean for a count": lambda cell: cell.update(execution_count=True),
    "a stream without text": lambda cell: cell.update(outputs=[{"output_type": "stream"}]),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("minor", [4, 5, 6])
def test_invalid_is_what_nbformat_calls_so(
    damage: Callable[[dict[str, Any]], object], minor: int
) -> None:
    content = notebook("1", nbformat_minor=minor)
    damage(content["cells"][0])
    node = nbformat.from_dict(content)  # type: ignore[no-untyped-call]
    try:
        nbformat.validate(node)
    except nbformat.ValidationError as error:
        assert str(error) in str(notebooks.validation_error(node))
    else:
        assert notebooks.validation_error(node) is None


@pytest.mark.parametrize("minor", [0, 2, 4, 5])
async def test_the_minor_format_stays_as_it_was(talk: Talk, minor: int) -> None:
    content = notebook("1", nbformat_minor=minor)
    if minor < 5:
        del content["cells"][0]["id"]
    talk.write("a.ipynb", written(content))
    await talk.save("a.ipynb", (await talk.get("a.ipynb"))["content"], type="notebook")
    assert talk.read("a.ipynb") == json.loads(written(content))


async def test_a_notebook_of_format_3_is_upgraded_when_read(talk: Talk) -> None:
    cell = {
        "cell_type": "code",
        "input": "1 + 1",
        "prompt_number": 3,
        "language": "python",
        "outputs": [],
        "metadata": {},
    }
    old = {
        "metadata": {"name": "Old"},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [cell], "metadata": {}}],
    }
    talk.write("a.ipynb", json.dumps(old))
    content = (await talk.get("a.ipynb"))["content"]
    assert (content["nbformat"], content["cells"][0]["source"]) == (4, "1 + 1")
    assert talk.read("a.ipynb") == old, "reading alone does not touch the file"
    await talk.save("a.ipynb", content, type="notebook")
    assert talk.read("a.ipynb")["nbformat"] == 4


async def test_an_invalid_notebook_opens_with_a_message_and_is_kept(talk: Talk) -> None:
    invalid = notebook("1")
    invalid["cells"][0]["surplus"] = "kept"
    talk.write("a.ipynb", written(invalid))
    model = await talk.get("a.ipynb")
    assert model["message"].startswith("Notebook validation failed: Additional properties")
    saved = await talk.save("a.ipynb", model["content"], type="notebook")
    assert saved["message"].startswith("Notebook validation failed")
    assert talk.read("a.ipynb")["cells"][0]["surplus"] == "kept"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{not json",
        "[]",
        '"text"',
        "{}",
        '{"nbformat": 4, "nbformat_minor": 5}',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": "none"}',
        '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1]}',
        '{"nbformat": 99, "metadata": {}, "cells": []}',
        '{"nbformat": "x", "metadata": {}, "cells": []}',
        "[" * 100_000,
    ],
)
async def test_a_corrupt_notebook_is_said_to_be_so_or_opens_with_a_message(
    talk: Talk, text: str
) -> None:
    file = talk.write("a.ipynb", text)
    answer = await talk.client.get("/api/contents/a.ipynb")
    if answer.status_code == 200:
        assert answer.json()["message"].startswith("Notebook validation failed")
    else:
        assert answer.status_code == 400
        assert "open it in the text editor" in answer.json()["message"]
    assert (await talk.get("a.ipynb", type="file", format="text"))["content"] == text
    assert file.read_text() == text


async def test_a_notebook_that_is_not_utf8_is_said_to_be_so(talk: Talk) -> None:
    talk.write("a.ipynb", written(notebook("ü")).encode("latin-1"))
    status, sentence = await talk.problem("GET", "/api/contents/a.ipynb")
    assert status == 400
    assert "utf-8" in sentence


async def test_a_notebook_with_a_number_json_lacks_is_said_to_hold_it(talk: Talk) -> None:
    talk.write(
        "a.ipynb", written(notebook("1")).replace('"metadata": {}', '"metadata": {"x": NaN}')
    )
    status, sentence = await talk.problem("GET", "/api/contents/a.ipynb")
    assert status == 400
    assert "NaN" in sentence


@pytest.mark.parametrize("content", [None, "text", 7, [], {}, {"cells": []}, {"nbformat": 4}])
async def test_what_is_no_notebook_is_not_saved_over_one(talk: Talk, content: Any) -> None:
    before = written(notebook("precious"))
    talk.write("a.ipynb", before)
    answer = await talk.put("a.ipynb", {"type": "notebook", "content": content})
    assert answer.status_code == 400
    assert "was not saved" in answer.json()["message"]
    assert talk.read("a.ipynb") == json.loads(before)


async def test_infinity_is_not_written_into_a_notebook(talk: Talk) -> None:
    before = written(notebook("precious"))
    talk.write("a.ipynb", before)
    body = json.dumps({"type": "notebook", "content": notebook("1", metadata={"x": 1e999})})
    answer = await talk.client.put("/api/contents/a.ipynb", content=body)
    assert answer.status_code == 400
    assert talk.read("a.ipynb") == json.loads(before)


async def test_half_a_surrogate_pair_survives(talk: Talk) -> None:
    body = json.dumps({"type": "notebook", "content": notebook("'\ud83d'")})
    answer = await talk.client.put("/api/contents/a.ipynb", content=body)
    assert answer.status_code == 201
    assert talk.read("a.ipynb")["cells"][0]["source"] == ["'\ud83d'"]
    assert (await talk.get("a.ipynb"))["content"]["cells"][0]["source"] == "'\ud83d'"


async def test_cells_without_ids_or_with_the_same_get_their_own(talk: Talk) -> None:
    content = notebook("a", "b", "c")
    del content["cells"][0]["id"]
    content["cells"][2]["id"] = content["cells"][1]["id"]
    talk.write("a.ipynb", json.dumps(content))
    cells = (await talk.get("a.ipynb"))["content"]["cells"]
    assert len({cell["id"] for cell in cells}) == 3


async def test_a_new_notebook_is_empty_and_valid(talk: Talk) -> None:
    await talk.post("", type="notebook")
    nbformat.validate(talk.read("Untitled.ipynb"))


async def test_the_first_save_makes_a_checkpoint(talk: Talk) -> None:
    await talk.save("a.ipynb", notebook("1"), type="notebook")
    assert [checkpoint["id"] for checkpoint in await checkpoints(talk)] == ["checkpoint"]


async def checkpoints(talk: Talk) -> Any:
    return (await talk.client.get("/api/contents/a.ipynb/checkpoints")).json()


async def trusted(talk: Talk) -> Any:
    return (await talk.get("a.ipynb"))["content"]["cells"][0]["metadata"]["trusted"]


async def test_a_notebook_from_elsewhere_is_not_trusted(talk: Talk) -> None:
    content = notebook("1")
    content["cells"][0]["outputs"] = [SCRIPT]
    talk.write("a.ipynb", written(content))
    assert await trusted(talk) is False


async def test_a_notebook_stays_untrusted_when_saved_so(talk: Talk) -> None:
    content = notebook("1")
    content["cells"][0]["outputs"] = [SCRIPT]
    talk.write("a.ipynb", written(content))
    await talk.save("a.ipynb", (await talk.get("a.ipynb"))["content"], type="notebook")
    assert await trusted(talk) is False


async def test_a_notebook_whose_cells_are_trusted_is_signed_when_saved(talk: Talk) -> None:
    content = notebook("1")
    content["cells"][0] |= {"outputs": [SCRIPT], "metadata": {"trusted": True}}
    await talk.save("a.ipynb", content, type="notebook")
    assert await trusted(talk) is True
    assert talk.read("a.ipynb")["cells"][0]["metadata"] == {}, "trust is not stored in the file"


@pytest.mark.parametrize(("path", "is_trusted"), [("a.ipynb", True), ("theirs/a.ipynb", False)])
async def test_what_has_put_out_nothing_is_trusted_where_its_code_reaches_everything(
    talk: Talk, path: str, is_trusted: bool
) -> None:
    (talk.folder / "theirs").mkdir()
    talk.write(path, written(notebook("1")))
    await talk.save(path, (await talk.get(path))["content"], type="notebook")
    [cell] = (await talk.get(path))["content"]["cells"]
    assert cell["metadata"]["trusted"] is is_trusted


async def test_a_notebook_is_trusted_when_its_reader_says_so(talk: Talk) -> None:
    content = notebook("1")
    content["cells"][0]["outputs"] = [SCRIPT]
    talk.write("a.ipynb", written(content))
    answer = await talk.client.post("/api/contents/a.ipynb/trust")
    assert answer.status_code == 201
    assert await trusted(talk) is True
    content["cells"][0]["outputs"][0]["data"] = {"text/html": "<script>other"}
    talk.write("a.ipynb", written(content))
    assert await trusted(talk) is False
