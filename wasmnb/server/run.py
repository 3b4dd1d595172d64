"""Runs the application in uvicorn, with our limits and the log of `wasmnb.log`."""

import uvicorn

from wasmnb.server.app import application
from wasmnb.server.config import Config
from wasmnb.server.connection import Connection, TrustedProxyHeaders


def server_for(config: Config) -> uvicorn.Server:
    """The server for one folder, ready to be run on a socket."""
    level = "debug" if config.debug else "warning"
    return uvicorn.Server(
        uvicorn.Config(
            TrustedProxyHeaders(application(config)),
            http=Connection,
            proxy_headers=False,
            ws="websockets-sansio" if config.upstream else "none",
            ws_max_size=config.limits.content,
            ws_per_message_deflate=False,
            log_level=level,
            log_config=None,
            access_log=False,
            server_header=False,
            ssl_certfile=config.certfile,
            ssl_keyfile=config.keyfile,
            timeout_graceful_shutdown=int(config.limits.stop_seconds),
        )
    )
