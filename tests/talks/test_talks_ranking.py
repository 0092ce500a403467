"""The area under the curve: against a count of all pairs, with DeLong's interval against one worked by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from parley.talks.ranking import Z, area_under_curve


@pytest.mark.parametrize("seed", range(20))
def test_the_area_is_the_share_of_pairs_won(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, did = rng.integers(0, 6, 15).astype(float), rng.random(15) < 0.4
    yes, no = scores[did], scores[~did]
    won = [1.0 if a > b else 0.5 if a == b else 0.0 for a, b in product(yes, no)]
    found = area_under_curve(scores.tolist(), did.tolist())
    assert (found.did, found.did_not) == (len(yes), len(no))
    assert found.area == pytest.approx(np.mean(won)) if won else found.area is None
    turned = area_under_curve((-scores).tolist(), did.tolist())
    assert won == [] or turned.area == pytest.approx(1 - np.mean(won))


def test_delong_by_hand() -> None:
    """yes 3, 1; no 2, 0: wins 1 1 / 0 1, area 3/4; components 1, 1/2 and 1/2, 1, each of variance 1/8."""
    found = area_under_curve([3.0, 1.0, 2.0, 0.0], [True, True, False, False])
    assert found.area == 0.75
    assert found.low == pytest.approx(0.75 - Z * np.sqrt(1 / 8))
    assert found.high == 1.0


def test_one_group_alone_has_no_area_and_a_constant_has_no_skill() -> None:
    assert area_under_curve([1.0, 2.0], [False, False]).area is None
    assert area_under_curve([0.0] * 5, [True, True, False, False, False])[:3] == (0.5, 0.5, 0.5)
