"""What two kernels must agree on in the outputs of a notebook, and what is each one's own."""

import re
from itertools import count
from typing import Any

from .notebooks import Json

RANDOM_ID = re.compile(r"\b[0-9a-f]{32}\b")
ADDRESS = re.compile(r"\b0x[0-9a-f]+\b")
# A cell as if it were a file: IPython's name for it, and ipykernel's.
CELL = re.compile(r"<ipython-input-\d+-[0-9a-f]+>|\b\d+\.py(?=, line)")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def comparable(cells: list[Json], folder: str) -> list[list[Json]]:
    """The outputs of each cell of a notebook, without what no two runs have in common.

    That is: random ids of widgets and displays, which are numbered as they come; addresses in
    memory; the names of cells; and the folder, as the kernel sees it, that holds the notebooks.
    """
    numbers = count(1)
    names: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        if found[0] not in names:
            names[found[0]] = f"(id {next(numbers)})"
        return names[found[0]]

    def settled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: settled(value[key]) for key in sorted(value)}
        if isinstance(value, list):
            return [settled(item) for item in value]
        if isinstance(value, str):
            value = CELL.sub("(cell)", ADDRESS.sub("(address)", value))
            return RANDOM_ID.sub(numbered, value.replace(folder, "(folder)"))
        return value

    outputs = [cell.get("outputs", []) for cell in cells]
    return [[settled(in_plain_words(output)) for output in group] for group in outputs]


def in_plain_words(output: Json) -> Json:
    """An error with its traceback as far as it points at cells; other outputs as they are.

    Frames in libraries are of another Python in another place. Colours, indentation and the lines
    around the one with the arrow differ because ipykernel names a cell as a file that does not
    exist, and IPython then shows source in a simpler way.
    """
    if output["output_type"] != "error":
        return output
    *frames, last = [COLOUR.sub("", part) for part in output["traceback"]]
    lines = [line for frame in frames if "Cell In[" in frame for line in frame.splitlines()]
    told = [" ".join(line.split()) for line in lines if line.startswith(("Cell In[", "--"))]
    return {**output, "traceback": [*told, last]}
