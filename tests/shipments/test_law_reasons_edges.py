"""The base of lines, the reason why one has no duty, and sums by authority, on arrays made by hand: each number is worked out."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from line_arrays import (
    MASS,
    NAN,
    ORIGINS,
    S122,
    S232,
    S301,
    SCHEDULE,
    TABLES,
    Held,
    HeldUnits,
    at_cells,
    lines,
    same,
    total,
)
from parley.codes import PROGRAMMES
from parley.law.shipments.base import Base, _columns, bases_of, below_totals
from parley.law.shipments.compile.cells import ADD, CAP, FIXED, Cell, Term
from parley.law.shipments.compile.periods import EPOCH
from parley.law.shipments.compile.schedule import NOT_COMPUTABLE
from parley.law.shipments.compile.tables import NEVER
from parley.law.shipments.contributions import Placed, added_to
from parley.law.shipments.judge import Judged, _programme_rates, _programmes, _reasons, _together
from parley.law.shipments.rejects import PROHIBITED, UNREAD
from parley.law.shipments.typed import HIGHEST, NO_DAY
from parley.law.stacking import WHOLE


def test_lines_pay_their_column_or_the_preference_claimed() -> None:
    ones = {"usmca": np.array([0.0, 1, 1, NAN, 0, 0]), "korus": np.array([1.0, 1, 1, 0, 0, 0])}
    held = lines(6, origin=[0, 1, 2, 1, 1, 1], day=[60, 60, 60, 49, 50, 51], claims=ones)
    found = _columns(TABLES, held)  # type: ignore[arg-type]
    assert found is not None
    assert (found[0].tolist(), found[1].tolist(), found[1].dtype) == ([0, 1, 2, 4, 5], [3, 1, 2, 1, 1], np.int32)
    one = _columns(TABLES, lines(2, origin=[2, 2], claims={"usmca": np.array([1.0, 0.0])}))  # type: ignore[arg-type]
    assert one is not None
    assert (one[0].tolist(), one[1].tolist()) == ([0], [2])
    assert _columns(TABLES, lines(1, day=[99])) is None  # type: ignore[arg-type]
    never = SimpleNamespace(origins=SimpleNamespace(column_2=np.array([NEVER]), party=ORIGINS.party))
    assert _columns(never, lines(1, day=[NEVER])) is None  # type: ignore[arg-type]


def test_bases_by_column_by_quantity_and_of_no_line() -> None:
    found = at_cells([0] * 7, tables=TABLES, at=[0, 1, 1, 2, 0, 1, 2], origin=[0, 0, 0, 0, 1, 1, 1],
                     day=[60] * 7, quantity=Held((NAN, 500.0, NAN, NAN, NAN, NAN, NAN)))  # fmt: skip
    made = bases_of(found)
    same(made.rate, [0.1, 0.02 + 0.044 * 5, NAN, NAN, 0.5, 0.3, NAN])
    assert made.programme.tolist() == [0, 0, 0, 0, 2, 2, 0]
    assert made.unknown.tolist() == [0, 0, 0, 1, 0, 0, 1]
    assert made.by_quantity.tolist() == [False, True, True, False, False, False, False]
    worth = at_cells([0], tables=TABLES, at=[1], unit_value=Held((2.0,)))
    same(bases_of(worth).rate, [0.02 + 0.044 * 0.5])
    bare = bases_of(at_cells([0], tables=TABLES, at=[1]))
    assert (np.isnan(bare.rate).tolist(), bare.by_quantity.tolist()) == ([True], [True])
    stated = at_cells([0], tables=TABLES, at=[1], quantity=Held((500.0,)), unit=HeldUnits((MASS,), (1000.0,)))
    same(bases_of(stated).rate, [0.02 + 0.044 * 5 * 1000 / 2])


def test_a_rate_in_place_of_the_base_takes_its_programme_and_its_reason() -> None:
    cells = (Cell(0.0), Cell(0.0, lieu=0.35, lieu_programme=S122))
    made = bases_of(at_cells([1, 2, 2, 1], *cells, tables=TABLES, at=[0, 1, 2, 1]))
    same(made.rate, [0.1, 0.35, 0.35, NAN])
    assert made.programme.tolist() == [0, S122, S122, 0]
    assert (made.unknown.tolist(), made.by_quantity.tolist()) == ([0, 0, 0, 0], [False, False, False, True])


@pytest.mark.parametrize(
    ("terms", "taken"),
    [
        ((total(0.3),), True),
        ((total(0.2),), True),  # as high as what was charged
        ((total(0.19),), False),
        ((total(0.3, 0.5),), False),
        ((total(0.3, 0.5), total(0.25, 0.5)), True),
        ((total(0.3, 0.5), total(0.1, 0.5)), False),
        ((total(0.3), total(0.1, 0.0)), True),  # on no part of the value
        ((total(0.3), total(0.0)), True),  # of nothing tops nothing up
        ((total(0.3), total(0.3)), False),  # twice the value
        ((total(0.3, 1 - 5e-10),), True),
        ((total(0.3, WHOLE),), True),
        ((total(0.3, 1 - 2e-9),), False),
        ((total(0.3), Term(CAP, S122, FIXED, 0.5, 1.0)), False),
        ((total(0.3), Term(CAP, S122, FIXED, 0.5, 0.0)), True),
        ((total(0.3), Term(ADD, S232, FIXED, 0.1, 0.5)), True),
        ((Term(ADD, S232, FIXED, 0.1, 1.0),), False),
    ],
)
def test_an_unknown_base_below_totals_is_what_was_charged(terms: tuple[Term, ...], taken: bool) -> None:
    base = Base(np.array([NAN]), np.array([0]), np.array([0]), np.array([True]))
    other = Cell(0.0, terms=(total(0.9, 0.5),))  # so that some cell has a total
    made = below_totals(at_cells([1], Cell(0.0, terms=terms), other, tables=TABLES, at=[1]), base)
    same(made.rate, [0.2 if taken else NAN])
    assert np.isnan(base.rate).all()  # its own copy


def test_which_unknown_bases_are_set_against_totals() -> None:
    """The ordinary ones, not computable or of no stated quantity, where something was charged; of the partner, else of all."""
    cell, rates = Cell(0.0, terms=(total(0.3),)), [NAN, NAN, NAN, NAN, 0.1, NAN, NAN]
    base = Base(
        np.array(rates),
        np.array([0, 2, 0, 0, 0, 0, 0]),
        np.array([0, 0, 0, NOT_COMPUTABLE, 0, 0, 0]),
        np.ones(7, dtype=bool),
    )
    found = at_cells([1] * 6 + [2], cell, Cell(0.0), tables=TABLES, at=[1, 1, 1, 1, 1, 0, 1], origin=[0, 0, 0, 1, 0, 0, 0],
                     stated=[False, False, True, True, False, False, False])  # fmt: skip
    same(below_totals(found, base).rate, [0.2, NAN, NAN, 0.3, 0.1, NAN, NAN])
    free = at_cells([1] * 6 + [2], cell, Cell(0.0), tables=TABLES, at=[1] * 7)
    same(below_totals(free, base).rate, [0.2, NAN, 0.2, 0.2, 0.1, 0.2, NAN])
    bare = SimpleNamespace(schedule=SimpleNamespace(shares=SCHEDULE.shares[:1]), origins=ORIGINS)
    assert below_totals(at_cells([1], cell, tables=bare), base) is base
    assert below_totals(at_cells([1], Cell(0.0), tables=TABLES), base) is base


def judged_reasons(base: Base, added: list[float], last: date | None = None, **more: Any) -> list[int]:
    count = len(added)
    cells = more.pop("cells", (Cell(0.0), Cell(0.0, banned=True), Cell(unknown=14)))
    found = at_cells(more.pop("numbers", [1] * count), *cells, tables=TABLES, **{"day": [20] * count, **more})
    return _reasons(found, base, np.array(added), last).tolist()


def base_of(*rates: float, unknown: list[int] | None = None, by_quantity: bool = False) -> Base:
    count = len(rates)
    return Base(np.array(rates), np.zeros(count, int), np.array(unknown or [0] * count), np.full(count, by_quantity))


def test_each_reason_on_its_own_edge() -> None:
    last = date.fromordinal(EPOCH + 20)
    good, days = base_of(*[0.1] * 5), base_of(0.1, 0.1, 0.1, NAN, NAN)  # no edition holds the last two days
    assert judged_reasons(days, [0.0] * 5, last, day=[10, 20, 21, 9, NO_DAY]) == [0, 0, UNREAD, 5, 4]
    assert judged_reasons(good, [0.0] * 5, None, day=[10, 20, 21, 1 << 20, 1 << 30]) == [0] * 5
    values = [0.01, HIGHEST / 2, 0.0, HIGHEST, NAN]
    assert judged_reasons(good, [0.0] * 5, last, value=values) == [0, 0, 6, 6, 6]
    assert judged_reasons(base_of(0.1, 0.1, 0.1), [0.0] * 3, bad=[0, 8, 9]) == [0, 8, 9]
    three, cells = base_of(0.1, 0.1, 0.1), {"numbers": [1, 2, 3]}
    assert judged_reasons(three, [0.0, 0.0, NAN], **cells) == [0, PROHIBITED, 14]
    assert judged_reasons(three, [0.0, 0.0, NAN], last, **cells) == [0, PROHIBITED, 14]
    assert judged_reasons(base_of(NAN, NAN), [NAN, NAN], origin=[1, 2]) == [13, 2]
    mine = SimpleNamespace(**{**vars(ORIGINS), "place": np.array([40, 41, 42])})
    tables = SimpleNamespace(**{**vars(TABLES), "origins": mine})
    found = at_cells([1, 1], Cell(0.0), tables=tables, day=[20, 20], origin=[2, 0], value=[0.0, 0.0])
    assert _reasons(found, base_of(0.1, 0.1), np.zeros(2), None).tolist() == [3, 6]
    nan = base_of(NAN, NAN, unknown=[17, 0])
    assert judged_reasons(nan, [0.0, 0.0], at=[0, 2]) == [17, 1]


def test_an_unknown_base_by_quantity_says_what_is_missing() -> None:
    short = base_of(NAN, NAN, NAN, by_quantity=True)
    assert judged_reasons(short, [0.0] * 3) == [11, 11, 11]
    given = {"quantity": Held((5.0, NAN, NAN)), "stated": [True, True, False]}
    assert judged_reasons(short, [0.0] * 3, **given) == [12, 7, 11]
    either = {"quantity": Held((NAN, NAN, NAN)), "unit_value": Held((NAN, 2.0, NAN)), "stated": [False, True, True]}
    assert judged_reasons(short, [0.0] * 3, **either) == [11, 12, 7]
    assert judged_reasons(base_of(0.1, by_quantity=True), [NAN]) == [13]


def by_authority() -> tuple[Placed, Base, Any]:
    sums = [0.0] * len(PROGRAMMES)
    sums[S301] = 0.2
    found = at_cells([1, 2, 2], Cell(0.2, tuple(sums)), Cell(0.0, terms=(total(0.3),)), value=[100.0, 10.0, 1000.0])
    base = Base(np.array([0.1, 0.05, NAN]), np.array([0, 2, 0]), np.zeros(3, int), np.zeros(3, dtype=bool))
    return found, base, added_to(found, base.rate)


def test_dollars_by_authority_are_those_of_good_lines_base_cell_and_terms() -> None:
    found, base, added = by_authority()
    dollars = dict.fromkeys(range(len(PROGRAMMES)), 0.0) | {0: 10.0, 2: 0.5, S301: 20.0, S122: 2.5}
    same(_programmes(found, base, added, np.array([True, True, False])), list(dollars.values()))
    dollars |= {2: 0.0, S122: 0.0}
    same(_programmes(found, base, added, np.array([True, False, False])), list(dollars.values()))
    assert found.lines.value.tolist() == [100.0, 10.0, 1000.0]


def test_rates_by_authority_add_up_to_the_rate() -> None:
    found, base, added = by_authority()
    rates = _programme_rates(found, base, added)
    same(rates[[0, 2, S301, S122]], [[0.1, 0, NAN], [0, 0.05, 0], [0.2, 0, 0], [0, 0.25, NAN]])
    same(rates.sum(axis=0), base.rate + added.rate)


def part_of(rows: int, names: list[str], **more: Any) -> Judged:
    number = np.arange(rows, dtype=float)
    count = len(PROGRAMMES)
    held = {"reason": number, "rate": number, "base": number, "added": number, "cents": number, "value": number, "day": number,
            "origin": number, "measure": number.astype(int), "measures": names, "programmes": np.full(count, 1.0),
            "programme_rates": np.tile(number, (count, 1)), "mpf": None, "hmf": None}  # fmt: skip
    return Judged(**held | more)  # type: ignore[arg-type]


def test_parts_of_a_batch_stand_in_the_order_of_its_lines() -> None:
    found = _together(
        [(np.array([1, 3]), part_of(2, ["", "a"], mpf=np.array([5.0, 6.0]))),
         (np.array([2, 0]), part_of(2, ["", "b"], mpf=np.array([7.0, 8.0])))]
    )  # fmt: skip
    assert (found.value.tolist(), found.mpf is not None and found.mpf.tolist(), found.hmf) == (
        [1, 0, 0, 1], [8, 5, 7, 6], None)  # fmt: skip
    assert [found.measures[k] for k in found.measure] == ["b", "", "", "a"]
    assert found.programme_rates is not None
    assert found.programme_rates[3].tolist() == [1, 0, 0, 1]
    assert found.programmes.tolist() == [2.0] * len(PROGRAMMES)
