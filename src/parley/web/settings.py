"""How a server is set up, and the limits within which it answers. The defaults are the safe ones."""

from __future__ import annotations

import ipaddress
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from parley.errors import InputError

LEAST_TOKEN = 16  # characters: a token that can be guessed is no token


@dataclass(frozen=True)
class Settings:
    """One server. names: further host names by which it may be called; seconds: how long a solve or a briefing may take;
    store: the file in which acknowledged jobs outlive the server, or none. head_seconds, body_seconds: within which the head
    and the body of a request must have come. file_bytes, file_seconds, keep_seconds: of a user's file, how large it may be, how
    long work on it may take, and how long it is kept. wait_seconds: how long a page waits for
    its answer before it says how far it is. allow_embed: whether other sites may frame a chart; cors: origins whose
    scripts may read the API."""

    host: str = "127.0.0.1"
    port: int = 8321
    token: str = ""
    names: tuple[str, ...] = ()
    workers: int = 2
    waiting: int = 16
    solve_seconds: float = 30.0
    brief_seconds: float = 180.0
    wait_seconds: float = 2.0
    body_bytes: int = 1_000_000
    query_bytes: int = 8_000
    head_seconds: float = 10.0
    body_seconds: float = 10.0
    file_bytes: int = 200_000_000
    file_seconds: float = 600.0
    keep_seconds: float = 3600.0
    allow_embed: bool = False
    cors: tuple[str, ...] = ()
    warm: bool = True
    store: str = ""

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)


def checked(settings: Settings) -> Settings:
    """The same settings, if they are safe: an address that others can reach needs a token. Raises InputError."""
    if not settings.loopback and len(settings.token) < LEAST_TOKEN:
        raise InputError(
            "parley serve --host",
            f"{settings.host} can be reached from other machines",
            f"a loopback address, or a token of {LEAST_TOKEN} characters or more in PARLEY_TOKEN or --token-file",
            "For this machine alone leave --host out",
        )
    for origin in settings.cors:
        if not re.fullmatch(r"https?://[^/\s*]+", origin):
            raise InputError("parley serve --cors", f"{origin[:80]!r}", "an origin, such as https://example.org")
    if not 0 <= settings.port <= 65_535:
        raise InputError("parley serve --port", str(settings.port), "0 to 65535")
    return settings


def read_token(path: str) -> str:
    """The token that a file holds alone. Raises InputError where others can read it: it would be none."""
    try:
        text, mode = Path(path).read_text("utf-8").strip(), Path(path).stat().st_mode
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror if isinstance(error, OSError) and error.strerror else "is not UTF-8 text"
        raise InputError("parley serve --token-file", f"{path}: {found}", "a file that holds the token") from None
    if os.name == "posix" and mode & 0o077:
        raise InputError(
            "parley serve --token-file", f"{path} can be read by others", "a file for you alone", f"chmod 600 {path}"
        )
    if not text or not text.isprintable() or " " in text:
        raise InputError("parley serve --token-file", f"{path} holds no token alone", "one line without blanks")
    return text


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Whether a host is this machine: localhost, 127.0.0.0/8 or ::1."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host.strip("[]")).is_loopback)


@lru_cache(maxsize=256)
def is_address(host: str) -> bool:
    """Whether a host is an address and not a name. A rebound name is what DNS rebinding needs; an address cannot be rebound."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def may_be_called(settings: Settings, host: str) -> bool:
    """Whether a request may name this host: loopback names for a loopback server; any address or a listed name otherwise."""
    name = host.casefold()
    if name in (n.casefold() for n in settings.names):
        return True
    return is_loopback(name) if settings.loopback else (is_address(name) or name == "localhost")
