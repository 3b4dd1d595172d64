"""Holds pip's and npm's lock files to their hashes in pins.toml; --write notes new hashes."""

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
    for name, noted in locks.items():
        found = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        if arguments == ["--write"]:
            text = re.sub(f'^"{re.escape(name)}" = .*$', f'"{name}" = "{found}"', text, flags=re.M)
        elif found != noted:
            sys.exit(
                f"{name} should have the sha256 {noted}, as build/setup/pins.toml says, "
                f"and has {found}. "
                "Put the file back, or run `make pins` if you meant to change it."
            )
    if arguments == ["--write"]:
        PINS.write_text(text)


if __name__ == "__main__":
    main(sys.argv[1:])
