"""What strangers can do to the server without asking: other sites' pages, and connections that say nothing or drop by drop."""

from __future__ import annotations

import json
import re
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from drawn import thinned

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")

from parley.web.settings import Settings
from web_server import SERVE, free_port

TOKEN = "a-token-of-the-tests"
HEAD_SECONDS = 2.0
QUICK = b"/api/v1/law/rate?product=9503000073&origin=CHN&on=2025-05-02"
HEAVY = b"/scenario?drop=ieepa_fentanyl&on=2025-05-02"
ROUTES = (HEAVY, QUICK, b"/", b"/static/style.css", b"/api/v1/openapi.json", b"/enter", b"/nowhere", b"/brief")
# Sec-Fetch-Mode and Sec-Fetch-Dest of what a page of another site can have a browser ask for (Fetch standard, § Sec-Fetch)
ASKED = {
    "an image": ("no-cors", "image"),
    "a script": ("no-cors", "script"),
    "a style sheet": ("no-cors", "style"),
    "a module": ("cors", "script"),
    "a font": ("cors", "font"),
    "sound": ("no-cors", "audio"),
    "a film": ("no-cors", "video"),
    "a frame": ("navigate", "iframe"),
    "an old frame": ("navigate", "frame"),
    "an embedded thing": ("navigate", "embed"),
    "an object": ("navigate", "object"),
    "a fetch": ("cors", "empty"),
    "a fetch that may not read": ("no-cors", "empty"),
    "a beacon": ("no-cors", "empty"),
    "a worker": ("same-origin", "worker"),
    "a page, by a fetch": ("no-cors", "document"),
    "a navigation without a place": ("navigate", "empty"),
}


def asked(path: bytes, *headers: str, method: bytes = b"GET", token: bool = False) -> bytes:
    lines = ["Host: localhost", "Connection: close", *headers, *([f"Authorization: Bearer {TOKEN}"] if token else [])]
    return method + b" " + path + b" HTTP/1.1\r\n" + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def line_to(base: str, seconds: float = 30.0) -> socket.socket:
    place = urlsplit(base)
    return socket.create_connection((place.hostname or "", place.port or 0), timeout=seconds)


def sent(base: str, raw: bytes) -> tuple[int, bytes]:
    """The status of an answer, and its body."""
    with line_to(base) as line:
        line.sendall(raw)
        answer = b""
        while part := line.recv(65_536):
            answer += part
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


