"""The gate that every request passes: names, origins, tokens and sizes are checked, and every answer carries the headers."""

from __future__ import annotations

import asyncio
import hmac
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import nullcontext
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.web import problem_types
from parley.web.connections import STATE
from parley.web.problems import Problem, json_problem, problem_of
from parley.web.settings import Settings, may_be_called

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
SHOWN = (b"access-control-expose-headers", b"ETag, Link, Retry-After, X-Total-Count")  # to scripts of another origin
FRAMED = (
    b"content-security-policy",
    b"x-frame-options",
    b"cross-origin-opener-policy",
)  # otherwise where framing is allowed
MOVES = ((b"cache-control", b"no-cache"),)  # said of what says nothing else
SAFE = ("GET", "HEAD", "OPTIONS")
OPEN = ("/enter", "/static/style.css")  # what a browser without a token may see: the page that asks for one
OPEN_UNDER = f"{problem_types.ROOT}/"  # and what a refusal means
COOKIE = "parley_token"
OWN_SITES = ("same-origin", "none")  # none: typed, a bookmark, a link outside of any page
OPENS = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}  # what a browser says where it opens a page
STREAMED = ("/files",)  # addresses whose body is a file, read as it comes
AT_ONCE = 256  # requests; connections that ask for nothing do not count
OF_ONE = (
    32  # of them from one address, where others can ask too: half of what may wait for a thread, twice what a page asks
)
HEADER_BYTES = 32_768  # of all headers; the server itself only refuses more while they are incomplete


class Guard:
    """ASGI middleware around the whole application. heard: called as a request begins, and as it ends."""

    def __init__(self, app: ASGIApp, settings: Settings, heard: Callable[[], None] = lambda: None) -> None:
        self.app, self.settings, self.heard, self.serving = app, settings, heard, 0
        self.of: defaultdict[str, int] = defaultdict(int)  # requests under way by address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            await self.app(scope, receive, send)
            return
        connection, client = scope.get("state", {}).get(STATE), client_of(scope)
        self.serving += 1
        self.of[client] += 1
        self.heard()
        try:
            with connection.serving() if connection else nullcontext():
                await self._answer(scope, receive, _with_headers(send, self._headers(scope)))
        finally:
            self.heard()
            self.serving -= 1
            self.of[client] -= 1
            if not self.of[client]:
                del self.of[client]

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The headers of an answer: those of every page; for a chart that may be framed, and for an origin that may read, others."""
        if self._may_be_framed(scope):
            policy = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
            return [(b"content-security-policy", policy.encode()), *(h for h in HEADERS if h[0] not in FRAMED)]
        origin = self._reader(scope)
        if not origin:
            return HEADERS
        kept = [h for h in HEADERS if h[0] != b"cross-origin-resource-policy"]
        return [*kept, (b"access-control-allow-origin", origin.encode()), SHOWN, (b"vary", b"Origin")]

    def _may_be_framed(self, scope: Scope) -> bool:
        """Whether it is a chart that other sites may show."""
        return self.settings.allow_embed and scope["method"] == "GET" and scope["path"].endswith(".embed")

    def _reader(self, scope: Scope) -> str:
        """The origin of a script that may read this answer of the API; empty where there is none."""
        if not self.settings.cors:
            return ""
        origin = Request(scope).headers.get("origin", "")
        reads = scope["method"] == "GET" and scope["path"].startswith("/api/")
        return origin if reads and origin in self.settings.cors else ""

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The application's answer, or a refusal before it does anything."""
        try:
            self._check(scope)
            if scope["path"] in STREAMED and scope["method"] == "POST":
                receive = self._limited(receive)
            elif scope["method"] not in SAFE:
                receive = _again(await self._body(scope, receive), receive)
        except Problem as refusal:
            refused = json_problem(problem_of(refusal))
            refused.headers["Connection"] = "close"  # what else was sent is not read
            await refused(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        """Nothing, or a Problem: headers' length, host, length of the address, site and origin, token; how much is asked at once."""
        request = Request(scope)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
            raise Problem(431, "headers", "longer headers than are read", f"{HEADER_BYTES} bytes")
        host = request.headers.getlist("host")
        if len(host) != 1 or not may_be_called(self.settings, host_name(host[0])):
            raise Problem(421, "Host", "a name that is not this server's", "localhost, or a name given with --name")
        if len(scope["query_string"]) + len(scope["path"]) > self.settings.query_bytes:
            raise Problem(413, "address", "a longer address than is read", f"{self.settings.query_bytes} characters")
        if not self._reader(scope) and not self._may_be_framed(scope):
            check_site(request)
        if scope["method"] not in SAFE:
            check_origin(request, host[0])
        if self.settings.token and not is_open(scope["path"]) and not has_token(request, self.settings.token):
            hint = "A browser finds the way in at /enter"
            raise Problem(401, "token", "no token, or another one", "Authorization: Bearer TOKEN", hint)
        if self.serving > AT_ONCE:
            raise Problem(503, "server", f"{AT_ONCE} requests are being answered", "one later")
        if not self.settings.loopback and self.of[client_of(scope)] > OF_ONE:
            raise Problem(429, "client", f"{OF_ONE} requests from this address are being answered", "one later")

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body, within the limits of size and time. Raises Problem."""
        try:
            return await asyncio.wait_for(self._read(receive), self.settings.body_seconds)
        except TimeoutError:
            raise Problem(504, "body", "a body that did not arrive in time") from None

    def _limited(self, receive: Receive) -> Receive:
        """A body that is read as it comes, within the size of a file, with some seconds for each part of it."""
        size = 0

        async def part() -> Message:
            nonlocal size
            try:
                message = await asyncio.wait_for(receive(), self.settings.body_seconds)
            except TimeoutError:
                raise Problem(504, "file", "a file that did not arrive in time") from None
            size += len(message.get("body", b""))
            if size > self.settings.file_bytes:
                raise Problem(413, "file", "a longer file than is read", f"{self.settings.file_bytes} bytes")
            return message

        return part

    async def _read(self, receive: Receive) -> bytes:
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return b""
            part = message.get("body", b"")
            size += len(part)
            if size > self.settings.body_bytes:
                raise Problem(413, "body", "a longer body than is read", f"{self.settings.body_bytes} bytes")
            parts.append(part)
            if not message.get("more_body"):
                return b"".join(parts)


def client_of(scope: Scope) -> str:
    """The address from which a request comes; a proxy's callers are one."""
    return scope["client"][0] if scope.get("client") else ""


def is_open(path: str) -> bool:
    """Whether a page is shown without a token."""
    return path in OPEN or path.startswith(OPEN_UNDER)


def host_name(host: str) -> str:
    """The name or address of a Host header, without its port."""
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]


