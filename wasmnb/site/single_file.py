"""A single HTML file of one notebook, which opens from a disk, can be read at once, and runs.

Files that a site has beside its pages are embedded in the page: compressed with gzip, encoded in
base64. The page's script serves them under the URLs that they would have on a site.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from gzip import compress
from hashlib import sha256
from html import escape
from mimetypes import guess_type
from pathlib import Path

from wasmnb import __version__
from wasmnb.contents import notebooks
from wasmnb.manifest import SIBLINGS, read_json
from wasmnb.pages.app_page import AppPage, SiteContext
from wasmnb.pages.csp import SINGLE_FILE_CSP, csp_meta
from wasmnb.pages.html import document, notebook_data
from wasmnb.site.links import NotebookLinks, page_path
from wasmnb.site.pages import banner, contents_of
from wasmnb.site.prepare import PreparedSite
from wasmnb.site.render.mathjax import MathJax
from wasmnb.site.render.notebook import render
from wasmnb.site.render.summary import summarize

ROOT = "./"
CHUNKS = "static/chunks.js"
URL = re.compile(r"url\(([^)\"':]+)\)")


def single_file(site: PreparedSite) -> bytes:
    """The HTML file of the one notebook that the site has."""
    [path] = site.published.files
    return SingleFile(site).page(path).encode(errors="replace")


class SingleFile:
    """The page, and everything that it embeds."""

    def __init__(self, site: PreparedSite) -> None:
        self._config = config = site.config
        self._published = site.published
        self._environment = site.environment
        self._static = config.assets / "static"
        context = SiteContext(
            ROOT, config.title, site.kernel_lock, config.runtime, single_file=True
        )
        self._page = AppPage(Path("/"), config.assets, config.index, site=context)
        self._entries = read_json(self._static / "manifest.json")

    def page(self, path: str) -> str:
        data = self._published.read(path)
        content, _ = notebooks.read(data, path)
        summary = summarize(content, Path(path).stem)
        rendered = render(content, NotebookLinks(self._published, path, page_path(path)), MathJax())
        script = self._own("js")
        hashed = b64encode(sha256(script.encode()).digest()).decode()
        return document(
            summary.title,
            head=[
                csp_meta(SINGLE_FILE_CSP.format(script=hashed)),
                f'<meta name="description" content="{escape(summary.description, quote=True)}">',
                '<meta name="color-scheme" content="light dark">',
                f'<meta name="generator" content="wasmnb {__version__}">',
                self._page.config_element("notebooks", path),
                f"<style>{self._own('css')}</style>",
            ],
            body=[
                banner(
                    f"<span>{escape(path)}</span>",
                    self._page.files("hydrate")["css"],
                    [f"{ROOT}{CHUNKS}", *self._page.files("hydrate")["js"]],
                    download(path, data),
                ),
                f'<main class="notebook" {notebook_data(path, content)}>',
                contents_of(rendered.headings),
                rendered.html,
                "</main>",
                # After the content, so that browsers draw that first.
                *(embedded(at, packed) for at, packed in self._embedded()),
                f"<script>{script}</script>",
            ],
            attributes='class="wasmnb-published"',
            language=self._config.language,
        )

    def _own(self, kind: str) -> str:
        """The page's own script or style."""
        names = self._entries["single-file"][kind]
        return "".join((self._static / name).read_text(encoding="utf-8") for name in names)

    def _embedded(self) -> Iterator[tuple[str, bytes]]:
        """The embedded files: the path that each has on a site, and its compressed bytes."""
        yield CHUNKS, pack(b"\n;".join(file.read_bytes() for file in self._scripts()))
        for kind, names in self._entries["hydrate"].items():
            for name in names:
                data = (self._static / name).read_bytes()
                yield f"static/{name}", pack(self._inlined(data) if kind == "css" else data)
        for theme in sorted(self._static.glob("themes/**/*.css")):
            at = theme.relative_to(self._config.assets).as_posix()
            yield at, pack(self._inlined(theme.read_bytes()))
        yield from self._python()

    def _scripts(self) -> Iterator[Path]:
        """The chunks that JupyterLab loads on demand."""
        entries = tuple(f"{name}." for name in self._entries)
        for file in sorted(self._static.glob("*.js")):
            if not file.name.startswith(entries):
                yield file

    def _inlined(self, style: bytes) -> bytes:
        """A style sheet with its fonts and images inlined as data URLs."""

        def inline(found: re.Match[str]) -> str:
            file = self._static / found[1].partition("#")[0].partition("?")[0]
            return f"url({data_url(file)})" if file.is_file() else "url(data:,)"

        return URL.sub(inline, style.decode()).encode()

    def _python(self) -> Iterator[tuple[str, bytes]]:
        folder = self._config.runtime
        lock = read_json(folder / "manifest.json")["files"]["lock.json"]["path"]
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder).as_posix()
            is_about = name == "manifest.json" or file.suffix in SIBLINGS.values()
            is_replaced = self._environment is not None and name == lock
            if file.is_file() and not is_about and not is_replaced:
                yield f"pyodide/{name}", packed(file)
        if self._environment:
            yield self._environment.path, pack(self._environment.kernel_lock)
            for at, _, file in self._environment.files():
                yield at, pack(file.read_bytes())


def embedded(path: str, packed: bytes) -> str:
    """The element of an embedded file; with this type, browsers do not run it."""
    kind = guess_type(path)[0] or ""
    return (
        f'<script type="application/octet-stream" data-embedded="{escape(ROOT + path)}" '
        f'data-type="{kind}">{b64encode(packed).decode()}</script>'
    )


def packed(file: Path) -> bytes:
    """The compressed file: the variant that the asset build made, if it did."""
    there = file.with_name(f"{file.name}.gz")
    return there.read_bytes() if there.is_file() else pack(file.read_bytes())


def pack(data: bytes) -> bytes:
    return compress(data, mtime=0)


def download(path: str, data: bytes) -> str:
    """The download link, from whose data URL the script takes the notebook, too."""
    url = f"data:application/x-ipynb+json;base64,{b64encode(data).decode()}"
    return f'<a href="{url}" download="{escape(path, quote=True)}">Download</a>'


def data_url(file: Path) -> str:
    kind = guess_type(file.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{b64encode(file.read_bytes()).decode()}"
