"""The layouts of a user's months: CSV, long or a month a column, plain or gzip; and the rows of rows of the Census API.

Columns are known by what public tables call them. A record becomes one cell for each month that it holds.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from parley.csv_tables import CsvTable, records_of, table_of
from parley.errors import InputError
from parley.text_files import FileKind, decoded, parse_json, read_bytes

LAYOUT = FileKind("CSV with columns partner, sector (or naics), month, value, and flow where it is not imports")
CALLED = {
    "partner": ("partner", "cty_code", "country", "cty_name", "country_name"),  # a code stands before the name beside it
    "sector": ("sector", "naics", "naics_code", "naic_number", "naics_number", "hs2", "chapter", "e_commodity"),
    "month": ("month", "time"),
    "value": ("value", "value_usd", "customs_value_usd", "con_val_mo", "customs_value", "export_value_usd", "all_val_mo", "fas_value"),
}  # fmt: skip
HINTS = {
    "partner": "Add a column partner: WLD where its values are of all countries together, else the country's ISO3 code"
}
OF_EXPORTS = {"hs2", "chapter", "e_commodity", "export_value_usd", "all_val_mo", "fas_value"}
FLOWS = {"customs_value": "imports", "fas_value": "exports"}  # what a column data_type says
LONG = "january february march april may june july august september october november december".split()
NUMBERS = {name: k for k, month in enumerate(LONG, 1) for name in (month[:3], month)}
MONTH = re.compile(r"(\d{4})[-/_]?(0[1-9]|1[0-2])(?:[-/](?:0[1-9]|[12]\d|3[01]))?")
ZIPPED = b"\x1f\x8b"


@dataclass(frozen=True)
class Layout:
    """Where a table has what. columns: role to name; months: columns that are each a month, with the month, or its number
    where the year is in a column of its own.
    """

    columns: Mapping[str, str]
    months: Mapping[str, str]
    flow: str

    def cells(self, row: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """The cells of a record by role; none where its data type is no value of trade."""
        made = {"flow": self.flow} | {role: row[name] for role, name in self.columns.items()}
        if "data_type" in made:
            made["flow"] = FLOWS.get(folded(made["data_type"]), "")
            if not made["flow"]:
                return
        if not self.months:
            yield made | {"month": month_of(made["month"], made.get("year", ""))}
        for name, month in self.months.items():
            if row[name]:
                yield made | {"month": month_of(month, made.get("year", "")), "value": row[name]}


def folded(name: str) -> str:
    """A heading in small letters, with _ for what is no letter and no digit."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def month_of(text: str, year: str = "") -> str:
    """YYYY-MM of a month as tables write it, or of its number or name beside a year; the text itself where it is none."""
    if found := MONTH.fullmatch(text):
        return f"{found[1]}-{found[2]}"
    words = folded(text).split("_")
    words = [*words, year] if len(words) == 1 and year else words
    if len(words) == 2 and re.fullmatch(r"\d{4}", words[0]):
        words.reverse()
    number = _number(words[0])
    return f"{words[1]}-{number:02}" if len(words) == 2 and number and re.fullmatch(r"\d{4}", words[1]) else text


def _number(word: str) -> int:
    if word in NUMBERS:
        return NUMBERS[word]
    return int(word) if re.fullmatch(r"0?[1-9]|1[0-2]", word) else 0


def read_table(path: Path, where: str) -> tuple[CsvTable, Layout]:
    """The records of a file and their layout. Raises InputError where a column is missing, or stands for the same as another."""
    content = read_bytes(path, LAYOUT, where)
    if content.startswith(ZIPPED):
        content = _unzipped(content, where)
    text = decoded(content, LAYOUT, where)
    if text.lstrip().startswith("["):
        records = _api(text, where)
    else:
        header = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
        records = records_of(text, LAYOUT, where, max(",;\t", key=header.count))
    table = table_of(records, LAYOUT, (), where, fold=True)
    return table, _layout(table, where)


def _layout(table: CsvTable, where: str) -> Layout:
    by_name = {folded(name): name for name in table.names if name}
    held = {role: [name for name in names if name in by_name] for role, names in CALLED.items()}
    columns = {role: by_name[names[0]] for role, names in held.items() if names}
    columns |= {name: by_name[name] for name in ("flow", "year", "data_type") if name in by_name}
    months = {} if held["value"] else _months(by_name, of_year="year" in columns and not held["month"])
    for role, names in held.items():
        told = names or (months and role in ("month", "value"))
        if not told or (len(names) > 1 and role != "partner"):
            found = "no column" if not names else "more than one column for"
            told = f"{found} {role!r}; the header is {','.join(table.names)[:120]!r}"
            raise LAYOUT.fault(f"{where}, row 1", told, "" if names else HINTS.get(role, ""))
    named = {name for names in held.values() for name in names}
    return Layout(columns, months, "exports" if OF_EXPORTS & named else "imports")


def _months(by_name: Mapping[str, str], *, of_year: bool) -> dict[str, str]:
    """{column: its month, or the month's name where the year is in a column of its own}."""
    if of_year:
        return {name: key for key, name in by_name.items() if key in NUMBERS}
    return {name: month_of(key) for key, name in by_name.items() if MONTH.fullmatch(month_of(key))}


def _api(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of rows of the Census API; a column that stands twice, as one that was also a condition does, once."""
    raw = parse_json(text, LAYOUT, where)
    if not all(isinstance(row, list) and len(row) == len(raw[0]) for row in raw) or not raw:
        raise LAYOUT.fault(where, "JSON that is no list of rows of one length")
    rows: Sequence[Sequence[object]] = raw
    first = [k for k, name in enumerate(rows[0]) if name not in rows[0][:k]]
    for number, row in enumerate(rows, 1):
        yield number, ["" if row[k] is None else str(row[k]).strip() for k in first]


def _unzipped(content: bytes, where: str) -> bytes:
    try:
        with gzip.open(BytesIO(content)) as stream:
            made = stream.read(LAYOUT.most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(where, f"gzip that cannot be read ({error})", LAYOUT.allowed) from None
    if len(made) > LAYOUT.most:
        raise LAYOUT.fault(where, f"more than {LAYOUT.most:,} bytes")
    return made
