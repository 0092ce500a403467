"""Yearly imports of one reporter from one partner by HS code, as reported to the United Nations."""

from __future__ import annotations

from urllib.parse import urlencode

from parley.errors import InputError
from parley.pull.source import Get, Option, Options, Source, Table, json_of, rows_of

ADDRESS = "https://comtradeapi.un.org/public/v1/preview/C/A/HS"
COLUMNS = ("period", "reporterCode", "partnerCode", "flowCode", "cmdCode", "primaryValue")
MOST = 500  # rows that the open preview gives: as many may mean that some were left off
WHOLE = {"partner2Code": "0", "customsCode": "C00", "motCode": "0"}  # totals: without them flows are counted twice


def get(options: Options, key: str, fetch: Get) -> bytes:
    """One reporter, partner, year and list of codes."""
    asked = {
        "reporterCode": options["reporter"], "period": options["year"], "flowCode": options["flow"],
        "partnerCode": options["partner"], **WHOLE, "cmdCode": options["codes"],
    }  # fmt: skip
    return fetch(f"{ADDRESS}?{urlencode(asked, safe=',')}")


def parse(raw: bytes) -> Table:
    """The rows. Raises InputError where there is none, or so many that the preview may have left some off."""
    held = json_of(raw, "UN Comtrade")
    if not isinstance(held, dict) or "data" not in held:
        raise InputError("UN Comtrade", "no field 'data'", "the answer of the preview")
    table = rows_of(held["data"], "UN Comtrade", COLUMNS)
    if len(table.rows) >= MOST:
        raise InputError(
            "UN Comtrade", f"{len(table.rows)} rows, the most that the preview gives", "fewer codes at once"
        )
    return table


SOURCE = Source(
    what="Yearly trade of one reporter with one partner by HS code",
    publisher="United Nations Statistics Division",
    licence="UN Comtrade terms of use; not read by us",
    get=get,
    parse=parse,
    address=ADDRESS,
    options={
        "reporter": Option("M49 code of the reporter, such as 842 (United States)", r"\d{1,3}", "842"),
        "partner": Option("M49 code of the partner, such as 156 (China)", r"\d{1,3}", "156"),
        "year": Option("a year", r"\d{4}"),
        "flow": Option("M imports, X exports", r"[MX]", "M"),
        "codes": Option("HS codes of 2, 4 or 6 digits with commas", r"(\d{2}|\d{4}|\d{6})(,(\d{2}|\d{4}|\d{6})){0,19}"),
    },
)
