"""The Chromium that Playwright drives: its own where that is installed, else the system's."""

import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from wasmnb.errors import Unusable

# Debian's Chromium, started where it runs as root, has no GPU and may reach no network.
SYSTEM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def launching(playwright: Playwright) -> dict[str, Any]:
    """What Playwright's `launch` takes; Unusable if there is no Chromium."""
    if Path(playwright.chromium.executable_path).exists():
        return {}
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if not found:
        raise Unusable(
            "A Chromium is needed, and none was found; `playwright install chromium` brings one."
        )
    return {"executable_path": found, "args": SYSTEM}
