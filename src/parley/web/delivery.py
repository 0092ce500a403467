"""How an answer goes out: with a tag by which it is asked for again for nothing, and compressed where the asker reads that.

An answer in one piece has both. A stream goes out as it comes.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST = 1_000  # bytes: a shorter answer is not made shorter to speak of
LEVEL = 5  # of gzip: 6 and above take twice the time for some hundredths of the length
TEXTS = (
    "text/",
    "application/json",
    "application/problem+json",
    "application/feed+json",
    "application/toml",
    "image/svg+xml",
)
AGAIN = "private, no-cache"  # may be kept by the asker alone, and is asked for again by its tag


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
    asked, content = Headers(scope=scope), body.get("body", b"")
    headers = MutableHeaders(raw=list(start["headers"]))
    if "content-encoding" in headers or headers.get("cache-control") == "no-store":
        return start, body
    if start["status"] == 200 and scope["method"] in ("GET", "HEAD"):
        headers.setdefault("Cache-Control", AGAIN)
        headers["ETag"] = tag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
        if has_it(asked.get("if-none-match", ""), tag):
            for name in ("content-length", "content-type", "content-disposition"):
                del headers[name]
            return {**start, "status": 304, "headers": headers.raw}, {**body, "body": b""}
    if len(content) >= LEAST and headers.get("content-type", "").startswith(TEXTS):
        headers.add_vary_header("Accept-Encoding")
        if reads_gzip(asked.get("accept-encoding", "")):
            content = gzip.compress(content, LEVEL, mtime=0)
            headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(content))
    return {**start, "headers": headers.raw}, {**body, "body": content}


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
        weights[name.strip()] = float(digits) if digits.replace(".", "", 1).isdigit() else 1.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0
