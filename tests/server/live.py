"""The server as `wasmnb serve` runs it, in a thread of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Thread

from wasmnb.network import listen
from wasmnb.server.config import Config
from wasmnb.server.run import server_for


@contextmanager
def live(config: Config) -> Iterator[int]:
    """The port of a server that runs meanwhile."""
    door = listen("127.0.0.1", 0)
    port = door.getsockname()[1]
    server = server_for(replace(config, port=port))
    thread = Thread(target=server.run, args=[[door]])
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join()
