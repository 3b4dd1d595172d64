"""What is answered at once, where a look at memory and at the disk is enough."""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from wasmnb.contents.errors import Problem

# One that may find that it cannot answer.
Glance = Callable[[Request, bytes], Response | None]
PATH = "{path:path}"


class Glances:
    """Answers what it can; the rest, and what is wrong with a request, the app answers.

    Such an answer waits for no thread, and not for Starlette's routes to be searched.
    """

    def __init__(
        self, app: ASGIApp, table: Mapping[str, Glance], note: Callable[[str], None]
    ) -> None:
        self._app = app
        self._exact = table
        self._below = [(it.removesuffix(PATH), table[it]) for it in table if it.endswith(PATH)]
        self._note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_read = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        answer = self._answer(scope) if is_read else None
        await (answer or self._app)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        glance, path = self._at(scope["path"])
        if not glance:
            return None
        try:
            answer = glance(Request({**scope, "path_params": {"path": path}}), b"")
        except Problem:
            return None
        if answer:
            self._note(scope["path"])
        return answer

    def _at(self, address: str) -> tuple[Glance | None, str]:
        """What looks at an address, and the path in it."""
        for before, glance in self._below:
            if address.startswith(before):
                return glance, address.removeprefix(before)
        return self._exact.get(address), ""
