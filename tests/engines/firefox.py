"""A stock Firefox, driven by WebDriver BiDi: https://w3c.github.io/webdriver-bidi/.

Playwright drives a Firefox of its own alone, which cannot be had everywhere.
"""

import json
import re
import shutil
import subprocess
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from websockets.sync.client import ClientConnection, connect

from ..serving import DEADLINE
from .tab import Refused, Tab

LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# It would ask its makers' hosts for news, experiments and captive portals.
SETTINGS = {
    "app.normandy.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
}


class FirefoxTab(Tab):
    """Its one tab."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = count()
        self._ask("session.new", capabilities={})
        [tab, *_] = self._ask("browsingContext.getTree")["contexts"]
        self._tab = tab["context"]

    def goto(self, url: str) -> None:
        self._ask("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def evaluate(self, script: str) -> Any:
        """What an expression comes to, which has to be a text, number, truth value or null."""
        found = self._ask(
            "script.evaluate",
            expression=script,
            target={"context": self._tab},
            awaitPromise=True,
            userActivation=True,
        )
        assert found["type"] == "success", found
        return found["result"].get("value")

    def _ask(self, method: str, **params: object) -> Any:
        """Send a command, and wait for what it comes to, past all events."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self._socket.recv(DEADLINE))).get("id") != number:
            pass
        if answer["type"] != "success":
            raise Refused(answer)
        return answer["result"]


NAMES = ("firefox-esr", "firefox")


def path() -> str | None:
    """Where it is, if there is one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def firefox() -> Iterator[FirefoxTab]:
    """A Firefox with a fresh profile."""
    command = [path() or "", "--headless", "--no-remote", "--remote-debugging-port=0"]
    with TemporaryDirectory() as profile:
        settings = (f"user_pref({json.dumps(n)}, {json.dumps(v)});" for n, v in SETTINGS.items())
        Path(profile, "user.js").write_text("\n".join(settings))
        with subprocess.Popen(  # noqa: S603
            [*command, "--profile", profile], stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr
            said = iter(process.stderr)
            listens = next(filter(None, map(LISTENS.search, said)), None)
            assert listens, "Firefox ended before it listened."
            reader = Thread(target=lambda: deque(said, 0))
            reader.start()
            try:
                with connect(f"{listens[1]}/session", max_size=None) as socket:
                    yield FirefoxTab(socket)
            finally:
                process.terminate()
                reader.join()
