"""The HTML pages that load JupyterLab, each with its configuration for JupyterLab's `PageConfig`.

The configuration is JSON in `<script id="jupyter-config-data">`. It does not contain the token but
a key, which is valid together with the session cookie (wasmnb.server.auth.keys).
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
from wasmnb.pages.preview import Preview

NOT_BUILT = (
    "This copy of wasmnb has no browser assets yet (it is a source checkout). "
    "Run `make` in it, then reload this page."
)


@dataclass(frozen=True)
class View:
    """A page of JupyterLab or Notebook 7: the entry of its bundle, and its title."""

    entry: str
    title: str
    notebook_page: str | None = None


@dataclass(frozen=True)
class SiteContext:
    """The published site that a page belongs to."""

    base: str
    """The relative URL of the site's root, seen from the page."""
    title: str
    kernel_lock: tuple[str, int] | None = None
    """Path and size of the lock file that the site's kernels use instead of their own."""
    runtime: Path | None = None
    """The folder of the kernel's runtime, if it is not the one in the assets."""
    single_file: bool = False
    """Whether the page is a single file, with the files of its site embedded."""


@dataclass(frozen=True)
class ServerContext:
    """The settings of the server that a page needs to know."""

    has_trash: bool = False
    confined: bool = False
    """Whether a notebook's code can use only the files of its own folder."""
    jupyter: str | None = None
    """The name of the upstream Jupyter Server, if the server is a gateway to one."""


VIEWS: dict[str, View] = {
    "lab": View("lab", "wasmnb"),
    "tree": View("notebook", "Home", "tree"),
    "notebooks": View("notebook", "wasmnb - Notebook", "notebooks"),
    "edit": View("notebook", "wasmnb - Edit", "edit"),
    "consoles": View("notebook", "wasmnb - Console", "consoles"),
}

NOSCRIPT = (
    "<noscript>wasmnb runs Python in this page and needs JavaScript; "
    "allow it for this site and reload the page.</noscript>"
)

# Views that can start a kernel: they load Python early (prestart).
KERNEL_VIEWS = ("lab", "notebooks", "consoles")


