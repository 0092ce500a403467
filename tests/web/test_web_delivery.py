"""How answers go out: tagged, compressed where that is read, and never so that what is said changes."""

from __future__ import annotations

import asyncio
import gzip
import urllib.error
import urllib.request
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Match

from parley.web import api, pages, upload_pages
from parley.web.by_name import ByName
from parley.web.connections import Line
from parley.web.delivery import LEAST, Delivery, has_it, kept, reads_gzip
from parley.web.guard import Guard
from parley.web.problem_types import TYPES
from parley.web.rendering import coded
from parley.web.settings import Settings

RATE = "/api/v1/law/rate?product=9503000073&origin=CHN&on=2025-05-02&known=2025-05-02"


def sent(response: Any, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a response behind the delivery."""
    told = messages(response, method, **headers)
    found = {name.decode(): value.decode() for name, value in told[0]["headers"]}
    return told[0]["status"], found, b"".join(m.get("body", b"") for m in told[1:])


def raw_headers(response: Any) -> list[tuple[str, str]]:
    """Every header of a response behind the delivery, twice if it is there twice."""
    return [(name.decode(), value.decode()) for name, value in messages(response)[0]["headers"]]


def messages(response: Any, method: str = "GET", **headers: str) -> list[Any]:
    """What a response sends behind the delivery."""
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    asgi = {"spec_version": "2.4"}  # of what tells who sends that nobody reads
    scope = {"type": "http", "asgi": asgi, "method": method, "headers": raw, "path": "/", "query_string": b""}
    asyncio.run(Delivery(response)(scope, receive, send))
    return told


@given(st.binary(max_size=3 * LEAST), st.sampled_from(["GET", "HEAD", "POST"]), st.booleans())
def test_what_is_said_is_the_same_however_it_goes_out(body: bytes, method: str, packed: bool) -> None:
    status, headers, came = sent(
        Response(body, media_type="application/json"), method, **({"accept_encoding": "gzip"} if packed else {})
    )
    assert status == 200
    assert int(headers["content-length"]) == len(came)
    assert (gzip.decompress(came) if headers.get("content-encoding") == "gzip" else came) == body
    assert ("content-encoding" in headers) is (packed and len(body) >= LEAST)
    assert ("etag" in headers) is (method != "POST")
    if method != "POST":
        again = sent(Response(body), method, if_none_match=f'"x", {headers["etag"]}')
        assert (again[0], again[2], again[1].get("content-length")) == (304, b"", None)
        assert again[1]["etag"] == headers["etag"]
        assert sent(Response(body + b"."), method, if_none_match=headers["etag"])[0] == 200


def test_what_moves_or_is_a_picture_goes_out_as_it_is() -> None:
    moves = sent(
        Response(b"x" * 2_000, media_type="application/json", headers={"Cache-Control": "no-store"}),
        accept_encoding="gzip",
    )
    assert "etag" not in moves[1]
    assert "content-encoding" not in moves[1]

    picture = sent(Response(b"x" * 2_000, media_type="image/png"), accept_encoding="gzip")
    assert "etag" in picture[1]
    assert "content-encoding" not in picture[1]
    assert "etag" not in sent(Response(b"no", 404))[1]


@pytest.mark.parametrize("reads", ["gzip", "", "gzip;q=0"])
def test_a_live_stream_is_read_piece_by_piece_as_it_comes(reads: str) -> None:
    said = [b"data: " + bytes([65 + k]) * 5_000 + b"\n\n" for k in range(4)]

    async def pieces() -> AsyncIterator[bytes]:
        for piece in said:
            yield piece

    asked = {"accept_encoding": reads} if reads else {}
    start, *bodies = messages(StreamingResponse(pieces(), media_type="text/event-stream"), **asked)
    headers = dict(start["headers"])
    assert b"etag" not in headers
    assert (b"content-encoding" in headers) == (b"vary" in headers) == (reads == "gzip")
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress if reads == "gzip" else bytes
    assert [unpack(m["body"]) for m in bodies[:4]] == said  # each whole before the next is there
    assert not any(unpack(m["body"]) for m in bodies[4:])
    assert sum(len(m["body"]) for m in bodies) < (1_000 if reads == "gzip" else 21_000)


def test_a_file_in_pieces_keeps_its_length(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(b"1,2\n" * 50_000)
    start, *bodies = messages(FileResponse(tmp_path / "rows.csv", media_type="text/csv"), accept_encoding="gzip")
    assert dict(start["headers"])[b"content-length"] == b"200000"
    assert b"".join(m["body"] for m in bodies) == (tmp_path / "rows.csv").read_bytes()


@settings(max_examples=20)
@given(st.binary(max_size=3 * LEAST), st.lists(st.sampled_from(["", "gzip", "identity"]), min_size=2, max_size=5))
def test_what_is_kept_goes_out_each_time_as_what_is_made_anew(body: bytes, reads: list[str]) -> None:
    def response() -> Response:
        return Response(body, media_type="application/json", headers={"Cache-Control": "max-age=300"})

    held = kept(response())
    gate = Guard(Delivery(held), Settings())
    for accepted in reads:
        asked = {"accept_encoding": accepted, "host": "localhost"}
        assert sent(gate, **asked) == sent(Guard(Delivery(response()), Settings()), **asked)
        again = sent(held, if_none_match=sent(held)[1]["etag"])
        assert (again[0], again[2]) == (304, b"")
        assert again[1]["cache-control"] == "max-age=300"


def test_a_file_has_one_tag(tmp_path: Path) -> None:
    (tmp_path / "made.csv").write_text("a,b\n1,2\n")
    names = [name for name, _ in raw_headers(FileResponse(tmp_path / "made.csv"))]
    assert names.count("etag") == 1


def test_an_address_without_parts_is_found_as_the_list_of_routes_finds_it() -> None:
    routes = [*api.routes(), *pages.routes(Settings()), *upload_pages.routes(), *pages.static()]
    table = ByName(routes)
    for path in {route.path for route in routes}:
        for method in ("GET", "HEAD", "POST", "DELETE", "PUT"):
            scope = {"type": "http", "method": method, "path": path}
            first = next((r for r in routes if r.matches(scope)[0] is Match.FULL), None)
            found, child = table.matches(scope)
            assert (found is Match.FULL) is bool(first and not first.param_convertors), (method, path)
            if first and not first.param_convertors:
                assert child["endpoint"] is first.endpoint


@given(st.lists(st.binary(max_size=9), max_size=6), st.sampled_from(["ends", "closes", "fails"]))
def test_what_is_written_on_a_line_at_once_is_all_written_in_order(parts: list[bytes], end: str) -> None:
    told: list[bytes] = []

    class Told(asyncio.Transport):
        def write(self, data: Any) -> None:
            told.append(data)

        def close(self) -> None:
            told.append(b"closed")

    line = Line(Told())
    line.write(b"before")
    with suppress(ZeroDivisionError), line:
        for part in parts:
            line.write(part)
        if end == "closes":
            line.close()
        if end == "fails":
            raise ZeroDivisionError
    line.write(b"after")
    said = [b"".join(parts)] if parts else []
    assert told == [b"before", *said, *([b"closed"] if end == "closes" else []), b"after"]


@pytest.mark.parametrize(
    ("accepted", "read"),
    [("", False), ("gzip", True), ("deflate, gzip;q=0.5, br", True), ("gzip;q=0", False), ("*", True), ("*;q=0", False),
     ("identity", False), ("GZIP", True), ("*;q=1, gzip;q=0.000", False), ("gzip;q=junk", True)],
)  # fmt: skip
def test_gzip_is_sent_to_who_reads_it(accepted: str, read: bool) -> None:
    assert reads_gzip(accepted) is read


def test_tags_are_compared_weakly() -> None:
    assert has_it('W/"a"', 'W/"a"')
    assert has_it('"b", "a"', 'W/"a"')
    assert has_it("*", 'W/"a"')
    assert not has_it("", 'W/"a"')
    assert not has_it('W/"b"', 'W/"a"')


def got(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def test_a_real_server_tags_compresses_and_explains_its_refusals(base: str) -> None:
    status, headers, body = got(base + RATE, accept_encoding="gzip")
    assert (status, headers["cache-control"], headers["vary"]) == (200, "private, no-cache", "Accept-Encoding")
    assert gzip.decompress(body) == got(base + RATE)[2]
    again = got(base + RATE, if_none_match=headers["etag"])
    assert (again[0], again[2]) == (304, b"")
    for kind in TYPES:
        status, _, page = got(base + kind.address)
        assert (status, kind.title in page.decode(), str(coded(kind.means)) in page.decode()) == (200, True, True)
    assert got(f"{base}/problems/nothing")[0] == 404
    assert all(kind.name in got(f"{base}/problems")[2].decode() for kind in TYPES)
