"""Opens the browser without showing the token to other users of the computer.

All users can read command lines. So the browser gets the URL of a private file, which redirects to
the server; Jupyter does the same.
"""

import os
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

from wasmnb.pages.html import client_redirect


@contextmanager
def browser_opened(url: str) -> Iterator[None]:
    """Open a URL in the browser, from a thread; the private file exists until the block ends."""
    with private_page(url) as page:
        threading.Thread(target=webbrowser.open, args=[page.as_uri()], daemon=True).start()
        yield


@contextmanager
def private_page(url: str) -> Iterator[Path]:
    """A page that redirects to a URL and that only this user can read."""
    folder = Path(jupyter_runtime_dir())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    page = folder / f"wasmnb-{os.getpid()}-open.html"
    page.unlink(missing_ok=True)
    with os.fdopen(os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(client_redirect(url))
    try:
        yield page
    finally:
        page.unlink(missing_ok=True)
