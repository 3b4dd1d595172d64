"""`python -m wasmnb_zmq.wasm -f FILE`: the kernel in WebAssembly, for every Jupyter client.

Node runs Pyodide from the same files as the page; this process relays messages between Node's pipes
and ZMQ. Node can access one folder of this machine, if one is named. The protocol of the pipes:
kernels/zmq/node/pipe-protocol.ts.
"""

import argparse
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import IO
from uuid import uuid4

from wasmnb_kernel.message import MalformedMessage, Message, decode, encode, header

from . import nodejs
from .channels import EXIT_GRACE_SECONDS, Channels
from .connection import BadConnection, Connection
from .nodejs import CannotStart
from .parent import end_with_parent

HEAD = struct.Struct("<cHI")  # kind, length of the client's name, length of the rest
URGENT = {"interrupt_request", "shutdown_request"}  # they must reach busy code
NEEDED = ("SYSTEMROOT",)  # no program starts on Windows without it
EMPTY_ZIP = b"PK\5\6" + bytes(18)  # replaces Pyodide's library; ours is unpacked separately


class Relay:
    """Relays between a kernel in Node and the sockets of a connection."""

    def __init__(self, connection: Connection, command: list[str]) -> None:
        self._channels = Channels(connection, self._arrived)
        # A process group of its own: signals are forwarded as messages.
        self._node = subprocess.Popen(  # noqa: S603  Node, and files of ours
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={it: os.environ[it] for it in NEEDED if it in os.environ},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # on Windows
        )
        self._lock = threading.Lock()
        self._shutdown_requested = False

    def run(self) -> None:
        """Relay until the kernel ends."""
        signal.signal(signal.SIGINT, self._signalled)
        self._channels.start()
        farewell = threading.Timer(EXIT_GRACE_SECONDS, self._node.kill)
        answered = False
        for kind, client, data in messages(_pipe(self._node.stdout)):
            if kind == b"m":
                self._channels.send(data, client or None)
                answered |= self._shutdown_requested and decode(data).msg_type == "shutdown_reply"
            elif answered:
                break
            elif not farewell.is_alive():  # it may be sent more than once
                self._ended(data.decode())
                farewell.start()
        farewell.cancel()
        self._channels.close()
        self._node.kill()
        self._node.wait()

    def _arrived(self, data: bytes, client: str) -> None:
        """Accept a message in the channels' thread."""
        try:
            message = decode(data)
        except MalformedMessage:  # the kernel reports it
            self._tell(b"m", client, data)
            return
        urgent = message.channel == "control" and message.msg_type in URGENT
        self._shutdown_requested |= message.msg_type == "shutdown_request"
        self._tell(b"u" if urgent else b"m", client, data)

    def _signalled(self, _number: int, _frame: FrameType | None) -> None:
        self._tell(b"s")

    def _tell(self, kind: bytes, client: str = "", data: bytes = b"") -> None:
        name = client.encode()
        pipe = _pipe(self._node.stdin)
        with self._lock:
            pipe.write(HEAD.pack(kind, len(name), len(data)) + name + data)
            pipe.flush()

    def _ended(self, reason: str) -> None:
        """Send clients the reason why the kernel has ended, unless one of them requested it."""
        if self._shutdown_requested:
            return
        print(reason, file=sys.stderr, flush=True)
        head = header("stream", uuid4().hex)
        content = {"name": "stderr", "text": f"{reason}\n"}
        self._channels.send(encode(Message("iopub", head, content=content)), None)


def messages(output: IO[bytes]) -> Iterator[tuple[bytes, str, bytes]]:
    """The messages of Node until it ends: kind, client, and message or reason."""
    while head := output.read(HEAD.size):
        kind, client_length, length = HEAD.unpack(head)
        yield kind, output.read(client_length).decode(), output.read(length)


@dataclass(frozen=True)
class Folders:
    """The folders of this machine that a kernel uses."""

    assets: Path
    pyodide: Path
    """Pyodide's files under the names that it looks for (`lay_out`)."""
    runtime: Path
    """The manifest.json that Python starts from, and what it names."""
    packages: Path
    drive: Path | None
    """The folder that Python sees as its files; the only one that it may write to."""


def command(folders: Folders, path: str) -> list[str]:
    """The command that starts Node, with permissions for these folders alone."""
    drive = folders.drive
    arguments = [
        str(folders.pyodide),
        str(folders.packages),
        *([str(drive), path] if drive else []),
    ]
    readable = [folders.pyodide, folders.runtime, folders.packages]
    return nodejs.command(
        folders.assets, ["kernel.mjs", *arguments], readable, [drive] if drive else []
    )


def lay_out(folder: Path, runtime: Path, packages: Path) -> None:
    """Link Pyodide's files into a folder, under the names that it looks for."""
    try:
        files = json.loads((runtime / "manifest.json").read_text("utf-8"))["files"]
    except OSError as error:
        raise CannotStart(
            "This copy of wasmnb has no Pyodide. Build it with `make assets`."
        ) from error
    for name, file in files.items():
        if name != "lock.json":
            _link(runtime / file["path"], folder / name)
    own = packages / "lock.json"
    lock = own if own.is_file() else runtime / files["lock.json"]["path"]
    _link(lock, folder / "pyodide-lock.json")
    (folder / "python_stdlib.zip").write_bytes(EMPTY_ZIP)


def bundled_assets() -> Path:
    """The folder that the package wasmnb has its assets in, found without importing it."""
    spec = find_spec("wasmnb")
    if spec is None or spec.origin is None:
        raise CannotStart(
            "The package wasmnb, which has the files of the kernel, is not installed here. "
            "Install it, or name the folder of these files with --assets."
        )
    return Path(spec.origin).parent / "assets"


def main() -> None:
    """Run a kernel until a client ends it."""
    parser = argparse.ArgumentParser(prog="wasmnb_zmq.wasm", description="Python in WebAssembly.")
    parser.add_argument("-f", dest="file", type=Path, required=True, metavar="CONNECTION_FILE")
    parser.add_argument(
        "--folder", type=Path, help="the folder of this machine that Python can access"
    )
    parser.add_argument("--path", default="", help="Python's working folder in it")
    parser.add_argument("--assets", type=Path, help="the assets of the package wasmnb")
    parser.add_argument(
        "--runtime", type=Path, help="a folder with the manifest.json that Python starts from"
    )
    parser.add_argument("--packages", type=Path, help="a folder with a lock.json and its packages")
    options = parser.parse_args()
    folder = options.folder.resolve() if options.folder else None
    with tempfile.TemporaryDirectory(prefix="wasmnb-") as pyodide:
        try:
            connection = Connection.read(options.file)
            assets = (options.assets or bundled_assets()).resolve()
            runtime = options.runtime.resolve() if options.runtime else assets / "pyodide"
            packages = options.packages.resolve() if options.packages else runtime
            lay_out(Path(pyodide), runtime, packages)
            files = Path(pyodide).resolve()
            folders = Folders(assets, files, runtime, packages, folder)
            started = command(folders, options.path)
            relay = Relay(connection, started)
        except (BadConnection, CannotStart) as error:
            sys.exit(f"wasmnb_zmq.wasm: {error}")
        end_with_parent()
        relay.run()


def _link(file: Path, name: Path) -> None:
    try:
        name.symlink_to(file)
    except OSError:  # needs a privilege on Windows
        shutil.copyfile(file, name)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("Node was started without pipes.")
    return pipe


if __name__ == "__main__":
    main()
