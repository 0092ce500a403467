"""How an answer goes out: with a tag by which it is asked for again for nothing, and compressed where the asker reads that.

An answer in one piece has both. A live stream goes out as it comes, compressed piece by piece.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import cast

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.web.connections import line_of

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
Sent = tuple[Message, Message]  # a head and a body
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
    """A way to send that keeps the head back until the first piece of the body says whether it is the only one; both go at once."""
    kept: list[Message] = []
    packed: list[Packed] = []

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept.append(message)
            return
        if not kept:
            await send(packed[0].piece(message) if packed else message)
            return
        start, asked = kept.pop(), dict(scope["headers"])
        if message["type"] == "http.response.body" and not message.get("more_body") and not is_ready(start):
            tagged = start["status"] == 200 and scope["method"] in ("GET", "HEAD")
            start, message = Answer(start, message.get("body", b""), tagged).to(asked)
        elif is_live(start) and reads_gzip(asked.get(b"accept-encoding", b"").decode("latin-1")):
            packed.append(Packed())
            start, message = packed[0].head(start), packed[0].piece(message)
        with line_of(scope):
            await send(start)
            await send(message)

    return answer


def is_ready(start: Message) -> bool:
    """Whether an answer goes out as it is: compressed or tagged already, or of a state that moves."""
    held = dict(start["headers"])
    return b"etag" in held or b"content-encoding" in held or held.get(b"cache-control") == b"no-store"


def is_live(start: Message) -> bool:
    """Whether an answer is a stream of text whose length nobody knows yet: a file that is sent in pieces says its length."""
    held = dict(start["headers"])
    said = held.keys() & {b"content-length", b"content-encoding"}
    return not said and held.get(b"content-type", b"").startswith(TEXTS)


class Packed:
    """A stream that is compressed piece by piece: each can be read as soon as it comes."""

    def __init__(self) -> None:
        self.pack = zlib.compressobj(LEVEL, wbits=zlib.MAX_WBITS | 16)  # with the header and end of gzip

    def head(self, start: Message) -> Message:
        """The head of an answer that is compressed."""
        return {**start, "headers": [*varied(list(start["headers"])), (b"content-encoding", b"gzip")]}

    def piece(self, message: Message) -> Message:
        """A piece of its body."""
        ends = zlib.Z_SYNC_FLUSH if message.get("more_body") else zlib.Z_FINISH
        return {**message, "body": self.pack.compress(message.get("body", b"")) + self.pack.flush(ends)}


class Answer:
    """An answer in one piece: its head with the tag, and its body, which is compressed once at most.

    The tag is weak: it is of what is said, compressed or not (RFC 9110, 8.8.3). One that is kept answers as a response does.
    """

    def __init__(self, start: Message, content: bytes, tagged: bool) -> None:
        held, headers = dict(start["headers"]), list(start["headers"])
        self.tag = ""
        if tagged:
            self.tag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
            headers += [] if b"cache-control" in held else [(b"cache-control", AGAIN)]
            headers.append((b"etag", self.tag.encode()))
        self.packs = len(content) >= LEAST and held.get(b"content-type", b"").startswith(TEXTS)
        headers = varied(headers) if self.packs else headers
        self.plain: Sent = {**start, "headers": headers}, {"type": "http.response.body", "body": content}

    @property
    def body(self) -> bytes:
        """What is said, uncompressed."""
        return self.plain[1]["body"]

    def to(self, asked: Mapping[bytes, bytes]) -> Sent:
        """Head and body for the headers of a request: not sent again where the asker has it, and as the asker reads it."""
        names, reads = asked.get(b"if-none-match"), asked.get(b"accept-encoding")
        if self.tag and names and has_it(names.decode("latin-1"), self.tag):
            start, body = self.plain
            return {**start, "status": 304, "headers": without(start["headers"], *OF_A_BODY)}, {**body, "body": b""}
        return self.packed if self.packs and reads and reads_gzip(reads.decode("latin-1")) else self.plain

    @cached_property
    def packed(self) -> Sent:
        """Head and body, compressed."""
        start, body = self.plain
        content = gzip.compress(self.body, LEVEL, mtime=0)
        size = str(len(content)).encode()
        headers = [
            *without(start["headers"], b"content-length"),
            (b"content-encoding", b"gzip"),
            (b"content-length", size),
        ]
        return {**start, "headers": headers}, {**body, "body": content}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for message in self.to(dict(scope["headers"])):
            await send(message)


def kept(response: Response) -> Response:
    """A response that is given again and again, tagged and compressed once."""
    start = {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
    return cast(Response, Answer(start, bytes(response.body), tagged=True))


def without(headers: list[tuple[bytes, bytes]], *names: bytes) -> list[tuple[bytes, bytes]]:
    """The headers but for some."""
    return [header for header in headers if header[0] not in names]


def varied(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer that varies with what the asker reads."""
    varies = [value for name, value in headers if name == b"vary"]
    return [*without(headers, b"vary"), (b"vary", b", ".join([*varies, b"Accept-Encoding"]))]


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
