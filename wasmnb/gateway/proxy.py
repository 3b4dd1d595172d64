"""A Jupyter Server beside us: its kernels and sessions, passed through to the page.

The page asks us and we ask that server, so the browser sees one origin, and that server's token
stays here. It needs nothing but the token: any Jupyter Server will do, also one below a path, as
JupyterHub gives each user.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from wasmnb.contents.errors import Unreachable
from wasmnb.gateway.upstream import Address
from wasmnb.gateway.websocket import relay

# A kernel that has to be fetched from a cluster first takes its time to start.
SECONDS = httpx.Timeout(10, read=300)

SENT = ("content-type", "accept", "if-none-match")
GIVEN = ("content-type", "location", "etag", "last-modified", "cache-control")


class Jupyter:
    """The handlers of what is asked of that server's kernels."""

    def __init__(self, address: Address) -> None:
        self._address = address
        # The proxy of the environment is for what lies beyond this computer.
        self._client = httpx.Client(
            headers=address.headers, timeout=SECONDS, trust_env=not address.is_local
        )

    def close(self) -> None:
        self._client.close()

    async def channels(self, page: WebSocket) -> None:
        """A kernel's channels."""
        query = urlencode([item for item in page.query_params.multi_items() if item[0] != "key"])
        kernel = quote(page.path_params["kernel"], safe="")
        await relay(page, self._address, self._address.channels(kernel, query))

    def check(self) -> None:
        """Unreachable, with what to do about it, if that server does not let us in."""
        answer = self._ask("GET", "/api/status")
        if not isinstance(answer_of(answer), dict):
            raise self._not_jupyter(answer)

    def passed(self, request: Request, body: bytes) -> Response:
        """That server's answer to a request."""
        headers = {name: request.headers[name] for name in SENT if name in request.headers}
        path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
        query = request.scope["query_string"].decode("latin-1")
        answer = self._ask(request.method, f"{path}?{query}" if query else path, headers, body)
        given = {name: answer.headers[name] for name in GIVEN if name in answer.headers}
        return Response(answer.content, answer.status_code, given)

    def specs(self, request: Request, body: bytes) -> Response:
        """The kinds of kernel, with their logos where we pass them through."""
        answer = self.passed(request, body)
        prefix = f"{self._address.path}/kernelspecs/".encode()
        return Response(
            bytes(answer.body).replace(b'"' + prefix, b'"/kernelspecs/'),
            answer.status_code,
            media_type="application/json",
        )

    def _ask(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> httpx.Response:
        url = self._address.url
        try:
            answer = self._client.request(method, url + target, headers=headers, content=body)
        except httpx.HTTPError as error:
            raise Unreachable(
                f"The Jupyter Server at {url} does not answer ({error}). "
                "Is it running, and is its address right?"
            ) from error
        if answer.status_code in (401, 403) or answer.is_redirect:
            raise self._not_let_in(answer)
        if answer.status_code in (424, 503):
            raise Unreachable(f"There is no Jupyter Server running at {url}. Start it first.")
        return answer

    def _not_let_in(self, answer: httpx.Response) -> Unreachable:
        token = "refuses the token" if self._address.token else "wants a token"
        return Unreachable(
            f"The Jupyter Server at {self._address.url} {token} (it answers {answer.status_code}). "
            "Give its own with --jupyter-token: it prints it when it starts, and JupyterHub "
            "makes one at Token in its menu."
        )

    def _not_jupyter(self, answer: httpx.Response) -> Unreachable:
        return Unreachable(
            f"There is no Jupyter Server at {self._address.url}: its /api/status answers "
            f"{answer.status_code}. Give the address that `jupyter server list` prints."
        )


def answer_of(answer: httpx.Response) -> Any:
    """The JSON of a good answer, else None."""
    try:
        return answer.json() if answer.is_success else None
    except json.JSONDecodeError:
        return None
