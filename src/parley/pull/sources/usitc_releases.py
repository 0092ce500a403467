"""The editions of the American schedule with their days of publication (not the days of the acts in them)."""

from __future__ import annotations

from parley.errors import InputError
from parley.pull.source import Get, Options, Source, Table, json_of, rows_of

ADDRESS = "https://hts.usitc.gov/reststop/releaseList"


def get(options: Options, key: str, fetch: Get) -> bytes:
    """The list of editions."""
    return fetch(ADDRESS)


def parse(raw: bytes) -> Table:
    """The editions; the columns are those that the first one has."""
    held = json_of(raw, "USITC editions")
    if not isinstance(held, list) or not held or not isinstance(held[0], dict):
        raise InputError("USITC editions", "no list of editions", "a list of objects")
    return rows_of(held, "USITC editions", tuple(str(name) for name in held[0]))


SOURCE = Source(
    what="Editions of the Harmonized Tariff Schedule and their days of publication",
    publisher="United States International Trade Commission",
    licence="United States government work, public domain",
    get=get,
    parse=parse,
    address=ADDRESS,
)
