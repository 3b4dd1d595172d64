"""The handlers of pages for people: JupyterLab, and the views of Notebook 7."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from wasmnb.contents.manager import Contents
from wasmnb.pages.app_page import AppPage
from wasmnb.pages.preview import Preview, preview
from wasmnb.server.auth.auth import Auth
from wasmnb.server.requests import path_of


class PageHandlers:
    """Handlers, one for each view."""

    def __init__(self, page: AppPage, contents: Contents, auth: Auth) -> None:
        self._page = page
        self._auth = auth
        self._contents = contents

    def home(self, _request: Request, _: bytes) -> Response:
        return RedirectResponse("/lab", 302)

    def lab(self, request: Request, _: bytes) -> Response:
        workspace = request.path_params.get("workspace", "default")
        return self._show(request, "lab", path_of(request), workspace)

    def tree(self, request: Request, _: bytes) -> Response:
        """The view of a folder; a notebook or other file is redirected to its own view."""
        model = self._contents.stat(path_of(request))
        if model["type"] == "directory":
            return self._show(request, "tree", model["path"])
        view = "notebooks" if model["type"] == "notebook" else "files"
        return RedirectResponse(f"/{view}/{quote(model['path'])}", 302)

    def notebook(self, request: Request, _: bytes) -> Response:
        path = path_of(request)
        if self._contents.is_folder(path):
            return RedirectResponse(f"/tree/{quote(path)}", 302)
        return self._show(request, "notebooks", path, preview=preview(self._contents, path))

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
        preview: Preview | None = None,
    ) -> Response:
        key = self._auth.page_key(request.headers)
        html = self._page.html(view, path, workspace, key, preview)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})
