"""A Python that lacks what Windows lacks, on Linux: as far as one can see without a Windows.

Run as `python -m tests.portability.windows TASK ...`. Before anything of ours is imported, it

- hides the modules and the functions of `os` that only POSIX has,
- lets nobody open a folder,
- lets nobody rename, replace or remove a file that is open in this process
  (https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-createfilew, sharing modes),
- has `os.rename` refuse a name that is taken.
"""

import asyncio
import builtins
import ctypes
import importlib
import io
import multiprocessing.util
import os
import pkgutil
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
FUNCTIONS = {
    os: (
        *("chown", "fchmod", "fchown", "fork", "forkpty", "getegid", "geteuid", "getgid", "getuid"),
        *("getxattr", "killpg", "listxattr", "mkfifo", "sched_getaffinity", "setsid", "setxattr"),
        *("O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "pread", "pwrite", "sync"),
        *("uname", "WNOHANG"),
    ),
    signal: ("SIGHUP", "SIGKILL", "SIGUSR1", "pthread_kill", "setitimer"),
}
PACKAGES = ("wasmnb", "wasmnb_zmq", "wasmnb_kernel")
IN_BROWSER = "wasmnb_kernel.hosts."  # what runs in Pyodide alone, wherever that runs
OF_LINUX = ("platformdirs.unix", "asyncio.unix_events", "zmq.asyncio")  # chosen by sys.platform
SHARING_VIOLATION = 32


class Hidden(MetaPathFinder):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if fullname in MODULES:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


def like_windows() -> None:
    """Take away what Windows lacks. The standard library was imported before, and is Linux's."""
    platform.uname()  # remembered
    for name in OF_LINUX:
        importlib.import_module(name)
    shutil._use_fd_functions = False  # type: ignore[attr-defined]
    shutil._copyxattr = lambda *_, **__: None  # type: ignore[attr-defined]
    for name in MODULES:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, Hidden())
    for module, names in FUNCTIONS.items():
        for name in names:
            delattr(module, name)
    ctypes.CDLL = library_of(ctypes.CDLL)  # type: ignore[misc,assignment]
    os.open = opening(os.open)
    os.stat = without_devices(os.stat)  # type: ignore[assignment,unused-ignore]
    builtins.open = io.open = without_devices(open)  # type: ignore[assignment]
    os.rename = moving(os.rename, over=False)
    os.replace = moving(os.replace, over=True)
    os.unlink = os.remove = removing(os.unlink)


def library_of(cdll: Callable[..., Any]) -> Callable[..., Any]:
    def load(name: str | None, *args: Any, **named: Any) -> Any:
        if name is None:
            raise TypeError("argument of type 'NoneType' is not iterable")
        return cdll(name, *args, **named)

    return load


def without_devices[**P, T](system: Callable[P, T]) -> Callable[P, T]:
    def look(*args: P.args, **named: P.kwargs) -> T:
        if str(args[0]).startswith("/dev/"):
            raise FileNotFoundError(2, "No such file or directory", str(args[0]))
        return system(*args, **named)

    return look


def opening(system: Callable[..., int]) -> Callable[..., int]:
    def open_(path: Any, *args: Any, **named: Any) -> int:
        if os.path.isdir(path):  # noqa: PTH112
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return system(path, *args, **named)

    return open_


def moving(system: Callable[..., None], *, over: bool) -> Callable[..., None]:
    def move(old: Any, new: Any, **named: Any) -> None:
        if not over and os.path.lexists(new) and not os.path.samefile(old, new):  # noqa: PTH121
            raise FileExistsError(17, "File exists", os.fspath(new))
        if is_open(old) or is_open(new):
            refuse(old)
        system(old, new, **named)

    return move


def removing(system: Callable[..., None]) -> Callable[..., None]:
    def remove(path: Any, **named: Any) -> None:
        if is_open(path):
            refuse(path)
        system(path, **named)

    return remove


def is_open(path: Any) -> bool:
    """Whether a file, or one in a folder, is open in this process."""
    place = os.path.realpath(path)
    for descriptor in os.listdir("/proc/self/fd"):  # noqa: PTH208
        try:
            found = os.readlink(f"/proc/self/fd/{descriptor}")  # noqa: PTH115
        except OSError:
            continue
        if found == place or found.startswith(f"{place}/"):
            return True
    return False


