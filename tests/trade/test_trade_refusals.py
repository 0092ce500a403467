"""What cannot be solved, or cannot be meant, is refused in one sentence that names the place."""

from __future__ import annotations

import time

import numpy as np
import pytest

from parley.errors import InputError, NotSolvedError
from parley.rates import Wedges
from parley.trade.models import models, read_model
from parley.trade.solve import solve
from trade_worlds import small_world


@pytest.mark.parametrize("model", models())
@pytest.mark.slow
def test_deficits_that_no_trade_can_pay_are_refused_within_ten_seconds(model: str):
    world = small_world(links=read_model(model).LINKS)
    iceberg = np.full(world.X.shape, 1e4)
    iceberg[np.arange(4), np.arange(4)] = 1
    began = time.perf_counter()
    with pytest.raises(NotSolvedError, match="residual is") as caught:
        solve(world, iceberg_hat=iceberg, model=model, deficits="nominal")
    assert time.perf_counter() - began < 10
    assert caught.value.exit_code == 3
    assert caught.value.residual > 1e-10
    assert solve(world, iceberg_hat=iceberg, model=model, deficits="balanced").residual <= 1e-10


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"model": "armingtonn"}, "armington"),
        ({"deficits": "balance"}, "balanced"),
        ({"revenue": "burnt"}, "lump_sum"),
        ({"model": "caliendo_parro"}, "no input-output links"),
    ],
)
def test_unknown_names_are_refused_with_what_is_allowed(asked: dict, words: str):
    with pytest.raises(InputError, match=words):
        solve(small_world(), **asked)


def test_changes_that_make_no_sense_name_their_cell():
    world = small_world()
    missing, own, cheap = world.t.copy(), world.t.copy(), world.t.copy()
    missing[1, 2, 0], own[3, 3, 1], cheap[0, 1, 2] = np.nan, 0.1, -1.0
    for t, words in (
        (missing, "C01 from C02, S0.*nan"),
        (own, "C03 from C03, S1.*own goods"),
        (cheap, "C00 from C01, S2"),
    ):
        with pytest.raises(InputError, match=words):
            solve(world, t)
    with pytest.raises(InputError, match="buyer, seller, sector"):
        solve(world, world.t[:2])
    with pytest.raises(InputError, match="revenue_share is 1"):
        solve(world, Wedges(np.ones_like(world.t), np.ones_like(world.t)))
    with pytest.raises(InputError, match="iceberg_hat is 0"):
        solve(world, iceberg_hat=np.zeros_like(world.t))


def test_a_start_is_an_equilibrium_of_the_same_countries_and_sectors():
    other = solve(small_world(5))
    with pytest.raises(InputError, match="a world with other countries"):
        solve(small_world(4), start=other)
    assert solve(small_world(5), start=other).passes <= 2


def test_transfers_of_nothing_are_no_fault():
    world = small_world()
    sent = solve(world, deficits="nominal", transfers=np.zeros(len(world.countries)))
    np.testing.assert_allclose(sent.welfare_hat, 1.0, rtol=1e-9)
