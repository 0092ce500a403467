"""Bytes as they come over a line: whole HTTP requests to the application, and messages of an assistant to the MCP server."""

from __future__ import annotations

import asyncio
import atexit
import io
import json
import logging
import re
import shutil
import socket
from functools import cache
from pathlib import Path
from typing import Any

from fuzz_mutations import Files

from fuzz_seeds.reader import Reader
from parley.errors import InputError, NoAnswerError

LOCAL = b"Host: localhost\r\nConnection: close\r\n"
PATHS = (
    b"/api/v1/law/rate?product=9503000073&origin=CHN&on=2025-05-02", b"/api/v1/law/find?words=toys&on=2025-05-02",
    b"/api/v1/record/list?actor=CHN&on=2025-05-02", b"/problems", b"/static/style.css",
    b"/suggest?words=toy", b"/record?on=2025-05-02&known=2025-05-02", b"/files",
)  # fmt: skip
BODIES = {
    b"trade/solve": {"on": "2025-05-02", "drop": ["s301"]},
    b"brief": {"on": "2025-05-02"},
}
OURS = re.compile(rb"Traceback|site-packages|a fault of ours|Internal Server Error")
SHORT = 0.2  # seconds within which a request must have come: nothing more is sent
LONG = 300.0  # seconds after which a connection that is not closed is a finding, on a machine that does other work too
REFUSED = ("503", "504")  # of answers of 500 or more: there is no solver here, and a body may not come whole


