"""The static pages of a site: one for each notebook, the home page, and that of shared notebooks.

They are complete without JavaScript: the notebook is in them as HTML. Search and run buttons are
hidden until a script shows them.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.metadata import version
from itertools import groupby
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from wasmnb import __version__
from wasmnb.contents import notebooks
from wasmnb.pages.app_page import AppPage, SiteContext
from wasmnb.pages.csp import csp_meta
from wasmnb.pages.html import document, notebook_data
from wasmnb.site.code_digest import code_digest
from wasmnb.site.config import SiteConfig
from wasmnb.site.links import NotebookLinks, folder_of, page_path, path_to_root
from wasmnb.site.published import PublishedFolder
from wasmnb.site.render.markdown import Heading
from wasmnb.site.render.mathjax import MathJax
from wasmnb.site.render.mathjax import version as mathjax_version
from wasmnb.site.render.notebook import render
from wasmnb.site.render.summary import Summary, summarize
from wasmnb.site.writer import File

# Modules that only deliver inputs, which have hashes of their own; and the preview of servers.
INPUTS = frozenset({"wasmnb.site.config", "wasmnb.site.published", "wasmnb.pages.preview"})
RENDERERS = ("markdown-it-py", "mdit-py-plugins", "nh3", "pygments", "rich")


WORKSPACE = '<p class="actions"><a class="button" href="lab/index.html">Open the workspace</a></p>'
SHARED = "shared.html"
SHARED_NOSCRIPT = (
    "<noscript>The link that led here carries a notebook, which takes JavaScript to be shown; "
    "allow it for this site and load the page again.</noscript>"
)
# Shown by the script that searches.
SEARCH = (
    '<form class="search" role="search" hidden><label>Search '
    '<input type="search" name="q" autocomplete="off"></label></form>'
    '<ol class="found" aria-live="polite" hidden></ol>'
)


@dataclass(frozen=True)
class StaticPage:
    """The title, the script and the content of one page."""

    title: str
    description: str
    entry: str
    body: tuple[str, ...]
    config_element: str = ""


class Pages:
    """The static pages of one site."""

    def __init__(
        self, config: SiteConfig, published: PublishedFolder, kernel_lock: tuple[str, int] | None
    ) -> None:
        self._config = config
        self._published = published
        self._kernel_lock = kernel_lock
        self._summaries: dict[str, Summary] = {}
        self._mathjax = MathJax()

    def all(self) -> Iterator[File]:
        """Every page, and the index of the search."""
        frame = self._frame()
        # Links depend on which files exist.
        stamp = combined(frame, *self._published.files)
        hashes = {path: self._published.files[path] for path in self._published.notebooks}
        for path, content_hash in hashes.items():
            yield page_file(page_path(path), combined(stamp, path, content_hash), self._maker(path))
        all_hashes = combined(
            stamp, *(f"{path} {content_hash}" for path, content_hash in hashes.items())
        )
        yield page_file("index.html", all_hashes, self.home)
        yield page_file(SHARED, frame, self.shared)
        yield page_file("search.json", all_hashes, self.search)

    def notebook(self, path: str) -> bytes:
        """The page of a notebook."""
        summary = self.summary(path)
        content, _ = notebooks.read(self._published.read(path), path)
        at = page_path(path)
        rendered = render(content, NotebookLinks(self._published, path, at), self._mathjax)
        return self._document(
            at,
            StaticPage(
                title=f"{summary.title} - {self._config.title}",
                description=summary.description,
                entry="published-notebook",
                config_element=self._page(at).config_element("notebooks", path),
                body=(
                    self._banner(at, *links(path_to_root(at), path)),
                    f'<main class="notebook" {notebook_data(path, content)} '
                    f'data-hash="{self._published.files[path]}">',
                    contents_of(rendered.headings),
                    rendered.html,
                    "</main>",
                ),
            ),
        )

    def home(self) -> bytes:
        """The home page: the list of notebooks."""
        title, description = self._config.title, self._config.description or ""
        body = (
            '<main class="home">',
            f"<h1>{escape(title)}</h1>",
            f'<p class="lead">{escape(description)}</p>' if description else "",
            WORKSPACE,
            SEARCH,
            *self._lists(),
            "</main>",
        )
        return self._document("index.html", StaticPage(title, description, "home", body))

    def shared(self) -> bytes:
        """The page of a notebook that is in the URL's fragment, where its script finds it."""
        body = (
            self._banner(SHARED),
            f'<main class="notebook">{SHARED_NOSCRIPT}</main>',
        )
        config_element = self._page(SHARED).config_element("notebooks")
        return self._document(
            SHARED, StaticPage("A shared notebook", "", "shared", body, config_element)
        )

    def search(self) -> bytes:
        """The index of the home page's search."""
        entries = [
            {"url": quote(page_path(path)), "title": summary.title, "text": summary.text}
            for path in self._published.notebooks
            if (summary := self.summary(path))
        ]
        return json.dumps(entries, ensure_ascii=False).encode(errors="replace")

    def summary(self, path: str) -> Summary:
        if path not in self._summaries:
            content, _ = notebooks.read(self._published.read(path), path)
            self._summaries[path] = summarize(content, PurePosixPath(path).stem)
        return self._summaries[path]

    def _lists(self) -> Iterator[str]:
        """The lists of notebooks, grouped by folder."""
        paths = sorted(self._published.notebooks, key=lambda path: (str(folder_of(path)), path))
        for folder, group in groupby(paths, key=folder_of):
            if folder:
                yield f"<h2>{escape(folder)}</h2>"
            yield '<ul class="notebooks">'
            for path in group:
                summary = self.summary(path)
                yield (
                    f'<li data-path="{escape(path, quote=True)}">'
                    f'<a href="{quote(page_path(path))}">{escape(summary.title)}</a>'
                    f"<p>{escape(summary.description)}</p></li>"
                )
            yield "</ul>"

    def _document(self, at: str, page: StaticPage) -> bytes:
        app_page = self._page(at)
        html = document(
            page.title,
            head=[
                csp_meta(),
                f'<meta name="description" content="{escape(page.description, quote=True)}">',
                '<meta name="color-scheme" content="light dark">',
                f'<meta name="generator" content="wasmnb {__version__}">',
                *app_page.favicons()[:1],
                page.config_element,
                *app_page.tags(page.entry),
            ],
            body=list(page.body),
            attributes='class="wasmnb-published"',
            language=self._config.language,
        )
        return html.encode(errors="replace")

    def _banner(self, at: str, *links: str) -> str:
        page = self._page(at)
        files = page.files("hydrate")
        home = f'<a href="{path_to_root(at)}index.html">{escape(self._config.title)}</a>'
        return banner(home, files["css"], files["js"], *links)

    def _page(self, at: str) -> AppPage:
        config = self._config
        context = SiteContext(path_to_root(at), config.title, self._kernel_lock, config.runtime)
        return AppPage(Path("/"), config.assets, config.index, site=context)

    def _maker(self, path: str) -> Callable[[], bytes]:
        return lambda: self.notebook(path)

    def _frame(self) -> str:
        """A digest of everything that a page is made from besides the folder's files."""
        config = self._config
        return combined(
            code_digest(__name__, without=INPUTS),
            *map(version, RENDERERS),
            mathjax_version(),
            (config.assets / "static" / "manifest.json").read_text("utf-8"),
            (config.runtime / "manifest.json").read_text("utf-8"),
            repr((config.title, config.description, config.language, config.index)),
            repr(self._kernel_lock),
        )


