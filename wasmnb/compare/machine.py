"""What figures depend on, and may be told: never the machine's name."""

import os
import platform
import re
from pathlib import Path


def processor() -> str:
    """The model of its processors, such as "AMD EPYC"; "" where it is unknown."""
    return _found("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.processor()


def memory() -> int:
    """Its main memory in kB; 0 where it is unknown."""
    return int(_found("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0)


def in_words() -> str:
    """System, processors and memory, as far as they are known."""
    gigabytes = f"{memory() / 1e6:.1f} GB of memory" if memory() else ""
    parts = [
        f"{platform.system()} {platform.machine()}",
        f"{os.cpu_count()} processors",
        processor(),
        gigabytes,
    ]
    return ", ".join(filter(None, parts))


def _found(file: str, pattern: str) -> str:
    """What a pattern finds in a file, which other systems than Linux do not have."""
    try:
        found = re.search(pattern, Path(file).read_text("utf-8"))
    except OSError:
        return ""
    return found[1] if found else ""
