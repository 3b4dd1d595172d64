"""%pip without processes: installs packages into the running kernel through micropip."""

import argparse
import logging
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, distribution, distributions
from inspect import signature
from pathlib import Path
from typing import Any, NoReturn
from zipfile import BadZipFile

import micropip
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from ..host import PackageSources
from .local_wheels import Wheel, best, newest, requirement_of, wheel_url, wheels_in
from .preimport import unload

# Errors of an installation: no such package, no matching wheel, no network, a broken wheel.
FAILURES = (BadZipFile, OSError, RuntimeError, TypeError, ValueError)

MICROPIPS_OWN_INDEX = "PYPI"  # as it spells it itself

type Option = tuple[tuple[str, ...], dict[str, Any]]

QUIET: Option = (("-q", "--quiet"), {"action": "count", "default": 0})
# Options without an effect here, as they describe the only behaviour.
NO_EFFECT: list[Option] = [
    ((name,), {"action": "store_true"})
    for name in ("--user", "--no-cache-dir", "--disable-pip-version-check", "--no-input")
]
OPTIONS: dict[str, list[Option]] = {
    "install": [
        (("requirements",), {"nargs": "*"}),
        (("-r", "--requirement"), {"action": "append", "default": [], "type": Path}),
        (("-U", "--upgrade"), {"action": "store_true"}),
        (("-i", "--index-url"), {}),
        (("--extra-index-url",), {"action": "append", "default": []}),
        (("--pre",), {"action": "store_true"}),
        (("--no-deps",), {"action": "store_true"}),
        QUIET,
        *NO_EFFECT,
    ],
    "uninstall": [
        (("names",), {"nargs": "+"}),
        (("-y", "--yes"), {"action": "store_true"}),
        QUIET,
    ],
    "show": [(("names",), {"nargs": "+"})],
    "list": [QUIET, *NO_EFFECT],
    "freeze": [QUIET, *NO_EFFECT],
}


class PipError(Exception):
    """%pip failed; shown to the user as a sentence, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


async def pip(line: str, sources: PackageSources) -> None:
    """Run the command that follows %pip on its line."""
    try:
        command, options = _parsed(shlex.split(line))
        match command:
            case "install":
                await _install(options, wheels_in(_folders(sources.root)), sources)
            case "uninstall":
                _uninstall(options)
            case "show":
                _show(options.names)
            case "list":
                _list()
            case "freeze":
                print(*(f"{name}=={version}" for name, version in _distributions()), sep="\n")
    except FAILURES as error:
        raise PipError(f"%pip {line}: {error}") from error


async def _install(
    options: argparse.Namespace, local: list[Wheel], sources: PackageSources
) -> None:
    say = _hush if options.quiet else print
    texts = [*options.requirements, *_listed(options.requirement)]
    if not texts:
        raise PipError("%pip install needs names of packages, or -r and a file that lists them.")
    before = _versions()
    asks = [wheel_url(text) for text in texts if text.endswith(".whl")]
    upgrades: list[str] = []
    ready: list[str] = []
    requirements = [requirement_of(text) for text in texts if not text.endswith(".whl")]
    for requirement in requirements:
        have = before.get(canonicalize_name(requirement.name))
        if requirement.marker and not requirement.marker.evaluate():
            say(f"Ignoring {requirement.name}: its condition {requirement.marker} is not met.")
        elif ask := _ask(requirement, have, best(local, requirement, options.pre), options.upgrade):
            if have is None and " @ " not in ask and _is_ready(requirement, sources):
                ready.append(ask)
            else:
                (upgrades if have and options.upgrade else asks).append(ask)
        else:
            say(f"Requirement already satisfied: {requirement} ({have})")
    named = {canonicalize_name(requirement.name) for requirement in requirements}
    how: dict[str, Any] = {
        "index_urls": _indexes(options, sources.index_urls),
        "deps": not options.no_deps,
        "pre": options.pre,
        "constraints": [f"{w.name} @ {w.url}" for w in newest(local) if w.name not in named],
        **_replacing(asks, before, say),
    }
    if ready:  # without an index, micropip looks there first
        await micropip.install(ready, **{**how, "index_urls": None})
    if asks:
        await micropip.install(asks, **how)
    for ask in upgrades:
        try:
            await micropip.install([ask], **how)
        except ValueError as error:
            say(f"The installed version stays, as no newer one was found for {ask}. {error}")
    _report(before, say)


def _ask(
    requirement: Requirement, have: Version | None, wheel: Wheel | None, upgrade: bool
) -> str | None:
    """The requirement to pass to micropip; None if the installed version satisfies it."""
    met = have is not None and requirement.specifier.contains(have, prereleases=True)
    if met and not upgrade and not requirement.extras:
        return None
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    if wheel and wheel.version == have:
        return None
    if wheel:  # by name, micropip would accept any installed version
        return wheel.url if have else f"{requirement.name}{extras} @ {wheel.url}"
    newer = f",>{have}" if met and upgrade else ""
    return f"{requirement.name}{extras} {requirement.specifier}{newer}".replace(" ,", " ")


def _replacing(
    asks: Iterable[str], before: dict[str, Version], say: Callable[..., None]
) -> dict[str, bool]:
    """Options that make micropip replace packages; an older one needs them uninstalled first."""
    if "reinstall" in signature(micropip.install).parameters:
        return {"reinstall": True}
    for ask in asks:
        name = re.split(r"[-\[ ]", ask.rpartition("/")[2].removeprefix("emfs:"))[0]
        if have := before.get(canonicalize_name(name)):
            say(f"Uninstalling {name} {have}")
            _remove(name)
    return {}


def _is_ready(requirement: Requirement, sources: PackageSources) -> bool:
    version = sources.ready.get(canonicalize_name(requirement.name))
    if version is None or requirement.extras:
        return False
    return requirement.specifier.contains(version, prereleases=True)


def _report(before: dict[str, Version], say: Callable[..., None]) -> None:
    changed = {n: v for n, v in _versions().items() if before.get(n) != v}
    if changed:
        say("Successfully installed", *(f"{n}-{v}" for n, v in changed.items()))
    for name in changed:
        unload(_modules(name))
    if changed.keys() & before.keys():
        say("Note: you may need to restart the kernel to use updated packages.")


def _uninstall(options: argparse.Namespace) -> None:
    for name in options.names:
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            print(f"{name} was not uninstalled: it is not installed.", file=sys.stderr)
            continue
        success = f"Successfully uninstalled {installed.name}-{installed.version}"
        unload(_modules(installed.name))
        _remove(installed.name)
        if not options.quiet:
            print(success)


def _remove(name: str) -> None:
    """Uninstall without micropip's warning about byte code folders that packages share."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        micropip.uninstall(name)
    finally:
        logging.disable(before)