def page_file(path: str, source: str, make: Callable[[], bytes]) -> File:
    return File(path, "pages", source, make)


def combined(*parts: str) -> str:
    return sha256("\0".join(parts).encode(errors="backslashreplace")).hexdigest()


def banner(home: str, styles: list[str], scripts: list[str], *links: str) -> str:
    """The header of a notebook's page, with the URLs that its script loads to run it."""
    run = (
        f'<span class="run" data-styles="{" ".join(styles)}" '
        f'data-scripts="{" ".join(scripts)}" hidden></span>'
    )
    return f'<header class="banner">{home}<nav>{run}{"".join(links)}</nav></header>'


def links(root: str, path: str) -> Iterator[str]:
    """Links to the notebook in the workspace, and to its file."""
    workspace = f"{root}lab/index.html?path={quote(path, safe='')}"
    yield f'<a href="{escape(workspace)}">Open in the workspace</a>'
    yield f'<a href="{root}files/{quote(path)}" download>Download</a>'


def contents_of(headings: tuple[Heading, ...]) -> str:
    """A table of contents, if the notebook has several headings."""
    if len(headings) < 3:  # noqa: PLR2004  a shorter one helps nobody
        return ""
    items = "".join(
        f'<li class="level-{heading.level}"><a href="#{quote(heading.anchor)}">'
        f"{escape(heading.text)}</a></li>"
        for heading in headings
    )
    return f'<details class="contents"><summary>Contents</summary><ul>{items}</ul></details>'
