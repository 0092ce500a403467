"""American imports for consumption by ten-digit line, partner and month, with the duty calculated."""

from __future__ import annotations

from urllib.parse import urlencode

from parley.codes import countries, country
from parley.errors import InputError
from parley.pull.source import Get, Option, Options, Source, Table, json_of

ADDRESS = "https://api.census.gov/data/timeseries/intltrade/imports/hs"
FIELDS = ("I_COMMODITY", "CTY_CODE", "CON_VAL_MO", "CAL_DUT_MO")


def get(options: Options, key: str, fetch: Get) -> bytes:
    """One partner's month. Raises InputError for a partner that the Census has no code for."""
    partner = country(options["partner"], "partner")
    code = countries()[partner].census
    if not code:
        raise InputError("data pull census-imports", f"no Census code of {partner}", "a country of Schedule C")
    asked = {"get": ",".join(FIELDS), "COMM_LVL": "HS10", "CTY_CODE": code, "time": options["month"], "key": key}
    return fetch(f"{ADDRESS}?{urlencode(asked, safe=',')}")


def parse(raw: bytes) -> Table:
    """Arrays of text whose first row is the header. Raises InputError where there is no row below it."""
    if not raw.strip():
        raise InputError("Census imports", "an empty answer", "rows", "No imports from this partner in that month yet")
    held = json_of(raw, "Census imports")
    rows = [row for row in held if isinstance(row, list)] if isinstance(held, list) else []
    if not isinstance(held, list) or not rows or len(rows) < len(held):
        raise InputError("Census imports", "no list of rows", "arrays of text, the header first")
    header = tuple(str(name) for name in rows[0])
    missing = [name for name in FIELDS if name not in header]
    if missing:
        raise InputError("Census imports", f"no column {missing[0]!r}", ", ".join(FIELDS))
    if any(len(row) != len(header) for row in rows[1:]):
        raise InputError("Census imports", "a row of another length than the header", f"{len(header)} fields")
    return Table(header, tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows[1:]))


SOURCE = Source(
    what="Imports for consumption by HTS-10, partner and month: customs value and calculated duty (their ratio is the rate)",
    publisher="US Census Bureau",
    licence="United States government work, public domain; the interface asks for a key of your own",
    get=get,
    parse=parse,
    address=ADDRESS,
    key="CENSUS_API_KEY",
    options={
        "partner": Option("a country, such as CHN", r"[A-Za-z .'-]{2,60}"),
        "month": Option("a month, YYYY-MM", r"\d{4}-(0[1-9]|1[0-2])"),
    },
)
