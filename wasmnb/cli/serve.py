"""The `wasmnb serve` command: its options become a Config, and a server runs with it."""

import argparse
import os
import secrets
import signal
import ssl
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlencode

from wasmnb.cli.open_browser import browser_opened
from wasmnb.contents.trash import has_trash
from wasmnb.errors import Unusable
from wasmnb.gateway.spawn import stock_server
from wasmnb.gateway.upstream import Address, address
from wasmnb.log import set_up
from wasmnb.network import listen
from wasmnb.pages.app_page import MISSING, Page
from wasmnb.server.config import Config
from wasmnb.server.run import server_for

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  compared with, to say that others can reach it


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serving = commands.add_parser(
        "serve", help="open a folder of notebooks", description="Open a folder of notebooks."
    )
    add = serving.add_argument
    add(
        "folder",
        nargs="?",
        default=".",
        metavar="FOLDER",
        help="or one notebook in it (default: .)",
    )
    add("--port", type=port, default=8888, help="if it is taken, one of the next (default: 8888)")
    add("--ip", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    add("--no-browser", action="store_true", help="do not open a browser")
    add("--token", help="what lets readers in (default: $WASMNB_TOKEN, or a new one); '' for none")
    add("--index", metavar="URL", help="package index that %%pip asks in notebooks")
    add(
        "--jupyter",
        metavar="URL",
        help="also use the kernels of that Jupyter Server; `auto`: start one on this computer",
    )
    add("--jupyter-token", metavar="TOKEN", help="what lets us in there (default: $JUPYTER_TOKEN)")
    add("--follow-symlinks", action="store_true", help="links may lead out of the folder")
    add(
        "--kernel-files",
        choices=("folder", "all"),
        default="folder",
        help="what a notebook's code may reach: its own folder, or all that is served "
        "(default: folder)",
    )
    add("--no-trash", action="store_true", help="delete for good, also where there is a trash")
    add("--certfile", type=Path, metavar="FILE", help="encrypt: the server's certificate (PEM)")
    add("--keyfile", type=Path, metavar="FILE", help="its private key, if not in that file")
    add("--debug", action="store_true", help="log every request")
    add("--log-json", action="store_true", help="log in JSON, an object a line")
    serving.set_defaults(run=run_serve)


def run_serve(options: argparse.Namespace) -> None:
    chosen = config(options, os.environ.get("WASMNB_TOKEN", ""))
    token = options.jupyter_token or os.environ.get("JUPYTER_TOKEN", "")
    with jupyter_beside(options.jupyter, token, chosen.folder) as jupyter:
        serve(replace(chosen, jupyter=jupyter))


def port(text: str) -> int:
    number = int(text) if text.isdecimal() else -1
    if number not in range(65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; ports are 0 to 65535")
    return number


def config(options: argparse.Namespace, environment_token: str) -> Config:
    """What the options mean; Unusable if that cannot be served."""
    folder, start = folder_and_start(Path(options.folder))
    token = options.token
    if token is None:
        token = environment_token or secrets.token_hex(24)
    chosen = Config(
        folder=folder,
        ip={"*": "0.0.0.0", "": "0.0.0.0"}.get(options.ip, options.ip),  # noqa: S104  asked for
        port=options.port,
        token=token,
        start=start,
        browser=not options.no_browser,
        index=options.index,
        debug=options.debug,
        follow_symlinks=options.follow_symlinks,
        kernel_files=options.kernel_files,
        trash=not options.no_trash and has_trash(folder),
        certfile=options.certfile,
        keyfile=options.keyfile,
        log_json=options.log_json,
    )
    check_certificate(chosen)
    if not token and not chosen.is_local:
        raise Unusable(
            f"Without a token anyone who reaches {chosen.ip} could change your files; "
            "give --token, or listen on 127.0.0.1."
        )
    return chosen


def check_certificate(config: Config) -> None:
    """Unusable if the certificate and its key cannot be used."""
    if not config.certfile:
        if config.keyfile:
            raise Unusable("A private key is of no use without a certificate; give --certfile.")
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            config.certfile, config.keyfile, password=""
        )
    except OSError as error:  # which ssl.SSLError is
        raise Unusable(
            f"The certificate {str(config.certfile)!r} and its key cannot be used: {error}."
        ) from error


@contextmanager
def jupyter_beside(given: str | None, token: str, folder: Path) -> Iterator[Address | None]:
    """The Jupyter Server that is asked for, which lets us in; Unusable if there is none."""
    if given is None:
        yield None
        return
    if missing := [name for name in ("httpx", "websockets") if find_spec(name) is None]:
        raise Unusable(
            f"--jupyter needs {' and '.join(missing)}, not installed here. Install wasmnb[compare]."
        )
    from wasmnb.gateway.proxy import Jupyter  # noqa: PLC0415  the extra `compare` brings what it needs

    if given != "auto" and not given.startswith(("http://", "https://")):
        raise Unusable(f"--jupyter is {given!r}; give http://HOST:PORT or https://..., or `auto`.")
    found = stock_server(folder) if given == "auto" else nullcontext(address(given, token))
    with found as jupyter:
        with closing(Jupyter(jupyter)) as server:
            server.check()
        yield jupyter


def folder_and_start(given: Path) -> tuple[Path, str]:
    """The folder to serve and the page to open first: a notebook's, if one is given."""
    if not given.exists():
        raise Unusable(f"There is no folder {str(given)!r}; make it first, or name another.")
    found = given.resolve()
    if found.is_dir():
        return found, "/lab"
    if found.suffix == ".ipynb":
        return found.parent, f"/lab/tree/{quote(found.name)}"
    raise Unusable(f"{str(given)!r} is not a folder and not a notebook; name the folder it is in.")


def serve(config: Config) -> None:
    """Run the server until it is told to stop."""
    set_up(debug=config.debug, as_json=config.log_json)
    door = listen(config.ip, config.port)
    asked, config = config.port, replace(config, port=door.getsockname()[1])
    server = server_for(config)
    # uvicorn has handlers of its own while it runs; after it, to have been stopped is a success.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, server.handle_exit)
    say(greeting(config, asked))
    with browser_opened(url(config)) if config.browser else nullcontext():
        server.run(sockets=[door])


def greeting(config: Config, asked: int) -> list[str]:
    """What is printed when the server is ready."""
    lines = [f"Serving {config.folder}"]
    if asked not in (0, config.port):
        lines.append(f"Port {asked} is in use; this server has port {config.port}.")
    if not os.access(config.folder, os.W_OK):
        lines.append("The folder is read-only for you: notebooks can be opened and run, not saved.")
    if not Page(config.folder, config.assets).is_built():
        lines.append(MISSING)
    if config.jupyter:
        lines.append(f"The kernels of the Jupyter Server at {config.jupyter.url} are there, too.")
    return [*lines, f"Open {url(config)}", "Stop with Ctrl-C."]


def say(lines: Sequence[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def url(config: Config) -> str:
    """The address to open, which lets in whoever has it."""
    name = "127.0.0.1" if config.ip in EVERYWHERE else config.ip
    host = f"[{name}]" if ":" in name else name
    query = f"?{urlencode({'token': config.token})}" if config.token else ""
    scheme = "https" if config.certfile else "http"
    return f"{scheme}://{host}:{config.port}{config.start}{query}"