def refuse(path: Any) -> NoReturn:
    error = PermissionError(13, "The file is in use by another process", os.fspath(path))
    error.winerror = SHARING_VIOLATION  # type: ignore[attr-defined,unused-ignore]
    raise error


def import_everything() -> None:
    """Import every module that does not run in a browser."""
    for package in map(importlib.import_module, PACKAGES):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.startswith(IN_BROWSER) and not found.name.endswith("__main__"):
                importlib.import_module(found.name)
                print(found.name)


async def serve(folder: Path) -> None:
    """Do to a folder what a reader's page asks for."""
    import httpx  # noqa: PLC0415  all that is not the standard library's comes after

    from wasmnb.server.app import application  # noqa: PLC0415
    from wasmnb.server.config import Config  # noqa: PLC0415

    app = application(Config(folder=folder, token="s3cret"))  # noqa: S106
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://127.0.0.1:8888",
        headers={"Authorization": "token s3cret"},
    ) as client:

        async def ask(method: str, url: str, status: int = 200, **body: Any) -> Any:
            answer = await client.request(method, url, json=body or None)
            assert answer.status_code == status, (method, url, answer.status_code, answer.text)
            return answer.json() if answer.content else None

        text: Any = {"type": "file", "format": "text"}
        await ask("PUT", "/api/contents/a.txt", 201, **text, content="one\n")
        await ask("PUT", "/api/contents/a.txt", **text, content="two\n")
        assert (folder / "a.txt").read_bytes() == b"two\n"
        assert (await ask("GET", "/api/contents/a.txt"))["content"] == "two\n"
        await ask("PATCH", "/api/contents/a.txt", path="b.txt")
        await ask("PUT", "/api/contents/c.txt", 201, **text, content="three\n")
        await ask("PATCH", "/api/contents/c.txt", 409, path="b.txt")
        with (folder / "b.txt").open():
            refused = await ask("PUT", "/api/contents/b.txt", 403, **text, content="four")
            assert refused["message"].startswith("'b.txt' is open in another program")
        assert (await client.get("/files/b.txt")).text == "two\n"
        part = await client.get("/files/c.txt", headers={"Range": "bytes=0-3"})
        assert (part.status_code, part.text) == (206, "thre")

        await ask("PUT", "/api/contents/up.bin", 201, type="file", format="base64", chunk=1,
                  content="YQ==")  # fmt: skip
        assert len((await ask("GET", "/api/contents"))["content"]) == 2, "hidden until complete"
        await ask("PUT", "/api/contents/up.bin", 201, type="file", format="base64", chunk=-1,
                  content="Yg==")  # fmt: skip
        assert (folder / "up.bin").read_bytes() == b"ab"

        await ask("POST", "/api/contents/b.txt/checkpoints", 201)
        await ask("PUT", "/api/contents/b.txt", **text, content="four")
        await ask("POST", "/api/contents/b.txt/checkpoints/checkpoint", 204)
        assert (folder / "b.txt").read_text() == "two\n"

        await ask("PUT", "/api/contents/d", 201, type="directory")
        await ask("PUT", "/api/contents/d/a.ipynb", 201, type="notebook")
        await ask("POST", "/api/contents", 201, copy_from="d")
        assert (folder / "d-Copy1" / "a.ipynb").is_file()
        (folder / ".~0123456789abcdef.tmp").write_text("half")
        (folder / ".~0123456789abcdee.tmp").mkdir()
        await ask("GET", "/api/contents")
        await ask("DELETE", "/api/contents/b.txt", 204)
        names = sorted(os.listdir(folder))  # noqa: PTH208
        assert names == [".ipynb_checkpoints", "c.txt", "d", "d-Copy1", "up.bin"], names


def main(task: str, *arguments: str) -> None:
    like_windows()
    if task == "import":
        import_everything()
    else:
        asyncio.run(serve(Path(*arguments)))


# Imported for the standard library's sake: what it looks up in `os` at its own import is there.
_ = (builtins, multiprocessing.util, subprocess, tempfile)

if __name__ == "__main__":
    main(*sys.argv[1:])
