"""How an answer goes out: with a tag by which it is asked for again for nothing, and compressed where the asker reads that.

An answer in one piece has both. A stream goes out as it comes.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST = 1_000  # bytes: a shorter answer is not made shorter to speak of
LEVEL = 5  # of gzip: 6 and above take twice the time for some hundredths of the length
TEXTS = (
    b"text/",
    b"application/json",
    b"application/problem+json",
    b"application/feed+json",
    b"application/toml",
    b"image/svg+xml",
)
OF_A_BODY = (b"content-length", b"content-type", b"content-disposition")
AGAIN = b"private, no-cache"  # may be kept by the asker alone, and is asked for again by its tag


class Delivery:
    """ASGI middleware around the routes, inside the gate."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _whole(scope, send))


def _whole(scope: Scope, send: Send) -> Callable[[Message], Awaitable[None]]:
    """A way to send that keeps the head back until the first piece of the body says whether it is the only one."""
    kept: list[Message] = []

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept.append(message)
            return
        if kept:
            start = kept.pop()
            if message["type"] == "http.response.body" and not message.get("more_body"):
                start, message = delivered(scope, start, message)
            await send(start)
        await send(message)

    return answer


def delivered(scope: Scope, start: Message, body: Message) -> tuple[Message, Message]:
    """Head and body of an answer in one piece: tagged, not sent again where the asker has it, and compressed.

    The tag is weak: it is of what is said, compressed or not (RFC 9110, 8.8.3).
    """
    asked, held, content = dict(scope["headers"]), dict(start["headers"]), body.get("body", b"")
    if b"content-encoding" in held or held.get(b"cache-control") == b"no-store":
        return start, body
    headers = list(start["headers"])
    if start["status"] == 200 and scope["method"] in ("GET", "HEAD"):
        headers += [] if b"cache-control" in held else [(b"cache-control", AGAIN)]
        tag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
        headers.append((b"etag", tag.encode()))
        if (held_by_asker := asked.get(b"if-none-match")) and has_it(held_by_asker.decode("latin-1"), tag):
            return {**start, "status": 304, "headers": without(headers, *OF_A_BODY)}, {**body, "body": b""}
    if len(content) >= LEAST and held.get(b"content-type", b"").startswith(TEXTS):
        varies = [held[b"vary"]] if b"vary" in held else []
        headers = [*without(headers, b"vary"), (b"vary", b", ".join([*varies, b"Accept-Encoding"]))]
        if (reads := asked.get(b"accept-encoding")) and reads_gzip(reads.decode("latin-1")):
            content = gzip.compress(content, LEVEL, mtime=0)
            size = str(len(content)).encode()
            headers = [*without(headers, b"content-length"), (b"content-encoding", b"gzip"), (b"content-length", size)]
    return {**start, "headers": headers}, {**body, "body": content}


def without(headers: list[tuple[bytes, bytes]], *names: bytes) -> list[tuple[bytes, bytes]]:
    """The headers but for some."""
    return [header for header in headers if header[0] not in names]


def has_it(names: str, tag: str) -> bool:
    """Whether If-None-Match names an answer's tag, or any; strong and weak tags of one text are the same here."""
    given = [name.strip().removeprefix("W/") for name in names.split(",")]
    return "*" in given or tag.removeprefix("W/") in given


def reads_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding allows gzip, by name or by *; a weight of zero forbids (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        digits = weight.strip().removeprefix("q=")
        weights[name.strip()] = float(digits) if digits.replace(".", "", 1).isdecimal() else 1.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0
