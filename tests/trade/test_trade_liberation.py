"""Ignatenko, Lashkaripour, Macedoni and Simonovska (2025): their tables to the printed digit, 194 economies (shared data)."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from liberation_worlds import formula_rate, liberation, local_parts, printed_rows
from parley.talks.game import respond
from parley.trade.closures.endogenous import ELSEWHERE, LOCAL
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.solve import solve

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))


def test_every_printed_figure_is_met_to_its_digit(shared_data: Path):
    section = pytest.importorskip("docs_liberation")
    held = liberation(shared_data)
    for panel, (eq, mean) in section.solved(held).items():
        assert eq.residual <= 1e-10
        for ours, theirs in zip(printed_rows(held, eq, mean), section.PRINTED[panel], strict=True):
            for found, printed in zip(ours, theirs.split(), strict=True):
                if printed != "–":
                    half = 0.5 * 10 ** -section.digits_of(printed)
                    assert found == pytest.approx(float(printed), abs=half + 5e-4), panel


def test_the_packaged_local_parts_are_those_of_two_blocs(shared_data: Path):
    held = liberation(shared_data)
    assert held.nu[held.usa] == pytest.approx(LOCAL["USA"], abs=5e-4)
    assert held.nu[0] == pytest.approx(ELSEWHERE, abs=5e-4)
    assert np.ptp(np.delete(held.nu, held.usa)) == 0
    assert local_parts(np.array([[0.0, 3.0], [2.0, 0.0]]), np.array([80.0, 20.0])).shape == (2,)


def test_a_certified_best_reply_beats_their_formula_under_the_closure_with_an_adjoint(shared_data: Path):
    """Without scale and pass-through the first-order conditions give the best uniform rate; the closed form is not it."""
    held = liberation(shared_data)
    closure = Endogenous(dict(zip(held.world.countries, held.nu.tolist(), strict=True)), 0.0)
    found = respond(held.world, "USA", "uniform", unions=(), deficits=closure, check=False)
    ours = float(found.tariffs[held.usa, 0, 0])

    def paid(rate: float) -> float:
        return float(solve(held.world, held.tariffs(rate), deficits=closure).welfare_hat[held.usa])

    assert paid(ours) > max(paid(ours - 0.01), paid(ours + 0.01), paid(formula_rate(held)))
