"""Where the Jupyter Server is whose kernels the page has beside its own."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit, urlunsplit

from wasmnb.network import is_loopback

# Pages of JupyterLab and Notebook, whose addresses people copy where the server's own is wanted.
PAGES = ("/lab", "/tree", "/notebooks", "/edit", "/consoles", "/files", "/hub")


@dataclass(frozen=True)
class Address:
    """Where a Jupyter Server is, what it is called in the page, and the token that lets us in."""

    url: str
    """Without a slash at its end."""
    name: str
    token: str = field(default="", repr=False)

    @property
    def path(self) -> str:
        """Below which that server's addresses are, as JupyterHub's /user/NAME."""
        return urlsplit(self.url).path

    @property
    def is_local(self) -> bool:
        return is_loopback(urlsplit(self.url).hostname or "")

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token}"} if self.token else {}

    def channels(self, kernel: str, query: str) -> str:
        """The address of a kernel's WebSocket."""
        return f"ws{self.url.removeprefix('http')}/api/kernels/{kernel}/channels?{query}"


def address(given: str, token: str = "") -> Address:
    """The server that an address means, which may be that of a page of it, token and all."""
    parts = urlsplit(given)
    found = parse_qs(parts.query).get("token", [""])[0]
    path = parts.path
    for page in PAGES:
        if f"{page}/" in f"{path}/":
            path = path[: f"{path}/".index(f"{page}/")]
    url = urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))
    return Address(url, parts.netloc, token or found)
