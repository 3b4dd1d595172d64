"""Reverse proxy for the kernels, sessions and kernelspecs of an upstream Jupyter Server.

The page sends requests to us, and we send them on, so the browser sees one origin and the upstream
token stays on the server. The token is all that we need: any Jupyter Server will do, including one
below a path prefix, as JupyterHub gives each user. Its files are not forwarded.
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
from wasmnb.gateway.upstream import Upstream
from wasmnb.gateway.websocket import proxy_websocket

# Starting a kernel can take minutes: a cluster may have to make room for it first.
TIMEOUT = httpx.Timeout(10, read=300)

REQUEST_HEADERS = ("content-type", "accept", "if-none-match")
RESPONSE_HEADERS = ("content-type", "location", "etag", "last-modified", "cache-control")


class Gateway:
    """The handlers that forward requests to the upstream server."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        # The environment's proxy is only for servers beyond this computer.
        self._client = httpx.Client(
            headers=upstream.headers, timeout=TIMEOUT, trust_env=not upstream.is_local
        )

    def close(self) -> None:
        self._client.close()

    async def channels(self, page: WebSocket) -> None:
        """The WebSocket of a kernel's channels, without the key that the page sends to us."""
        query = urlencode([item for item in page.query_params.multi_items() if item[0] != "key"])
        kernel = quote(page.path_params["kernel"], safe="")
        await proxy_websocket(page, self._upstream, self._upstream.channels_url(kernel, query))

    def check(self) -> None:
        """Raise Unreachable, with what to do about it, if the upstream server refuses us."""
        response = self._request("GET", "/api/status")
        if not isinstance(json_of(response), dict):
            raise self._not_jupyter(response)

    def forward(self, request: Request, body: bytes) -> Response:
        """The upstream server's response to a request."""
        headers = {
            name: request.headers[name] for name in REQUEST_HEADERS if name in request.headers
        }
        path = request.scope["raw_path"].decode("latin-1").partition("?")[0]
        query = request.scope["query_string"].decode("latin-1")
        response = self._request(
            request.method, f"{path}?{query}" if query else path, headers, body
        )
        forwarded = {
            name: response.headers[name] for name in RESPONSE_HEADERS if name in response.headers
        }
        return Response(response.content, response.status_code, forwarded)

    def kernelspecs(self, request: Request, body: bytes) -> Response:
        """The kernelspecs, with the URLs of their logos rewritten to ours."""
        response = self.forward(request, body)
        prefix = f"{self._upstream.path}/kernelspecs/".encode()
        return Response(
            bytes(response.body).replace(b'"' + prefix, b'"/kernelspecs/'),
            response.status_code,
            media_type="application/json",
        )

    def _request(
        self, method: str, target: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> httpx.Response:
        url = self._upstream.url
        try:
            response = self._client.request(method, url + target, headers=headers, content=body)
        except httpx.HTTPError as error:
            raise Unreachable(
                f"The Jupyter Server at {url} does not answer ({error}). "
                "Is it running, and is its address right?"
            ) from error
        if response.status_code in (401, 403) or response.is_redirect:
            raise self._refused(response)
        if response.status_code in (424, 503):
            raise Unreachable(f"There is no Jupyter Server running at {url}. Start it first.")
        return response

    def _refused(self, response: httpx.Response) -> Unreachable:
        reason = "refuses the token" if self._upstream.token else "requires a token"
        return Unreachable(
            f"The Jupyter Server at {self._upstream.url} {reason} (status {response.status_code}). "
            "Give its token with --jupyter-token. The server prints it when it starts; on "
            "JupyterHub, create one under Token in the menu."
        )

    def _not_jupyter(self, response: httpx.Response) -> Unreachable:
        return Unreachable(
            f"There is no Jupyter Server at {self._upstream.url}: its /api/status has the status "
            f"{response.status_code}. Give the URL that `jupyter server list` prints."
        )


def json_of(response: httpx.Response) -> Any:
    """The JSON of a successful response, else None."""
    try:
        return response.json() if response.is_success else None
    except json.JSONDecodeError:
        return None
