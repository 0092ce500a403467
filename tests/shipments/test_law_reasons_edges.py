"""The base of lines, the reason why one has no duty, and sums by authority, on arrays made by hand: each number is worked out."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from line_arrays import (
    NAN,
    ORIGINS,
    S122,
    S232,
    S301,
    SCHEDULE,
    TABLES,
    at_cells,
    lines,
    same,
    term,
    total,
)
from parley.codes import PROGRAMMES
from parley.law.shipments import judge as judging
from parley.law.shipments.compile.cells import ADD, CAP, FIXED, Cell, Term
from parley.law.shipments.compile.tables import EPOCH
from parley.law.shipments.contributions import Base, Part, Placed, _columns, added_to, bases_of, below_totals
from parley.law.shipments.fees import fees_of
from parley.law.shipments.judge import (
    Judged,
    _programme_rates,
    _programmes,
    _reasons,
    _together,
    cents_of,
    judge,
)
from parley.law.shipments.modes import by_sea
from parley.law.shipments.rejects import Why
from parley.law.shipments.typed import HIGHEST, NO_DAY
from parley.law.stacking import WHOLE


def base_of(*rates: float, unknown: list[int] | None = None) -> Base:
    count = len(rates)
    return Base(np.array(rates), np.zeros(count, int), np.array(unknown or [0] * count))


def test_lines_pay_their_column_or_the_preference_claimed() -> None:
    ones = {"usmca": np.array([0.0, 1, 1, NAN, 0, 0]), "korus": np.array([1.0, 1, 1, 0, 0, 0])}
    held = lines(6, origin=[0, 1, 2, 1, 1, 1], day=[60, 60, 60, 49, 50, 51], claims=ones)
    found = _columns(TABLES, held)  # type: ignore[arg-type]
    assert (found.tolist(), found.dtype) == ([3, 1, 2, 0, 1, 1], np.int32)
    one = lines(2, origin=[2, 2], claims={"usmca": np.array([1.0, 0.0])})
    assert _columns(TABLES, one).tolist() == [2, 0]  # type: ignore[arg-type]
    assert _columns(TABLES, lines(1, day=[99])).tolist() == [0]  # type: ignore[arg-type]


def test_bases_by_column_by_quantity_and_of_no_line() -> None:
    found = at_cells([0] * 7, tables=TABLES, at=[0, 1, 1, 2, 0, 1, 2], origin=[0, 0, 0, 0, 1, 1, 1],
                     day=[60] * 7, quantity=[NAN, 500.0, NAN, NAN, NAN, NAN, NAN])  # fmt: skip
    made = bases_of(found)
    same(made.rate, [0.1, 0.02 + 0.044 * 5, NAN, NAN, 0.5, 0.3, NAN])
    assert made.programme.tolist() == [0, 0, 0, 0, 2, 2, 0]
    assert made.unknown.tolist() == [0, 0, 0, 1, 0, 0, 1]
    worth = at_cells([0], tables=TABLES, at=[1], unit_value=[2.0])
    same(bases_of(worth).rate, [0.02 + 0.044 * 0.5])
    bare = bases_of(at_cells([0], tables=TABLES, at=[1]))
    assert (np.isnan(bare.rate).tolist(), bare.unknown.tolist()) == ([True], [0])
    stated = at_cells([0], tables=TABLES, at=[1], quantity=[500.0], unit=["T"])
    same(bases_of(stated).rate, [0.02 + 0.044 * 5 * 1000 / 2])


def test_a_rate_in_place_of_the_base_takes_its_programme_and_its_reason() -> None:
    cells = (Cell(0.0), Cell(0.0, lieu=0.35, lieu_programme=S122))
    made = bases_of(at_cells([1, 2, 2, 1], *cells, tables=TABLES, at=[0, 1, 2, 1]))
    same(made.rate, [0.1, 0.35, 0.35, NAN])
    assert made.programme.tolist() == [0, S122, S122, 0]
    assert made.unknown.tolist() == [0, 0, 0, 0]


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
        ((total(0.3), term(CAP, S122, FIXED, 0.5, 1.0)), False),
        ((total(0.3), term(CAP, S122, FIXED, 0.5, 0.0)), True),
        ((total(0.3), term(ADD, S232, FIXED, 0.1, 0.5)), True),
        ((term(ADD, S232, FIXED, 0.1, 1.0),), False),
    ],
)
def test_an_unknown_base_below_totals_is_what_was_charged(terms: tuple[Term, ...], taken: bool) -> None:
    base = Base(np.array([NAN]), np.array([0]), np.array([0]))
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
        np.array([0, 0, 0, Why.BASE_NOT_COMPUTABLE, 0, 0, 0]),
    )
    found = at_cells([1] * 6 + [2], cell, Cell(0.0), tables=TABLES, at=[1, 1, 1, 1, 1, 0, 1], origin=[0, 0, 0, 1, 0, 0, 0],
                     quantity=[None, None, "x", "x", None, None, None])  # fmt: skip
    same(below_totals(found, base).rate, [0.2, NAN, NAN, 0.3, 0.1, NAN, NAN])
    free = at_cells([1] * 6 + [2], cell, Cell(0.0), tables=TABLES, at=[1] * 7)
    same(below_totals(free, base).rate, [0.2, NAN, 0.2, 0.2, 0.1, 0.2, NAN])
    few = SimpleNamespace(
        schedule=SimpleNamespace(shares=SCHEDULE.shares[:2], charged=SCHEDULE.charged * 0), origins=ORIGINS
    )
    same(below_totals(at_cells([1], cell, tables=few, at=[1]), base_of(NAN)).rate, [0.2])
    bare = SimpleNamespace(schedule=SimpleNamespace(shares=SCHEDULE.shares[:1]), origins=ORIGINS)
    assert below_totals(at_cells([1], cell, tables=bare), base) is base
    assert below_totals(at_cells([1], Cell(0.0), tables=TABLES), base) is base
    plain = Cell(0.0, terms=(term(ADD, S232, FIXED, 0.1, 0.5),))
    assert below_totals(at_cells([1], plain, tables=TABLES), base) is base
    known = base_of(0.1)
    assert below_totals(at_cells([1], cell, tables=TABLES, at=[1]), known) is known


def judged_reasons(base: Base, added: list[float], last: date | None = None, **more: Any) -> list[int]:
    count = len(added)
    cells = more.pop("cells", (Cell(0.0), Cell(0.0, banned=True), Cell(unknown=14)))
    found = at_cells(more.pop("numbers", [1] * count), *cells, tables=TABLES, **{"day": [20] * count, **more})
    return _reasons(found, base, np.array(added), last).tolist()


def test_each_reason_on_its_own_edge() -> None:
    last = date.fromordinal(EPOCH + 20)
    good, days = base_of(*[0.1] * 5), base_of(0.1, 0.1, 0.1, NAN, NAN)  # no edition holds the last two days
    assert judged_reasons(days, [0.0] * 5, last, day=[10, 20, 21, 9, NO_DAY]) == [0, 0, Why.UNREAD_LAW, 5, 4]
    assert judged_reasons(good, [0.0] * 5, None, day=[10, 20, 21, 1 << 20, 1 << 30]) == [0] * 5
    values = [0.01, HIGHEST / 2, 0.0, HIGHEST, NAN]
    assert judged_reasons(good, [0.0] * 5, last, value=values) == [0, 0, 6, 6, 6]
    assert judged_reasons(base_of(0.1, 0.1, 0.1), [0.0] * 3, bad=[0, 8, 9]) == [0, 8, 9]
    three = base_of(0.1, 0.1, 0.1)
    assert judged_reasons(three, [0.0, 0.0, NAN], numbers=[1, 2, 3]) == [0, Why.PROHIBITED, 14]
    assert judged_reasons(three, [0.0, 0.0, NAN], last, numbers=[1, 2, 3]) == [0, Why.PROHIBITED, 14]
    assert judged_reasons(base_of(0.1, NAN), [NAN, NAN], origin=[1, 2]) == [13, 2]
    mine = SimpleNamespace(**{**vars(ORIGINS), "place": np.array([40, 41, 42])})
    tables = SimpleNamespace(**{**vars(TABLES), "origins": mine})
    found = at_cells([1, 1], Cell(0.0), tables=tables, day=[20, 20], origin=[2, 0], value=[0.0, 0.0])
    assert _reasons(found, base_of(0.1, 0.1), np.zeros(2), None).tolist() == [3, 6]
    first = SimpleNamespace(
        **{**vars(TABLES), "origins": SimpleNamespace(**{**vars(ORIGINS), "place": np.array([0, 1, -1])})}
    )
    found = at_cells(
        [1] * 4, Cell(0.0), tables=first, day=[10] * 4, value=[0.5, HIGHEST / 2, 0.0, 0.5], bad=[8, 8, 8, 0]
    )
    reasons = _reasons(found, base_of(0.1, 0.1, 0.1, 0.1), np.zeros(4), None)
    assert (reasons.tolist(), reasons.dtype) == ([8, 8, 6, 0], np.int8)  # the first country, on the first day
    nan = base_of(NAN, NAN, unknown=[17, 0])
    assert judged_reasons(nan, [0.0, 0.0], at=[0, 2]) == [17, 1]


def test_an_unknown_base_by_quantity_says_what_is_missing() -> None:
    short = base_of(NAN, NAN, NAN)
    assert judged_reasons(short, [0.0] * 3) == [11, 11, 11]
    assert judged_reasons(short, [0.0] * 3, quantity=["5", "x", None]) == [12, 7, 11]
    assert judged_reasons(short, [0.0] * 3, quantity=[None, None, "x"], unit_value=[None, "2", None]) == [11, 12, 7]
    assert judged_reasons(base_of(0.1), [NAN]) == [13]


def by_authority() -> tuple[Placed, list[Part]]:
    sums = [0.0] * len(PROGRAMMES)
    sums[S301] = 0.2
    found = at_cells([1, 2, 2], Cell(0.2, tuple(sums)), Cell(0.0, terms=(total(0.3),)), value=[100.0, 10.0, 1000.0])
    base = Base(np.array([0.1, 0.05, NAN]), np.array([0, 2, 0]), np.zeros(3, int))
    return found, [*added_to(found, base.rate)[1], Part(slice(None), base.programme, base.rate)]


def test_dollars_by_authority_are_those_of_good_lines_base_cell_and_terms() -> None:
    found, parts = by_authority()
    dollars = dict.fromkeys(range(len(PROGRAMMES)), 0.0) | {0: 10.0, 2: 0.5, S301: 20.0, S122: 2.5}
    same(_programmes(found, parts, np.array([True, True, False])), list(dollars.values()))
    dollars |= {2: 0.0, S122: 0.0}
    same(_programmes(found, parts, np.array([True, False, False])), list(dollars.values()))
    assert found.lines.value.tolist() == [100.0, 10.0, 1000.0]


def test_rates_by_authority_add_up_to_the_rate() -> None:
    found, parts = by_authority()
    rates = _programme_rates(found, parts)
    same(rates[[0, 2, S301, S122]], [[0.1, 0, NAN], [0, 0.05, 0], [0.2, 0, 0], [0, 0.25, NAN]])
    same(rates.sum(axis=0), [0.1 + 0.2, 0.3, NAN])  # a total tops the base up


def part_of(rows: int, names: list[str], **more: Any) -> Judged:
    number = np.arange(rows, dtype=float)
    count = len(PROGRAMMES)
    held = {"reason": number, "rate": number, "base": number, "added": number, "cents": number, "value": number, "day": number,
            "origin": number, "measure": number.astype(int), "measures": names, "programmes": np.full(count, 1.0),
            "programme_rates": np.tile(number, (count, 1)), "mpf": None, "hmf": None, "typed": {}}  # fmt: skip
    return Judged(**held | more)  # type: ignore[arg-type]


def test_parts_of_a_batch_stand_in_the_order_of_its_lines() -> None:
    found = _together(
        [(np.array([1, 3]), part_of(2, ["", "a", "c"], mpf=np.array([5.0, 6.0]))),
         (np.array([2, 0]), part_of(2, ["", "b"], mpf=np.array([7.0, 8.0])))]
    )  # fmt: skip
    assert (found.value.tolist(), found.mpf is not None and found.mpf.tolist(), found.hmf) == (
        [1, 0, 0, 1], [8, 5, 7, 6], None)  # fmt: skip
    assert [found.measures[k] for k in found.measure] == ["b", "", "", "a"]
    assert found.programme_rates is not None
    assert found.programme_rates[3].tolist() == [1, 0, 0, 1]
    assert found.programmes.tolist() == [2.0] * len(PROGRAMMES)


def test_each_destination_is_judged_by_its_law_and_one_alone_is_not_put_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, list[float], bool]] = []

    def judged(_: Any, name: str, batch: Any, refused: bool = False) -> Judged:
        asked.append((name, batch.column("value").to_pylist(), refused))
        value = np.array(batch.column("value").to_pylist())
        return part_of(len(value), [name], value=value, measure=np.zeros(len(value), dtype=int))

    monkeypatch.setattr(judging, "_judge", judged)
    batch = pa.RecordBatch.from_pydict(
        {"destination": ["USA", "China", "Narnia", "USA"], "value": [1.0, 2.0, 3.0, 4.0]}
    )
    law: Any = SimpleNamespace(asked=SimpleNamespace(destination=None))
    found = judge(law, batch)
    assert asked == [("USA", [3.0], True), ("CHN", [2.0], False), ("USA", [1.0, 4.0], False)]
    assert (found.value.tolist(), found.measures) == ([1, 2, 3, 4], ["USA", "CHN", "USA"])
    assert [found.measures[k] for k in found.measure] == ["USA", "CHN", "USA", "USA"]
    assert judge(law, batch.slice(2)).value.tolist() == [3, 4]
    assert judge(law, batch.slice(3)).value.tolist() == [4]
    one: Any = SimpleNamespace(asked=SimpleNamespace(destination="CHN"))
    assert judge(one, batch).measures == ["CHN"]
    assert asked[-2:] == [("USA", [4.0], False), ("CHN", [1.0, 2.0, 3.0, 4.0], False)]


def test_one_destination_is_judged_whole_or_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    sums = [0.0] * len(PROGRAMMES)
    sums[S301] = 0.2
    cells = Cell(0.2, tuple(sums), measures="a"), Cell(0.1, measures="b")
    held = at_cells(
        [1, 2, 0], *cells, tables=TABLES, at=[0, 0, 2], day=[20] * 3, value=[100.0, 0.0, 10.0], origin=[0, 1, 0]
    )
    known = SimpleNamespace(tables=TABLES)
    monkeypatch.setattr(judging, "read_lines", lambda law, tables, batch: held.lines)
    monkeypatch.setattr(judging, "placed", lambda known, lines: held)
    law: Any = SimpleNamespace(
        cells={"USA": known}, until={"USA": None}, columns=SimpleNamespace(of={}),
        asked=SimpleNamespace(destination="USA", fees=False, programmes=False, typed=False),
    )  # fmt: skip
    batch: Any = None
    found = judge(law, batch)
    assert found.reason.tolist() == [0, 6, 1]
    same(found.rate, [0.1 + 0.2, 0.1 + 0.1, NAN])
    same(found.base, [0.1, 0.1, NAN])
    same(found.added[:2], [0.2, 0.1])
    assert (found.cents.tolist(), found.value.tolist(), found.day.tolist()) == ([3000, 0, 0], [100, 0, 10], [20] * 3)
    assert (found.origin.tolist(), found.measure.tolist(), found.measures) == ([40, 41, 40], [1, 2, 0], ["", "a", "b"])
    assert (found.programmes[0], found.programmes[S301], found.programmes.sum()) == (10, 20, 30)
    assert (found.programme_rates, found.mpf, found.hmf) == (None, None, None)
    law.asked = SimpleNamespace(destination="USA", fees=True, mode="vessel", programmes=True, typed=False)
    more = judge(law, batch)
    assert more.programme_rates is not None
    assert more.hmf is not None
    same(more.programme_rates[S301], [0.2, 0, 0])
    same(more.hmf, [0.13, NAN, NAN])
    refused = judging._judge(law, "USA", batch, refused=True)
    assert (refused.reason.tolist(), refused.cents.tolist(), refused.programmes.sum()) == ([15] * 3, [0] * 3, 0)
    for rate in (refused.rate, refused.base, refused.added):
        assert np.isnan(rate).all()


def test_the_file_says_how_goods_came_or_the_mode_of_all_does() -> None:
    origin = np.zeros(4, int)
    held = lines(4, value=[1000.0] * 4, mode=["vessel", "air", "", " 11 "])
    mpf, hmf = fees_of(held, origin, None)
    same(mpf, [3.46] * 4)
    same(hmf, [1.25, 0, NAN, 1.25])
    same(fees_of(held, origin, "air")[1], [0.0] * 4)
    same(fees_of(held, origin, "ship")[1], [1.25] * 4)
    same(fees_of(lines(4), origin, None)[1], [NAN] * 4)


def test_a_mode_of_transport_that_is_not_known_is_no_mode_on_land() -> None:
    told = {
        "Ocean Freight": 1, "11 - Vessel, containerized": 1, "sea": 1, "40": 0, "40: air": 0, "Air Freight": 0, "truck": 0,
        "vesel": NAN, "sea/air": NAN, "40' HC": NAN, "99": NAN, "": NAN,
    }  # fmt: skip
    same(np.array([by_sea(text) for text in told]), [*told.values()])


@pytest.mark.parametrize(
    ("value", "rate", "cents"),
    [
        (0.05, 0.1, 1), (1.15, 0.1, 12), (100.0, 0.1, 1000), (0.0499995, 0.1, 0), (0.04999999, 0.1, 1),
        (1e8 + 0.004999, 1.0, 10_000_000_000), (1e8 + 0.0049999999, 1.0, 10_000_000_001), (1e8, 0.25, 2_500_000_000),
    ],
)  # fmt: skip
def test_half_a_cent_lost_in_binary_is_given_back_and_no_more(value: float, rate: float, cents: int) -> None:
    found = cents_of(np.array([value, 5.0, value]), np.array([rate, NAN, 1.0]), np.array([True, False, False]))
    assert (found.tolist(), found.dtype) == ([cents, 0, 0], np.int64)
    assert cents_of(np.array([value]), np.array([rate]), np.array([True])).tolist() == [cents]
