"""The handlers of /api, /api/me and /api/status: version, identity and activity."""

import json
import time

from starlette.requests import Request
from starlette.responses import Response

from wasmnb import __version__
from wasmnb.contents.errors import Invalid
from wasmnb.contents.models import iso_time
from wasmnb.server.responses import json_response

# There is one user: whoever holds the token.
IDENTITY = {
    "username": "reader",
    "name": "Reader",
    "display_name": "Reader",
    "initials": "R",
    "avatar_url": None,
    "color": None,
}

# Requests of monitoring programs are not activity.
MONITORING = ("/api/status", "/api/health")


class Activity:
    """The times of the server's start and of its last request."""

    def __init__(self) -> None:
        self._started = self._last = time.time()

    def record(self, path: str) -> None:
        """Record a request to a path."""
        if path not in MONITORING:
            self._last = time.time()

    def status(self, _request: Request, _: bytes) -> Response:
        """As Jupyter Server's. Kernels and connections are in the readers' browsers: none here."""
        return json_response(
            {
                "started": iso_time(self._started),
                "last_activity": iso_time(self._last),
                "connections": 0,
                "kernels": 0,
            }
        )


def version(_request: Request, _: bytes) -> Response:
    return json_response({"version": __version__})


def me(request: Request, _: bytes) -> Response:
    """Identity and permissions: an authenticated user has every permission."""
    requested = request.query_params.get("permissions") or "{}"
    permissions: dict[str, list[str]] = {**permissions_in(requested), "updatable_fields": []}
    return json_response({"identity": IDENTITY, "permissions": permissions})


def permissions_in(text: str) -> dict[str, list[str]]:
    message = f'`permissions` is {text!r:.80}; it must be like {{"contents": ["read"]}}.'
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(message) from error
    if not isinstance(value, dict) or not all(is_list_of_text(item) for item in value.values()):
        raise Invalid(message)
    return value


def is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
