"""Finds a Chromium for Playwright: its own if it is installed, else the system's."""

import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright

from wasmnb.errors import Unusable

# Options for the system's Chromium in a container: as root, without a GPU or a network.
SYSTEM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXECUTABLES = ("chromium", "chromium-browser", "google-chrome")


def launch_arguments(playwright: Playwright) -> dict[str, Any]:
    """Arguments for Playwright's `launch`; Unusable if there is no Chromium."""
    if Path(playwright.chromium.executable_path).exists():
        return {}
    executable = next(filter(None, map(shutil.which, EXECUTABLES)), None)
    if not executable:
        raise Unusable("No Chromium was found. Run: playwright install chromium")
    return {"executable_path": executable, "args": SYSTEM_OPTIONS}
