"""What a site is to be: `[tool.wasmnb]` in the folder's pyproject.toml, and the command line."""

import difflib
import os
import tomllib
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from wasmnb.errors import Unusable
from wasmnb.manifest import ASSETS

OUTPUT = "site"
LOCK = "wasmnb.lock"  # tells of the site, and is no part of it


@dataclass(frozen=True)
class SiteConfig:
    """How one site is built."""

    folder: Path
    output: Path
    title: str
    description: str = ""
    language: str = "en"
    exclude: tuple[str, ...] = ()
    index: str | None = None
    pyodide: str | None = None
    allow_missing: bool = False
    upgrade: bool = False
    execute: bool = False
    allow_errors: bool = False
    timeout: int | None = None  # seconds that a cell may run
    bake: bool = True
    baked: tuple[str, ...] | None = None  # the distributions that are; None: what is imported
    rebake: bool = False  # also where it has failed before
    assets: Path = ASSETS
    only: str | None = None  # the one notebook that is wanted
    runtime: Path = ASSETS / "pyodide"
    """What its kernels start from."""
    latest: float | None = None  # no file is said to be newer: SOURCE_DATE_EPOCH

    def is_wanted(self, path: str) -> bool:
        """Whether what has that API path belongs to the site."""
        if self.only:
            return path == self.only
        if self.folder.joinpath(path) == self.output or path == LOCK:
            return False
        name = path.rpartition("/")[2]
        return not any(fnmatchcase(path, it) or fnmatchcase(name, it) for it in self.exclude)


def site_config(given: Namespace, environment: Mapping[str, str]) -> SiteConfig:
    """What is asked for, the command line before the file; Unusable if it makes no sense."""
    folder = existing_folder(Path(given.folder))
    table, project = tables(folder)
    check(table)
    chosen = {name: getattr(given, name.replace("-", "_")) or table.get(name) for name in OPTIONS}
    output = place(folder, given.output, table.get("output"))
    return SiteConfig(
        folder=folder,
        output=output,
        title=chosen["title"] or project.get("name") or folder.name,
        description=chosen["description"] or project.get("description") or "",
        language=chosen["language"] or "en",
        exclude=tuple(chosen["exclude"] or ()),
        index=chosen["index"],
        pyodide=given.pyodide or distribution(folder, table.get("pyodide")),
        allow_missing=bool(chosen["allow-missing"]),
        upgrade=given.upgrade,
        execute=bool(chosen["execute"]),
        allow_errors=bool(chosen["allow-errors"]),
        timeout=None if chosen["timeout"] == NO_LIMIT else chosen["timeout"],
        bake=bool(table.get("bake", True)) if given.bake is None else given.bake,
        baked=tuple(listed) if isinstance(listed := table.get("bake"), list) else None,
        rebake=bool(given.bake),
        latest=epoch(environment.get("SOURCE_DATE_EPOCH", "")),
    )


def single_config(given: Namespace, environment: Mapping[str, str]) -> SiteConfig:
    """The same for a file of one notebook, with what its folder says of sites."""
    notebook = Path(given.single_file)
    if not notebook.is_file() or notebook.suffix != ".ipynb":
        raise Unusable(f"There is no notebook {str(notebook)!r} to make a file of.")
    output = Path(given.output or f"{notebook.stem}.html")
    if output.is_dir() or output.suffix != ".html":
        raise Unusable(f"The notebook would become {str(output)!r}; name a file, -o NAME.html.")
    asked = Namespace(**{**vars(given), "folder": notebook.parent, "output": output})
    config = site_config(asked, environment)
    return replace(config, output=output.absolute(), only=notebook.name)


def distribution(folder: Path, named: str | None) -> str | None:
    """Where a Pyodide distribution is; what the file names is meant from its own folder."""
    return named if named is None or "://" in named else str(folder / named)


def existing_folder(given: Path) -> Path:
    if not given.is_dir():
        raise Unusable(f"There is no folder {str(given)!r} to build a site of.")
    return Path(os.path.realpath(given))


def place(folder: Path, given: str | None, named: str | None) -> Path:
    """Where the site goes; what the file names is meant from its own folder."""
    output = Path(given).absolute() if given else folder / (named or OUTPUT)
    real = Path(os.path.realpath(output))
    if folder.is_relative_to(real):
        raise Unusable(
            f"The site would be written over the notebooks in {str(folder)!r}; "
            "name a folder of its own with -o."
        )
    return real


def tables(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """`[tool.wasmnb]` and `[project]`; empty where they are not there."""
    file = folder / "pyproject.toml"
    if not file.is_file():
        return {}, {}
    try:
        whole = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{file.name} cannot be read: {error}.") from error
    return whole.get("tool", {}).get("wasmnb", {}), whole.get("project", {})


def check(table: Mapping[str, Any]) -> None:
    """Unusable if a name is not known, or a value is not of its kind."""
    for name, value in table.items():
        if name not in OPTIONS:
            near = difflib.get_close_matches(name, OPTIONS, 1)
            meant = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(OPTIONS)}."
            raise Unusable(f"[tool.wasmnb] in pyproject.toml has no option {name!r}; {meant}")
        kind, is_so = OPTIONS[name]
        if not is_so(value):
            raise Unusable(
                f"{name!r} under [tool.wasmnb] in pyproject.toml must be {kind}, and is {value!r}."
            )


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def are_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(is_text, value))


def is_switch(value: object) -> bool:
    return isinstance(value, bool)


def is_limit(value: object) -> bool:
    return (
        isinstance(value, int) and not isinstance(value, bool) and (value > 0 or value == NO_LIMIT)
    )


NO_LIMIT = -1  # as in Jupyter
LIMIT = "a number of whole seconds, or -1 for no limit"

OPTIONS: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "title": ("a text", is_text),
    "description": ("a text", is_text),
    "language": ("a text, as in 'en'", is_text),
    "output": ("the name of a folder", is_text),
    "exclude": ("a list of patterns, as in ['drafts', '*.tmp']", are_texts),
    "index": ("the address of a package index", is_text),
    "pyodide": ("a folder, an archive or an address", is_text),
    "allow-missing": ("true or false", is_switch),
    "execute": ("true or false", is_switch),
    "allow-errors": ("true or false", is_switch),
    "timeout": (LIMIT, is_limit),
    "bake": (
        "true, false or a list of packages, as in ['networkx']",
        lambda value: is_switch(value) or are_texts(value),
    ),
}


def epoch(text: str) -> float | None:
    """https://reproducible-builds.org/specs/source-date-epoch/"""
    if not text:
        return None
    if not text.isdecimal():
        raise Unusable(f"SOURCE_DATE_EPOCH is {text!r}; a number of seconds was wanted.")
    return float(text)
