"""A server of parley's pages, started by tests as a process of its own."""

from __future__ import annotations

import socket

SERVE = "import parley.web.serving, parley.web.settings\nparley.web.serving"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
