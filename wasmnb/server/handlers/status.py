"""Who the reader is, and how the server is: api, api/me, api/status."""

import json
import time

from starlette.requests import Request
from starlette.responses import Response

from wasmnb import __version__
from wasmnb.contents.errors import Invalid
from wasmnb.contents.models import iso_time
from wasmnb.server.responses import json_answer

# There is one user: whoever holds the token.
IDENTITY = {
    "username": "reader",
    "name": "Reader",
    "display_name": "Reader",
    "initials": "R",
    "avatar_url": None,
    "color": None,
}


WATCHED = ("/api/status", "/api/health")


class Activity:
    """When the server was started, and when it was last asked for something."""

    def __init__(self) -> None:
        self._started = self._last = time.time()

    def note(self, address: str) -> None:
        """That someone has asked for what is at an address; to watch is not to use."""
        if address not in WATCHED:
            self._last = time.time()

    def status(self, _request: Request, _: bytes) -> Response:
        """No kernels and no connections: those are in the readers' browsers."""
        return json_answer(
            {
                "started": iso_time(self._started),
                "last_activity": iso_time(self._last),
                "connections": 0,
                "kernels": 0,
            }
        )


def version(_request: Request, _: bytes) -> Response:
    return json_answer({"version": __version__})


def me(request: Request, _: bytes) -> Response:
    """Identity and permissions: whoever is let in may do everything that is asked about."""
    asked = request.query_params.get("permissions") or "{}"
    permissions: dict[str, list[str]] = {**permissions_in(asked), "updatable_fields": []}
    return json_answer({"identity": IDENTITY, "permissions": permissions})


def permissions_in(text: str) -> dict[str, list[str]]:
    wanted = f'permissions is {text!r:.80}; it must be like {{"contents": ["read"]}}.'
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid(wanted) from error
    if not isinstance(value, dict) or not all(is_list_of_text(item) for item in value.values()):
        raise Invalid(wanted)
    return value


def is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
