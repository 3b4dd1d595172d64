"""input() and getpass(), answered by the front end (stdin channel)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, TextIO

from IPython.core.error import StdinNotImplementedError

from ..message import MalformedMessage, decode

if TYPE_CHECKING:
    from ..kernel import Kernel

END_OF_FILE = "\x04"  # sent by Ctrl-D in a front end's input field


class Stdin:
    """The replacements for builtins.input and getpass.getpass."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel

    def input(self, prompt: object = "", /) -> str:
        """Read a line from the person, as builtins.input does."""
        return self._ask("raw_input", str(prompt), password=False)

    def getpass(
        self,
        prompt: str = "Password: ",
        stream: TextIO | None = None,
        *,
        echo_char: str | None = None,
    ) -> str:
        """Read a line that is not shown, as getpass.getpass does."""
        for name, value in (("stream", stream), ("echo_char", echo_char)):
            if value is not None:
                warnings.warn(
                    f"getpass ignores {name} in a notebook, where the page asks.", stacklevel=2
                )
        return self._ask("getpass", prompt, password=True)

    def _ask(self, caller: str, prompt: str, *, password: bool) -> str:
        kernel, request = self._kernel, self._kernel.request
        if request is None or not request.content.get("allow_stdin"):
            raise StdinNotImplementedError(
                f"{caller} was called, but this frontend does not support input requests."
            )
        if request is not kernel.running:
            raise StdinNotImplementedError(
                f"{caller} was called after its cell had finished; nobody is there to answer."
            )
        content = {"prompt": prompt, "password": password}
        reply = decode(kernel.ask(request, content))
        value = reply.content.get("value")
        if not isinstance(value, str):
            raise MalformedMessage(f"An input_reply has no value in its content: {reply.content}.")
        if value == END_OF_FILE:
            raise EOFError
        return value