def _show(names: Iterable[str]) -> None:
    for name in names:
        try:
            about = distribution(name).metadata
        except PackageNotFoundError:
            print(f"{name} is not installed.", file=sys.stderr)
            continue
        for field in ("Name", "Version", "Summary", "Home-page", "License-Expression"):
            if field in about:
                print(f"{field}: {about[field]}")


def _list() -> None:
    rows = _distributions()
    width = max(len(name) for name, _ in [("Package", ""), *rows])
    for name, version in [("Package", "Version"), ("-" * width, "-" * len("Version")), *rows]:
        print(f"{name:{width}} {version}")


def _parsed(words: list[str]) -> tuple[str, argparse.Namespace]:
    command = words[0] if words else ""
    if command not in OPTIONS:
        raise PipError(
            f"%pip supports {', '.join(OPTIONS)} here, but not {command or 'an empty command'}."
        )
    parser = _Parser(command, add_help=False, allow_abbrev=False)
    for names, how in OPTIONS[command]:
        parser.add_argument(*names, **how)
    return command, parser.parse_intermixed_args(words[1:])


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        known = ", ".join(names[-1] for names, _ in OPTIONS[self.prog] if names[0][0] == "-")
        raise PipError(f"%pip {self.prog}: {message}. Supported options: {known}.")


def _listed(files: Iterable[Path]) -> Iterator[str]:
    """The requirements in files as pip reads them; of their options, only -r."""
    for file in files:
        text = file.read_text("utf-8").replace("\\\n", "")
        for line in (re.sub(r"(^|\s)#.*", "", line).strip() for line in text.splitlines()):
            if other := re.fullmatch(r"(?:-r|--requirement)[ =]*(\S+)", line):
                yield from _listed([file.parent / other[1]])
            elif line.startswith("-"):
                raise PipError(
                    f"{file} says {line!r}; only names, wheels and -r are supported here."
                )
            elif line:
                yield line


def _folders(root: Path | None) -> list[Path]:
    here = Path.cwd()
    above = [root] if root and root != here and here.is_relative_to(root) else []
    return [folder / "wheels" for folder in (here, *above)]


def _indexes(options: argparse.Namespace, index_urls: Sequence[str]) -> list[str] | None:
    urls = [options.index_url] if options.index_url else list(index_urls)
    if options.extra_index_url:
        urls = [*(urls or [MICROPIPS_OWN_INDEX]), *options.extra_index_url]
    return [url.rstrip("/") for url in urls] or None


def _distributions() -> list[tuple[str, str]]:
    """Names and versions of what is installed; each metadata file is read once, as that is slow."""
    about = (found.metadata for found in distributions())
    return sorted(((a["Name"], a["Version"]) for a in about), key=lambda row: row[0].lower())


def _modules(name: str) -> set[str]:
    """The top level of what can be imported from a distribution."""
    return {file.parts[0].removesuffix(".py") for file in distribution(name).files or ()}


def _versions() -> dict[str, Version]:
    return {canonicalize_name(name): Version(version) for name, version in _distributions()}


def _hush(*_: object) -> None:
    """Replaces print under --quiet."""
