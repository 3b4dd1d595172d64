"""A few notebooks in which there is every kind of thing that the corpus has."""

from collections.abc import Iterator

from .notebooks import Json, cells, original, parsed


def sample(paths: list[str]) -> list[str]:
    """Of these notebooks, some that together have whatever one of them has; short ones first."""
    left = {path: set(kinds(parsed(path))) for path in paths}
    length = {path: len(original(path)) for path in paths}
    chosen: list[str] = []
    while left:
        path = max(left, key=lambda path: (len(left[path]), -length[path]))
        chosen.append(path)
        seen = left[path]
        left = {path: new for path, found in left.items() if (new := found - seen)}
    return sorted(chosen)


def kinds(notebook: Json) -> Iterator[object]:
    """What there is in a notebook that another may not have.

    Its format; the types of its cells and outputs; each of their fields, and each within their
    metadata and their data, so also every MIME type.
    """
    yield notebook["nbformat"], notebook.get("nbformat_minor")
    yield from fields(notebook)
    for cell in cells(notebook):
        yield from fields(cell, cell["cell_type"])
        for output in cell.get("outputs", []):
            yield from fields(output, output["output_type"])


def fields(data: Json, *above: str) -> Iterator[object]:
    """The names that lead to each value."""
    for name, value in data.items():
        yield *above, name
        if isinstance(value, dict):
            yield from fields(value, *above, name)
