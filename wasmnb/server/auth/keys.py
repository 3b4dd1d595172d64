"""Keys: what scripts show beside the cookie, which browsers add to whatever a script asks for.

Python in a worker of the page has the page's origin and its cookie. So the cookie alone lets in
only what a person opens and what a document shows; scripts need a key. The page has one for
everything, in its HTML, which no script can fetch. It asks for others, good for one folder, and
gives them to its kernels.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from secrets import token_bytes

HEADER = "x-wasmnb-key"

# What browsers say that an answer is for, where it is to be shown and not to be read by a script.
# No script can say so, nor that it goes to another page, which is also how a file is downloaded:
# https://www.w3.org/TR/fetch-metadata/. Scripts and JSON are not among it: workers import them.
SHOWN = frozenset(
    {"document", "iframe", "frame", "embed", "object", "image", "audio", "video", "track", "font"}
    | {"style"}
)

EVERYTHING = ""

# Where in a request's scope the guard notes the one folder that a key is good for.
ONLY = "wasmnb.only"


class Keys:
    """The keys of one server; each is good with the cookie of the log-in that it was made for."""

    def __init__(self) -> None:
        self._secret = token_bytes(32)

    def for_page(self, session: str) -> str:
        return self._sealed("page", EVERYTHING, session)

    def for_folder(self, folder: str, session: str) -> str:
        return self._sealed("folder", folder, session)

    def opens_everything(self, key: str, session: str) -> bool:
        return hmac.compare_digest(key.encode(), self.for_page(session).encode())

    def folder_of(self, key: str, session: str) -> str | None:
        """The folder that a key is good for, which may be "", the whole; None of no such key."""
        kind, _, rest = key.partition(".")
        folder = decoded(rest.partition(".")[0])
        if kind != "folder" or folder is None:
            return None
        is_ours = hmac.compare_digest(key.encode(), self.for_folder(folder, session).encode())
        return folder if is_ours else None

    def _sealed(self, kind: str, folder: str, session: str) -> str:
        said = f"{kind}.{urlsafe_b64encode(folder.encode()).decode()}"
        seal = hmac.digest(self._secret, f"{said} {session}".encode(), "sha256").hex()
        return f"{said}.{seal}"


def is_shown(headers: Mapping[str, str]) -> bool:
    """Whether the answer is for a person to look at, or for a program that is no browser."""
    is_opened = headers.get("sec-fetch-mode") == "navigate"
    return is_opened or headers.get("sec-fetch-dest", "document") in SHOWN


def decoded(text: str) -> str | None:
    try:
        return urlsafe_b64decode(text.encode()).decode()
    except ValueError:
        return None
