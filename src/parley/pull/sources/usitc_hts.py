"""The tariff schedule of the United States as in force: one row a line, with rates and footnotes as printed."""

from __future__ import annotations

import json

from parley.json_values import Json
from parley.pull.fetch import Refused
from parley.pull.source import Get, Option, Options, Source, Table, json_of, list_of, rows_of

ADDRESS = "https://hts.usitc.gov/reststop/exportList"
COLUMNS = ("htsno", "indent", "description", "general", "special", "other", "units", "footnotes")
CHAPTERS = tuple(f"{n:02}" for n in range(1, 100) if n != 77)  # 77 is reserved and empty


def get(options: Options, key: str, fetch: Get) -> bytes:
    """The whole schedule; chapter by chapter where the server refuses the whole span at once."""
    first, last = options["from"], options["to"]
    try:
        return fetch(_address(first, last))
    except Refused as refusal:
        if refusal.status != 400:
            raise
    parts = [c for c in CHAPTERS if first[:2] <= c <= last[:2]]
    rows = [row for c in parts for row in _chapter(c, fetch)]
    return json.dumps(rows, ensure_ascii=False).encode()


def _chapter(chapter: str, fetch: Get) -> list[Json]:
    what = f"schedule, chapter {chapter}"
    return list_of(json_of(fetch(_address(f"{chapter}01", f"{chapter}99")), what), what)


def _address(first: str, last: str) -> str:
    return f"{ADDRESS}?from={first}&to={last}&format=JSON&styles=false"


def parse(raw: bytes) -> Table:
    """The lines of an export of the schedule."""
    return rows_of(json_of(raw, "USITC schedule"), "USITC schedule", COLUMNS)


SOURCE = Source(
    what="Harmonized Tariff Schedule of the United States, current edition, all chapters",
    publisher="United States International Trade Commission",
    licence="United States government work, public domain",
    get=get,
    parse=parse,
    address=ADDRESS,
    options={
        "from": Option("the first heading, four digits", r"\d{4}", "0101"),
        "to": Option("the last heading, four digits", r"\d{4}", "9999"),
    },
)
