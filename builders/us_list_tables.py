"""The tables from which the American product lists are made: CSVs of shared data, footnotes, duty charged in 2024."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

Row = tuple[str, str, str]  # product, start, end
READ_EDITIONS = ("2025_basic", "2025_rev_3", "2025_rev_11", "2025_rev_18", "2026_basic", "2026_rev_10")
CHINA = "5700"


def table(shared: Path, name: str) -> list[dict[str, str]]:
    """The rows of a CSV of shared data, comment lines left out; NA and blanks are ''."""
    with (shared / "law" / name).open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return [{k: "" if v in ("NA", None) else v for k, v in r.items()} for r in rows]


def digits(text: str) -> str:
    """The digits of a code; a trailing 00 of a ten-digit code that stands for eight digits is kept as written."""
    return re.sub(r"\D", "", text)


def plain(products: Iterable[str]) -> list[Row]:
    """Undated rows, sorted, each once."""
    return [(p, "", "") for p in sorted(set(products))]


@cache
def footnotes(shared: Path) -> dict[str, frozenset[str]]:
    """Code → the chapter 99 headings that its own line names, over six editions from 2025 basic to 2026 revision 10."""
    found: dict[str, set[str]] = {}
    for name in READ_EDITIONS:
        for line in json.loads(gzip.decompress((shared / f"law/hts/hts_{name}.json.gz").read_bytes())):
            code = digits(line["htsno"])
            if len(code) >= 8 and code[:2] not in ("98", "99"):
                text = " ".join(note["value"] or "" for note in line["footnotes"] or [])
                found.setdefault(code, set()).update(re.findall(r"9903\.\d\d\.\d\d", text))
    return {code: frozenset(headings) for code, headings in found.items()}


@cache
def charged(shared: Path) -> dict[str, float]:
    """Ten-digit line → duty actually charged on Chinese goods in 2024, as a share of customs value."""
    from pyarrow import parquet

    path = shared / "law/imports-2024/us_imports_2024_hts10.parquet"
    rows = parquet.read_table(path, columns=["hts10", "census_country", "customs_value_usd", "duty_usd"]).to_pydict()
    columns = zip(rows["hts10"], rows["census_country"], rows["customs_value_usd"], rows["duty_usd"], strict=True)
    return {code: duty / value for code, country, value, duty in columns if country == CHINA and value > 0}


def outermost(codes: set[str]) -> set[str]:
    """Codes without those that a shorter one of them covers."""
    return {c for c in codes if not any(c[:n] in codes for n in (4, 6, 8) if n < len(c))}


def footnoted(shared: Path, heading: str) -> list[Row]:
    """Lines whose own footnotes name a heading of chapter 99."""
    return plain(outermost({code for code, headings in footnotes(shared).items() if heading in headings}))


def column(name: str, field: str, **wanted: str) -> Callable[[Path], list[Row]]:
    """A maker: the codes of one column of a list, where other columns have the wanted values."""

    def make(shared: Path) -> list[Row]:
        rows = table(shared, f"lists/{name}")
        return plain(digits(r[field]) for r in rows if all(r[k] == v for k, v in wanted.items()))

    make.__doc__ = f"Column {field} of {name}" + "".join(f", {k} {v}" for k, v in wanted.items())
    return make
