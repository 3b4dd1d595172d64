"""Our kernels, installed as users install them, for the stock Jupyter clients."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager
from wasmnb_zmq.kernelspec import SPECS, install

from ..ports import manager

DEADLINE = 30

type Start = Callable[..., "Talk"]


class Talk:
    """A stock client that talks to a kernel."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def run(self, code: str) -> list[tuple[str, str]]:
        """The outputs of a cell, and how it went."""
        outputs: list[tuple[str, str]] = []

        def note(message: dict[str, object]) -> None:
            match message:
                case {"msg_type": "stream", "content": {"name": str(name), "text": str(text)}}:
                    outputs.append((name, text))
                case {"msg_type": "execute_result", "content": {"data": {"text/plain": str(text)}}}:
                    outputs.append(("result", text))
                case {"msg_type": "error", "content": {"ename": str(name)}}:
                    outputs.append(("error", name))

        self.client.execute_interactive(code, allow_stdin=False, timeout=DEADLINE, output_hook=note)
        return outputs

    def run_until_printed(self, code: str) -> str:
        """Send a cell and wait until it prints; its message's id."""
        msg_id: str = self.client.execute(code)
        while (message := self.iopub())["msg_type"] != "stream" or parent(message) != msg_id:
            pass
        return msg_id

    def iopub(self) -> dict[str, Any]:
        """The next message for every client."""
        message: dict[str, Any] = self.client.get_iopub_msg(timeout=DEADLINE)
        return message

    def reply(self, msg_id: str) -> dict[str, object]:
        """The content of the reply to a request."""
        while True:
            reply = self.client.get_shell_msg(timeout=DEADLINE)
            if parent(reply) == msg_id:
                content: dict[str, object] = reply["content"]
                return content


def parent(message: dict[str, Any]) -> str | None:
    """The id of what caused a message."""
    found: str | None = message["parent_header"].get("msg_id")
    return found


@contextmanager
def talking(name: str) -> Iterator[Talk]:
    """A kernel, from its start to its end."""
    started = manager(name)
    started.start_kernel()
    client = started.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=DEADLINE)
        yield Talk(started, client)
    finally:
        client.stop_channels()
        started.shutdown_kernel()


@pytest.fixture(scope="package", autouse=True)
def specs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Every kernel of ours is installed, and its history and settings go to a folder."""
    data = tmp_path_factory.mktemp("jupyter")
    for spec in SPECS.values():
        install(spec, spec.name, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(data))
        patch.setenv("IPYTHONDIR", str(data / "ipython"))
        yield data


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a kernel by its name, for this test."""
    with ExitStack() as kernels:
        yield lambda name: kernels.enter_context(talking(name))
