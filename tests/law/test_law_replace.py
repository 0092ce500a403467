"""Rates that stand in place of the base: "a 35 percent ad valorem rate of duty in lieu of the rates … in column 2" (note 30)."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from parley.errors import MeasureError
from parley.law.acts import check
from parley.law.compiled import compile_rates
from parley.law.diff import diff
from parley.law.explain import Explanation
from parley.law.measure import Act, Measure
from parley.law.panel import compile_panel
from parley.law.regime import Regime
from parley.law.shipments.run import Options, duties
from parley.law.timeline import timeline

ACT = Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 1, 1))
PINE, PLATE, TOY, WINE = "4407110001", "7208510030", "9503000073", "2204215040"
DAY = "2025-06-01"


def lieu(rate: float = 0.35, **changes: object) -> Measure:
    made = {"id": "lieu", "act": ACT, "programme": "column2", "rate": rate, "combine": "replace", "origins": ("RUS",),
            "products": ("*",), "start": date(2025, 1, 1), **changes}  # fmt: skip
    return Measure(**made)  # type: ignore[arg-type]


def on_top(name: str, **changes: object) -> Measure:
    return lieu(**{"id": name, "combine": "add", "programme": "s301", **changes})  # type: ignore[arg-type]


def asked(*rows: Measure, product: str = TOY, **claims: object) -> Explanation:
    return Regime(rows).explain(product, "RUS", "USA", DAY, claims=claims)


def test_a_rate_by_quantity_is_replaced_and_the_base_line_says_by_what(regime: Regime) -> None:
    """Column 2 of 4407.11.00 is $1.70 a cubic metre: no quantity is needed any more."""
    found = regime.explain(PINE, "RUS", "USA", DAY)
    first = found.lines[0]
    assert (found.rate, found.base_rate, found.added_rate) == (0.35, 0.35, 0)
    assert (first.measure, first.programme, first.act) == ("us-column-2-russia", "column2", "us-russia-2022")
    assert "9903.90.08" in first.source
    assert "$1.70/m3" in first.reason
    assert found.base_text == "35%"


def test_a_base_above_the_rate_is_replaced_too() -> None:
    assert asked().base_rate == 0.7  # column 2
    assert asked(lieu()).rate == 0.35


def test_totals_and_caps_measure_against_it() -> None:
    assert asked(lieu(), on_top("t", combine="total", rate=0.4)).by_measure() == pytest.approx(
        {"lieu": 0.35, "t": 0.05}
    )
    capped = asked(lieu(), on_top("a", rate=0.2), on_top("c", combine="cap", rate=0.5))
    assert capped.rate == pytest.approx(0.5)
    assert capped.by_measure()["c"] == pytest.approx(-0.05)


def test_it_competes_in_its_layer_and_one_alone_stands() -> None:
    high = lieu(0.9, id="high", layer="other", rank=-1)
    found = asked(lieu(), high)
    assert found.rate == 0.35
    assert [(x.measure, x.reason) for x in found.not_applied] == [("high", "displaced by lieu")]
    free = lieu(0, id="free", combine="zero", layer="L", rank=9, when={"handicapped": True})
    assert asked(lieu(layer="L"), free, handicapped=True).base_rate == 0.7
    assert asked(lieu(layer="L"), free).base_rate == 0.35
    assert asked(lieu(when={"handicapped": True})).base_rate == 0.7


@pytest.mark.parametrize("changes", [
    {"programme": "s301"}, {"share": "steel"}, {"rate": None, "expression": "$1/kg"}, {"rate": None},
])  # fmt: skip
def test_it_is_one_rate_of_the_whole_value_in_a_programme_of_the_base(changes: dict) -> None:
    check(lieu(), "row")
    with pytest.raises(MeasureError):
        check(lieu(**changes), "row")


def test_panel_and_table_hold_it(regime: Regime) -> None:
    table = compile_rates(regime, "USA", ["RUS", "CHN"], DAY, products=[PINE, PLATE])
    panel = compile_panel(regime, "USA", ["RUS", "CHN"], DAY, DAY)
    for k, product in enumerate((PINE, PLATE)):
        for i, origin in enumerate(("RUS", "CHN")):
            found = regime.explain(product, origin, "USA", DAY)
            expected = (found.base_rate, found.added_rate)
            assert (table.base[k, i], table.added[k, i]) == pytest.approx(expected)
            assert panel.cell(product, origin, date(2025, 6, 1)) == pytest.approx(expected)


def test_what_changed_is_its_distance_from_the_base(regime: Regime) -> None:
    """20 % of column 2 became 70 %: the lines are named, and no average of additions counts them."""
    found = diff(regime, "RUS", "USA", "2023-03-31", "2023-04-01")
    changes = {c.measure: c for c in found.changes}
    assert changes["us-column-2-russia"].lines > 50
    others = [c.points for n, c in changes.items() if n != "us-column-2-russia"]
    assert found.added_after == pytest.approx((found.added_before or 0) + sum(p or 0 for p in others))


def test_the_timeline_says_in_lieu_of_what() -> None:
    from parley.cli.law_show import move

    (step,) = timeline(Regime((lieu(),)), "RUS", "USA", "2025-01-01", "2025-02-01")
    assert move(step) == "starts at 35 in lieu of the base"


@pytest.mark.slow
def test_law_duties_hold_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bases by value, by quantity and column 1 of others, with and without a quantity; sums by programme too."""
    pytest.importorskip("duckdb")
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    rows = (lieu(), lieu(0.1, id="mfn", programme="mfn", origins=("DEU",), products=("22",)), on_top("a", rate=0.2))
    law = Regime((*rows, on_top("t", programme="s232", combine="total", rate=0.5, products=("95",))))
    lines = [(p, o, 1000, q) for p in (PINE, PLATE, TOY, WINE) for o in ("RUS", "DEU", "CHN") for q in ("", "40")]
    with (tmp_path / "in.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("product", "origin", "entry_date", "value", "quantity"),
                                    *((p, o, DAY, v, q) for p, o, v, q in lines)])  # fmt: skip
    options = Options(threads=1, programmes=True)
    found = duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", regime=law, options=options)
    with (tmp_path / "out.csv").open(newline="") as file:
        told = list(csv.DictReader(file))
    parts: dict[str, float] = {}
    for (p, o, v, q), row in zip(lines, told, strict=True):
        one = law.explain(p, o, "USA", DAY, claims={"quantity": q} if q else {}, value=v)
        for name, mine in (("duty_rate", one.rate), ("base_rate", one.base_rate), ("added_rate", one.added_rate)):
            assert (row[name] == "") == (mine is None), (p, o, q, name, row)
            assert mine is None or float(row[name]) == pytest.approx(mine, abs=1e-9)
        for name, mine in one.by_programme().items() if one.rate is not None else ():
            parts[name] = parts.get(name, 0.0) + v * (mine or 0.0)
    assert {n: v for n, v in found.by_programme.items() if v} == pytest.approx({n: v for n, v in parts.items() if v})
