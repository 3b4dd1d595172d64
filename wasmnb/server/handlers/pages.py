"""Which page a person's address opens: JupyterLab, or one of Notebook 7's."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wasmnb.contents.manager import Contents
from wasmnb.pages.app_page import Page
from wasmnb.pages.preview import Ahead, ahead
from wasmnb.server.auth.auth import Auth
from wasmnb.server.requests import path_of


class PageHandlers:
    """The handlers of the addresses that people open."""

    def __init__(self, page: Page, contents: Contents, auth: Auth) -> None:
        self._page = page
        self._auth = auth
        self._contents = contents

    def home(self, _request: Request, _: bytes) -> Response:
        return RedirectResponse("/lab", 302)

    def lab(self, request: Request, _: bytes) -> Response:
        workspace = request.path_params.get("workspace", "default")
        return self._show(request, "lab", path_of(request), workspace)

    def tree(self, request: Request, _: bytes) -> Response:
        """A folder; a notebook or other file goes on to where it is shown."""
        model = self._contents.get(path_of(request), content=False)
        if model["type"] == "directory":
            return self._show(request, "tree", model["path"])
        shown = "notebooks" if model["type"] == "notebook" else "files"
        return RedirectResponse(f"/{shown}/{quote(model['path'])}", 302)

    def notebook(self, request: Request, _: bytes) -> Response:
        path = path_of(request)
        if self._contents.is_folder(path):
            return RedirectResponse(f"/tree/{quote(path)}", 302)
        return self._show(request, "notebooks", path, notebook=ahead(self._contents, path))

    def edit(self, request: Request, _: bytes) -> Response:
        return self._show(request, "edit", path_of(request))

    def console(self, request: Request, _: bytes) -> Response:
        return self._show(request, "consoles", path_of(request))

    def _show(
        self,
        request: Request,
        view: str,
        path: str,
        workspace: str = "default",
        notebook: Ahead | None = None,
    ) -> Response:
        key = self._auth.page_key(request.headers)
        html = self._page.html(view, path, workspace, key, notebook)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})
