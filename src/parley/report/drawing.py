"""A Vega-Lite specification as SVG, drawn once: the cache keeps the picture of every specification."""

from __future__ import annotations

import hashlib
from functools import cache
from types import ModuleType

from parley import extras
from parley.cache_folder import cache_folder, kept_or_made

VEGA_LITE = "5.20"
MOST_KEPT = 400  # pictures, of some dozens of kilobytes each: the eldest give way


def drawing(text: str) -> str:
    """The SVG of a specification in JSON, as vl-convert draws it. The same text gives the same bytes."""
    key = hashlib.sha256(f"{_version()} {VEGA_LITE} {text}".encode()).hexdigest()[:32]
    place = cache_folder() / "charts" / f"{key}.svg"
    return kept_or_made(place, _read, lambda: _drawn(text), str.encode, MOST_KEPT)


def _drawn(text: str) -> str:
    return drawer("a chart").vegalite_to_svg(text, vl_version=VEGA_LITE)


def start(text: str = '{"mark": "point"}') -> None:
    """Has the engine that draws start, by a drawing like those to come. Raises InputError where it is not installed."""
    _drawn(text)


def drawer(where: str) -> ModuleType:
    """The library that draws. Raises InputError where it is not installed."""
    try:
        import vl_convert
    except ImportError:
        raise extras.without("vl_convert", where) from None
    return vl_convert


def _read(held: bytes) -> str | None:
    """A kept picture; None where the file is cut short or not ours."""
    text = held.decode("utf-8", "replace")
    return text if text.startswith("<svg") and text.rstrip().endswith("</svg>") else None


@cache
def _version() -> str:
    """The version of the program that draws."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("vl-convert-python")
    except PackageNotFoundError:
        return ""
