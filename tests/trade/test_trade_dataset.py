"""The labelled edge: every variable of the Dataset is the array of the equilibrium, under its codes."""

from __future__ import annotations

import numpy as np
import pytest

from parley.trade.dataset import to_dataset
from parley.trade.indicators import DEFINITIONS
from parley.trade.models import models
from parley.trade.solve import solve
from trade_worlds import shocked, world_for


@pytest.mark.parametrize("model", models())
def test_the_dataset_says_what_the_equilibrium_says(model: str):
    pytest.importorskip("xarray", reason="the extra 'xarray' is not installed")
    world = world_for(model)
    tax = np.zeros(world.X.shape)
    tax[0, 1] = 0.1
    eq = solve(world, shocked(world), model=model, export_tax=tax)
    found = to_dataset(eq)
    assert found.sizes == {"n": 4, "i": 4, "s": 3}
    assert float(found.X_new.sel(n="C02", i="C01", s="S1")) == eq.X_new[2, 1, 1]
    np.testing.assert_array_equal(found.welfare_hat, eq.welfare_hat)
    assert set(DEFINITIONS) <= set(found.data_vars)
    assert all(found[name].attrs["long_name"] for name in found.data_vars)
    assert found.attrs["residual"] == eq.residual
    np.testing.assert_allclose(found.labour_share_new.sum("s"), 1, rtol=1e-12)
    kept = found.flow_new.values.sum(axis=0)
    kept[1] -= found.flow_new.values[0, 1] * (0.1 / 1.1)  # of what arrives, the export tax is 1/11
    np.testing.assert_allclose(found.S_new, kept, rtol=1e-12)
    hours = found.labour_income_new / eq.w_hat
    still = solve(world, model=model)
    np.testing.assert_allclose(to_dataset(still).output_hat, 1, rtol=1e-9)
    np.testing.assert_allclose(hours, to_dataset(still).labour_income_new, rtol=1e-9)