class AppPage:
    """The pages of one server or of one page of a site."""

    def __init__(
        self,
        folder: Path,
        assets: Path,
        index: str | None = None,
        *,
        server: ServerContext | None = None,
        site: SiteContext | None = None,
    ) -> None:
        self._base = site.base if site else "/"
        self._site = site
        self._folder = folder
        self._assets = assets
        self._index = index
        self._server = server or ServerContext()

    def is_built(self) -> bool:
        return (self._assets / "static" / "manifest.json").is_file()

    def html(
        self,
        view: str,
        path: str = "",
        workspace: str = "default",
        key: str | None = None,
        preview: Preview | None = None,
    ) -> str:
        """The page of a view, with its key.

        A notebook's preview, if given, is displayed until JupyterLab has loaded.
        """
        if not self.is_built():
            return notice("wasmnb is not built yet", NOT_BUILT)
        page = VIEWS[view]
        head = [
            *([csp_meta()] if self._site else []),
            *self.favicons(),
            self.config_element(view, path, workspace, key),
            *(f'<script async src="{it}"></script>' for it in self.prestart_scripts(view)),
        ]
        attributes = f'data-notebook="{page.notebook_page or ""}"'
        if preview is None:
            head += self.tags(page.entry)
            attributes = f'class="jp-ThemedContainer" {attributes}'
            return document(page.title, head, [NOSCRIPT], attributes)
        early, app = self.files("served-notebook"), self.files("hydrate")
        head += (f'<link rel="stylesheet" href="{it}">' for it in early["css"])
        head += preloads(app)
        body = [
            NOSCRIPT,
            f'<main class="notebook" {preview.data} data-styles="{" ".join(app["css"])}" '
            f'data-scripts="{" ".join(app["js"])}">',
            f'<div class="cells">{preview.cells}</div></main>',
            *(f'<script src="{it}"></script>' for it in early["js"]),
        ]
        return document(page.title, head, body, f'class="wasmnb-preview" {attributes}')

    def favicons(self) -> list[str]:
        return [
            favicon(self._base, "idle", "favicon.svg", "icon"),
            favicon(self._base, "busy", "favicon-busy.svg", ""),
        ]

    def config_element(
        self, view: str, path: str = "", workspace: str = "default", key: str | None = None
    ) -> str:
        """The element with the configuration."""
        config = script_json(self.config(view, path, workspace, key))
        return f'<script id="jupyter-config-data" type="application/json">{config}</script>'

    def config(
        self, view: str, path: str, workspace: str = "default", key: str | None = None
    ) -> dict[str, Any]:
        """The configuration for JupyterLab's PageConfig."""
        notebook_page = VIEWS[view].notebook_page
        return {
            **PAGE_CONFIG,
            **{name: self._base + path for name, path in URL_PATHS.items()},
            "rootUri": self._folder.as_uri(),
            "serverRoot": str(self._folder),
            # Only views with a file browser open this path in it; the others read their URL.
            "treePath": path if view in ("lab", "tree") else "",
            "workspace": workspace,
            "delete_to_trash": self._server.has_trash,
            "mode": "multiple-document" if view == "lab" else "single-document",
            **({"notebookPage": notebook_page} if notebook_page else {}),
            "wasmnb": {
                "version": __version__,
                "pyodide": self._pyodide(),
                "index": self._index,
                "site": self._site
                and {
                    "title": self._site.title,
                    "singleFile": self._site.single_file,
                },
                "key": key,
                "confined": self._server.confined,
                "jupyter": self._server.jupyter,
            },
        }

    def files(self, entry: str) -> dict[str, list[str]]:
        """The URLs of the files that an entry of the bundle loads, by kind."""
        kinds = read_json(self._assets / "static" / "manifest.json")[entry]
        base = f"{self._base}static/"
        return {kind: [f"{base}{escape(name)}" for name in names] for kind, names in kinds.items()}

    def tags(self, entry: str) -> list[str]:
        """The elements that load an entry of the bundle."""
        files = self.files(entry)
        return [
            *(f'<link rel="preload" as="fetch" crossorigin href="{it}">' for it in files["fetch"]),
            *(f'<link rel="stylesheet" href="{it}">' for it in files["css"]),
            *(f'<script defer src="{it}"></script>' for it in files["js"]),
        ]

    def prestart_scripts(self, view: str) -> list[str]:
        """The URL of the script that starts Python while JupyterLab loads, if the view has one."""
        files = (self._pyodide() or {}).get("files", {}) if view in KERNEL_VIEWS else {}
        return [escape(files["prestart.js"]["path"])] if "prestart.js" in files else []

    def _pyodide(self) -> Any:
        folder = (self._site and self._site.runtime) or self._assets / "pyodide"
        manifest = folder / "manifest.json"
        if not manifest.is_file():
            return None
        pyodide = with_urls(read_json(manifest), folder, self._base)
        is_compressed = self._site and not self._site.single_file
        for name in PACKED & pyodide["files"].keys() if is_compressed else ():
            pyodide["files"][name]["path"] += PACKING
        if self._site and self._site.kernel_lock:
            path, size = self._site.kernel_lock
            pyodide["files"]["lock.json"] = {"path": self._base + path, "bytes": size}
        return pyodide


def preloads(files: Mapping[str, list[str]]) -> Iterator[str]:
    """The elements that preload files for a script."""
    for kind, names in files.items():
        destination = {"css": "style", "js": "script", "fetch": "fetch"}[kind]
        crossorigin = " crossorigin" if destination == "fetch" else ""
        yield from (
            f'<link rel="preload" as="{destination}"{crossorigin} href="{it}">' for it in names
        )


def favicon(base: str, state: str, name: str, rel: str) -> str:
    return (
        f'<link rel="{rel}" type="image/svg+xml" href="{base}static/favicons/{name}" '
        f'class="{state} favicon">'
    )


def script_json(value: Any) -> str:
    """JSON that a script element can hold: `</script>` and `<!--` cannot occur in it."""
    return json.dumps(value).replace("<", "\\u003c")
