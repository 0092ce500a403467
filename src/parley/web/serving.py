"""The server itself: one process that answers, workers that solve, and an orderly end."""

from __future__ import annotations

import logging
import os
import socket
import sys
from typing import TYPE_CHECKING, Any, cast

from parley import extras
from parley.errors import InputError
from parley.web.settings import Settings, checked

if TYPE_CHECKING:
    import uvicorn

BACKLOG = 2048  # connections that wait to be taken
SWITCH = 0.0005  # seconds for which a thread that draws a page may hold up the loop at a time
LINGER = 5  # seconds that open answers get when the server is told to stop


def server(settings: Settings) -> uvicorn.Server:
    """A server that is ready to run. Raises InputError where the settings are not safe, or the libraries are not there."""
    checked(settings)
    try:
        import starlette  # noqa: F401
        import uvicorn
    except ImportError as error:
        raise extras.without(error.name or "starlette", "parley serve") from None
    from parley.web.pool import begin

    if settings.warm:
        begin()
    from parley.web.app import make_app
    from parley.web.connections import Connections

    config = uvicorn.Config(
        make_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        ws="none",
        http=cast(Any, Connections(settings.head_seconds).connect),
        timeout_keep_alive=10,
        timeout_graceful_shutdown=LINGER,
        h11_max_incomplete_event_size=32_768,
    )
    return uvicorn.Server(config)


def _taken(settings: Settings) -> socket.socket:
    """The address, taken before it is announced; port 0 is any that is free. Raises InputError where it cannot be had."""
    try:
        return socket.create_server(
            (settings.host, settings.port),
            family=socket.AF_INET6 if ":" in settings.host else socket.AF_INET,
            backlog=BACKLOG,
        )
    except OSError as error:
        why = f"{settings.host}:{settings.port} cannot be taken ({os.strerror(error.errno or 0).lower()})"
        hint = "Name another with --port; 0 is any"
        raise InputError("parley serve", why, "a free port of this machine", hint) from None


def serve(settings: Settings) -> None:
    """Nothing, once the server was told to stop (Ctrl-C or SIGTERM); open answers are finished first."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    sys.setswitchinterval(SWITCH)
    running = server(settings)
    with _taken(settings) as held:
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        sys.stderr.write(f"parley: http://{shown}:{held.getsockname()[1]}/ (stop with Ctrl-C)\n")
        running.run(sockets=[held])
