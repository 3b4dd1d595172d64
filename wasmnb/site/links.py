"""Links between the pages and files of a site: relative, so that it works under any address."""

from posixpath import normpath, relpath
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from wasmnb.site.published import PublishedFolder


class NotebookLinks:
    """Resolves the links of one notebook, relative to its page in the site."""

    def __init__(self, published: PublishedFolder, path: str, at: str) -> None:
        self._published = published
        self._folder = folder_of(path)
        self._at = folder_of(at)

    def __call__(self, written: str) -> str:
        try:
            parts = urlsplit(written)
        except ValueError:  # not a URL
            return written
        if parts.scheme or parts.netloc or not parts.path:
            return written
        path = normpath(f"{self._folder}/{unquote(parts.path)}").lstrip("/")
        if path not in self._published.files:
            return written
        target = page_path(path) if path.endswith(".ipynb") else f"files/{path}"
        return urlunsplit(parts._replace(path=quote(relpath(target, self._at))))


def page_path(path: str) -> str:
    """The path in the site of a notebook's page."""
    return f"notebooks/{path.removesuffix('.ipynb')}.html"


def path_to_root(at: str) -> str:
    """The relative URL of the site's root, from a page."""
    return "../" * at.count("/") or "./"


def folder_of(path: str) -> str:
    return path.rpartition("/")[0]
