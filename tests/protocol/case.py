"""What a case of the protocol consists of, and when an answer fits what is expected of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from wasmnb_kernel.message import Content

type Told = tuple[str, object]
"""A message for every client: its type, and what its content has to be like."""

IDLE = "idle"  # as `after`: every request before is done
NOW = "now"


@dataclass(frozen=True)
class Differs:
    """How one kernel answers where it differs from ours, and why that is right or cannot be."""

    why: str
    expected: Mapping[str, Any]
    """Fields of the request (told, reply, ...) as they are with that kernel."""


@dataclass(frozen=True)
class Ask:
    """A message to the kernel, and everything that it leads to."""

    msg_type: str
    content: Content
    told: Sequence[Told] = ()
    """What every client is told, in order, between busy and idle."""
    reply: Content | None = None
    """What the reply has to be like; None for messages that have none."""
    asked: Sequence[Content] = ()
    """What the person is asked."""
    answers: Sequence[str] = ()
    """What the person types."""
    channel: str = "shell"
    after: str = IDLE
    """When it is sent: `idle`, `now`, or once a message of that type was told."""
    metadata: Content = field(default_factory=dict)
    buffers: Sequence[bytes] = ()
    differs: Mapping[str, Differs] = field(default_factory=dict)
    """By the name of a row."""

    def on(self, row: str) -> "Ask":
        """The same with what is expected of that row."""
        return replace(self, **self.differs[row].expected) if row in self.differs else self


@dataclass(frozen=True)
class Case:
    """A conversation; its name is a sentence about the protocol."""

    name: str
    asks: Sequence[Ask]
    not_on: Mapping[str, str] = field(default_factory=dict)
    """Rows whose kernels cannot go on after it, and why."""


def run(code: str, *told: Told, **fields: Any) -> Ask:
    """A cell that goes well, and what it leads to after its input was told."""
    content = {"code": code, "allow_stdin": True, **_content(fields)}
    silent = content.get("silent", False)
    shown: list[Told] = [] if silent else [("execute_input", {"code": code})]
    expected = {"status": "ok", **fields.pop("reply", {})}
    return replace(Ask("execute_request", content, [*shown, *told], expected), **fields)


def fails(code: str, error: str, *told: Told, **fields: Any) -> Ask:
    """A cell that ends with an error."""
    shown = {"ename": error, "evalue": str, "traceback": list}
    reply = {"status": "error", **shown, "execution_count": int, **fields.pop("reply", {})}
    return replace(run(code, *told, ("error", shown), **fields), reply=reply)


def stdout(text: object) -> Told:
    """Text on stdout."""
    return ("stream", {"name": "stdout", "text": text})


def stderr(text: object) -> Told:
    """Text on stderr."""
    return ("stream", {"name": "stderr", "text": text})


def result(text: str) -> Told:
    """The value of a cell."""
    return ("execute_result", {"data": {"text/plain": text}, "execution_count": int})


def misfit(expected: object, found: object, where: str = "") -> str:
    """Where something found is not like what is expected, or nothing.

    Objects may have more keys than expected, a type stands for any value of it, and a pattern for
    any text that it is found in.
    """
    match expected:
        case re.Pattern():
            fine = isinstance(found, str) and expected.search(found) is not None
        case type():
            fine = isinstance(found, expected)
        case Mapping() if isinstance(found, Mapping):
            return _first(
                misfit(expected[key], found.get(key), f"{where}.{key}") for key in expected
            )
        case list() if isinstance(found, list) and len(expected) == len(found):
            pairs = enumerate(zip(expected, found, strict=True))
            return _first(misfit(one, other, f"{where}[{n}]") for n, (one, other) in pairs)
        case _:
            fine = expected == found
    return "" if fine else f"{where or 'it'} is {found!r:.2000}, not like {expected!r}"


def _first(problems: Iterable[str]) -> str:
    return next(filter(None, problems), "")


def _content(fields: dict[str, Any]) -> Content:
    names = ("silent", "store_history", "user_expressions", "allow_stdin", "stop_on_error")
    return {name: fields.pop(name) for name in names if name in fields}
