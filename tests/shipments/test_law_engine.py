"""The engine of lines in quick: a few random worlds against the definition, every reason to refuse, and lines of several destinations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from drawn import thinned
from law_worlds import EXACT, PROHIBITED, draw_lines, draw_world, explained, judged
from parley.codes import PROGRAMMES
from parley.law.measure import Act, Measure
from parley.law.regime import Regime
from parley.law.shipments import rejects
from parley.law.shipments.columns import Options, read_columns
from parley.law.shipments.compile.law import Law, compile_law
from parley.law.shipments.judge import Judged, cents_of, judge

FIXED = ("product", "origin", "entry_date", "value", "quantity")
TOY, SHIRT, ORANGES, CLOCK = "9503000073", "6109100012", "0805100020", "9101114000"
Row = dict[str, str]


def row(name: str, rate: float | None = None, **fields: Any) -> Measure:
    act = Act(
        id="act", title="An act", citation="EO 1", authority=fields.pop("authority", "USA"), signed=date(2025, 1, 1)
    )
    held = {"programme": "s301", "start": date(2025, 1, 1), "products": ("*",), "rate": rate, **fields}
    return Measure(id=name, act=act, **held)


def law(rows: Sequence[Measure] = (), names: Sequence[str] = FIXED, **options: Any) -> Law:
    return compile_law(read_columns(names), Options(**options), Regime(tuple(rows)))


def found(held: Law, rows: Sequence[Row]) -> Judged:
    columns = {role: [r.get(name) or None for r in rows] for role, name in held.columns.of.items()}
    return judge(held, pa.RecordBatch.from_pydict({n: pa.array(v, pa.string()) for n, v in columns.items()}))


def line(**own: str) -> Row:
    return {"product": SHIRT, "origin": "CHN", "entry_date": "2025-05-02", "value": "100", **own}


@pytest.mark.parametrize("seed", thinned(range(12), 3))
def test_a_random_world_is_judged_as_it_is_explained(seed: int) -> None:
    rows, lines = draw_world(Random(seed)), draw_lines(Random(1000 + seed), 80)
    regime = Regime(rows)
    for text, (base, added, measures, reject, cents) in zip(lines, judged(regime, lines), strict=True):
        told = explained(regime, text)
        assert (told is None or told == PROHIBITED) == (reject != 0), text
        assert (told == PROHIBITED) == (reject == rejects.Why.PROHIBITED), text
        if isinstance(told, tuple):
            close = EXACT * max(1.0, *map(abs, told[:2]))
            assert (base, added) == pytest.approx(told[:2], abs=close), text
            assert measures == told[2]
            assert cents == pytest.approx(100 * float(text[4]) * (told[0] + told[1]), abs=0.5 + 1e-5)


SPECIFIC = row("specific", None, expression="10¢/kg", products=("9503",))


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        ({}, 0),
        ({"product": "9999999999"}, 1),
        ({"origin": "Narnia"}, 2),
        ({"origin": "USA"}, 3),
        ({"entry_date": "May"}, 4),
        ({"entry_date": "2017-12-31"}, 5),
        ({"entry_date": "2018-01-01", "product": "6109100012"}, 0),
        ({"value": "0"}, 6),
        ({"value": "-1"}, 6),
        ({"value": "1e15"}, 6),
        ({"value": "9e14"}, 0),
        ({"product": ORANGES, "quantity": "-1"}, 7),
        ({"product": ORANGES, "quantity": "10"}, 0),
        ({"product": ORANGES}, 11),
        ({"product": ORANGES, "quantity": "10", "unit": "pairs"}, 12),
        ({"product": ORANGES, "quantity": "10", "unit": "kg"}, 0),
        ({"product": ORANGES, "quantity": "10", "unit": "nonsense"}, 12),
        ({"quantity": "-1", "unit": "nonsense"}, 0),  # no duty hangs on it
        ({"usmca": "perhaps"}, 8),
        ({"steel_share": "0.6", "copper_share": "0.5"}, 9),
        ({"steel_share": "0.6", "copper_share": "0.4"}, 0),
        ({"product": TOY}, 13),
        ({"product": TOY, "quantity": "-1"}, 13),  # the base hangs on none
        ({"product": TOY, "quantity": "5"}, 0),
        ({"product": CLOCK}, 10),
        ({"product": "8517130000"}, 19),
        # the first reason that a line has
        ({"product": "9999999999", "origin": "Narnia", "entry_date": "May"}, 4),
        ({"product": "9999999999", "origin": "Narnia", "value": "x"}, 2),
        ({"product": "9999999999", "value": "x"}, 1),
        ({"value": "x", "usmca": "perhaps"}, 6),
        ({"product": "8517130000", "usmca": "perhaps"}, 8),
    ],
)
def test_each_reason_to_refuse_a_line(own: Row, reason: int) -> None:
    """And its neighbours are judged as if it were not there."""
    ban = row("ban", combine="ban", products=("8517",))
    held = law([SPECIFIC, ban], (*FIXED, "unit", "usmca", "steel_share", "copper_share"))
    made = found(held, [line(), line(**own), line(value="200")])
    assert made.reason.tolist() == [0, reason, 0]
    assert made.cents[[0, 2]].tolist() == [1650, 3300]
    if reason:
        assert made.cents[1] == 0


def test_a_line_after_the_last_day_read_is_refused_unless_it_is_asked_as_scheduled() -> None:
    read_to = Regime((row("a", 0.1),)).law_known_to("USA")
    assert read_to is None or found(law([row("a", 0.1)]), [line(entry_date=str(read_to))]).reason.tolist() == [0]
    held = compile_law(read_columns(FIXED), Options(), None)
    last = next(iter(held.until.values()))
    assert last is not None
    days = [str(last), str(date.fromordinal(last.toordinal() + 1))]
    rows = [line(product=TOY, entry_date=d) for d in days]
    assert found(held, rows).reason.tolist() == [0, rejects.Why.UNREAD_LAW]
    scheduled = compile_law(read_columns(FIXED), Options(as_scheduled=True), None)
    assert found(scheduled, rows).reason.tolist() == [0, 0]


def test_cents_go_half_up_and_none_to_lines_that_are_refused() -> None:
    value = np.array([1.0, 1.0, 1.0, 0.0, 1e9, 3.0])
    rate = np.array([0.005, 0.0049, 0.015, 1.0, 0.1, np.nan])
    good = np.array([True, True, True, True, True, False])
    assert cents_of(value, rate, good).tolist() == [1, 0, 2, 0, 10_000_000_000, 0]
    assert cents_of(np.array([1.005, 8.325]), np.array([1.0, 1.0]), np.ones(2, bool)).tolist() == [101, 833]


def test_dollars_and_rates_by_authority_are_those_of_the_lines() -> None:
    """The base under its own; what a total or a cap adds under its own; nothing of lines that are refused."""
    rows = [
        row("a", 0.2, programme="s301"),
        row("t", 0.4, combine="total", programme="s232", products=("61",)),
        row("e", None, expression="10¢/kg", programme="s122", products=("9503",)),
        row("fee", 0.3, combine="replace", programme="s201", products=("0805",)),
    ]
    held = law(rows, programmes=True)
    made = found(held, [line(), line(product=TOY, quantity="50"), line(product=ORANGES), line(value="x")])
    rates = made.programme_rates
    assert rates is not None
    at = {name: PROGRAMMES.index(name) for name in ("mfn", "s301", "s232", "s122", "s201")}
    of = {name: rates[k, :3].tolist() for name, k in at.items()}
    assert of["mfn"] == pytest.approx([0.165, 0.0, 0.0])
    assert of["s301"] == pytest.approx([0.2, 0.2, 0.2])
    assert of["s232"] == pytest.approx([0.235, 0.0, 0.0])
    assert of["s122"] == pytest.approx([0.0, 0.05, 0.0])
    assert of["s201"] == pytest.approx([0.0, 0.0, 0.3])
    assert rates[:, :3].sum(axis=0) == pytest.approx(made.rate[:3])
    assert made.programmes == pytest.approx(100 * rates[:, :3].sum(axis=1))
    assert found(law(rows), [line()]).programme_rates is None


def test_fees_are_for_good_lines() -> None:
    held = law([], (*FIXED, "mode"), fees=True)
    made = found(held, [line(mode="vessel"), line(mode="air"), line(value="x", mode="vessel")])
    assert made.mpf is not None
    assert made.hmf is not None
    assert (np.isnan(made.mpf).tolist(), np.isnan(made.hmf).tolist()) == ([False, False, True], [False, False, True])
    assert made.hmf[:2].tolist() == [0.13, 0.0]  # 0.125 % of 100 dollars, to the cent
    assert found(law(), [line()]).mpf is None


def test_lines_of_several_destinations_come_back_in_their_order() -> None:
    rows = [row("us", 0.2), row("cn", 0.5, authority="CHN", programme="retaliation", origins=("USA",))]
    names = (*FIXED, "destination")
    lines = [line(destination="CHN", origin="USA", product="95030089"), line(destination="USA", product=TOY), line(destination="Narnia"),
             line(destination="CHN", origin="USA", product="95030089", value="300"), line(destination="USA", value="200")]  # fmt: skip
    made = found(law(rows, names), lines)
    assert made.reason.tolist() == [17, 0, 15, 17, 0]  # of China the package holds no ordinary rate
    assert made.value.tolist() == [100, 100, 100, 300, 200]
    assert made.added[[0, 1, 3, 4]].tolist() == [0.5, 0.2, 0.5, 0.2]
    assert [made.measures[k] for k in made.measure[[0, 1, 3, 4]].tolist()] == ["cn", "us", "cn", "us"]
    assert made.cents.tolist() == [0, 2000, 0, 0, 7300]
    assert made.programmes[PROGRAMMES.index("retaliation")] == 0
    assert made.programmes[PROGRAMMES.index("s301")] == pytest.approx(60)
    one = found(law(rows, names), lines[1:2])
    assert (one.reason.tolist(), one.added.tolist()) == ([0], [0.2])
    stated = found(law(rows, FIXED, destination="CHN"), lines[:1])
    assert stated.added.tolist() == [0.5]


def test_column_2_preferences_and_their_days() -> None:
    held = law([], (*FIXED, "usmca", "korus", "preference"))
    days = [line(origin="RUS", entry_date=day) for day in ("2025-05-02", "2022-04-08", "2022-04-09")]
    own = [("MEX", "usmca"), ("KOR", "usmca"), ("KOR", "korus"), ("AUS", "preference")]
    rows = [*days, line(origin="MEX", usmca="false"), *(line(origin=origin, **{name: "true"}) for origin, name in own)]
    rows += [line(origin=origin, usmca="true", korus="true") for origin in ("MEX", "KOR")]
    regime = Regime(())
    expected = [
        regime.explain(r["product"], r["origin"], "USA", r["entry_date"],
                       claims={n: r[n] for n in ("usmca", "korus", "preference") if n in r}).base_rate for r in rows]  # fmt: skip
    assert found(held, rows).base.tolist() == expected
    assert expected[0] == 0.9
    assert len(set(expected)) == 3


@pytest.mark.parametrize("known", ["2025-04-01", "2025-04-02", None])
def test_the_law_of_lines_is_as_known_on_a_day(known: str | None) -> None:
    rows = [row("a", 0.1, known=date(2025, 4, 2)), row("b", 0.2, known_end=date(2025, 4, 2))]
    added = found(law(rows, known=known), [line()]).added.tolist()
    assert added == ([0.2] if known == "2025-04-01" else [0.1])
