"""The configuration of a site: the command line, then `[tool.wasmnb]`, then the defaults."""

import os
import tomllib
from argparse import Namespace
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from wasmnb.errors import Unusable
from wasmnb.manifest import ASSETS
from wasmnb.site.options import OPTIONS, Options, checked

OUTPUT = "site"
LOCK = "wasmnb.lock"  # describes the site, and is not published


class SiteConfig(Options, frozen=True, kw_only=True):
    """The options of one site, and what follows from them."""

    folder: Path
    site: Path
    """The folder, or the single file, that is built."""
    title: str
    rebake: bool = False
    """Retry a snapshot that failed before."""
    assets: Path = ASSETS
    only: str | None = None
    """The one notebook of a single file."""
    runtime: Path = ASSETS / "pyodide"
    """The folder that kernels start from."""
    latest: float | None = None
    """Later times of files are published as this one: SOURCE_DATE_EPOCH."""

    def is_published(self, path: str) -> bool:
        """Whether the file or folder with that API path belongs to the site."""
        if self.only:
            return path == self.only
        if self.folder.joinpath(path) == self.site or path == LOCK:
            return False
        name = path.rpartition("/")[2]
        return not any(fnmatchcase(path, it) or fnmatchcase(name, it) for it in self.exclude)


def site_config(arguments: Namespace, environment: Mapping[str, str]) -> SiteConfig:
    """The configuration of a folder's site; Unusable if an option makes no sense."""
    folder = existing_folder(Path(arguments.folder))
    table, project = tables(folder)
    in_file = checked(table)
    on_line = {
        it.field: tuple(value) if isinstance(value, list) else value
        for it in OPTIONS.values()
        if (value := getattr(arguments, it.field)) not in (None, "")
    }
    options: dict[str, Any] = {**in_file, **on_line}
    if on_line.get("bake") and isinstance(in_file.get("bake"), tuple):
        options["bake"] = in_file["bake"]  # --bake does not change which packages are
    if "pyodide" in in_file and "pyodide" not in on_line:
        options["pyodide"] = pyodide_location(folder, in_file["pyodide"])
    options["title"] = options.get("title") or project.get("name") or folder.name
    options["description"] = options.get("description") or project.get("description")
    return SiteConfig(
        **options,
        folder=folder,
        site=output_folder(folder, arguments.output, in_file.get("output")),
        rebake=bool(on_line.get("bake")),
        latest=epoch(environment.get("SOURCE_DATE_EPOCH", "")),
    )


def single_config(arguments: Namespace, environment: Mapping[str, str]) -> SiteConfig:
    """The configuration of a file of one notebook, with the options of its folder."""
    notebook = Path(arguments.single_file)
    if not notebook.is_file() or notebook.suffix != ".ipynb":
        raise Unusable(f"There is no notebook {str(notebook)!r} to make a file of.")
    output = Path(arguments.output or f"{notebook.stem}.html")
    if output.is_dir() or output.suffix != ".html":
        raise Unusable(f"The notebook would become {str(output)!r}; name a file, -o NAME.html.")
    changed = Namespace(**{**vars(arguments), "folder": notebook.parent, "output": str(output)})
    config = site_config(changed, environment)
    return replace(config, site=output.absolute(), only=notebook.name)


def pyodide_location(folder: Path, named: str) -> str:
    """The distribution that pyproject.toml names: an address, or a path relative to its folder."""
    return named if "://" in named else str(folder / named)


def existing_folder(given: Path) -> Path:
    if not given.is_dir():
        raise Unusable(f"There is no folder {str(given)!r} to build a site of.")
    return Path(os.path.realpath(given))


def output_folder(folder: Path, given: str | None, named: str | None) -> Path:
    """The folder to write to; the one that pyproject.toml names is relative to its folder."""
    output = Path(given).absolute() if given else folder / (named or OUTPUT)
    real = Path(os.path.realpath(output))
    if folder.is_relative_to(real):
        raise Unusable(
            f"The site would be written over the notebooks in {str(folder)!r}; "
            "name a folder of its own with -o."
        )
    return real


def tables(folder: Path) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """`[tool.wasmnb]` and `[project]` of pyproject.toml; empty if there are none."""
    file = folder / "pyproject.toml"
    if not file.is_file():
        return {}, {}
    try:
        whole = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unusable(f"{file.name} cannot be read: {error}.") from error
    return whole.get("tool", {}).get("wasmnb", {}), whole.get("project", {})


def epoch(text: str) -> float | None:
    """https://reproducible-builds.org/specs/source-date-epoch/"""
    if not text:
        return None
    if not text.isdecimal():
        raise Unusable(f"SOURCE_DATE_EPOCH is {text!r}; a number of seconds was wanted.")
    return float(text)
