"""What every benchmark leaves: a table to read, and JSON with notes about the machine."""

import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from wasmnb.compare import machine as machines

CACHE = Path(__file__).parents[2] / ".cache/bench"


def machine() -> dict[str, object]:
    """What figures depend on: processors and how busy they are, memory, system, Python."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": machines.processor(),
        "processors": os.cpu_count(),
        "load": [round(load, 1) for load in os.getloadavg()],
        "memory_kB": machines.memory(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows under heads: the first column to the left, the others to the right."""
    cells = [list(map(str, row)) for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def save(name: str, result: Mapping[str, object]) -> Path:
    """Leave the result as `.cache/bench/NAME.json`."""
    CACHE.mkdir(parents=True, exist_ok=True)
    path = CACHE / f"{name}.json"
    path.write_text(json.dumps({"machine": machine(), **result}, indent=2) + "\n")
    return path
