"""The machine that measurements depend on: system, processors, memory; never its name."""

import os
import platform
import re
from pathlib import Path


def processor() -> str:
    """The processors' model, such as "AMD EPYC"; "" if it is unknown."""
    return _search("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor()


def memory() -> int:
    """The main memory in kB; 0 if it is unknown."""
    return int(_search("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0)


def description() -> str:
    """A description for the report."""
    gigabytes = f"{memory() / 1e6:.1f} GB of memory" if memory() else ""
    parts = [
        f"{platform.system()} {platform.machine()}",
        f"{os.cpu_count()} processors",
        processor(),
        gigabytes,
    ]
    return ", ".join(filter(None, parts))


def _search(file: str, pattern: str) -> str:
    """The first group of a pattern in a file; "" if either is missing, as outside Linux."""
    try:
        match = re.search(pattern, Path(file).read_text("utf-8"))
    except OSError:
        return ""
    return match[1] if match else ""
