"""Deferred imports, and patches that are applied when a module is imported (import hook)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

WORKING_FOLDER = ""  # in sys.path: makes modules next to the notebook importable

type Patch = tuple[MutableMapping[str, Any], dict[str, Any]]
"""A namespace, and other values for some of its names."""


@contextmanager
def replaced(owner: MutableMapping[str, Any], values: dict[str, Any]) -> Iterator[None]:
    """Replace values in a namespace while it is entered."""
    before = {name: owner[name] for name in values if name in owner}
    owner.update(values)
    try:
        yield
    finally:
        for name in values:
            owner.pop(name, None)
        owner.update(before)


@contextmanager
def patch_on_import(patches: Mapping[str, Callable[[], Sequence[Patch]]]) -> Iterator[None]:
    """Patch the named modules as soon as they are imported, until it is left.

    Each function returns the patches; it is called when its module has run.
    """
    with ExitStack() as stack:

        def apply(name: str) -> None:
            for owner, values in patches[name]():
                stack.enter_context(replaced(owner, values))

        finder = _ImportHook(set(patches), apply)
        sys.meta_path.insert(0, finder)
        try:
            for name in patches:
                if name in sys.modules:
                    finder.notify(name)
            yield
        finally:
            sys.meta_path.remove(finder)


class _ImportHook(MetaPathFinder):
    """Finds modules as the other finders do, and notifies when they have run."""

    def __init__(self, names: set[str], notify: Callable[[str], None]) -> None:
        self._names = names  # still to be notified of
        self._notify = notify

    def notify(self, name: str) -> None:
        """Notify that a module was imported, once."""
        if name in self._names:
            self._names.discard(name)
            self._notify(name)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._names:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        with _without_working_folder():
            specs = (finder.find_spec(name, path, target) for finder in others)
            spec = next(filter(None, specs), None)
        if spec and spec.loader:
            self._watch(spec.loader)
        return spec

    def _watch(self, loader: Loader) -> None:
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            vars(loader).pop("exec_module")
            with _without_working_folder():
                execute(module)
            self.notify(module.__name__)

        loader.exec_module = exec_module  # type: ignore[method-assign]


@contextmanager
def _without_working_folder() -> Iterator[None]:
    """Import as at the start: a `code.py` next to the notebook does not shadow Python's."""
    before = sys.path[:]
    sys.path[:] = [folder for folder in before if folder != WORKING_FOLDER]
    try:
        yield
    finally:
        sys.path[:] = before


def _imported(name: str) -> ModuleType:
    with _without_working_folder():
        return import_module(name)


class _Html5(Mapping[str, str]):
    """`html.entities.html5`, imported on the first lookup."""

    def __getitem__(self, name: str) -> str:
        return self._names[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = _imported("html.entities").html5
        return names


def _dict_config(config: dict[str, Any]) -> None:
    _imported("logging.config").dictConfig(config)


def defer_imports() -> None:
    """Import modules of the start without some of the modules that they import and seldom use."""
    for name, users, what in (
        ("logging.config", "traitlets.config.application", {"dictConfig": _dict_config}),
        ("html.entities", "html", {"html5": _Html5()}),
    ):
        if name in sys.modules or users in sys.modules:
            continue
        instead = ModuleType(name, "A placeholder; imported on first use.")
        vars(instead).update(what)
        with replaced(sys.modules, {name: instead}):
            import_module(users)
