"""A message to the kernel, with the client that sent it."""

from dataclasses import dataclass
from functools import cached_property
from typing import overload

from .message import Content, MalformedMessage, Message

_REQUIRED = object()


@dataclass(frozen=True, eq=False)
class Request:
    """A message, its client, and its number since the kernel started."""

    message: Message
    client: str
    number: int

    @property
    def msg_type(self) -> str:
        """The message type, such as execute_request."""
        return self.message.msg_type

    @property
    def content(self) -> Content:
        """The content, unchecked; `field` reads one field of it."""
        return self.message.content

    @cached_property
    def parent(self) -> Content:
        """The message as a dict: the parent of all that it causes, as user code sees it."""
        return self.message.as_dict()

    @overload
    def field[T](self, name: str, kind: type[T]) -> T: ...

    @overload
    def field[T, D](self, name: str, kind: type[T], default: D) -> T | D: ...

    def field(self, name: str, kind: type, default: object = _REQUIRED) -> object:
        """A field of the content, checked to be of that type; the default if absent or null."""
        value = self.content.get(name)
        if value is None and default is not _REQUIRED:
            return default
        if not isinstance(value, kind):
            actual = "nothing" if value is None else f"{value!r:.60}"
            raise MalformedMessage(
                f"{self.msg_type} needs {name} in its content as {kind.__name__}; it has {actual}."
            )
        return value
