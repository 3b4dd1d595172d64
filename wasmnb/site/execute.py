"""Executes notebooks while a site is built, with the kernel and the packages that readers get.

They run in a copy of the folder, so that the folder does not change. Results are cached by a digest
of everything that a notebook can read.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from shutil import copyfile, copytree
from tempfile import TemporaryDirectory

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from platformdirs import user_cache_path
from wasmnb_zmq.nodejs import CannotStart, find_node

from wasmnb import __version__
from wasmnb.contents import notebooks
from wasmnb.errors import Unusable
from wasmnb.site.config import SiteConfig
from wasmnb.site.options import NO_LIMIT
from wasmnb.site.packages.download_cache import write_atomically
from wasmnb.site.packages.environment import Environment
from wasmnb.site.packages.requirements import is_python
from wasmnb.site.published import PublishedFolder

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
START_TIMEOUT_S = 120  # for a kernel to start


def execute_notebooks(
    config: SiteConfig,
    published: PublishedFolder,
    environment: Environment | None,
    notice: Callable[[str], None],
) -> dict[str, bytes]:
    """The executed Python notebooks, by path; Unusable if one fails."""
    paths = [path for path in published.notebooks if is_python(read(published, path))]
    cached = {path: cache_file(config, published, environment, path) for path in paths}
    if new := [path for path in paths if not cached[path].is_file()]:
        with new_runner(config, published, environment) as runner:
            for path in new:
                notice(f"Running {path}")
                write_atomically(cached[path], runner.run(path, read(published, path)))
    return {path: file.read_bytes() for path, file in cached.items()}


def read(published: PublishedFolder, path: str) -> notebooks.Notebook:
    content, _ = notebooks.read(published.read(path), path)
    return content


def cache_file(
    config: SiteConfig, published: PublishedFolder, environment: Environment | None, path: str
) -> Path:
    """The cache entry of a notebook's run; another one once anything that it can read changes."""
    readable = {
        other: hashed
        for other, hashed in published.files.items()
        if other == path or not other.endswith(".ipynb")
    }
    manifest = (config.runtime / "manifest.json").read_text("utf-8")
    lock = environment.path if environment else None
    limits = [config.allow_errors, config.allow_errors and config.timeout]
    inputs = json.dumps([__version__, path, readable, manifest, lock, *limits])
    name = sha256(inputs.encode(errors="backslashreplace")).hexdigest()
    return user_cache_path("wasmnb") / "executed" / f"{name}.ipynb"


class Runner:
    """Runs notebooks in a copy of the folder, with packages that a kernel there can load."""

    def __init__(self, folder: Path, packages: Path | None, config: SiteConfig) -> None:
        self._folder = folder
        self._packages = packages
        self._config = config

    def run(self, path: str, content: notebooks.Notebook) -> bytes:
        """The executed notebook."""
        manager = AsyncKernelManager(kernel_spec_manager=SingleKernelSpec(self._spec(path)))
        running = 0

        def runs(cell: object, cell_index: int) -> None:  # noqa: ARG001  nbclient names both
            nonlocal running
            running = cell_index + 1

        client = NotebookClient(
            content,
            km=manager,
            allow_errors=self._config.allow_errors,
            # The cell then ends with an error, and the next one runs.
            interrupt_on_timeout=self._config.allow_errors,
            error_on_timeout={"ename": "TimeoutError", "evalue": "", "traceback": []},
            on_cell_execute=runs,
            ipython_hist_file="",  # an option of another kernel
            record_timing=False,
            startup_timeout=START_TIMEOUT_S,
            timeout=None if self._config.timeout == NO_LIMIT else self._config.timeout,
        )
        client.owns_km = True  # it ends the kernel, and closes its sockets
        try:
            client.execute()
        except CellExecutionError as error:
            raise Unusable(
                f"{path!r}, cell {running} fails when it is run:\n{COLOURS.sub('', str(error))}\n"
                "--allow-errors builds the site with it."
            ) from error
        except CellTimeoutError as error:
            raise Unusable(
                f"{path!r}, cell {running} was still running after {self._config.timeout} s, the "
                "--timeout. Give it longer (-1: as long as it takes), tag the cell "
                "'skip-execution' to keep the outputs that it has, or let --allow-errors "
                "interrupt it."
            ) from error
        except (DeadKernelError, RuntimeError) as error:
            raise Unusable(f"{path!r} cannot be run: {error}") from error
        data, *_ = notebooks.write(content, path)
        return data

    def _spec(self, path: str) -> KernelSpec:
        arguments = {
            "--folder": str(self._folder),
            "--path": path.rpartition("/")[0],
            "--runtime": str(self._config.runtime),
            **({"--packages": str(self._packages)} if self._packages else {}),
        }
        options = [word for option in arguments.items() for word in option]
        module = [sys.executable, "-m", "wasmnb_zmq.wasm", "-f", "{connection_file}"]
        return KernelSpec(argv=[*module, *options], language="python")


class SingleKernelSpec(KernelSpecManager):
    """Knows one kernel, whichever a notebook names."""

    def __init__(self, spec: KernelSpec) -> None:
        super().__init__()
        self._spec = spec

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002
        return self._spec


@contextmanager
def new_runner(
    config: SiteConfig, published: PublishedFolder, environment: Environment | None
) -> Iterator[Runner]:
    """A runner in a temporary copy of the folder."""
    try:
        find_node()
    except CannotStart as error:
        raise Unusable(f"--execute: {error}") from error
    with TemporaryDirectory(prefix="wasmnb-run-") as work:
        folder, packages = Path(work, "folder"), Path(work, "packages")
        for path in published.listings:
            (folder / path).mkdir(parents=True, exist_ok=True)
        for path in published.files:
            (folder / path).write_bytes(published.read(path))
        if environment:
            copy_packages(environment, packages, config.runtime)
        yield Runner(folder, packages if environment else None, config)


def copy_packages(environment: Environment, packages: Path, runtime: Path) -> None:
    """Copies the packages beside their lock file, as on the site."""
    copytree(runtime / "wheels", packages / "wheels")
    for path, _, file in environment.files():
        target = packages / path.removeprefix("pyodide/")
        target.parent.mkdir(parents=True, exist_ok=True)
        copyfile(file, target)
    (packages / "lock.json").write_bytes(environment.kernel_lock)
