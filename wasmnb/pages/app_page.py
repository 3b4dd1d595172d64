"""The HTML page, and the settings that it carries for JupyterLab.

JupyterLab reads them from `<script id="jupyter-config-data">` by its `PageConfig`; the names are
those that jupyterlab_server and notebook give. The page does not carry the token but a key, which
is good together with the cookie of its reader (`keys`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from wasmnb import __version__
from wasmnb.manifest import PACKED, PACKING, read_json, with_urls
from wasmnb.pages.csp import csp_meta
from wasmnb.pages.html import document, notice
from wasmnb.pages.jupyter_config import PAGE_CONFIG, URL_PATHS
from wasmnb.pages.preview import Ahead

MISSING = (
    "This copy of wasmnb has no browser assets yet (it is a source checkout). "
    "Run `make` in it, then load this page again."
)


@dataclass(frozen=True)
class View:
    """A page that a URL opens: which scripts it loads, and what it is called."""

    entry: str
    title: str
    notebook_page: str | None = None


@dataclass(frozen=True)
class Place:
    """A page's place in a site: the way from it to the site's root, and what the site is called."""

    base: str
    title: str
    kernel_lock: tuple[str, int] | None = None
    """Where in the site, and how long, the lock file is that its kernels read instead of theirs."""
    runtime: Path | None = None
    """What its kernels start from, if that is another than the assets have."""
    alone: bool = False
    """Whether the page is all that there is, and has in itself what a site has beside it."""


@dataclass(frozen=True)
class Served:
    """What a page is told of the server that sends it."""

    has_trash: bool = False
    confined: bool = False
    """Whether a notebook's code reaches its own folder and no more."""
    jupyter: str | None = None
    """What the Jupyter Server beside it is called."""


VIEWS: dict[str, View] = {
    "lab": View("lab", "wasmnb"),
    "tree": View("notebook", "Home", "tree"),
    "notebooks": View("notebook", "wasmnb - Notebook", "notebooks"),
    "edit": View("notebook", "wasmnb - Edit", "edit"),
    "consoles": View("notebook", "wasmnb - Console", "consoles"),
}

WITHOUT_SCRIPT = (
    "<noscript>wasmnb runs Python in this page and needs JavaScript; "
    "allow it for this site and load the page again.</noscript>"
)

# Those that may open something that has a kernel.
RUNNING = ("lab", "notebooks", "consoles")


