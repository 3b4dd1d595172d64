"""Verifies the hashes of pip's and npm's lock files in pins.toml; --write updates them."""

import hashlib
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PINS = ROOT / "build" / "setup" / "pins.toml"


def main(arguments: list[str]) -> None:
    text = PINS.read_text()
    locks: dict[str, str] = tomllib.loads(text)["locks"]
    for name, pinned in locks.items():
        actual = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        if arguments == ["--write"]:
            text = re.sub(f'^"{re.escape(name)}" = .*$', f'"{name}" = "{actual}"', text, flags=re.M)
        elif actual != pinned:
            sys.exit(
                f"{name} should have the sha256 {pinned}, as build/setup/pins.toml says, "
                f"but has {actual}. "
                "Restore the file, or run `make pins` if you changed it on purpose."
            )
    if arguments == ["--write"]:
        PINS.write_text(text)


if __name__ == "__main__":
    main(sys.argv[1:])
