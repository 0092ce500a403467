"""Open connections: each has some seconds to say what it wants, and those that say nothing make room for the others.

The server's own protocol reads and writes; this stands between it and the line, and knows by the gate (guard.py) when a
request begins and ends. A connection waits where no whole head of a request has come since it was opened or last answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, cast

STATE = "parley_connection"  # under which a request's state names its connection
MOST_OPEN = 512  # connections; beyond them the one that has waited longest is closed
SPARE_FILES = 64  # open files that are left for all else
TAKING_SECONDS, TAKEN_LEAST = 30.0, 30_000  # bytes of an answer that must be taken within them


class Connections:
    """The open connections of one server. Lives as long as the server, as the connections do that it counts."""

    def __init__(self, head_seconds: float, most: int = MOST_OPEN) -> None:
        self.head_seconds, self.most = head_seconds, min(most, most_files() - SPARE_FILES)
        self.open: set[Connection] = set()
        self.waiting: dict[Connection, float] = {}  # since when, in the order in which they began to wait
        self.clock: asyncio.TimerHandle | None = None

    def connect(
        self, config: Any, server_state: Any, app_state: Mapping[str, Any], _loop: Any = None
    ) -> asyncio.Protocol:
        """A protocol for a new connection, as the server makes them."""
        from uvicorn.protocols.http.auto import AutoHTTPProtocol

        made = Connection(self)
        make: Any = AutoHTTPProtocol
        made.inner = make(
            config=config, server_state=server_state, app_state={**app_state, STATE: made}, _loop=_loop
        )  # fmt: skip
        return made

    def opened(self, connection: Connection) -> None:
        """One more; the one that has waited longest gives way where there are too many."""
        self.open.add(connection)
        if len(self.open) > self.most and self.waiting:
            next(iter(self.waiting)).give_up()

    def wait(self, connection: Connection) -> None:
        """One that has nothing to answer: its time runs."""
        loop = connection.loop
        self.waiting[connection] = loop.time()
        if self.clock is None:
            self.clock = loop.call_later(self.head_seconds, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Closes those whose time is over; one clock serves them all, for they wait in order."""
        now, self.clock = loop.time(), None
        while self.waiting:
            connection, since = next(iter(self.waiting.items()))
            if now < since + self.head_seconds:
                self.clock = loop.call_at(since + self.head_seconds, self._look, loop)
                return
            connection.give_up()


class Connection(asyncio.Protocol):
    """One connection: the server's protocol, whose time runs while no request is being answered."""

    inner: asyncio.Protocol
    transport: asyncio.Transport
    line: Line

    def __init__(self, all_open: Connections) -> None:
        self.all, self.loop = all_open, asyncio.get_running_loop()
        self.requests = 0  # that are being answered: a second one may begin as the first ends
        self.taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The server's own, and its time runs."""
        self.transport = cast(asyncio.Transport, transport)  # or another loop's, which is like it
        self.line = Line(self.transport)
        self.inner.connection_made(cast(asyncio.Transport, self.line))
        self.all.wait(self)
        self.all.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server's own, and the clocks stop."""
        self._stop()
        if self.taking is not None:
            self.taking.cancel()
        self.all.open.discard(self)
        self.inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """The server's own."""
        self.inner.data_received(data)

    def eof_received(self) -> bool | None:
        """The server's own."""
        return self.inner.eof_received()

    def pause_writing(self) -> None:
        """The server's own; who does not take his answer is not waited for without end."""
        self.inner.pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """The server's own."""
        self.inner.resume_writing()

    @contextmanager
    def serving(self) -> Iterator[None]:
        """While a request is being answered no time runs: a solve takes its own."""
        self._stop()
        self.requests += 1
        try:
            yield
        finally:
            self.requests -= 1
            self._watch()
            if not self.requests and not self.transport.is_closing():
                self.all.wait(self)

    def give_up(self) -> None:
        """Closes the connection, once what was written to it is taken."""
        self._stop()
        self.transport.close()

    def _stop(self) -> None:
        self.all.waiting.pop(self, None)

    def _watch(self) -> None:
        """Sees to it that what was written is taken, in whatever time that needs, but not by drops."""
        left = self.transport.get_write_buffer_size()
        if left and self.taking is None:
            self.taking = self.loop.call_later(TAKING_SECONDS, self._look, left)

    def _look(self, before: int) -> None:
        self.taking, left = None, self.transport.get_write_buffer_size()
        if left > before - TAKEN_LEAST and left:
            self.transport.abort()
        else:
            self._watch()


class Line:
    """A transport. What is written within `with` goes out at once: each write is a call of the system, and a packet."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport, self.held = transport, list[bytes]()
        self.write = transport.write

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def __enter__(self) -> None:
        self.write = self.held.append

    def __exit__(self, *_: object) -> None:
        self.write = self.transport.write
        if self.held:
            self.write(b"".join(self.held))
            self.held.clear()

    def close(self) -> None:
        """Writes what is held, and closes."""
        self.__exit__()
        self.transport.close()


def line_of(scope: Mapping[str, Any]) -> AbstractContextManager[None]:
    """The line on which a request came; nothing, where the server is not ours."""
    connection = scope.get("state", {}).get(STATE)
    return connection.line if connection else nullcontext()


def most_files() -> int:
    """How many files this process may have open; connections are files."""
    try:
        import resource
    except ImportError:  # another system
        return MOST_OPEN + SPARE_FILES
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_OPEN + SPARE_FILES if soft == resource.RLIM_INFINITY else soft
