"""The address and token of the upstream Jupyter Server, whose kernels the gateway offers."""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit, urlunsplit

from wasmnb.network import is_loopback

# Pages of JupyterLab and Notebook: people copy a page's URL where the server's own is needed.
PAGE_PATHS = ("/lab", "/tree", "/notebooks", "/edit", "/consoles", "/files", "/hub")


@dataclass(frozen=True)
class Upstream:
    """A Jupyter Server: its URL, the name that the page shows for it, and its token."""

    url: str
    """Without a trailing slash."""
    name: str
    token: str = field(default="", repr=False)

    @property
    def path(self) -> str:
        """The path prefix of that server's URLs, such as JupyterHub's /user/NAME."""
        return urlsplit(self.url).path

    @property
    def is_local(self) -> bool:
        return is_loopback(urlsplit(self.url).hostname or "")

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token}"} if self.token else {}

    def channels_url(self, kernel: str, query: str) -> str:
        """The URL of a kernel's WebSocket."""
        return f"ws{self.url.removeprefix('http')}/api/kernels/{kernel}/channels?{query}"


def parse_upstream(url: str, token: str = "") -> Upstream:
    """The server of a URL, which may be the URL of one of its pages and contain its token."""
    parts = urlsplit(url)
    url_token = parse_qs(parts.query).get("token", [""])[0]
    path = parts.path
    for page in PAGE_PATHS:
        if f"{page}/" in f"{path}/":
            path = path[: f"{path}/".index(f"{page}/")]
    base = urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))
    return Upstream(base, parts.netloc, token or url_token)