class Page:
    """The pages of one server."""

    def __init__(
        self,
        folder: Path,
        assets: Path,
        index: str | None = None,
        *,
        served: Served | None = None,
        site: Place | None = None,
    ) -> None:
        self._base = site.base if site else "/"
        self._site = site
        self._folder = folder
        self._assets = assets
        self._index = index
        self._served = served or Served()

    def is_built(self) -> bool:
        return (self._assets / "static" / "manifest.json").is_file()

    def html(
        self,
        view: str,
        path: str = "",
        workspace: str = "default",
        key: str | None = None,
        notebook: Ahead | None = None,
    ) -> str:
        """The page that shows a view of the file or folder at that path, with its key.

        A notebook, if it is given, is there before JupyterLab.
        """
        if not self.is_built():
            return notice("wasmnb is not built yet", MISSING)
        shown = VIEWS[view]
        head = [
            *([csp_meta()] if self._site else []),
            *self.favicons(),
            self.carried(view, path, workspace, key),
            *(f'<script async src="{it}"></script>' for it in self.early(view)),
        ]
        attributes = f'data-notebook="{shown.notebook_page or ""}"'
        if notebook is None:
            head += self.tags(shown.entry)
            attributes = f'class="jp-ThemedContainer" {attributes}'
            return document(shown.title, head, [WITHOUT_SCRIPT], attributes)
        ahead, whole = self.files("served-notebook"), self.files("hydrate")
        head += (f'<link rel="stylesheet" href="{it}">' for it in ahead["css"])
        head += preloads(whole)
        body = [
            WITHOUT_SCRIPT,
            f'<main class="notebook" {notebook.data} data-styles="{" ".join(whole["css"])}" '
            f'data-scripts="{" ".join(whole["js"])}">',
            f'<div class="cells">{notebook.cells}</div></main>',
            *(f'<script src="{it}"></script>' for it in ahead["js"]),
        ]
        return document(shown.title, head, body, f'class="wasmnb-ahead" {attributes}')

    def favicons(self) -> list[str]:
        return [
            favicon(self._base, "idle", "favicon.svg", "icon"),
            favicon(self._base, "busy", "favicon-busy.svg", ""),
        ]

    def carried(
        self, view: str, path: str = "", workspace: str = "default", key: str | None = None
    ) -> str:
        """The element that holds the configuration."""
        config = script_json(self.config(view, path, workspace, key))
        return f'<script id="jupyter-config-data" type="application/json">{config}</script>'

    def config(
        self, view: str, path: str, workspace: str = "default", key: str | None = None
    ) -> dict[str, Any]:
        """What JupyterLab's PageConfig is to know."""
        notebook_page = VIEWS[view].notebook_page
        return {
            **PAGE_CONFIG,
            **{name: self._base + path for name, path in URL_PATHS.items()},
            "rootUri": self._folder.as_uri(),
            "serverRoot": str(self._folder),
            # Only the views with a file browser open a path in it; the others read their address.
            "treePath": path if view in ("lab", "tree") else "",
            "workspace": workspace,
            "delete_to_trash": self._served.has_trash,
            "mode": "multiple-document" if view == "lab" else "single-document",
            **({"notebookPage": notebook_page} if notebook_page else {}),
            "wasmnb": {
                "version": __version__,
                "pyodide": self._pyodide(),
                "index": self._index,
                "site": self._site and {"title": self._site.title, "alone": self._site.alone},
                "key": key,
                "confined": self._served.confined,
                "jupyter": self._served.jupyter,
            },
        }

    def files(self, entry: str) -> dict[str, list[str]]:
        """The addresses of what an entry of the bundle loads, by kind."""
        kinds = read_json(self._assets / "static" / "manifest.json")[entry]
        at = f"{self._base}static/"
        return {kind: [f"{at}{escape(name)}" for name in names] for kind, names in kinds.items()}

    def tags(self, entry: str) -> list[str]:
        """The elements that load it."""
        files = self.files(entry)
        return [
            *(f'<link rel="preload" as="fetch" crossorigin href="{it}">' for it in files["fetch"]),
            *(f'<link rel="stylesheet" href="{it}">' for it in files["css"]),
            *(f'<script defer src="{it}"></script>' for it in files["js"]),
        ]

    def early(self, view: str) -> list[str]:
        """The address of the script that starts Python beside the interface, where there is one."""
        files = (self._pyodide() or {}).get("files", {}) if view in RUNNING else {}
        return [escape(files["prestart.js"]["path"])] if "prestart.js" in files else []

    def _pyodide(self) -> Any:
        folder = (self._site and self._site.runtime) or self._assets / "pyodide"
        manifest = folder / "manifest.json"
        if not manifest.is_file():
            return None
        told = with_urls(read_json(manifest), folder, self._base)
        beside = self._site and not self._site.alone
        for name in PACKED & told["files"].keys() if beside else ():
            told["files"][name]["path"] += PACKING
        if self._site and self._site.kernel_lock:
            path, size = self._site.kernel_lock
            told["files"]["lock.json"] = {"path": self._base + path, "bytes": size}
        return told


def preloads(files: Mapping[str, list[str]]) -> Iterator[str]:
    """The elements that fetch what a script will run."""
    for kind, names in files.items():
        how = {"css": "style", "js": "script", "fetch": "fetch"}[kind]
        crossing = " crossorigin" if how == "fetch" else ""
        yield from (f'<link rel="preload" as="{how}"{crossing} href="{it}">' for it in names)


def favicon(base: str, state: str, name: str, rel: str) -> str:
    return (
        f'<link rel="{rel}" type="image/svg+xml" href="{base}static/favicons/{name}" '
        f'class="{state} favicon">'
    )


def script_json(value: Any) -> str:
    """JSON that a script element can hold: `</script>` and `<!--` cannot occur in it."""
    return json.dumps(value).replace("<", "\\u003c")
