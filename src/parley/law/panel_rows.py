"""A panel as rows: each line from each origin, and each interval in which its rate and its legal authorities stay the same.

Origins that law cannot tell apart on any day are computed once. Lines whose base may be an estimate (law/estimates.py), which
is of single origins, are computed for each origin by itself. What is held at one time does not grow with the number of origins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import PROGRAMMES
from parley.frozen import read_only
from parley.law.base_columns import places, take_estimates
from parley.law.compiled import expand
from parley.law.edition import Edition
from parley.law.panel import Panel, Period

DIGITS = 12  # rates are sums of a few decimals
HELD = 10_000_000  # numbers at a time
PROHIBITED, ESTIMATED, ABSENT = (len(PROGRAMMES) + n for n in range(3))  # bits of marks beside those of the authorities
Columns = dict[str, ndarray]  # of one length


@dataclass(frozen=True, eq=False)
@read_only
class OriginRows:
    """The rows of one origin, by product and day. product: places in Rows.products; start, end: places in Rows.edges.

    base, added: fractions, NaN where unknown. marks: a bit for each legal authority that adds something (in the order of
    codes.py), and for a ban and an estimate. split: what each legal authority adds, where it was asked for.
    """

    origin: str
    product: Int[ndarray, " n"]
    start: Int[ndarray, " n"]
    end: Int[ndarray, " n"]
    base: Float[ndarray, " n"]
    added: Float[ndarray, " n"]
    marks: Int[ndarray, " n"]
    split: dict[str, Float[ndarray, " n"]]

    @property
    def prohibited(self) -> Bool[ndarray, " n"]:
        """Where a ban forbids the import; the rates are those of the law without it."""
        return (self.marks >> PROHIBITED & 1).astype(bool)

    @property
    def estimated(self) -> Bool[ndarray, " n"]:
        """Where the base is an estimate below a total."""
        return (self.marks >> ESTIMATED & 1).astype(bool)


class _Lines(NamedTuple):
    """Some lines: their places in Rows.products, and where they are in each edition. own: whether their bases may be estimates."""

    place: Int[ndarray, " k"]
    parts: dict[int, tuple[Edition, Int[ndarray, " e"], Int[ndarray, " e"]]]
    own: bool


class Rows:
    """The rows of a panel, origin by origin, in its order of origins but for those alike, which stand together.

    products: prefixes of the lines that are wanted; none: all. authorities: rows to which one of these adds; none: all rows.
    split: the legal authorities of which each row says what they add.
    """

    def __init__(
        self, panel: Panel, products: Sequence[str] = (), authorities: Sequence[str] = (), split: Sequence[str] = ()
    ) -> None:
        self.panel, self.split, prefixes = panel, tuple(split), tuple(products) or ("",)
        self.wanted = sum(1 << PROGRAMMES.index(name) for name in dict.fromkeys(authorities))
        self.edges: tuple[date, ...] = (*(p.start for p in panel.periods), panel.periods[-1].end)
        editions = list({id(p.table.edition): p.table.edition for p in panel.periods}.values())
        codes = {c for e in editions for c in e.codes if c.startswith(prefixes)}
        own = {e.codes[k] for e in editions for k in places(e, ()).line.tolist()} & codes
        self.products: tuple[str, ...] = tuple(sorted(codes))
        self._lines = tuple(self._chosen(c, editions, own=c is own) for c in (codes - own, own))

    def __iter__(self) -> Iterator[OriginRows]:
        yield from self.told(lambda _: None)

    def told(self, progress: Callable[[int], None]) -> Iterator[OriginRows]:
        """The same; says how many origins are done."""
        done, alike, members = 0, self._lines[0], self._groups()
        for block in _blocks(list(members.values()), self._width(alike)):
            held = self._held(alike, [sellers[0] for sellers in block])
            for i, sellers in enumerate(block):
                shared = _runs(alike, held, i)
                for part in _blocks(sellers, self._width(self._lines[1])):
                    single = self._held(self._lines[1], part)
                    for j, seller in enumerate(part):
                        yield self._joined(seller, shared, _runs(self._lines[1], single, j))
                    done += len(part)
                    progress(done)

    def _chosen(self, codes: set[str], editions: Sequence[Edition], own: bool) -> _Lines:
        """Some lines, with the part of each edition that holds them."""
        place = [k for k, c in enumerate(self.products) if c in codes]
        row = {self.products[k]: n for n, k in enumerate(place)}
        parts = {}
        for e in editions:
            at = np.array([k for k, c in enumerate(e.codes) if c in codes], dtype=np.int64)
            parts[id(e)] = _part(e, at), at, np.array([row[e.codes[k]] for k in at.tolist()], dtype=np.int64)
        return _Lines(np.array(place, dtype=np.int64), parts, own)

    def _groups(self) -> dict[bytes, list[int]]:
        """The origins that have the same class and the same column in every period, by these."""
        seen = np.array([[p.table.seller_class, p.column_of] for p in self.panel.periods], dtype=np.int64)
        found: dict[bytes, list[int]] = {}
        for i in range(len(self.panel.origins)):
            found.setdefault(seen[:, :, i].tobytes(), []).append(i)
        return found

    def _width(self, lines: _Lines) -> int:
        """How many origins are held at a time."""
        return max(1, HELD // ((3 + len(self.split)) * max(1, len(lines.place) * len(self.panel.periods))))

    def _held(self, lines: _Lines, sellers: Sequence[int]) -> Columns:
        """The values of some lines from some origins in all periods, each [i, k, p]."""
        shape = len(sellers), len(lines.place), len(self.panel.periods)
        held = {name: np.full(shape, np.nan) for name in ("base", "added", *self.split)}
        held["marks"] = np.full(shape, 1 << ABSENT, dtype=np.int32)
        for p, period in enumerate(self.panel.periods):
            edition, at, row = lines.parts[id(period.table.edition)]
            if len(at):
                for name, value in _values(period, edition, at, sellers, lines.own, self.split).items():
                    held[name][:, row, p] = value.T
        return held

    def _joined(self, seller: int, alike: Columns, own: Columns) -> OriginRows:
        """The rows of one origin, by product and day."""
        both = {name: np.r_[alike[name], own[name]] for name in alike}
        order = np.lexsort((both["start"], both["product"]))
        order = order[both["marks"][order] & self.wanted > 0] if self.wanted else order
        made = {name: value[order] for name, value in both.items()}
        split = {name: made.pop(name) for name in self.split}
        return OriginRows(self.panel.origins[seller], **made, split=split)


def adding(panel: Panel) -> tuple[str, ...]:
    """The legal authorities that have a measure in some rule set of a panel, in the order of codes.py."""
    found = {a.measure.programme for p in panel.periods for s in p.table.stacks for a in s.applied}
    return tuple(name for name in PROGRAMMES if name in found)


def _part(whole: Edition, at: Int[ndarray, " e"]) -> Edition:
    """Some lines of an edition, with all its rate texts."""
    lines = tuple(whole.lines[k] for k in at.tolist())
    number = whole.number[at]
    codes = tuple(line.code for line in lines)
    return Edition(
        whole.destination, lines, codes, number, np.argsort(number, kind="stable"), whole.texts, whole.text_of[at]
    )


def _values(
    period: Period, edition: Edition, at: Int[ndarray, " e"], sellers: Sequence[int], own: bool, split: Sequence[str]
) -> Columns:
    """The values of some lines from some origins in one period, each [e, i]."""
    table, chosen = period.table, np.array(sellers, dtype=np.int64)
    line, line_of = np.unique(table.product_class[at], return_inverse=True)
    seller, seller_of = np.unique(table.seller_class[chosen], return_inverse=True)
    used, cell = np.unique(table.cell[np.ix_(line, seller)], return_inverse=True)
    part = table._replace(
        edition=edition, product_class=line_of.ravel(), seller_class=seller_of.ravel(), cell=cell.reshape(len(line), len(seller)),
        stacks=[table.stacks[s] for s in used.tolist()], origins=tuple(table.origins[i] for i in sellers),
    )  # fmt: skip
    base, by_programme = expand(part, period.base, period.column_of[chosen])
    estimated = take_estimates(part, base, by_programme) if own else None
    added = sum(by_programme.values(), np.zeros_like(base))
    marks = np.zeros(base.shape, dtype=np.int32)
    flags = ((PROHIBITED, part.prohibited), (ESTIMATED, estimated))
    adding = (
        (PROGRAMMES.index(name), value != 0) for name, value in by_programme.items()
    )  # what is not known is not 0
    for bit, where in (*flags, *adding):
        if where is not None:
            marks |= where.astype(np.int32) << bit
    apart = {name: by_programme.get(name, np.zeros_like(base)) for name in split}
    return {n: np.round(v, DIGITS) + 0.0 for n, v in {"base": base, "added": added, **apart}.items()} | {"marks": marks}


def _runs(lines: _Lines, held: Columns, seller: int) -> Columns:
    """The intervals of one origin in which nothing changes: places of products, of first periods, of the periods after them."""
    values = {name: value[seller] for name, value in held.items()}
    periods = held["marks"].shape[2]
    moved = np.zeros((len(lines.place), periods), dtype=bool)
    moved[:, 0] = True
    for value in values.values():
        moved[:, 1:] |= _differ(value[:, 1:], value[:, :-1])
    row, start = np.nonzero(moved)
    after = np.r_[start[1:], 0]  # each line begins with the first period
    end = np.where(after == 0, periods, after)
    there = values["marks"][row, start] >> ABSENT & 1 == 0
    row, start, end = row[there], start[there], end[there]
    return {"product": lines.place[row], "start": start, "end": end, **{n: v[row, start] for n, v in values.items()}}


def _differ(a: ndarray, b: ndarray) -> Bool[ndarray, "k p"]:
    """Where two values differ; unknown in both counts as the same."""
    return (a != b) & ~((a != a) & (b != b))


def _blocks(of: list, size: int) -> Iterator[list]:
    for k in range(0, len(of), size):
        yield of[k : k + size]
