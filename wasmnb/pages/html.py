"""HTML documents: their common frame, and small ones such as the log-in page."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from wasmnb.contents.notebooks import part


def login(message: str, target: str) -> str:
    """The page that asks for the token."""
    return document(
        "wasmnb - Log in",
        head=[STYLE],
        body=[
            "<h1>Log in to wasmnb</h1>",
            f'<p role="alert">{escape(message)}</p>' if message else "",
            "<p>The token is in the URL that <code>wasmnb serve</code> printed at its start.</p>",
            f'<form method="post" action="/login?next={quote(target, safe="")}">',
            '<label>Token <input type="password" name="token" autofocus required></label>',
            "<button>Log in</button>",
            "</form>",
        ],
    )


def key_handover(key: str) -> str:
    """The pop-up after a renewed log-in; the page that opened it reads the key and closes it."""
    return document(
        "wasmnb - Logged in",
        head=[STYLE],
        body=[
            "<h1>You are logged in</h1>",
            "<p>You can close this window and continue in the other one.</p>",
            f'<script id="wasmnb-key" type="text/plain">{escape(key)}</script>',
        ],
    )


def notice(title: str, message: str) -> str:
    """A page with one message."""
    return document(
        title,
        head=[STYLE],
        body=[
            f"<h1>{escape(title)}</h1>",
            f"<p>{escape(message)}</p>",
            '<p><a href="/">Home</a></p>',
        ],
    )


def client_redirect(url: str) -> str:
    """A page that redirects to another by `<meta http-equiv="refresh">`.

    Unlike an HTTP redirect, it makes the next request same-site. Browsers then send cookies that
    are `SameSite=Strict`, even if the reader followed a link on another site.
    """
    refresh = f'<meta http-equiv="refresh" content="0;url={escape(url)}">'
    return document("wasmnb", head=[refresh], body=[f'<a href="{escape(url)}">Continue</a>'])


def notebook_data(path: str, notebook: Mapping[str, Any]) -> str:
    """Attributes that tell a page's script the notebook's path, kernel and language."""
    kernel = part(notebook, "metadata", "kernelspec")
    # Only a kernel writes `language_info`.
    info = part(notebook, "metadata", "language_info")
    language = info.get("name") or kernel.get("language") or ""
    data = {"path": path, "kernel": kernel.get("name", ""), "language": language}
    return " ".join(f'data-{name}="{escape(str(value))}"' for name, value in data.items())


STYLE = (
    "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:4em auto;padding:0 1em}"
    "input,button{font:inherit;padding:.25em .5em}</style>"
)


def document(
    title: str, head: list[str], body: list[str], attributes: str = "", language: str = "en"
) -> str:
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{escape(language, quote=True)}">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{escape(title)}</title>",
            *head,
            "</head>",
            f"<body {attributes}>" if attributes else "<body>",
            *body,
            "</body>",
            "</html>\n",
        ]
    )
