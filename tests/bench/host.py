"""A host of static files, as good as ours: `python -m tests.bench.host FOLDER`.

Files come compressed where that was done beforehand, are kept by browsers where their names say
that they last, and may share memory.
"""

import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from wasmnb.network import listen
from wasmnb.server.handlers.static import StaticAssets
from wasmnb.server.headers import SecurityHeaders


def main(folder: Path) -> None:
    with listen("127.0.0.1", 0) as listening:
        print(f"Open http://127.0.0.1:{listening.getsockname()[1]}/", file=sys.stderr)
        app = SecurityHeaders(Starlette(routes=[Mount("/", StaticAssets(folder))]))
        uvicorn.Server(uvicorn.Config(app, log_level="error")).run([listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
