"""The editions of the United States schedule from which usa.csv.gz is made, in order, with their days.

44 editions are official JSON. What came after revision 10 of 2026 is known by rates (revision 15) and by the transfers of
statistical numbers of 1 July 2026: two editions are made of it, and every rate text of revision 15 is held against them.
"""

from __future__ import annotations

import gzip
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from csv import DictReader
from datetime import date, datetime, timedelta
from pathlib import Path

from parley.law.hts_json import OfficialEdition
from parley.law.products import Line
from us_list_tables import table
from us_transfers import Row, change_records

Lines = dict[str, Line]
EIGHT = 8  # digits of a line that is divided into statistical numbers; one with a single number is printed at ten
# Days that no change record in shared data states; all others are printed in the record of the edition itself.
STATED_DAYS = {
    "2025_basic": date(2025, 1, 1),  # change record of 2025 revision 1: "2025 Basic Edition, published January 1, 2025"
    "2026_rev_11": date(2026, 7, 1),  # revisions 11 to 20: the list of editions of a public repository
    "2026_rev_12": date(2026, 7, 21),
    "2026_rev_13": date(2026, 7, 28),
    "2026_rev_14": date(2026, 7, 31),
    "2026_rev_15": date(2026, 8, 3),
}
LAST_WHOLE, NUMBERS_OF_JULY, READ_TO = "2026_rev_10", "2026_rev_11", "2026_rev_15"
RATES_OF_LAST = "law/hts/hts_2026_rev_15_rates.csv.gz"
NUMBERS = "hts/hts_2026-07-01_new_statistical_numbers.csv"
# Editions whose changes to chapters 1 to 97 only correct the print ("weght", ".OM", "37% /", numbers left out or put in a
# wrong line: 4420.19.00.00, 9401.69.60.31, 9401.99.30.30, 7602.00.00.35). What they correct was law before.
CORRECTIONS = ("2025_rev_1", "2025_rev_6", "2025_rev_12", "2025_rev_14", "2025_rev_17", "2026_rev_3")
_DAY = re.compile(r"^\s+([A-Z][a-z]+ \d{1,2}, 20\d\d)\s*$", re.M)


def edition_order(name: str) -> tuple[int, int]:
    """The sorting key of an edition's name: its year, then 0 for basic or the number of its revision."""
    year, _, rest = name.partition("_")
    return int(year), 0 if rest == "basic" else int(rest.removeprefix("rev_"))


def printed_days(shared: Path) -> dict[str, date]:
    """The day that each change record prints under the name of its edition."""
    found = ((name, _DAY.search(text)) for name, text in change_records(shared).items())
    return {name: datetime.strptime(m[1], "%B %d, %Y").date() for name, m in found if m}


def edition_days(names: Sequence[str], stated: Mapping[str, date]) -> dict[str, date]:
    """The day of every edition: stated where known, evenly spread between its stated neighbours otherwise."""
    known = [k for k, name in enumerate(names) if name in stated]
    days: dict[str, date] = {}
    for a, b in itertools.pairwise(known):
        first, span = stated[names[a]], (stated[names[b]] - stated[names[a]]).days
        days |= {names[k]: first + timedelta(days=round(span * (k - a) / (b - a))) for k in range(a, b + 1)}
    return days


def read_all(shared: Path, read: Callable[[Path], OfficialEdition]) -> dict[str, Lines]:
    """Every official edition's lines of goods, in order of the editions."""
    paths = {
        p.name.removeprefix("hts_").removesuffix(".json.gz"): p for p in (shared / "law/hts").glob("hts_*.json.gz")
    }
    return {n: {x.code: x for x in read(paths[n]).lines} for n in sorted(paths, key=edition_order)}


def corrected(editions: Mapping[str, Lines]) -> dict[str, Lines]:
    """The editions with each correction of print carried back over the run of editions that had the misprint."""
    made, names = {n: dict(lines) for n, lines in editions.items()}, list(editions)
    for name in CORRECTIONS:
        k = names.index(name)
        right, wrong = made[name], made[names[k - 1]]
        for code in {c for c in right.keys() | wrong.keys() if _rates(right.get(c)) != _rates(wrong.get(c))}:
            misprint = _rates(wrong.get(code))  # before the loop mends it
            for earlier in reversed(names[:k]):
                if _rates(made[earlier].get(code)) != misprint:
                    break
                made[earlier].pop(code, None)
                if code in right:
                    made[earlier][code] = right[code]
    return made


def _rates(line: Line | None) -> tuple[str, str, str] | None:
    return (line.general, line.special, line.other) if line else None


def after_transfers(lines: Lines, rows: Sequence[Row], named: Mapping[str, str]) -> Lines:
    """An edition's lines after transfers. named: new number → the old one whose line it shares.

    A new number has its parent's rates and unit. Its own words were not read, so that a part says of what it is a part.
    """
    olds = {r.old for r in rows}
    whole = {r.new: r.old for r in rows if r.new and r.part == "no" and sum(x.new == r.new for x in rows) == 1}
    made = {code: line for code, line in lines.items() if code not in olds}
    for new, old in named.items():
        parent = lines[old]
        words = (
            parent.description
            if whole.get(new) == old
            else f"{parent.description}: part of {dotted10(old)}, own words unread"
        )
        made[new] = parent._replace(code=new, description=words)
    return dict(sorted(made.items()))


def dotted10(code: str) -> str:
    """A ten-digit number with its points."""
    return f"{code[:4]}.{code[4:6]}.{code[6:8]}.{code[8:]}"


def with_july(shared: Path, editions: Mapping[str, Lines], rows: Sequence[Row]) -> dict[str, Lines]:
    """The editions with those of 1 July and 3 August 2026, held against every rate of revision 15."""
    named: dict[str, str] = {}
    for r in table(shared, NUMBERS):
        named.setdefault(r["htsno"], r["from_htsno"])
    if set(named) != {r.new for r in rows if r.new}:
        raise SystemExit(f"{NUMBERS} does not name the numbers that the transfers name")
    july = after_transfers(editions[LAST_WHOLE], rows, named)
    differing = differences(rates_of_last(shared), july)
    if differing:
        raise SystemExit(f"revision 15 differs from revision 10 and the transfers: {differing[:8]}")
    return {**editions, NUMBERS_OF_JULY: july, READ_TO: july}


def rates_of_last(shared: Path) -> dict[str, tuple[str, str]]:
    """Revision 15: number of eight or ten digits → column 1 general and column 2; chapters 1 to 97."""
    with gzip.open(shared / RATES_OF_LAST, "rt", encoding="utf-8") as file:
        return {r["htsno"]: (r["general"], r["other"]) for r in DictReader(file) if r["htsno"] < "98"}


def differences(rates: Mapping[str, tuple[str, str]], lines: Mapping[str, Line]) -> list[str]:
    """Numbers whose rates differ, that stand on one side alone, or that are printed as divided and are not.

    Spaces do not count: revision 15 prints 3911.20.00 with two.
    """
    children: dict[str, list[str]] = {}
    for code in lines:
        children.setdefault(code[:8], []).append(code)
    found, covered = set(), set()
    for number, texts in rates.items():
        inside = [number] if number in lines else children.get(number, [])
        covered.update(inside)
        alone = len(inside) == 1 and len(number) == EIGHT and not inside[0].endswith("00")
        if alone or {(_plain(lines[c].general), _plain(lines[c].other)) for c in inside} != {tuple(map(_plain, texts))}:
            found.add(number)
    return sorted(found | (lines.keys() - covered))


def _plain(text: str) -> str:
    return " ".join(text.split())
