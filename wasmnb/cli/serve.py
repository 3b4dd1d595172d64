"""The `wasmnb serve` command: its options, and the server that runs with them."""

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
from wasmnb.gateway.spawn import spawned_server
from wasmnb.gateway.upstream import Upstream, parse_upstream
from wasmnb.log import set_up
from wasmnb.network import listen
from wasmnb.pages.app_page import NOT_BUILT, AppPage
from wasmnb.server.config import Config
from wasmnb.server.run import server_for

ALL_INTERFACES = ("0.0.0.0", "::")  # noqa: S104  only compared with


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serving = commands.add_parser(
        "serve",
        help="open a folder of notebooks in the browser",
        description="Serve a folder of notebooks and open it in the browser.",
    )
    add = serving.add_argument
    add(
        "folder",
        nargs="?",
        default=".",
        metavar="FOLDER",
        help="folder to serve, or a notebook to open (default: .)",
    )
    add(
        "--port",
        type=port,
        default=8888,
        help="port; the next free one if it is in use (default: 8888)",
    )
    add("--ip", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    add("--no-browser", action="store_true", help="do not open a browser")
    add("--token", help="access token, '' for none (default: $WASMNB_TOKEN, or a random one)")
    add("--index", metavar="URL", help="package index that %%pip uses in notebooks")
    add(
        "--jupyter",
        metavar="URL",
        help="also offer the kernels of this Jupyter Server; `auto` starts one on this computer",
    )
    add("--jupyter-token", metavar="TOKEN", help="that server's token (default: $JUPYTER_TOKEN)")
    add(
        "--follow-symlinks",
        action="store_true",
        help="allow symbolic links that lead out of the folder",
    )
    add(
        "--kernel-files",
        choices=("folder", "all"),
        default="folder",
        help="files that a notebook's code can use: its own folder, or everything that is served "
        "(default: folder)",
    )
    add(
        "--no-trash",
        action="store_true",
        help="delete files permanently instead of moving them to the trash",
    )
    add("--certfile", type=Path, metavar="FILE", help="certificate for HTTPS (PEM)")
    add(
        "--keyfile",
        type=Path,
        metavar="FILE",
        help="private key of the certificate, if it is not in the same file",
    )
    add("--debug", action="store_true", help="log every request")
    add("--log-json", action="store_true", help="log as JSON, one object per line")
    serving.set_defaults(run=run_serve)


def run_serve(options: argparse.Namespace) -> None:
    config = config_from(options, os.environ.get("WASMNB_TOKEN", ""))
    token = options.jupyter_token or os.environ.get("JUPYTER_TOKEN", "")
    with upstream_server(options.jupyter, token, config.folder) as upstream:
        serve(replace(config, upstream=upstream))


def port(text: str) -> int:
    number = int(text) if text.isdecimal() else -1
    if number not in range(65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; ports are 0 to 65535")
    return number


def config_from(options: argparse.Namespace, environment_token: str) -> Config:
    """The Config that the options state; Unusable if it cannot be served."""
    folder, start = folder_and_start(Path(options.folder))
    token = options.token
    if token is None:
        token = environment_token or secrets.token_hex(24)
    config = Config(
        folder=folder,
        ip={"*": "0.0.0.0", "": "0.0.0.0"}.get(options.ip, options.ip),  # noqa: S104  the user asks for it
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
    check_certificate(config)
    if not token and not config.is_local:
        raise Unusable(
            f"Without a token anyone who reaches {config.ip} could change your files; "
            "give --token, or listen on 127.0.0.1."
        )
    return config


def check_certificate(config: Config) -> None:
    """Unusable if the certificate and its key cannot be used."""
    if not config.certfile:
        if config.keyfile:
            raise Unusable("--keyfile needs a certificate, too; give --certfile.")
        return
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(
            config.certfile, config.keyfile, password=""
        )
    except OSError as error:  # includes ssl.SSLError
        raise Unusable(
            f"The certificate {str(config.certfile)!r} and its key cannot be used: {error}."
        ) from error


@contextmanager
def upstream_server(url: str | None, token: str, folder: Path) -> Iterator[Upstream | None]:
    """The Jupyter Server of `--jupyter`, checked to accept us; Unusable if it is not one."""
    if url is None:
        yield None
        return
    if missing := [name for name in ("httpx", "websockets") if find_spec(name) is None]:
        raise Unusable(
            f"--jupyter needs {' and '.join(missing)}; run: pip install 'wasmnb[compare]'"
        )
    from wasmnb.gateway.proxy import Gateway  # noqa: PLC0415  its imports need the extra `compare`

    if url != "auto" and not url.startswith(("http://", "https://")):
        raise Unusable(f"--jupyter is {url!r}; give http://HOST:PORT or https://..., or `auto`.")
    server = spawned_server(folder) if url == "auto" else nullcontext(parse_upstream(url, token))
    with server as upstream:
        with closing(Gateway(upstream)) as gateway:
            gateway.check()
        yield upstream


def folder_and_start(argument: Path) -> tuple[Path, str]:
    """The folder to serve and the page to open first: a notebook's, if the argument is one."""
    if not argument.exists():
        raise Unusable(f"There is no folder {str(argument)!r}; create it, or give another.")
    path = argument.resolve()
    if path.is_dir():
        return path, "/lab"
    if path.suffix == ".ipynb":
        return path.parent, f"/lab/tree/{quote(path.name)}"
    raise Unusable(
        f"{str(argument)!r} is neither a folder nor a notebook; give the folder that it is in."
    )


def serve(config: Config) -> None:
    """Run the server until it is stopped by Ctrl-C or SIGTERM."""
    set_up(debug=config.debug, as_json=config.log_json)
    socket = listen(config.ip, config.port)
    requested_port, config = config.port, replace(config, port=socket.getsockname()[1])
    server = server_for(config)
    # uvicorn raises the signal again after its shutdown; with this handler the exit code is 0.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    print_lines(greeting(config, requested_port))
    with browser_opened(url(config)) if config.browser else nullcontext():
        server.run(sockets=[socket])


def greeting(config: Config, requested_port: int) -> list[str]:
    """The lines that are printed when the server is ready."""
    lines = [f"Serving {config.folder}"]
    if requested_port not in (0, config.port):
        lines.append(f"Port {requested_port} is in use; this server uses port {config.port}.")
    if not os.access(config.folder, os.W_OK):
        lines.append(
            "You cannot write to this folder: notebooks can be opened and run, but not saved."
        )
    if not AppPage(config.folder, config.assets).is_built():
        lines.append(NOT_BUILT)
    if config.upstream:
        lines.append(
            f"The kernels of the Jupyter Server at {config.upstream.url} are available, too."
        )
    return [*lines, f"Open {url(config)}", "Stop with Ctrl-C."]


def print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr, flush=True)


def url(config: Config) -> str:
    """The URL to open, with the token in it."""
    name = "127.0.0.1" if config.ip in ALL_INTERFACES else config.ip
    host = f"[{name}]" if ":" in name else name
    query = f"?{urlencode({'token': config.token})}" if config.token else ""
    scheme = "https" if config.certfile else "http"
    return f"{scheme}://{host}:{config.port}{config.start}{query}"