def _requests() -> list[Files]:
    gets = [b"GET %b HTTP/1.1\r\n%bAccept: text/html\r\n\r\n" % (path, LOCAL) for path in PATHS]
    posts = [_post(b"/api/v1/" + path, json.dumps(body).encode(), b"application/json") for path, body in BODIES.items()]
    parts = {b'name="kind"': b"duties", b'name="file"; filename="a.csv"': b"id,product\n1,9503\n"}
    form = b"".join(b"--b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % pair for pair in parts.items())
    posts.append(_post(b"/files", form + b"--b--\r\n", b"multipart/form-data; boundary=b"))
    chunks = posts[0].replace(b"Content-Length", b"Transfer-Encoding: chunked\r\nX-Length")
    chunked = chunks.replace(b"\r\n\r\n", b"\r\n\r\n%x\r\n" % len(chunks.partition(b"\r\n\r\n")[2])) + b"\r\n0\r\n\r\n"
    return [{"mine": raw} for raw in (*gets, *posts, chunked)]


def _post(path: bytes, body: bytes, kind: bytes) -> bytes:
    return b"POST %b HTTP/1.1\r\n%bContent-Type: %b\r\nContent-Length: %d\r\n\r\n%b" % (
        path,
        LOCAL,
        kind,
        len(body),
        body,
    )


def _requested(path: Path) -> object:
    """Every answer has a status of HTTP that is no fault of ours and shows nothing of ours; the connection is closed in time."""
    loop, config, life = _server()
    answer = loop.run_until_complete(_answered(config, life.state, path.read_bytes()))
    assert not answer or answer.startswith(b"HTTP/1.1 "), answer[:200]
    assert not OURS.search(answer), answer[:2000]
    found = [line[9:12].decode() for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    assert all(status < "500" or status in REFUSED for status in found), answer[:2000]
    if not found or (found[0] >= "400" and b"no solver here" not in answer):
        raise InputError("a request", "refused")
    return answer


async def _answered(config: Any, state: dict[str, Any], raw: bytes) -> bytes:
    """All that comes back on a connection of its own until it is closed."""
    from uvicorn.server import ServerState

    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    with ours:
        ours.setblocking(False)
        await loop.connect_accepted_socket(lambda: config.http_protocol_class(config, ServerState(), state), theirs)
        return await asyncio.wait_for(_exchanged(loop, ours, raw), LONG)


async def _exchanged(loop: asyncio.AbstractEventLoop, line: socket.socket, raw: bytes) -> bytes:
    sending, parts = asyncio.ensure_future(loop.sock_sendall(line, raw)), []
    try:
        while part := await loop.sock_recv(line, 65_536):
            parts.append(part)
    except ConnectionResetError:
        pass
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    return b"".join(parts)


@cache
def _server() -> tuple[asyncio.AbstractEventLoop, Any, Any]:
    """The server's own protocol and application on a loop of ours, without workers: what they are asked is refused as busy."""
    from parley.web import app
    from parley.web.pool import Pool
    from parley.web.problems import Problem
    from parley.web.serving import server
    from parley.web.settings import Settings

    class NoWorkers(Pool):
        async def start(self) -> None:
            pass

        async def run(self, *_: Any, **__: Any) -> bytes:
            raise Problem(503, "server", "no solver here")

    app.Pool = NoWorkers
    loop = asyncio.new_event_loop()
    config = server(Settings(warm=False, head_seconds=SHORT, body_seconds=SHORT, wait_seconds=SHORT)).config
    for name in ("uvicorn.error", "parley.web", "asyncio", "python_multipart"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    config.timeout_keep_alive = SHORT  # pyright: ignore[reportAttributeAccessIssue]
    config.load()
    life = config.lifespan_class(config)
    loop.run_until_complete(life.startup())
    files: Any = config.app
    atexit.register(shutil.rmtree, files.app.app.state.uploads.home, True)
    return loop, config, life


def _messages() -> list[Files]:
    asked = [
        ("tools/list", {}), ("resources/list", {}), ("resources/templates/list", {}), ("ping", {}),
        ("tools/call", {"name": "explain_rate", "arguments": {"product": "8517", "origin": "China", "on": "2025-05-02"}}),
        ("tools/call", {"name": "cite", "arguments": {"on": "2025-05-02", "act": "us-eo-14257"}}),
        ("tools/call", {"name": "contradictions", "arguments": {"on": "2025-05-02"}}),
        ("resources/read", {"uri": "parley://glossary/origin"}), ("resources/read", {"uri": "parley://acts/us-eo-14257"}),
        ("resources/read", {"uri": "parley://answers/find_product?words=toys&on=2025-05-02"}),
    ]  # fmt: skip
    return [
        {"mine": _line({"id": n, "method": method, "params": params})} for n, (method, params) in enumerate(asked, 7)
    ]


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n"


def _told(path: Path) -> object:
    """Every line that comes back is a message; none tells of a fault of ours, and the server goes on: a later ping is answered."""
    import anyio

    start = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    head = _line({"id": "start", "method": "initialize", "params": start}) + _line(
        {"method": "notifications/initialized"}
    )
    raw = head + path.read_bytes() + b"\n" + _line({"id": "end", "method": "ping"})
    found = [json.loads(line) for line in anyio.run(_served, raw).split("\n") if line]
    assert {"start", "end"} <= {str(message.get("id")) for message in found}, found
    assert not OURS.search(json.dumps(found).encode()), found
    asked = [m for m in found if m.get("id") not in ("start", "end")]
    if any("error" in m or m.get("result", {}).get("isError") for m in asked) or not asked:
        raise NoAnswerError("a message", "refused")
    return found


async def _served(raw: bytes) -> str:
    """All that the server says to what it hears; it hears no end before it has answered."""
    import anyio
    from mcp.server.stdio import stdio_server

    from parley.mcp.server import server

    made, out = server(), io.StringIO()
    heard = _Heard(raw, out)
    async with stdio_server(heard, anyio.wrap_file(out)) as (incoming, outgoing):  # pyright: ignore[reportArgumentType]
        await made.run(incoming, outgoing, made.create_initialization_options())
    return out.getvalue()


class _Heard:
    """Lines of standard input, as the server reads them; the end comes once all is answered."""

    def __init__(self, raw: bytes, out: io.StringIO) -> None:
        self.lines, self.out = iter(io.TextIOWrapper(io.BytesIO(raw), "utf-8", "replace")), out

    def __aiter__(self) -> _Heard:
        return self

    async def __anext__(self) -> str:
        import anyio

        from parley.mcp.server import ONE

        line = next(self.lines, None)
        if line is None:
            with anyio.move_on_after(LONG):
                while '"id":"end"' not in self.out.getvalue() or ONE.borrowed_tokens:
                    await anyio.sleep(0.001)
            await anyio.sleep(0.005)  # in which what was found is written
            raise StopAsyncIteration
        return line


READERS = (
    Reader("http-raw", ("web/guard.py", "web/delivery.py", "web/reading.py", "web/api.py", "web/pages.py", "web/upload_pages.py"),
           _requests, _requested, names=False),
    Reader("mcp", ("mcp/*.py", "web/reading.py"), _messages, _told, names=False),
)  # fmt: skip
