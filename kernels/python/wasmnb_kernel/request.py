"""A message that asks the kernel for something, and who sent it."""

from dataclasses import dataclass
from functools import cached_property
from typing import overload

from .message import Content, MalformedMessage, Message

_REQUIRED = object()


@dataclass(frozen=True, eq=False)
class Request:
    """A message as it arrived: from which client, and as which since the kernel began."""

    message: Message
    client: str
    number: int

    @property
    def msg_type(self) -> str:
        """The message type, such as execute_request."""
        return self.message.msg_type

    @property
    def content(self) -> Content:
        """What the request asks for, unchecked; `field` looks a part of it up."""
        return self.message.content

    @cached_property
    def parent(self) -> Content:
        """The message in the form that is passed to user code, as parent of what it causes."""
        return self.message.as_dict()

    @overload
    def field[T](self, name: str, kind: type[T]) -> T: ...

    @overload
    def field[T, D](self, name: str, kind: type[T], default: D) -> T | D: ...

    def field(self, name: str, kind: type, default: object = _REQUIRED) -> object:
        """A part of the content that must be of that kind; absent or null, it is the default."""
        value = self.content.get(name)
        if value is None and default is not _REQUIRED:
            return default
        if not isinstance(value, kind):
            found = "nothing" if value is None else f"{value!r:.60}"
            raise MalformedMessage(
                f"{self.msg_type} wants {name} in its content as {kind.__name__}; it has {found}."
            )
        return value
