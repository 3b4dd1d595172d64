"""WebKit, Safari's engine, as GTK has it, driven by WebDriver: https://www.w3.org/TR/webdriver2/.

Playwright drives a WebKit of its own alone, which cannot be had everywhere.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from ..ports import port
from ..serving import DEADLINE
from .tab import Refused, Tab

DRIVER = "WebKitWebDriver"
SCREEN = "Xvfb"


class WebKitTab(Tab):
    """Its one tab."""

    def __init__(self, driver: httpx.Client) -> None:
        self._driver = driver
        self._session = ""
        made = self._ask("", {"capabilities": {}})
        self._session = f"/{made['sessionId']}"
        self._ask("/timeouts", {"script": DEADLINE * 1000, "pageLoad": DEADLINE * 1000})

    def goto(self, url: str) -> None:
        self._ask("/url", {"url": url})

    def evaluate(self, script: str) -> Any:
        done = "const done = arguments[arguments.length - 1];"
        found = f"(async () => ({script}))().then(value => [value], error => String(error))"
        answer = self._ask("/execute/async", {"script": f"{done}{found}.then(done)", "args": []})
        assert isinstance(answer, list), answer
        return answer[0]

    def _ask(self, command: str, content: dict[str, Any]) -> Any:
        answer = self._driver.post(f"/session{self._session}{command}", json=content)
        value = answer.json()["value"]
        if answer.is_error:
            raise Refused(value)
        return value


def is_there() -> bool:
    """Whether there is one, and a screen for it."""
    return shutil.which(DRIVER) is not None and shutil.which(SCREEN) is not None


@contextmanager
def webkit() -> Iterator[WebKitTab]:
    """A WebKit that keeps nothing."""
    number = port()
    with (
        _running(SCREEN, "-displayfd", "1", "-screen", "0", "1280x800x24") as screen,
        _running(DRIVER, f"--port={number}", DISPLAY=f":{_line(screen)}"),
        httpx.Client(
            base_url=f"http://127.0.0.1:{number}",
            timeout=2 * DEADLINE,
            transport=httpx.HTTPTransport(retries=8),  # until it listens
        ) as driver,
    ):
        yield WebKitTab(driver)


@contextmanager
def _running(*command: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    env = os.environ | more
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            yield process
        finally:
            process.terminate()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()
