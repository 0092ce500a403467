"""Ossa (2014), stored tariffs: what they print, how near to an equilibrium they are, and that no path of replies ends there."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

HALF_DIGIT = 0.0501  # the tables print one decimal
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page():
    """The builder of the page's part on wars."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
    return pytest.importorskip("docs_wars")


@pytest.fixture(scope="module")
def paper(page, shared_data):
    return page.read_paper(shared_data)


@pytest.fixture(scope="module")
def war(page, paper):
    return page.war(paper)


def test_every_digit_comes_out_at_the_stored_tariffs(page, paper, war):
    for case in (page.alone(paper), war):
        assert np.abs(case.printed - case.stored).max() < HALF_DIGIT


def test_our_tariffs_print_the_same_but_for_medians_and_wages_of_the_war(page, paper, war):
    alone = page.alone(paper)
    assert np.abs(alone.printed - alone.ours)[:, :-1].max() < HALF_DIGIT
    assert np.abs(alone.printed - alone.ours)[:, -1].max() < 0.19
    assert np.abs(alone.stored - alone.ours)[:, 0].max() < 1e-5
    gap = np.abs(war.printed - war.ours).max(axis=0)
    assert gap[[0, 2]].max() < HALF_DIGIT
    assert gap[1] < 0.08
    assert gap[3] < 0.63
    assert np.abs(war.stored - war.ours)[:, 0].max() < 0.02


def test_the_stored_optima_are_best_replies_and_the_stored_war_is_one_less_tightly(page, paper, war):
    optima = [page.unrest(paper, t, k) for k, t in enumerate(page.one_by_one(paper))]
    stored, ours = ([page.unrest(paper, t, k) for k in range(7)] for t in (paper.war, war.tariffs))
    assert max(u.mean for u in optima) < 1e-3
    assert max(u.whole for u in optima) < 1e-6
    assert 0.1 < max(u.mean for u in stored) < 0.4
    assert 1e-5 < max(u.whole for u in stored) < 1e-4
    assert max(u.mean for u in ours) < 1e-6
    assert max(u.gain for u in ours) < 1e-7 < max(u.gain for u in stored)


@pytest.mark.parametrize(("at_once", "count"), [(True, 3), (False, 2)])
def test_no_round_of_exact_replies_prints_the_medians_or_lands_on_the_stored_war(page, paper, war, at_once, count):
    near, last = page.distance(paper, paper.war, war.tariffs), paper.world.t
    for _, t in zip(range(count), page.rounds(paper, last, at_once), strict=False):
        last = t
        assert page.distance(paper, t, paper.war) > 0.9 * near
        medians = [page.joint_rows(page.at(paper, t), t, None)[n][-1] for n in range(7)]
        assert np.abs(np.array(medians) - war.printed[:, -1]).max() > 0.5
    assert page.distance(paper, last, war.tariffs) < 2e-4
