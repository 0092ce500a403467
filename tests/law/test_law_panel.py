"""The full panel equals the definition on random draws over every line, origin and day, and the table of any day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parley.codes import countries
from parley.errors import ParleyError
from parley.law.compiled import compile_rates
from parley.law.panel import Panel, compile_panel
from parley.law.regime import Regime

EXACT = 1e-12  # both sides are the same few sums of decimal rates, in another order
ORIGINS = tuple(c for c in countries() if c not in ("USA", "EUU"))
FIRST, LAST = date(2018, 1, 1), date(2026, 8, 31)


@pytest.fixture(scope="module")
def spring(regime: Regime) -> Panel:
    """Every line from every origin on every day of April and May 2025."""
    return compile_panel(regime, "USA", ORIGINS, "2025-04-01", "2025-05-31")


def check_cell(
    found: tuple[float | None, float | None], regime: Regime, product: str, origin: str, on: date, known: date | None = None,
    destination: str = "USA",
) -> None:  # fmt: skip
    told = regime.explain(product, origin, destination, on, known)
    for ours, theirs in zip(found, (told.base_rate, told.added_rate), strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            assert ours == pytest.approx(theirs, abs=EXACT)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 60), st.integers(0, 10**6), st.sampled_from(ORIGINS))
@example(31, 0, "CHN")
@pytest.mark.slow
def test_any_cell_of_spring_2025_is_its_explanation(
    regime: Regime, spring: Panel, ahead: int, line: int, origin: str
) -> None:
    on = date(2025, 4, 1) + timedelta(ahead)
    period = next(p for p in spring.periods if p.start <= on < p.end)
    product = period.table.edition.codes[line % len(period.table.edition.codes)]
    check_cell(spring.cell(product, origin, on), regime, product, origin, on)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, (LAST - FIRST).days), st.lists(st.sampled_from(ORIGINS), min_size=3, max_size=3, unique=True),
       st.lists(st.integers(0, 10**6), min_size=12, max_size=12))  # fmt: skip
def test_any_cell_of_any_day_since_2018_is_its_explanation(
    regime: Regime, ahead: int, origins: list[str], lines: list[int]
) -> None:
    on = FIRST + timedelta(ahead)
    check_panel(regime, "USA", origins, on, None, lines)


def check_panel(
    regime: Regime, destination: str, origins: Sequence[str], on: date, known: date | None, lines: list[int]
) -> None:
    """Random lines of one day's panel, each origin in turn, against their explanations."""
    panel = compile_panel(regime, destination, origins, on, on, known=known)
    codes = panel.periods[0].table.edition.codes
    for n, line in enumerate(lines):
        product, origin = codes[line % len(codes)], origins[n % len(origins)]
        check_cell(panel.cell(product, origin, on), regime, product, origin, on, known, destination)


DRAWN = (
    st.integers(0, (LAST - FIRST).days),
    st.one_of(st.none(), st.integers(-500, 500)),  # days from the day itself to the day of knowledge
    st.lists(st.sampled_from((*ORIGINS, "EUU")), min_size=3, max_size=3, unique=True),
    st.lists(st.integers(0, 10**6), min_size=12, max_size=12),
)


def check_as_known(
    regime: Regime, destination: str, ahead: int, behind: int | None, origins: list[str], lines: list[int]
) -> None:
    on = FIRST + timedelta(ahead)
    known = None if behind is None else on + timedelta(behind)
    home = {"USA": "CHN", "CHN": "USA"}[
        destination
    ]  # always one of the origins, so that the duties of the conflict are met
    sellers = [home, *(o for o in origins if o not in (home, destination))]
    check_panel(regime, destination, sellers, on, known, lines)


@settings(max_examples=6, deadline=None)
@given(*DRAWN)
def test_any_cell_as_known_on_any_day_is_its_explanation(
    regime: Regime, ahead: int, behind: int | None, origins: list[str], lines: list[int]
) -> None:
    check_as_known(regime, "USA", ahead, behind, origins, lines)


@settings(max_examples=12, deadline=None)
@given(*DRAWN)
def test_any_cell_of_china_as_known_on_any_day_is_its_explanation(
    regime: Regime, ahead: int, behind: int | None, origins: list[str], lines: list[int]
) -> None:
    check_as_known(regime, "CHN", ahead, behind, origins, lines)


@pytest.mark.slow
@pytest.mark.parametrize("destination", ["USA", "CHN"])
@settings(max_examples=120, deadline=None)
@given(*DRAWN)
def test_many_cells_as_known_on_any_day_are_their_explanations(
    regime: Regime, destination: str, ahead: int, behind: int | None, origins: list[str], lines: list[int]
) -> None:
    check_as_known(regime, destination, ahead, behind, origins, lines)


def test_a_day_expanded_is_the_compiled_table(regime: Regime) -> None:
    origins = ("CHN", "DEU", "CAN", "RUS", "JPN")
    panel = compile_panel(regime, "USA", origins, "2025-08-01", "2025-09-30", known="2025-08-15")
    for on in (date(2025, 8, 7), date(2025, 9, 29)):
        ours, table = panel.day(on), compile_rates(regime, "USA", origins, on, "2025-08-15")
        assert ours.products == table.products
        np.testing.assert_array_equal(ours.base, table.base)
        np.testing.assert_array_equal(ours.added, table.added)


def test_a_panel_counts_its_cells_and_stays_small(spring: Panel) -> None:
    assert spring.days == 61
    assert spring.cells > 61 * 19_000 * len(ORIGINS)
    assert spring.size < 3e6  # bytes for 300 million cells


@pytest.mark.parametrize(("product", "origin", "on"), [
    ("9503000073", "CHN", date(2025, 6, 1)), ("9503000073", "CHN", date(2025, 3, 31)),
    ("9503", "CHN", date(2025, 4, 1)), ("9503000073", "USA", date(2025, 4, 1)),
])  # fmt: skip
def test_what_is_outside_is_refused(spring: Panel, product: str, origin: str, on: date) -> None:
    with pytest.raises(ParleyError):
        spring.cell(product, origin, on)


@pytest.mark.slow
def test_the_panel_of_2025_keeps_to_its_goal(regime: Regime) -> None:
    """Every line × every origin × every day of 2025 in less than 10 seconds (issue 3): of this process, whatever else runs."""
    import time

    began = time.process_time()
    panel = compile_panel(regime, "USA", ORIGINS, "2025-01-01", "2025-12-31")
    assert time.process_time() - began < 10
    assert panel.days == 365
