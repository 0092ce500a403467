"""Random measure worlds: explained = compiled (by equality and by range join) = naive SQL, on every line."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings

from law_worlds import WORLDS, compiled, connect, draw_lines, explained, naive
from parley.law.measure import Measure
from parley.law.regime import Regime

EXACT = 1e-12  # the same few sums of decimal rates, in another order


def check_world(rows: tuple[Measure, ...], seed: int, count: int) -> None:
    """Every line: rejected by both, or base, additions and measures equal; cents are value · rate, half up."""
    lines, regime, con = draw_lines(Random(seed), count), Regime(rows), connect(1)
    told = [explained(regime, line) for line in lines]
    by_equality, by_range = (compiled(regime, lines, con, dense) for dense in (True, False))
    assert by_equality == by_range
    good = [k for k, t in enumerate(told) if t]
    plain = naive(rows, [lines[k] for k in good], [told[k][0] for k in good], con) if good else []  # type: ignore[index]
    for k, t in enumerate(told):
        base, added, measures, reject, cents = by_equality[k]
        assert (t is None) == (reject != 0), (lines[k], t, by_equality[k])
        if t:
            assert (base, added) == pytest.approx(t[:2], abs=EXACT), lines[k]
            assert measures == t[2]
            assert plain[good.index(k)] == pytest.approx(t[1], abs=EXACT), lines[k]
            assert cents == pytest.approx(100 * float(lines[k][4]) * (t[0] + t[1]), abs=0.5 + 1e-5)
        else:
            assert cents is None


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(WORLDS)
def test_four_ways_agree(rows: tuple[Measure, ...]) -> None:
    check_world(rows, 7, 40)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(WORLDS)
def test_four_ways_agree_on_many_worlds(rows: tuple[Measure, ...]) -> None:
    check_world(rows, 11, 150)
