"""Input-output links from another source on a world's flows: what the fit may move, and what it must leave."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from parley.errors import InputError, WorldError
from parley.trade.indicators import gains_from_trade
from parley.trade.solve import balance, rebase, solve
from parley.world.accounts import material_demand
from parley.world.links import fit_inputs
from parley.world.read import read_world
from parley.world.world import World
from trade_worlds import small_world

MODEL = "caliendo_parro"


@cache
def linked() -> World:
    return read_world("oecd-2022", links=True)


def test_the_linked_world_is_at_rest_and_solves_to_itself():
    world = linked()
    assert world.at_rest
    assert solve(world, model=MODEL).residual < 1e-10
    for hats in (solve(world, model=MODEL).w_hat, solve(world, model=MODEL).welfare_hat):
        np.testing.assert_allclose(hats, 1, atol=1e-9, rtol=0)
    final = world.alpha * world.base.income[:, None]
    np.testing.assert_allclose(
        final + material_demand(world.base.S, world.beta, world.gamma), world.base.E, atol=1e-9 * world.base.E.max()
    )


def test_what_moved_is_what_the_recipe_moves():
    """Moved: 3 % of materials, USA 0.7, CHN 3.5, MEX 2, VNM 7; a quarter of the cells, one in the USA, 3 % of demand."""
    report = linked().links
    assert report is not None
    by_country = report.by_country()
    moved = [by_country[c]["moved_pct"] for c in ("USA", "CHN", "MEX", "VNM")]
    np.testing.assert_allclose(moved, [0.7, 3.5, 2.0, 7.0], atol=0.3)
    used = linked().base.S.sum(axis=1) - linked().base.VA
    assert 100 * (report.moved * used).sum() / used.sum() == pytest.approx(3, abs=0.5)
    assert by_country["USA"]["repaired"] == 1
    assert 0.2 < report.repaired.sum() / (81 * 28) < 0.27
    assert report.negative == pytest.approx(0.03, abs=0.005)
    assert by_country["VNM"]["like"] == "CHN"
    assert by_country["USA"]["like"] is None


def test_value_added_is_the_sources_own(shared_data: Path):
    """Output less inputs over output, by hand from the table of 2011, for machinery and for chemicals with drugs."""
    with np.load(shared_data / "world/wiod2013_2011.npz", allow_pickle=False) as held:
        names, output, inter = held["countries"].tolist(), held["output"], held["inter"]
    world = linked()
    for country, sector, industry in (("USA", "C28", 12), ("CHN", "C20", 8), ("CHN", "C21", 8), ("DEU", "A02", 0)):
        column = 35 * names.index(country) + industry
        expected = 1 - inter[:, column].sum() / output[column]
        assert world.beta[world.index(country), world.sectors.index(sector)] == pytest.approx(expected, abs=1e-5)


def test_a_fit_moves_inputs_only_between_rows_and_only_where_it_must():
    draw = np.random.default_rng(5)
    a = draw.uniform(0, 0.2, (3, 4, 4))
    S, E = draw.uniform(1, 2, (3, 4)), draw.uniform(0.5, 2.5, (3, 4))
    E *= 1.5 * np.einsum("nks,ns->n", a, S)[:, None] / E.sum(axis=1, keepdims=True)
    fit = fit_inputs(E, S, a)
    np.testing.assert_allclose(fit.a.sum(axis=1), a.sum(axis=1), rtol=1e-12)
    assert np.all(np.einsum("nks,ns->nk", fit.a, S) <= E * (1 + 1e-9))
    assert fit.moved.max() > 0.001
    loose = fit_inputs(10 * E, S, a)
    np.testing.assert_array_equal(loose.a, a)
    assert loose.passes == 0


def test_correcting_rates_leaves_a_linked_world_at_rest():
    world = linked()
    t = world.t.copy()
    us, cn = world.index("USA"), world.index("CHN")
    t[us, cn, :27] += 0.2
    corrected = world.with_tariffs(t)
    assert corrected.at_rest
    np.testing.assert_array_equal(corrected.beta, world.beta)
    assert corrected.links is world.links
    np.testing.assert_allclose(solve(corrected, model=MODEL).welfare_hat, 1, atol=1e-8)
    moved = rebase(solve(world, t, model=MODEL))
    assert moved.at_rest
    np.testing.assert_allclose(moved.gamma, world.gamma, atol=1e-12)
    assert world.with_theta(world.theta + 1).links is world.links
    assert not world.without_links().has_links


def test_shares_that_never_fitted_are_left_as_the_user_gave_them():
    world = small_world(links=True)
    assert not world.at_rest
    np.testing.assert_array_equal(world.with_tariffs(world.t * 2).alpha, world.alpha)


def test_links_about_double_what_trade_is_worth():
    """Gains from trade by the formula: USA 4.3 % with links (2.3 without, on our coarse rates); median ratio near 2."""
    plain, with_links = gains_from_trade(read_world("oecd-2022")), gains_from_trade(linked())
    us = linked().index("USA")
    assert 100 * with_links[us] == pytest.approx(4.3, abs=0.05)
    assert 100 * plain[us] == pytest.approx(2.4, abs=0.1)
    assert np.median(with_links / plain) == pytest.approx(2.0, abs=0.2)


def test_links_about_double_what_the_war_costs():
    changed = []
    for world, model in ((read_world("oecd-2022"), "armington"), (linked(), MODEL)):
        base = balance(world, model=model)
        t, us, cn = base.t.copy(), base.index("USA"), base.index("CHN")
        t[us, cn, :27] += 1.45
        t[cn, us, :27] += 1.25
        eq = solve(base, t, model=model, deficits="balanced")
        assert eq.residual < 1e-10
        assert eq.passes < 60
        changed.append(100 * (eq.welfare_hat - 1))
    slope = np.polyfit(*changed, 1)[0]
    assert slope == pytest.approx(2, abs=0.25)
    assert changed[1][us] < changed[0][us] < 0
    assert changed[1][cn] < changed[0][cn] < 0


def test_a_model_with_links_refuses_a_world_without():
    with pytest.raises(InputError, match="no input-output links"):
        solve(read_world("oecd-2022"), model=MODEL)
    with pytest.raises(WorldError, match="no group for sector 'S0'"):
        small_world().with_links()


@pytest.mark.slow
def test_the_builder_makes_what_is_packaged(shared_data: Path, tmp_path: Path):
    script = Path(__file__).parents[2] / "builders/world_links.py"
    subprocess.run([sys.executable, script, "--shared", shared_data, "--out", tmp_path], check=True, timeout=60)
    folder = Path(str(resources.files("parley.world"))) / "inputs"
    made, held = (np.load(at / "wiod-2011.npz") for at in (tmp_path, folder))
    assert made.files == held.files
    assert all(np.array_equal(made[key], held[key]) for key in made.files)
    entry = json.loads((folder / "manifest.json").read_text("utf-8"))["wiod-2011.npz"]
    assert entry["terms"] == "CC BY"
    assert "Timmer" in entry["attribution"]
    assert hashlib.sha256((folder / "wiod-2011.npz").read_bytes()).hexdigest() == entry["sha256"]
