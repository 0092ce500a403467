"""Hostile requests, byte by byte: each is refused or cut off, and the server goes on answering; nothing of ours is shown."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")
GOOD = b"GET /api/v1/law/rate?product=9503000073&origin=CHN&on=2025-05-02 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
ASKED = b"POST /api/v1/trade/solve HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
JSON = b"Content-Type: application/json\r\n"
SAFE = re.compile(rb"Traceback|site-packages|/home/|/usr/|\.py\b")


pytestmark = pytest.mark.slow


def post(body: bytes, *headers: bytes, kind: bytes = JSON) -> bytes:
    return ASKED + kind + b"".join(h + b"\r\n" for h in headers) + b"Content-Length: %d\r\n\r\n" % len(body) + body


def get(path: bytes, host: bytes = b"Host: localhost") -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + host + b"\r\nConnection: close\r\n\r\n"


def sent(base: str, raw: bytes, ends: bool = False) -> tuple[int, bytes]:
    """The status and the whole answer; 0 where the server only closed. ends: nothing more will come from us."""
    place = urlsplit(base)
    with socket.create_connection((place.hostname, place.port), timeout=10) as line:
        try:
            line.sendall(raw)
            if ends:
                line.shutdown(socket.SHUT_WR)
            answer = b""
            while part := line.recv(65_536):
                answer += part
        except (BrokenPipeError, ConnectionResetError):
            return 0, b""
    return (int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0), answer


def deep(opening: bytes, closing: bytes, times: int = 100_000) -> bytes:
    return opening * times + closing * times


HOSTILE: dict[str, tuple[bytes, set[int]]] = {
    "a body that is too long": (post(b'{"on": "' + b"9" * 1_100_000 + b'"}'), {413, 0}),
    "a body that says to be endless": (ASKED + JSON + b"Content-Length: 99999999999999\r\n\r\n{}", {400, 413, 0}),
    "a negative length": (ASKED + JSON + b"Content-Length: -5\r\n\r\n{}", {400, 0}),
    "two lengths": (ASKED + JSON + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}", {400, 0}),
    "length and chunks, to smuggle a second request": (
        ASKED + JSON + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + get(b"/smuggled"),
        {400, 0},
    ),
    "chunks that are none": (ASKED + JSON + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", {400, 0}),
    "JSON that is deep": (post(deep(b"[", b"]")), {400}),
    "objects that are deep": (post(deep(b'{"a":', b"}", 20_000)), {400}),
    "a scenario that is deep": (
        post(b'{"scenario": {"a": ' + deep(b"[", b"]", 2_000) + b"}}").replace(b"trade/solve", b"scenario/solve", 1), {400},
    ),
    "TOML that is deep": (
        post(b'{"toml": "a = ' + deep(b"[", b"]", 40_000) + b'"}').replace(b"trade/solve", b"scenario/solve", 1), {400},
    ),
    "a body that is no UTF-8": (post(b'{"on": "\xff\xfe"}'), {400}),
    "half of a surrogate pair": (post(b'{"on": "\\ud800"}'), {400}),
    "a number that is none": (post(b'{"wait": NaN}'), {400}),
    "a number without end": (post(b'{"wait": 1e999}'), {400}),
    "a form in place of JSON": (post(b"on=2025-05-02", kind=b"Content-Type: application/x-www-form-urlencoded\r\n"), {415}),
    "a request of another site": (post(b"{}", b"Origin: http://evil.example"), {403}),
    "a request of a page without origin": (post(b"{}", b"Origin: null"), {403}),
    "a cross-site request": (post(b"{}", b"Sec-Fetch-Site: cross-site"), {403}),
    "another host": (get(b"/", b"Host: evil.example"), {421}),
    "a host behind ours": (get(b"/", b"Host: localhost.evil.example"), {421}),
    "two hosts": (get(b"/", b"Host: localhost\r\nHost: evil.example"), {400, 421}),
    "no host": (get(b"/", b"X: y"), {400, 421}),
    "a host after a space": (get(b"/", b"Host : localhost"), {400, 421}),
    "a folded header": (get(b"/", b"Host: localhost\r\n evil.example"), {400, 421}),
    "a path that climbs": (get(b"/static/../../../../etc/passwd"), {404}),
    "a path that climbs, encoded": (get(b"/static/%2e%2e/%2e%2e/etc/passwd"), {404}),
    "a file's name that climbs": (get(b"/scenario/..%2f..%2fetc%2fpasswd.csv"), {404}),
    "an address that is too long": (get(b"/?words=" + b"a" * 9_000), {413, 414, 400}),
    "a header that is too long": (get(b"/", b"Host: localhost\r\nX-Long: " + b"a" * 200_000), {400, 431, 0}),
    "many parameters": (get(b"/api/v1/law/rate?" + b"&".join(b"a=1" for _ in range(1_000))), {400}),
    "a null byte": (get(b"/api/v1/law/find?words=a%00b"), {400}),
    "a raw null byte": (get(b"/\x00"), {400, 404, 0}),
    "an address that is no UTF-8": (get(b"/api/v1/law/find?words=%ff%fe"), {400}),
    "a code of many digits": (get(b"/api/v1/law/rate?product=" + b"1" * 390 + b"&origin=CHN"), {400}),
    "line breaks in an address": (get(b"/api/v1/law/find?words=a%0d%0aSet-Cookie:%20x=y"), {200, 400, 422}),
    "another method": (get(b"/").replace(b"GET", b"TRACE", 1), {400, 405, 0}),
    "a method that is none": (get(b"/").replace(b"GET", b"G\x01T", 1), {400, 405, 0}),
    "a tunnel": (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n", {400, 404, 405, 421, 0}),
    "another version": (get(b"/").replace(b"HTTP/1.1", b"HTTP/9.9", 1), {400, 505, 0}),
    "another protocol": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), {400, 0}),
    "nothing": (b"\r\n\r\n", {400, 0}),
    "half a request": (b"POST /api/v1/brief HTTP/1.1\r\nHost: loc", {400, 0}),
    "a word that is an option": (get(b"/api/v1/record/base?rate=--help"), {400}),
    "a word that is a file": (get(b"/api/v1/record/base?rate=..%2f..%2fetc%2fpasswd"), {400}),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_request_is_turned_away_and_the_next_is_answered(base: str, name: str) -> None:
    raw, allowed = HOSTILE[name]
    status, answer = sent(base, raw, ends=0 in allowed)
    assert status in allowed, answer[:400]
    assert not SAFE.search(answer.partition(b"\r\n\r\n")[2]), answer[:400]
    assert b"\r\nset-cookie" not in answer.lower()
    assert answer.count(b"HTTP/1.1 2") <= 1
    status, answer = sent(base, GOOD)
    assert status == 200
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["rate"] > 0


def test_a_slow_body_is_cut_off() -> None:
    """Against the gate itself, with a short time: a body that never ends is given up, with 504."""
    from parley.web.guard import Guard
    from parley.web.settings import Settings

    told: list[Any] = []

    async def never(message: Any = None) -> Any:
        await asyncio.sleep(30)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("an unfinished body reached the application")

    async def send(message: Any) -> None:
        told.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/brief",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
    }
    asyncio.run(Guard(app, Settings(body_seconds=0.05))(scope, never, send))
    assert told[0]["status"] == 504


def test_long_headers_are_refused_however_they_arrive() -> None:
    """The server refuses what is incomplete; headers that arrive in one piece are the gate's to refuse."""
    from parley.web.guard import HEADER_BYTES, Guard
    from parley.web.settings import Settings

    reached: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        reached.extend([message["status"]] if "status" in message else [])

    for size in (HEADER_BYTES - 100, HEADER_BYTES):
        headers = [(b"host", b"localhost"), (b"x-long", b"a" * size)]
        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers}
        asyncio.run(Guard(app, Settings())(scope, app, send))
    assert reached == [200, 431]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_download_is_a_formula(start: str) -> None:
    from parley.report.sheet import Column, Sheet

    made = Sheet("t", "t", (Column("a", "a"),), ({"a": f"{start}HYPERLINK(1)"},)).csv()
    assert made.splitlines()[1].lstrip('"').startswith("'")


def test_other_addresses_need_a_token() -> None:
    from parley.errors import InputError
    from parley.web.settings import Settings, checked

    for host in ("0.0.0.0", "::", "192.0.2.7", "tariffs.example"):
        with pytest.raises(InputError, match="token"):
            checked(Settings(host=host))
        assert checked(Settings(host=host, token="x" * 16))
