"""The conventions of the Budget Lab's series one by one, each held to what its tracker prints or to a line's own arithmetic."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from parley.errors import InputError
from parley.law.average import average
from parley.law.conventions import OPPOSED, as_agreed, read_conventions
from parley.law.edition import edition_of
from parley.law.regime import Regime
from parley.law.tracked_lines import carried_base, metal_steps, section_301_rate
from parley.law.trade_weights import read_weights

SPRING, AUTUMN = "2025-05-02", "2025-09-20"


def rate(regime: Regime, origin: str, on: str, *conventions: str, products: tuple[str, ...] = ()) -> float:
    found = average(regime, origin, "USA", on, conventions=conventions, products=products).points[0].rate
    assert found is not None
    return 100 * found


@pytest.mark.parametrize(
    ("on", "matched"), [("2025-03-20", 3072.960134), ("2025-09-20", 3045.953097), ("2026-03-15", 2955.341560)]
)
def test_codes_of_2024_are_lost_as_the_tracker_prints_it(on: str, matched: float) -> None:
    """matched_imports_b of total_imports_b in output/actual/daily/daily_overall.csv, billions; ours lacks small partners."""
    weights, codes = read_weights("USA"), frozenset(edition_of("USA", date.fromisoformat(on)).codes)
    kept = np.array([code in codes for code in weights.products])
    assert weights.value[kept].sum() / weights.value.sum() == pytest.approx(matched / 3119.317873, abs=0.0005)


def test_lost_codes_pay_nothing_and_stay_in_the_weights(regime: Regime) -> None:
    """Switzerland, August 2025: 13 % of the value is under codes that ended, watches and medicines above all."""
    of_chapter = average(
        regime, "CHE", "USA", "2025-08-15", conventions=["codes-of-2024"], group_of=lambda code: code[:2]
    ).points[0]
    assert of_chapter.rate == pytest.approx(sum(g.share * (g.rate or 0) for g in of_chapter.groups), abs=0.002)
    assert sum(g.share for g in of_chapter.groups) == pytest.approx(1, abs=1e-9)
    assert rate(regime, "CHE", "2025-08-15") - 100 * (of_chapter.rate or 0) == pytest.approx(5.3, abs=0.2)


def test_a_medicine_on_both_lists_pays_the_aluminium_duty_on_its_whole_value(regime: Regime) -> None:
    """3004.90.92.15, which neither note 16 nor note 19 names: 50 % on the whole and on 0.12 % steel; other duties on the rest."""
    (step,) = metal_steps()["3004909215"]
    assert (step.start, step.levied, step.left) == (date(2025, 8, 18), pytest.approx(1.001229), pytest.approx(0.998771))
    medicine = ("3004909215",)
    assert rate(regime, "CHE", AUTUMN, products=medicine) == pytest.approx(0)
    counted = rate(regime, "CHE", AUTUMN, "metal-by-tracker", products=medicine)
    assert counted == pytest.approx(50 * step.levied, abs=0.01)  # Annex II spares it from the 39 %


@pytest.mark.parametrize(("on", "duty"), [(SPRING, 0.0), ("2026-01-15", 0.25)])
def test_lithium_cells_are_on_one_list_alone(regime: Regime, on: str, duty: float) -> None:
    """The tracker has 8507.60.00 on the suspended list 4B and, from 2026, on that of 9903.91.06; by law they pay 7.5 or 25."""
    assert section_301_rate("8507600020", date.fromisoformat(on)) == duty
    found = average(regime, "CHN", "USA", on, conventions=["section-301-by-list"], products=["8507600020"]).points[0]
    assert found.by_programme.get("s301", 0.0) == pytest.approx(duty)
    plain = average(regime, "CHN", "USA", on, products=["8507600020"]).points[0]
    assert plain.by_programme["s301"] == pytest.approx(0.075 if on == SPRING else 0.25)


def test_a_duty_by_quantity_carries_the_one_before_it() -> None:
    """Lubricants of 2710.19.45 pay 10.5 cents a barrel; 5.8 percent is printed before 2710.19.45.30, 7 before .45 and .90."""
    carried = carried_base(["2710194530", "2710194590", "8703230190"], date(2025, 5, 2))
    assert carried.tolist() == [0.058, 0.07, 0.0]


@pytest.mark.parametrize(
    ("convention", "origin", "on", "products", "before", "after"),
    [
        ("car-parts-by-line", "JPN", "2025-06-20", ("8507600020",), 10 + 3.4, 25 + 3.4),
        ("car-rebate", "JPN", "2025-06-20", ("8703230190",), 27.5, 27.5 - 1.2375),
        ("semiconductors-by-line", "TWN", "2026-01-20", ("8471804000",), 0, 25),
        ("solar-for-all", "MYS", "2025-06-20", ("8541420010",), 10, 24.5),
        ("exempt-by-list", "SGP", "2025-06-20", ("2106909973",), None, -10),
        ("retroactive-when-printed", "KOR", "2025-11-17", ("8703230190",), 15, 25.05),
        ("retroactive-when-printed", "KOR", "2025-12-06", ("8703230190",), 15, 15),
        ("reciprocal-for-all", "RUS", "2025-11-20", ("4412330640",), None, 10),
    ],
)
def test_a_line_by_convention(
    regime: Regime, convention: str, origin: str, on: str, products: tuple[str, ...], before: float | None, after: float
) -> None:
    """A line's average by default and by one convention; without `before`, what the convention adds."""
    plain, counted = (rate(regime, origin, on, *c, products=products) for c in ((), (convention,)))
    if before is None:
        assert counted - plain == pytest.approx(after, abs=0.01)
    else:
        assert plain == pytest.approx(before, abs=0.3)  # claims and preferences as observed
        assert counted == pytest.approx(after, abs=0.3)


@pytest.mark.slow
def test_a_period_shows_every_day_on_which_a_convention_changes(regime: Regime) -> None:
    """Korea, autumn 2025: its agreement counts from 5 December, not from 14 November; trucks' parts from 1 November."""
    found = average(
        regime, "KOR", "USA", since="2025-10-15", until="2025-12-31", conventions=["budget-lab"], daily=False
    )
    rates = {p.on.isoformat(): 100 * (p.rate or 0) for p in found.points}
    assert {"2025-11-01", "2025-12-05"} <= rates.keys()
    for on in ("2025-11-20", "2025-12-04", "2025-12-05", "2025-12-20"):
        held = max(day for day in rates if day <= on)
        assert rates[held] == pytest.approx(rate(regime, "KOR", on, "budget-lab"), abs=1e-9), on


@pytest.mark.parametrize("group", OPPOSED)
def test_of_each_group_one_alone(group: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=f"both {group[0]} and {group[1]}"):
        read_conventions(group)


def test_the_series_counts_imports_of_the_united_states_alone(regime: Regime) -> None:
    with pytest.raises(InputError, match="base-as-parsed for imports of CHN"):
        average(regime, "USA", "CHN", SPRING, conventions=["budget-lab"])


def test_what_is_not_of_the_united_states_stays(regime: Regime) -> None:
    """The conventions of the series read no act of others otherwise, and none leaves the regime as it was."""
    agreed = as_agreed(regime, read_conventions(["budget-lab"]))
    others = [m for m in regime.measures if m.act.authority != "USA"]
    assert [m for m in agreed.measures if m.act.authority != "USA"] == others
    assert as_agreed(regime, {}) is regime
