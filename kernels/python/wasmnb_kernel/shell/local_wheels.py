"""Wheels in the user's folders, and the choice among them for a requirement."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.tags import sys_tags
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version


@dataclass(frozen=True)
class Wheel:
    """A wheel file that fits this Python."""

    name: str
    version: Version
    path: Path

    @property
    def url(self) -> str:
        """The file as micropip wants it: relative, as folders above may have blanks in names."""
        return f"emfs:{os.path.relpath(self.path)}"


def wheels_in(folders: Iterable[Path]) -> list[Wheel]:
    """The wheels in the folders that fit this Python, the newest first."""
    ranks = {tag: rank for rank, tag in enumerate(sys_tags())}
    ranked: list[tuple[int, Wheel]] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.whl"))):
        try:
            name, version, _, tags = parse_wheel_filename(path.name)
        except InvalidWheelFilename:  # a name that pip would not take either
            continue
        if fitting := [ranks[tag] for tag in tags if tag in ranks]:
            ranked.append((min(fitting), Wheel(name, version, path)))
    ranked.sort(key=lambda item: item[0])
    return sorted((wheel for _, wheel in ranked), key=lambda wheel: wheel.version, reverse=True)


def best(wheels: Iterable[Wheel], requirement: Requirement, pre: bool) -> Wheel | None:
    """The newest wheel that meets the requirement, if there is one."""
    mine = [wheel for wheel in wheels if wheel.name == canonicalize_name(requirement.name)]
    allowed = requirement.specifier.filter((w.version for w in mine), prereleases=pre or None)
    version = next(iter(allowed), None)
    return next((wheel for wheel in mine if wheel.version == version), None)


def newest(wheels: Iterable[Wheel]) -> Iterator[Wheel]:
    """The newest wheel of each package."""
    seen: set[str] = set()
    for wheel in wheels:
        if wheel.name not in seen:
            seen.add(wheel.name)
            yield wheel


def wheel_url(text: str) -> str:
    """A wheel that is named by its URL or file, as micropip wants it."""
    if "://" in text:
        return text
    if not Path(text).is_file():
        raise FileNotFoundError(f"there is no wheel {text} here")
    return f"emfs:{os.path.relpath(text)}"


def requirement_of(text: str) -> Requirement:
    """A requirement as pip's users write it: a name with conditions, or a wheel's file or URL."""
    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise InvalidRequirement(
            f"{text!r} is neither a package's name, with or without a version (like 'x>=1'), nor a "
            "wheel (.whl). Folders and repositories cannot be installed here."
        ) from error
