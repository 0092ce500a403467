"""The chapter 98 and 99 headings of a line of goods, in the order in which customs takes them.

A heading is due where its measure is levied, where it says why another is not (an exclusion by product, goods under Section
232), or where a claim is made on it. The commodity's own number comes last and is not among them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Literal, NamedTuple

from parley.law.entry_claims import CLAIMS, Value, claim_of, is_open
from parley.law.law_package import law_path
from parley.law.measure import LATEST, Measure, covers_origin, covers_product
from parley.law.regime import Regime, knowledge
from parley.law.stacking import exclusions, stack

_CODE = re.compile(r"\d{4}\.\d\d\.\d\d")
_SPAN = re.compile(r"(\d{4}\.\d\d\.\d\d)\s+to\s+(\d{4}\.\d\d\.\d\d)")


class Due(NamedTuple):
    """A heading that belongs on a line: any one of its codes; why; the measure and authority; the rate levied on value, if any."""

    codes: tuple[str, ...]
    because: Literal["levied", "exempt"]
    measure: str
    programme: str

    @property
    def shown(self) -> str:
        """The first of its codes, with points."""
        return dotted(self.codes[0])


class Relief(NamedTuple):
    """A heading that says why a duty is not due, of the table filing/relief.csv."""

    code: str
    programme: str
    because: str
    start: date
    end: date


def dotted(code: str) -> str:
    """A heading as the schedule prints it: 99030124 → 9903.01.24."""
    return f"{code[:4]}.{code[4:6]}.{code[6:8]}"


@cache
def codes_of(heading: str) -> tuple[str, ...]:
    """The codes that a measure's heading stands for, as digits: several, a span, or none for a note."""
    made = [c.replace(".", "") for c in _CODE.findall(heading)]
    for first, last in _SPAN.findall(heading):
        start, end = int(first.replace(".", "")), int(last.replace(".", ""))
        made += [f"{n:08}" for n in range(start, end + 1)]
    return tuple(dict.fromkeys(made))


@cache
def _places() -> dict[str, int]:
    return {row["programme"]: int(row["place"]) for row in _table("order.csv")}


@cache
def reliefs() -> tuple[Relief, ...]:
    """The headings of relief that no row of the acts has."""
    return tuple(
        Relief(
            r["heading"].replace(".", ""),
            r["programme"],
            r["because"],
            date.fromisoformat(r["start"]),
            date.fromisoformat(r["end"]),
        )
        for r in _table("relief.csv")
    )


def _table(name: str) -> list[dict[str, str]]:
    text = law_path("filing", name).read_text("utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


def place(code: str, programme: str) -> tuple[int, str]:
    """Where a heading stands in the order of filing."""
    return (_places()["chapter 98"] if code.startswith("98") else _places().get(programme, len(_places())), code)


def in_filing_order(due: Iterable[Due]) -> tuple[Due, ...]:
    """Headings in the order in which customs takes them."""
    return tuple(sorted(dict.fromkeys(due), key=lambda d: place(d.codes[0], d.programme)))


def headings_due(
    regime: Regime,
    product: str,
    origin: str,
    on: date,
    known: date | None = None,
    claims: Mapping[str, Value] | None = None,
) -> tuple[Due, ...]:
    """The headings of goods entering the United States on a day, as known on another, under the claims made."""
    stated = claims or {}
    rows = regime.covering(product, origin, "USA", on, known)
    found = stack(rows, origin, on, known or LATEST, stated)
    made = [
        _due(a.measure, "levied")
        for a in found.levied
        if a.measure.combine != "cap" and (a.share > 0 or a.measure.covers)
    ]
    levied = {a.measure.programme for a in found.levied}
    for key, m in exclusions(rows, stated).items():
        over = [r for r in rows if r.key == key and r.combine not in ("zero", "cap") and is_open(r, stated)]
        if over:
            made.append(_due(m, "exempt"))
    made += [
        Due((r.code,), "exempt", "", r.programme)
        for r in reliefs()
        if _is_relief(r, regime, rows, origin, on, levied, stated)
    ]
    return in_filing_order(d for d in made if d.codes)


def _due(m: Measure, because: Literal["levied", "exempt"]) -> Due:
    return Due(codes_of(m.heading), because, m.id, m.programme)


def _is_relief(
    r: Relief,
    regime: Regime,
    rows: Sequence[Measure],
    origin: str,
    on: date,
    levied: set[str],
    claims: Mapping[str, Value],
) -> bool:
    """Whether a heading of relief is due: its duty is in force on the day and not on these goods for its reason."""
    if not r.start <= on < r.end or not any(m.programme == r.programme for m in regime.measures):
        return False
    kind, *names = r.because.split()
    if kind == "origin":
        return origin in names
    if kind == "claim":
        return bool(claims.get(names[0]))
    gives_way = any(m.programme == r.programme and m.combine not in ("zero", "cap") for m in rows)
    return gives_way and r.programme not in levied and names[0] in levied


def claims_of_headings(
    regime: Regime, filed: Iterable[str], product: str, origin: str, on: date, known: date | None = None
) -> dict[str, Value]:
    """The claims that filed headings make: those under which a row of such a heading is met."""
    seen = knowledge(known)
    made: dict[str, Value] = {}
    codes = set(filed)
    for r in reliefs():
        if r.code in codes and r.because.startswith("claim ") and r.start <= on < r.end:
            made |= {"us_content": 0.2} if r.because.endswith("us_content") else {}
    rows = (m for m in regime.known_rows(seen, "USA") if m.when and codes & set(codes_of(m.heading)) and m.at(on, seen))
    for m in (m for m in rows if covers_origin(m, origin) and covers_product(m, product, on)):
        made |= {claim_of(n): v for n, w in m.when.items() if (v := _meeting(n, w)) is not None}
    return made


def _meeting(name: str, wanted: Value) -> Value | None:
    """A value of a claim that meets a condition: a flag's own; the day before the last for "< day"; nothing for shares."""
    kind = CLAIMS[claim_of(name)].kind
    if kind == "flag":
        return wanted if isinstance(wanted, bool) else None
    before = re.fullmatch(r"\s*<\s*(\d{4}-\d\d-\d\d)\s*", str(wanted) if claim_of(name) == name else f"< {wanted}")
    return date.fromisoformat(before[1]) - timedelta(1) if kind == "day" and before else None


class Standing(NamedTuple):
    """What a filed heading is that is not due: repealed, not yet in force, of other goods, or in no act; the days of its rows."""

    kind: Literal["repealed", "not yet", "other goods", "unknown"]
    start: date | None = None
    end: date | None = None


def standing_of(regime: Regime, code: str, on: date, known: date | None = None) -> Standing:
    """What a heading that is not due on a day is, as known on another; by the fullest knowledge where none is named."""
    seen = knowledge(known)
    rows = [m for m in regime.known_rows(seen, "USA") if code in codes_of(m.heading)]
    spans = [(m.start, m.end_as_known(seen)) for m in rows] + [(r.start, r.end) for r in reliefs() if r.code == code]
    if not spans:
        return Standing("unknown")
    start, end = min(s for s, _ in spans), max(e for _, e in spans)
    if any(s <= on < e for s, e in spans):
        return Standing("other goods", start, None if end == LATEST else end)
    if on < start:
        return Standing("not yet", start)
    return Standing("repealed", start, max((e for _, e in spans if e <= on), default=end))


__all__ = [
    "Due",
    "Standing",
    "claims_of_headings",
    "codes_of",
    "dotted",
    "headings_due",
    "in_filing_order",
    "standing_of",
]
