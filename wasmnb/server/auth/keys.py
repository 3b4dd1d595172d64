"""Keys: capability tokens, which scripts must send besides the session cookie.

- The threat: Python in a worker has the page's origin, and browsers add the cookie to its
  requests. With the cookie alone, a notebook's code could do all that its reader can (a confused
  deputy), and so could a page of another site (CSRF).
- So the cookie alone suffices only for what a person opens and a document displays, which Fetch
  metadata headers tell and no script can forge. All else needs a key, in the header HEADER.
- The page's own key opens everything. It is in the page's HTML, which no script can fetch. The
  page requests further keys, each for one folder, and hands them to its kernels.
- A key is its kind and folder with an HMAC over these and the session. It is valid only with the
  cookie of that session, and until the server stops.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from secrets import token_bytes

HEADER = "x-wasmnb-key"

# Values of Sec-Fetch-Dest for responses that are displayed and that no script can read. Scripts
# cannot set this header, nor Sec-Fetch-Mode: navigate, which downloads have as well:
# https://www.w3.org/TR/fetch-metadata/. Scripts and JSON are not included: workers import them.
DISPLAYED = frozenset(
    {"document", "iframe", "frame", "embed", "object", "image", "audio", "video", "track", "font"}
    | {"style"}
)

EVERYTHING = ""

# The entry of a request's scope with the only folder that its key opens.
KEY_FOLDER = "wasmnb.key_folder"


class Keys:
    """The keys of one server; each is valid with the session that it was made for."""

    def __init__(self) -> None:
        self._secret = token_bytes(32)

    def for_page(self, session: str) -> str:
        return self._signed("page", EVERYTHING, session)

    def for_folder(self, folder: str, session: str) -> str:
        return self._signed("folder", folder, session)

    def opens_everything(self, key: str, session: str) -> bool:
        return hmac.compare_digest(key.encode(), self.for_page(session).encode())

    def folder_of(self, key: str, session: str) -> str | None:
        """The folder that a key opens, "" for the root; None if the key is not valid."""
        kind, _, rest = key.partition(".")
        folder = decoded(rest.partition(".")[0])
        if kind != "folder" or folder is None:
            return None
        is_valid = hmac.compare_digest(key.encode(), self.for_folder(folder, session).encode())
        return folder if is_valid else None

    def _signed(self, kind: str, folder: str, session: str) -> str:
        claim = f"{kind}.{urlsafe_b64encode(folder.encode()).decode()}"
        signature = hmac.digest(self._secret, f"{claim} {session}".encode(), "sha256").hex()
        return f"{claim}.{signature}"


def is_displayed(headers: Mapping[str, str]) -> bool:
    """Whether the response is displayed to a person, or the client is not a browser."""
    is_navigation = headers.get("sec-fetch-mode") == "navigate"
    return is_navigation or headers.get("sec-fetch-dest", "document") in DISPLAYED


def decoded(text: str) -> str | None:
    try:
        return urlsafe_b64decode(text.encode()).decode()
    except ValueError:
        return None
