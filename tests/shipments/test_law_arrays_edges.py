"""What measures add to lines, on arrays made by hand: each number is worked out from the definitions of terms and shares."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from line_arrays import MASS, NAN, S122, S232, S301, at_cells, lines, same, term
from parley.codes import PROGRAMMES
from parley.law.products import Duty, read_duty
from parley.law.shipments.compile.cells import ADD, CAP, FIXED, TOTAL, Cell
from parley.law.shipments.compile.tables import Days
from parley.law.shipments.contributions import (
    added_to,
    duty_rates,
    net_shares,
    placed,
    rates_and_shares,
    units_a_dollar,
)
from parley.law.shipments.typed import HIGHEST, NO_DAY
from parley.law.stacking import WHOLE, Form


def units(count: int, dimension: int = MASS, size: float = 1.0, **given: Any) -> list[float]:
    held = lines(count, **given)
    return units_a_dollar(held, np.arange(count), np.full(count, dimension), np.full(count, size)).tolist()


def test_units_a_dollar_are_the_quantity_over_the_value_where_there_is_one() -> None:
    same(units(4, value=[100.0, 0.5, 0.0, -1.0], quantity=[200.0, 1.0, 5.0, 5.0]), [2, 2, NAN, NAN])
    same(units(1), [NAN])
    held = lines(3, value=[1.0, 2.0, 4.0], quantity=[1.0, 1.0, 1.0])
    same(units_a_dollar(held, np.array([2, 1]), np.zeros(2, int), np.ones(2)), [0.25, 0.5])


def test_a_stated_unit_is_the_dutys_or_leaves_the_quantity_unknown() -> None:
    unit = ["", "T", "NO", "sack"]
    same(units(4, size=0.5, quantity=[200.0] * 4, unit=unit), [2, 4000, NAN, NAN])


def test_a_stated_unit_value_stands_before_the_quantity_within_bounds() -> None:
    found = units(
        7, value=[100.0, 100.0, HIGHEST, HIGHEST / 2, 3e14, 8e14, 1e14],
        quantity=[200.0, 200.0, 1.0, 1.0, 1.0, 1.0, 1.0], unit_value=[NAN, 4.0, 1.0, 1.0, 2.0, 2.0, 0.1],
    )  # fmt: skip
    same(found, [2.0, 0.25, NAN, 1.0, 0.5, 0.5, NAN])
    same(units(2, unit_value=[NAN, 0.5]), [NAN, 2.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10%", [0.1, 0.1, 0.1]),
        ("5¢/kg", [0.05, 0.1, NAN]),
        ("5¢/kg + 2%", [0.07, 0.12, NAN]),
        ("5¢/kg + 1¢/kg", [0.06, 0.12, NAN]),
        ("max(8%; 5¢/kg)", [0.08, 0.1, NAN]),
        ("min(8%; 5¢/kg)", [0.05, 0.08, NAN]),
    ],
)
def test_a_duty_at_units_a_dollar(text: str, expected: list[float]) -> None:
    same(duty_rates(read_duty(text), np.array([1.0, 2.0, NAN])), expected)


FULL, STEEL, ALUMINIUM, COPPER = (("full", 0.0), ("steel", 0.0), ("aluminium", 0.0), ("copper", 0.0))


def shares(kinds: tuple, edges: dict[int, tuple], levies: dict[int, bool] | None = None, **claims: float) -> Any:
    form = Form(
        kinds,
        tuple((levies or {}).get(i, True) for i in range(len(kinds))),
        tuple(edges.get(i, ()) for i in range(len(kinds))),
    )
    return net_shares(form, {n: np.array([v]) for n, v in claims.items()}, 1)[:, 0].tolist()


def test_shares_of_one_line() -> None:
    same(shares((STEEL, COPPER, FULL), {}), [0.5, 0.5, 1])
    same(shares((STEEL, COPPER), {}, aluminium_share=0.25), [0.375, 0.375])
    same(shares((STEEL, COPPER), {}, steel_share=0.25), [0.25, 0.75])
    assert shares((COPPER,), {}, steel_share=WHOLE) == [0.0]
    same(shares((COPPER,), {}, steel_share=1 - 2e-9), [2e-9])
    to_metal = {2: ((0, False), (1, False))}
    same(shares((STEEL, COPPER, FULL), to_metal, steel_share=0.25, copper_share=0.5), [0.25, 0.5, 0.25])
    same(shares((STEEL, STEEL, FULL), to_metal, steel_share=0.25), [0.25, 0.25, 0.75])  # one metal is one part
    assert shares((STEEL, FULL), {1: ((0, False),)}, steel_share=WHOLE) == [WHOLE, 1 - WHOLE]
    assert shares((STEEL, FULL), {1: ((0, False),)}, steel_share=1 - 5e-10)[1] == 0
    same(shares((STEEL, FULL), {1: ((0, True),)}, steel_share=0.25), [0.25, 0])
    same(shares((STEEL, FULL), {1: ((0, True),)}, steel_share=0.0), [0, 1])  # of no metal nothing gives way
    same(shares((STEEL, FULL), {1: ((0, True),)}, {0: False}, steel_share=0.25), [0.25, 1])
    content = ("non_us_content", 0.2)
    for stated, own in ((NAN, 1), (0.19, 1), (0.2, 0.8), (0.7, 0.3), (1.0, 0)):
        same(shares((content,), {}, us_content=stated), [own])
        same(shares((content, FULL), {1: ((0, False),)}, us_content=stated), [own, 1 - own])
    same(
        shares((content, STEEL, FULL), {2: ((0, False), (1, False))}, us_content=0.7, steel_share=0.6), [0.3, 0.6, 0.4]
    )
    same(shares((STEEL, FULL, FULL), {1: ((0, True),), 2: ((1, False),)}, steel_share=0.25), [0.25, 0, 1])


def test_what_terms_add_is_worked_out_term_by_term() -> None:
    """A plain sum; a total; an added duty by the kilogram below a cap; a cap upon a sum of the cell itself."""
    sums = [0.0] * len(PROGRAMMES)
    sums[S301] = 0.2
    cells = (
        Cell(0.2, tuple(sums)),
        Cell(0.2, tuple(sums), terms=(term(TOTAL, S122, FIXED, 0.3, 0.5),)),
        Cell(0.0, terms=(term(ADD, S232, FIXED, 0.0, 1.0, read_duty("5¢/kg")), term(CAP, S232, FIXED, 0.15, 0.5))),
        Cell(0.2, tuple(sums), terms=(term(CAP, S301, FIXED, 0.25, 1.0), term(CAP, S232, FIXED, 0.05, 1.0))),
        Cell(0.0, terms=(term(ADD, S232, FIXED, 0.0, 0.0, read_duty("5¢/kg")),)),
    )  # fmt: skip
    base = np.array([0.1, 0.1, 0.4, 0.1, 0.02, 0.1, 0.1, NAN])
    found = at_cells([1, 2, 2, 3, 3, 4, 5, 2], *cells, quantity=[400.0] * 4 + [100.0] + [NAN] * 3)
    added, parts = added_to(found, base)
    # of the cap at 0.15: 0.1 + 0.2 is 0.15 too much, of half the value; 0.02 + 0.05 is within it
    same(added, [0.2, 0.3, 0.2, 0.2 - 0.075, 0.05, 0.2 - 0.05 - 0.05, 0.0, NAN])
    rows = [np.arange(8)[part.rows].tolist() for part in parts]
    assert rows == [[1, 2, 3, 4, 5, 6, 7], [3, 4, 5]]
    assert parts[0].programme.tolist() == [S122, S122, S232, S232, S301, S232, S122]
    same(parts[1].rate, [-0.075, 0, -0.05])
    plain, none = added_to(at_cells([1, 1], cells[0]), base[:2])
    same(plain, [0.2, 0.2])
    assert none == []
    few, parts = added_to(at_cells([1, 2], *cells[:2]), base[:2])
    same(few, [0.2, 0.3])
    assert [np.arange(2)[p.rows].tolist() for p in parts] == [[1]]


def test_a_cap_counts_what_its_authority_added_before_it() -> None:
    cell = Cell(
        0.0,
        terms=(
            term(TOTAL, S232, FIXED, 0.3, 1.0),
            term(TOTAL, S122, FIXED, 0.4, 1.0),
            term(CAP, S232, FIXED, 0.25, 1.0),
        ),
    )
    added, _ = added_to(at_cells([1], cell), np.array([0.1]))
    same(added, [0.2 + 0.3 - 0.05])
    before = Cell(0.0, terms=(term(CAP, S232, FIXED, 0.25, 1.0), term(CAP, S232, FIXED, 0.35, 1.0)))
    same(added_to(at_cells([1], before), np.array([0.45]))[0], [-0.2 - 0.1])  # one cap does not count another


def test_a_share_follows_the_claims_of_its_own_line() -> None:
    steel = Form((STEEL, FULL), (True, True), ((), ((0, False),)))
    three = Form((FULL, STEEL, COPPER), (True,) * 3, ((), (), ()))
    cells = (
        Cell(0.0, terms=(term(ADD, S232, 0, 0.5, 1.0), term(ADD, S301, 1, 0.1, 1.0)), form=steel),
        Cell(0.0, terms=(term(ADD, S122, FIXED, 0.1, 0.3),)),
        Cell(0.0, terms=(term(ADD, S232, 1, 0.5, 1.0), term(ADD, S232, 2, 0.2, 1.0)), form=three),
    )
    claims = {"steel_share": np.array([0.4, NAN, 0.2, 0.3, 0.1])}
    found = at_cells([1, 2, 3, 1, 0], *cells, claims=claims)
    same(added_to(found, np.zeros(5))[0][:4], [0.2 + 0.06, 0.03, 0.1 + 0.16, 0.15 + 0.07])
    terms = list(rates_and_shares(found, np.array([3, 1])))
    assert [at.tolist() for at, *_ in terms] == [[0, 1], [0]]
    same(terms[0][3], [0.3, 0.3])
    same(terms[1][2], [0.1])


def test_days_are_placed_before_the_first_covered_on_it_and_on_the_last() -> None:
    days = Days(10, np.array([7, 0, 1, 2, 3]), np.array([2, 2, 0, 1, 1]))
    tables = SimpleNamespace(
        days=days, schedule=SimpleNamespace(line=np.zeros((2, 8))), kinds=np.arange(16) * 10,
        origins=SimpleNamespace(seller=np.array([0, 1])), rule_set=np.arange(160) * 3, raw=np.arange(500) + 1000,
    )  # fmt: skip
    known: Any = SimpleNamespace(tables=tables, arrays="arrays", cell_of=lambda raw, claims: raw + len(claims))
    held = lines(7, day=[NO_DAY, 5, 9, 10, 11, 12, 99], product=[0, 1, 0, 0, 1, 0, 0], origin=[0, 0, 0, 0, 1, 0, 0])
    found = placed(known, held)
    assert found.at.tolist() == [7, 8, 0, 1, 10, 3, 3]
    period = [2, 2, 2, 0, 1, 1, 1]
    place = [3 * (10 * at + o) + p for at, o, p in zip(found.at.tolist(), held.origin.tolist(), period, strict=True)]
    assert found.cell.tolist() == [1000 + p for p in place]
    assert placed(known, lines(2, day=[10, 11])).at.tolist() == [1, 2]
    claimed = placed(known, lines(1, day=[10], claims={"usmca": np.array([1.0])}))
    assert claimed.cell.tolist() == [1000 + 3 * 10 + 1]


def test_a_duty_of_the_law_needs_no_units() -> None:
    same(duty_rates(Duty("", 0.25), np.array([NAN, 1.0])), [0.25, 0.25])
