"""The README's command for a look at it, typed as it stands there."""

import os
import signal
import subprocess
from pathlib import Path
from queue import Queue
from threading import Thread

from playwright.sync_api import Page, expect

from ..serving import DEADLINE, listen

ROOT = Path(__file__).resolve().parents[2]


def test_make_demo_prints_an_address_that_shows_the_examples(page: Page) -> None:
    # Its set-up is this test run's own, and is not to be made again below the other tests.
    command = ["make", "--assume-old=assets", "demo", "options=--no-browser --port 0"]
    by_hand = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    with subprocess.Popen(  # noqa: S603  our own command
        command, cwd=ROOT, env=by_hand, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as demo:
        assert demo.stderr
        addresses: Queue[str] = Queue()
        listener = Thread(target=listen, args=(demo.stderr, addresses))
        listener.start()
        try:
            page.goto(addresses.get(timeout=DEADLINE))
            expect(page.locator(".jp-DirListing")).to_contain_text("welcome.ipynb")
        finally:
            os.killpg(demo.pid, signal.SIGTERM)
            listener.join()