def check_site(request: Request) -> None:
    """Nothing, if a request is of our own pages, of a program, or opens a page by a link; raises Problem otherwise.

    Another site's page can have a browser ask for anything, as a picture, a frame, a script or ahead of time. Of all that
    only the opening of a page is what a person does, and alone it shows the answer to nobody else. Other ports of this
    machine are other sites too, though browsers call them the same.
    """
    said = request.headers.getlist
    if all(site in OWN_SITES for site in said("sec-fetch-site")):
        return
    opens = request.method in ("GET", "HEAD") and all(said(name) == [what] for name, what in OPENS.items())
    if not opens or said("sec-purpose") or said("purpose"):  # these: ahead of time, in case somebody will want it
        hint = "Ask from this server's own pages, or from a program"
        raise Problem(403, "Sec-Fetch-Site", "a request from another site's page", "a link that opens a page", hint)


def check_origin(request: Request, host: str) -> None:
    """Nothing, if an unsafe request comes from our own pages or from a program; raises Problem otherwise.

    A browser says where a request comes from: Sec-Fetch-Site (`check_site`), or Origin. A program says neither.
    """
    origin = request.headers.get("origin")
    if "sec-fetch-site" in request.headers or origin is None:
        return
    if urlsplit_host(origin) != host.casefold():
        raise Problem(403, "Origin", "a request from another site", f"the server's own, {host[:80]}")


def urlsplit_host(origin: str) -> str:
    """The host and port of an origin; empty where it is none."""
    try:
        return urlsplit(origin).netloc.casefold()
    except ValueError:
        return ""


def has_token(request: Request, token: str) -> bool:
    """Whether a request carries the token, as a header or as the cookie of /enter. The comparison takes the same time always."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer":
        given = cookie_of(request.headers.get("cookie", ""))
    return hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode("utf-8"))


def cookie_of(text: str) -> str:
    """The token in a Cookie header; empty where there is none."""
    try:
        found = SimpleCookie(text[:4096]).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _with_headers(
    send: Send, headers: list[tuple[bytes, bytes]]
) -> Callable[[MutableMapping[str, Any]], Awaitable[None]]:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            made = message.get("headers", ())
            moves = () if b"cache-control" in dict(made) else MOVES
            message = {**message, "headers": [*made, *headers, *moves]}  # a new one: what is kept is sent again
        await send(message)

    return answer


def _again(body: bytes, receive: Receive) -> Receive:
    """The body, once more, for the application behind the gate."""
    told = False

    async def once() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once
