"""Fast path: serves cached GETs on the event loop, without the thread pool.

Handlers wait for the disk, so they run in threads. For content that is in memory already, the
switch to a thread and Starlette's search of its routes take longer than the response itself.
This middleware therefore comes before the routes, and asks a *lookup* for the response:

- A lookup may stat a file but never reads one. It returns None on a cache miss.
- Its response is the one that the handler would give: cached content is found by its hash, and
  the hash by the file's stat fingerprint (wasmnb.contents.hashes).
- After a miss or a Problem the request goes to its handler, so errors are reported in one place.
- A lookup notes its miss in `request.state`, so that the handler need not look again.
"""

from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from wasmnb.contents.errors import Problem

Lookup = Callable[[Request, bytes], Response | None]
PATH = "{path:path}"


class FastPath:
    """Middleware that responds on a cache hit, and else passes the request on."""

    def __init__(
        self, app: ASGIApp, lookups: Mapping[str, Lookup], record_activity: Callable[[str], None]
    ) -> None:
        self._app = app
        self._exact = lookups
        self._by_prefix = [
            (route.removesuffix(PATH), lookup)
            for route, lookup in lookups.items()
            if route.endswith(PATH)
        ]
        self._record_activity = record_activity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_read = scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        response = self._cached(scope) if is_read else None
        await (response or self._app)(scope, receive, send)

    def _cached(self, scope: Scope) -> Response | None:
        lookup, path = self._route(scope["path"])
        if not lookup:
            return None
        scope.setdefault("state", {})  # the request below shares it with the handler's
        try:
            response = lookup(Request({**scope, "path_params": {"path": path}}), b"")
        except Problem:
            return None
        if response:
            self._record_activity(scope["path"])
        return response

    def _route(self, url_path: str) -> tuple[Lookup | None, str]:
        """The lookup of a URL, and its parameter `path`."""
        for prefix, lookup in self._by_prefix:
            if url_path.startswith(prefix):
                return lookup, url_path.removeprefix(prefix)
        return self._exact.get(url_path), ""