@pytest.fixture(scope="module", params=thinned(["token", "loopback"], 2))
def quick(request: pytest.FixtureRequest) -> Iterator[tuple[str, bool]]:
    """A server that gives its callers two seconds, and whether it wants a token."""
    port, held = free_port(), request.param == "token"
    settings = f"port={port}, workers=1, warm=False, head_seconds={HEAD_SECONDS}, body_seconds={HEAD_SECONDS}"
    settings += f", token={TOKEN!r}" if held else ""
    line = f"{SERVE}.serve(parley.web.settings.Settings({settings}))"
    server = subprocess.Popen([sys.executable, "-c", line], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            assert sent(base, asked(b"/static/style.css"))[0] == 200
            break
        except OSError:
            time.sleep(0.1)
    yield base, held
    server.terminate()
    assert server.wait(timeout=20) in (0, -15)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("kind", ASKED)
def test_a_page_of_another_site_sets_nothing_to_work(quick: tuple[str, bool], site: str, kind: str) -> None:
    base, held = quick
    mode, dest = ASKED[kind]
    says = (f"Sec-Fetch-Site: {site}", f"Sec-Fetch-Mode: {mode}", f"Sec-Fetch-Dest: {dest}")
    for path in ROUTES:
        began = time.monotonic()
        status, body = sent(base, asked(path, *says, token=held))
        assert (path, status) == (path, 403)
        assert time.monotonic() - began < 5  # the brief of HEAVY takes longer
        problem = json.loads(body)
        assert (problem["where"], problem["status"]) == ("Sec-Fetch-Site", 403)
        assert re.fullmatch(r"a request from another site's page", problem["found"])


def test_what_is_asked_ahead_of_time_by_another_site_is_refused(quick: tuple[str, bool]) -> None:
    """Speculation rules of a foreign page: a navigation, but nobody has followed the link."""
    base, held = quick
    says = ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"]
    for more in ("Sec-Purpose: prefetch", "Sec-Purpose: prefetch;prerender", "Purpose: prefetch"):
        assert sent(base, asked(HEAVY, *says, more, token=held))[0] == 403


def test_links_own_pages_and_programs_are_answered_as_ever(quick: tuple[str, bool]) -> None:
    base, held = quick
    opens = ("Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    for says in ((), ("Sec-Fetch-Site: cross-site", *opens), ("Sec-Fetch-Site: same-site", *opens),
                 ("Sec-Fetch-Site: none", *opens), ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty"),
                 ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"),
                 ("Sec-Fetch-Site: none", "Sec-Purpose: prefetch", *opens)):  # fmt: skip
        for path in (QUICK, b"/", b"/static/style.css"):
            assert (says, path, sent(base, asked(path, *says, token=held))[0]) == (says, path, 200)


@pytest.mark.slow
def test_other_methods_of_another_site_are_refused_even_as_navigations(quick: tuple[str, bool]) -> None:
    base, held = quick
    says = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document", "Content-Length: 0")
    for method in (b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS"):
        assert sent(base, asked(b"/api/v1/brief", *says, method=method, token=held))[0] == 403


@pytest.mark.slow
def test_hundreds_of_silent_connections_keep_nobody_waiting_and_are_closed(quick: tuple[str, bool]) -> None:
    """300 that say nothing or half a head, then as many again as the server holds at most: the next caller is answered."""
    base, held = quick
    most = min(600, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 100)
    with ExitStack() as open_lines:
        silent = []
        for n in range(most):
            silent.append(open_lines.enter_context(closing(line_to(base))))
            if n % 2:
                silent[-1].sendall(b"GET / HTTP/1.1\r\nHost: loc")
            if n in (299, most - 1):
                began = time.monotonic()
                assert sent(base, asked(QUICK, token=held))[0] == 200
                assert time.monotonic() - began < HEAD_SECONDS / 2
        began = time.monotonic()
        for line in silent:
            assert ended(line) in (b"", b"reset")
        assert time.monotonic() - began < HEAD_SECONDS + 3


def ended(line: socket.socket) -> bytes:
    """What comes before the other side closes."""
    found = b""
    try:
        while part := line.recv(65_536):
            found += part
    except ConnectionResetError:
        return b"reset"
    return found


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.slow
def test_a_head_that_comes_by_drops_is_cut_off(quick: tuple[str, bool], before: int) -> None:
    """From the start, or behind a request that was answered: each head has its time once."""
    base, held = quick
    whole = asked(QUICK, token=held).replace(b"Connection: close\r\n", b"")
    with line_to(base) as line:
        for _ in range(before):
            line.sendall(whole)
            assert line.recv(65_536).startswith(b"HTTP/1.1 200")
        assert cut_off(line, whole) < HEAD_SECONDS + 1.5


def cut_off(line: socket.socket, drops: bytes) -> float:
    """The seconds after which the other side closes while bytes are sent, five a second."""
    began = time.monotonic()
    line.settimeout(0.2)
    for n in range(len(drops)):
        try:
            line.sendall(drops[n : n + 1])
            if not line.recv(65_536):
                return time.monotonic() - began
        except TimeoutError:
            continue
        except (ConnectionResetError, BrokenPipeError):
            return time.monotonic() - began
    raise AssertionError("it was read to its end")


@pytest.mark.slow
def test_a_body_that_comes_by_drops_is_cut_off(quick: tuple[str, bool]) -> None:
    base, held = quick
    for method in (b"POST", b"GET"):
        head = asked(
            b"/api/v1/trade/solve" if method == b"POST" else QUICK, "Content-Length: 9000", method=method, token=held
        )
        with line_to(base) as line:
            line.sendall(head.replace(b"Connection: close\r\n", b""))
            assert cut_off(line, b" " * 200) < HEAD_SECONDS + 1.5


@pytest.mark.slow
def test_a_request_in_time_may_take_its_time(quick: tuple[str, bool]) -> None:
    """A solve that lasts longer than heads may is answered; so is the next request on the same line, and after a pause."""
    base, held = quick
    place, headers = urlsplit(base), {"Authorization": f"Bearer {TOKEN}"} if held else {}
    with closing(HTTPConnection(place.netloc, timeout=120)) as line:
        line.connect()
        kept = line.sock
        for path in (QUICK, HEAVY, QUICK, QUICK):
            line.request("GET", path.decode(), headers=headers)
            answer = line.getresponse()
            assert (answer.status, len(answer.read()) > 100) == (200, True)
            time.sleep(HEAD_SECONDS / 2)
        assert line.sock is kept, "one connection for all"


@pytest.mark.slow
def test_ten_seconds_are_the_rule() -> None:
    assert (Settings().head_seconds, Settings().body_seconds) == (10.0, 10.0)


@pytest.mark.slow
def test_ten_seconds_of_silence_on_the_server_as_it_is(base: str) -> None:
    with line_to(base) as silent, line_to(base) as half:
        began = time.monotonic()
        half.sendall(b"GET / HTTP/1.1\r\n")
        assert ended(silent) == b""
        assert 9 < time.monotonic() - began < 12
        ended(half)
        assert time.monotonic() - began < 12
