"""The built assets: their folder, the manifests in it, and compressed variants of files."""

import json
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parent / "assets"

# Static hosts do not compress these files of the kernel's runtime. A published site has them
# compressed, and the kernel decompresses them (kernels/pyodide/assets/gzip.ts).
PACKED = frozenset({"snapshot.bin", "library.zip"})
PACKING = ".gz"

# Content coding to the file name extension of the precompressed variant, best first.
SIBLINGS = {"zstd": ".zst", "br": ".br", "gzip": ".gz"}


def read_json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def with_urls(value: Any, folder: Path, base: str) -> Any:
    """A manifest in which each name of a file in that folder is replaced by the file's URL."""
    if isinstance(value, dict):
        return {key: with_urls(item, folder, base) for key, item in value.items()}
    if isinstance(value, list):
        return [with_urls(item, folder, base) for item in value]
    if isinstance(value, str) and value and (folder / value).is_file():
        return f"{base}{folder.name}/{value}"
    return value
