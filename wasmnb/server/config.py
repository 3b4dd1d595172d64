"""The settings of one server, as `wasmnb serve` reads them from its command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from wasmnb.gateway.upstream import Upstream
from wasmnb.limits import LIMITS, Limits
from wasmnb.manifest import ASSETS
from wasmnb.network import is_loopback

# The files that a notebook's code can reach: its own folder, or all that is served.
Reach = Literal["folder", "all"]


@dataclass(frozen=True)
class Config:
    """Settings that do not change while the server runs."""

    folder: Path
    ip: str = "127.0.0.1"
    port: int = 8888
    token: str = ""
    start: str = "/lab"
    browser: bool = True
    index: str | None = None
    debug: bool = False
    follow_symlinks: bool = False
    kernel_files: Reach = "folder"
    trash: bool = False
    certfile: Path | None = None
    keyfile: Path | None = None
    log_json: bool = False
    upstream: Upstream | None = None
    assets: Path = ASSETS
    limits: Limits = LIMITS

    @property
    def is_confined(self) -> bool:
        """Whether a notebook's code reaches its own folder and no more."""
        return self.kernel_files == "folder"

    @property
    def is_local(self) -> bool:
        """Whether only programs on this computer can reach the server."""
        return is_loopback(self.ip)
