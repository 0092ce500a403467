"""Fetches an address: over https, with a limit on bytes really read, with patience for a busy server and none for more."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO
from urllib.parse import urlsplit

from parley.errors import InputError, NoAnswerError

LARGEST = 2 << 30  # bytes
SECONDS = 60.0
TRIES = 4
BUSY = (429, 500, 502, 503, 504)
AGENT = "parley (trade policy research; python-urllib)"
Sleep = Callable[[float], None]


class Fetched(bytes):
    """The bytes of an address, with the mark by which the server knows this version of them (empty: it gave none)."""

    etag: str = ""


class Refused(NoAnswerError):
    """An answer of a server that is no answer. status: its number, 0 where none came."""

    def __init__(self, where: str, found: str, status: int) -> None:
        self.status = status
        super().__init__(where, found, "a server that answers", "Try again later, or give the file itself: --from FILE")


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows a server to another address only where that is as safe."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        _check(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(address: str, headers: Mapping[str, str] | None = None, *, sleep: Sleep = time.sleep) -> bytes:
    """The bytes of an address. Raises Refused with the server's number, InputError for an address that is not https."""
    host = _check(address)
    request = urllib.request.Request(address, headers={"User-Agent": AGENT, "Accept": "*/*", **(headers or {})})
    for attempt in range(TRIES):
        try:
            with urllib.request.build_opener(_Stay).open(request, timeout=SECONDS) as answer:
                return _read(answer, host)
        except urllib.error.HTTPError as error:
            if error.code not in BUSY or attempt == TRIES - 1:
                raise Refused(
                    f"fetch {host}", f"the server answers {error.code} ({error.reason})", error.code
                ) from None
        except (urllib.error.URLError, TimeoutError, ConnectionError, HTTPException) as error:
            if attempt == TRIES - 1:
                reason = getattr(error, "reason", error)
                raise Refused(f"fetch {host}", f"no answer ({reason})", 0) from None
        sleep(2.0**attempt)
    raise AssertionError("unreachable")


def _read(answer: HTTPResponse, host: str) -> bytes:
    parts, size = [], 0
    while block := answer.read(1 << 20):
        size += len(block)
        if size > LARGEST:
            raise Refused(f"fetch {host}", f"more than {LARGEST >> 30} GB", 0)
        parts.append(block)
    found = Fetched(b"".join(parts))
    found.etag = str(answer.headers.get("ETag") or "")
    return found


def _check(address: str) -> str:
    """The host. Raises InputError unless the address is https, or of this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname == "127.0.0.1"):
        return parts.hostname or ""
    raise InputError("fetch", f"an address of {parts.scheme or 'no scheme'} at {parts.hostname}", "https")
