"""Code completion: first from live objects, which is fast, else by jedi's inference.

jedi reads sources, which takes a while in a browser and blocks the kernel. It is only asked about
names that no cell has defined yet, and expressions that would have to be run.
"""

import ast
import builtins
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getattr_static
from keyword import iskeyword
from types import ModuleType

from IPython.core.completer import Completion, IPCompleter, provisionalcompleter
from IPython.core.completer import rectify_completions as rectified

from ..shell.jedi_cache import extract

KINDS = (
    (ModuleType, "module"),
    (type, "class"),
    (property, "property"),
    ((staticmethod, classmethod), "function"),
)
MAX_SIGNATURES = 100  # with more matches, none gets a signature
UNKNOWN = {"attribute", "variable"}  # kinds that IPython gives to live objects
IMPORT = re.compile(r"(?:^|;)\s*((?:import|from)\s[^;\n]+)", re.MULTILINE)


@dataclass(frozen=True)
class Match:
    """A text that could stand from start to end; positions count code points."""

    text: str
    start: int
    end: int
    kind: str
    signature: str = ""


def matches(completer: IPCompleter, code: str, cursor: int) -> list[Match]:
    """The completions at the cursor; all replace the same range."""
    candidates = _in_memory(completer, code, cursor)
    if completer.use_jedi and not any(_is_relevant(match, code) for match in candidates):
        extract()
        candidates = [
            Match(each.text, each.start, each.end, str(each.type), each.signature)
            for each in _completions(completer, code, cursor)
        ]
    return candidates


def _in_memory(completer: IPCompleter, code: str, cursor: int) -> list[Match]:
    use_jedi, namespace = completer.use_jedi, completer.global_namespace
    completer.use_jedi, completer.global_namespace = False, dict(_imported(code)) | namespace
    try:
        return list(_described(completer, code, _completions(completer, code, cursor)))
    finally:
        completer.use_jedi, completer.global_namespace = use_jedi, namespace


def _completions(completer: IPCompleter, code: str, cursor: int) -> list[Completion]:
    with provisionalcompleter():
        return list(rectified(code, completer.completions(code, cursor)))


def _described(completer: IPCompleter, code: str, found: list[Completion]) -> Iterator[Match]:
    """The completions with kinds and signatures as jedi gives them, attributes without the dot."""
    value = _values(completer, code, found)
    few = len(found) <= MAX_SIGNATURES
    for each in found:
        text = each.text.removeprefix(".")
        start, kind, signature = each.start + each.text.startswith("."), str(each.type), ""
        if kind in UNKNOWN and not iskeyword(text):
            kind = _kind(value(text))
            signature = _signature(value(text)) if few and kind == "function" else ""
        yield Match(text, start, each.end, "keyword" if iskeyword(text) else kind, signature)


def _values(completer: IPCompleter, code: str, found: list[Completion]) -> Callable[[str], object]:
    """A lookup of the value of a name or, after a dot, of an attribute, without running code."""
    if found and found[0].text.startswith("."):
        owner = completer._evaluate_expr(code[: found[0].start].rpartition("\n")[2])
        return lambda name: getattr_static(owner, name, None)
    return {**vars(builtins), **completer.global_namespace, **completer.namespace}.get


def _imported(code: str) -> Iterator[tuple[str, object]]:
    """The names that imports in the code would bind, of modules that are loaded already."""
    for statement in IMPORT.findall(code):
        try:
            tree = ast.parse(statement)
        except SyntaxError:  # incomplete
            continue
        for node in tree.body:
            yield from _made_by(node)


def _made_by(node: ast.stmt) -> Iterator[tuple[str, object]]:
    match node:
        case ast.Import():
            for name, alias in ((each.name, each.asname) for each in node.names):
                module = name if alias else name.partition(".")[0]
                if module in sys.modules:
                    yield alias or module, sys.modules[module]
        case ast.ImportFrom(module=str(name), level=0) if name in sys.modules:
            values = vars(sys.modules[name])
            for each in node.names:
                if each.name in values:
                    yield each.asname or each.name, values[each.name]


def _kind(value: object) -> str:
    for types, kind in KINDS:
        if isinstance(value, types):
            return kind
    return "function" if inspect.isroutine(value) else "instance"


def _signature(function: object) -> str:
    try:
        return str(inspect.signature(getattr(function, "__func__", function)))  # type: ignore[arg-type]
    except Exception:  # C functions have none, and user code may do anything
        return ""


def _is_relevant(match: Match, code: str) -> bool:
    """Whether it is more than a magic that the code does not ask for."""
    return match.kind != "magic" or code[match.start : match.start + 1] == "%"
