"""What a start does not wait for: modules that nobody may ever use, with what a kernel changes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

WORKING_FOLDER = ""  # in sys.path: modules beside the notebook can be imported

type Change = tuple[MutableMapping[str, Any], dict[str, Any]]
"""A namespace, and other values for some of its names."""


@contextmanager
def replaced(owner: MutableMapping[str, Any], values: dict[str, Any]) -> Iterator[None]:
    """Give names other values while it is entered."""
    before = {name: owner[name] for name in values if name in owner}
    owner.update(values)
    try:
        yield
    finally:
        for name in values:
            owner.pop(name, None)
        owner.update(before)


@contextmanager
def when_imported(changes: Mapping[str, Callable[[], Sequence[Change]]]) -> Iterator[None]:
    """While it is entered, make changes where a module of these names is there, or gets imported.

    What is to be changed is asked for when the module has run.
    """
    with ExitStack() as made:

        def make(name: str) -> None:
            for owner, values in changes[name]():
                made.enter_context(replaced(owner, values))

        finder = _Finder(set(changes), make)
        sys.meta_path.insert(0, finder)
        try:
            for name in changes:
                if name in sys.modules:
                    finder.tell(name)
            yield
        finally:
            sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    """Has modules found as they are, and tells when they have run."""

    def __init__(self, names: set[str], tell: Callable[[str], None]) -> None:
        self._names = names  # of which nothing has been told
        self._tell = tell

    def tell(self, name: str) -> None:
        """That a module is there, once."""
        if name in self._names:
            self._names.discard(name)
            self._tell(name)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._names:
            return None
        others = (finder for finder in sys.meta_path if finder is not self)
        with _from_the_library():
            found = (finder.find_spec(name, path, target) for finder in others)
            spec = next(filter(None, found), None)
        if spec and spec.loader:
            self._watch(spec.loader)
        return spec

    def _watch(self, loader: Loader) -> None:
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            vars(loader).pop("exec_module")
            with _from_the_library():
                execute(module)
            self.tell(module.__name__)

        loader.exec_module = exec_module  # type: ignore[method-assign]


@contextmanager
def _from_the_library() -> Iterator[None]:
    """Import as a start would: `code.py` beside the notebook does not come before Python's."""
    before = sys.path[:]
    sys.path[:] = [folder for folder in before if folder != WORKING_FOLDER]
    try:
        yield
    finally:
        sys.path[:] = before


def _imported(name: str) -> ModuleType:
    with _from_the_library():
        return import_module(name)


class _Html5(Mapping[str, str]):
    """The names of characters that `html.unescape` looks up."""

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


def import_without() -> None:
    """Import modules that import others of which they seldom use something, without these."""
    for name, users, what in (
        ("logging.config", "traitlets.config.application", {"dictConfig": _dict_config}),
        ("html.entities", "html", {"html5": _Html5()}),
    ):
        if name in sys.modules or users in sys.modules:
            continue
        instead = ModuleType(name, "It is imported when something of it is used.")
        vars(instead).update(what)
        with replaced(sys.modules, {name: instead}):
            import_module(users)
