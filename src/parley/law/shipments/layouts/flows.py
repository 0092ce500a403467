"""Which rows of a table are of imports, into which country, and of the measure that is read: by columns that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from msgspec import structs

from parley.errors import InputError
from parley.law.shipments.layouts.heading_words import roles_named, words_of
from parley.law.shipments.layouts.places import place
from parley.law.shipments.layouts.registry import Layout
from parley.law.shipments.layouts.spelling import plain
from parley.law.shipments.layouts.wide import Matched

IMPORTS = frozenset(
    "m import imports 1 generalimports importsforconsumption grossimp grossimports arrivals noneuimports euimports 进口".split()
)
EXPORTS = frozenset(
    "x export exports 2 grossexp grossexports domesticexports dispatches noneuexports euexports 出口".split()
)
_MRN = re.compile(r"\d\d([A-Z]{2})[A-Z0-9]{12,15}|\d{18}")
MEASURES = ("value", "quantity", "duty_paid", "unit_value")
MOST_MEASURES = 12  # of a column that says what the number of each row is
FLOWS = (
    "Flow",
    "Trade Flow",
    "Flow Code",
    "Trade Flow Code",
    "Flow Type",
    "Import/Export",
    "进出口",
    "贸易流向",
    "進出口",
)


def kept_cells(
    m: Matched, fixed: Layout, sample: Sequence[Sequence[str]], where: str
) -> tuple[tuple[int, frozenset[str]], ...]:
    """The cells that a layout keeps, of columns in which some row of the sample has one; raises where all are other measures."""
    forms = {plain(h): n for n, h in enumerate(m.headings)}
    made = []
    for text, wanted in fixed.keep.items():
        n, kept = forms.get(plain(text)), frozenset(map(plain, wanted))
        if n is not None and kept and any(plain(row[n]) in kept for row in sample if n < len(row)):
            made.append((n, kept))
        elif n is not None and fixed.measures and plain(text).startswith(plain(fixed.measures)):
            said = sorted({row[n].strip() for row in sample if n < len(row)} - {""})
            raise InputError(where, f"its values are {', '.join(said[:5])}", f"a table of {' or '.join(wanted[:3])}")
    return tuple(made) or tuple(measures(m, sample, where))


def measures(m: Matched, sample: Sequence[Sequence[str]], where: str) -> Iterator[tuple[int, frozenset[str]]]:
    """The cells of values in a column that says of each row what its number is: "Customs Value", "Quantity", "Calculated Duties".

    Where it names values alone, it says how each was valued: "FOB Value", "CIF Value".
    """
    for n in range(len(m.headings)):
        said = {row[n].strip() for row in sample if n < len(row)} - {""} if n not in m.columns.values() else set[str]()
        if not 1 < len(said) <= MOST_MEASURES:
            continue
        ranks = {c: {x.role: x.rank for x in roles_named(c) if x.role in MEASURES} for c in said}
        values = {c: held["value"] for c, held in ranks.items() if "value" in held}
        others = any(held for c, held in ranks.items() if c not in values)
        if not (values and others) or 2 * sum(map(bool, ranks.values())) < len(said):
            continue
        best = sorted(c for c, rank in values.items() if rank == min(values.values()))
        if len({*map(plain, best)}) > 1:
            raise InputError(
                where,
                f"{m.headings[n]!r} says {' and '.join(map(repr, best))}",
                "values of one kind",
                "Take out the other rows",
            )
        yield n, frozenset(map(plain, best))


def of_declarations(m: Matched, sample: Sequence[Sequence[str]]) -> Matched:
    """The columns with their destination, where the numbers of declarations tell in which country goods were declared.

    They are movement reference numbers of Europe and the United Kingdom (25DE…), or the eighteen digits of China customs.
    """
    at = [n for n, h in enumerate(m.headings) if "mrn" in words_of(h) or plain(h).startswith("movementreference")]
    at += [n for n in [m.columns.get("entry_number")] if n is not None]
    held = [row[n].strip() for n in at[:1] for row in sample if n < len(row) and row[n].strip()]
    found = [_MRN.fullmatch(c) for c in held]
    buyers = {"CHN" if not x[1] else "GBR" if x[1] == "XI" else place(x[1]) for x in found if x}
    if len(buyers) != 1 or None in found or "destination" in m.columns or (m.layout and m.layout.destination):
        return m
    buyer = buyers.pop() or ""
    layout = m.layout or Layout(title="by headings; declared where the numbers of declarations say")
    own = layout.currency or ("CNY" if buyer == "CHN" else "")  # of duty-paid values by the law of China
    return replace(m, layout=structs.replace(layout, destination=buyer, currency=own))


def flow_of(m: Matched, fixed: Layout, sample: Sequence[Sequence[str]], where: str) -> tuple[int, bool]:
    """The column that says whether a row is of imports, and whether the file has exports alone."""
    forms = {plain(h): n for n, h in enumerate(m.headings)}
    n = next((forms[plain(h)] for h in fixed.flow or FLOWS if plain(h) in forms), -1)
    if n < 0:
        return -1, False
    said = {plain(row[n]) for row in sample if n < len(row)} - {""}
    exports = not said & (IMPORTS | {*fixed.imports}) and bool(said & (EXPORTS | {*fixed.exports}))
    if fixed.flow:
        return n, exports
    if exports and "origin" in m.columns and "partner" in words_of(m.heading_of("origin")):
        raise InputError(where, f"all its rows are exports, by {m.headings[n]!r}", "imports by partner",
                         "Name both countries: --columns origin=HEADING --columns destination=HEADING")  # fmt: skip
    return (n, False) if said and said <= IMPORTS | EXPORTS and not exports else (-1, False)


def flow_cells(layout: Layout, exports: bool) -> frozenset[str]:
    """What a column of flows holds on the rows that are read."""
    return EXPORTS | {*layout.exports} if exports else IMPORTS | {*layout.imports}


__all__ = ["flow_cells", "flow_of", "kept_cells", "measures", "of_declarations"]
