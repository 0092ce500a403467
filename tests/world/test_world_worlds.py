"""Worlds: the packaged one, the user's own, the accounts of both, and the sentences that refuse a bad one."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from parley.codes import members
from parley.errors import InputError, NotSolvedError, WorldError
from parley.trade.solve import rebase, solve
from parley.world.elasticity import elasticity_sets, read_elasticities, read_set
from parley.world.read import read_world, worlds
from parley.world.world import World
from trade_worlds import small_world

PACKAGED = worlds()


@pytest.mark.parametrize("name", PACKAGED)
def test_every_packaged_world_is_one(name: str):
    world = read_world(name)
    base = world.base
    assert len(world.empty_own_cells) == 0
    assert abs(base.D.sum()) < 1e-9 * base.income.sum()
    np.testing.assert_allclose(base.pi.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(base.VA + base.revenue + base.D, base.E.sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose(world.alpha.sum(axis=1), 1, rtol=1e-12)
    assert world.t.min() >= 0
    inside = [world.index(c) for c in members("EUU")]
    assert not world.t[np.ix_(inside, inside)].any()
    assert not world.t[:, :, world.sectors.index("SERVICES")].any()


@pytest.mark.parametrize("name", PACKAGED)
def test_every_packaged_world_has_its_manifest(name: str):
    folder = resources.files("parley.world").joinpath("sources")
    entry = json.loads(folder.joinpath("manifest.json").read_text("utf-8"))[f"{name}.npz"]
    assert hashlib.sha256(folder.joinpath(f"{name}.npz").read_bytes()).hexdigest() == entry["sha256"]
    assert {"source", "terms", "vintage", "builder", "rows"} <= set(entry)


def test_the_packaged_flows_are_the_source_to_five_digits(shared_data: Path):
    world = read_world("oecd-2022")
    with np.load(shared_data / "world/icio2022.npz", allow_pickle=False) as held:
        flows, t = held["flow"].transpose(1, 0, 2).copy(), held["tariff"].transpose(1, 0, 2)
        assert list(world.countries) == held["countries"].tolist()
    own = np.arange(81)
    flows[own, own] += 1
    np.testing.assert_allclose(world.X, flows, rtol=5.0001e-5)
    us, foreign = world.index("USA"), np.arange(81) != world.index("USA")
    value = flows[us, foreign] / (1 + t[us, foreign])
    mean = (value * t[us, foreign]).sum(axis=0) / value.sum(axis=0)
    np.testing.assert_allclose(world.t[us, world.index("JPN"), :27], mean[:27], atol=5.1e-4)


@pytest.mark.slow
def test_the_builder_makes_what_is_packaged(shared_data: Path, tmp_path: Path):
    script = Path(__file__).parents[2] / "builders/world_oecd_2022.py"
    subprocess.run([sys.executable, script, "--shared", shared_data, "--out", tmp_path], check=True, timeout=120)
    packaged = Path(str(resources.files("parley.world")))
    made, held = (np.load(folder / "sources/oecd-2022.npz") for folder in (tmp_path, packaged))
    assert made.files == held.files
    assert all(np.array_equal(made[key], held[key]) for key in made.files)
    for name in elasticity_sets():
        made_set, held_set = (folder / f"elasticities/{name}.toml" for folder in (tmp_path, packaged))
        assert made_set.read_bytes() == held_set.read_bytes()


@pytest.mark.parametrize("name", elasticity_sets())
def test_every_elasticity_set_covers_the_packaged_world(name: str):
    held, world = read_set(name), read_world("oecd-2022", elasticities=name)
    assert held.name == name
    assert held.paper
    assert held.table
    assert world.elasticities == name
    assert np.all(world.theta > 0)


def test_seven_published_sets_and_the_default_first():
    assert elasticity_sets() == ["U4", "BSY", "CP", "FGO", "GYY", "LL", "Shap"]


def test_the_published_sets_are_those_of_the_source(shared_data: Path):
    world = read_world("oecd-2022")
    with np.load(shared_data / "world/icio2022.npz", allow_pickle=False) as held:
        for name in elasticity_sets():
            np.testing.assert_allclose(read_elasticities(name, world), held[f"epsilon_{name}"], atol=5e-7)
            assert not np.allclose(read_elasticities(name, world), held["epsilon_IS"])


def test_the_users_own_file_reads_as_its_arrays(tmp_path: Path):
    world = small_world(links=True)
    path = tmp_path / "mine.npz"
    np.savez(
        path, countries=world.countries, sectors=world.sectors, flows=world.X, tariffs=world.t, theta=world.theta,
        flows_include_tariff=True, final_share=world.alpha, value_added_share=world.beta, io_share=world.gamma,
        year=2023,
    )  # fmt: skip
    held = read_world(path)
    assert (held.name, held.year, held.elasticities) == ("mine", 2023, "user")
    np.testing.assert_array_equal(held.X, world.X)
    np.testing.assert_array_equal(held.gamma, world.gamma)
    before_duty = World.from_arrays(
        world.countries, world.sectors, world.X / (1 + world.t), world.t, world.theta, flows_include_tariff=False
    )
    np.testing.assert_allclose(before_duty.X, world.X, rtol=1e-14)


@pytest.mark.parametrize("form", [str, Path])
def test_files_of_ones_own_are_named_by_text_or_path(form: type, tmp_path: Path):
    """A Path of elasticities was refused beside one of a dataset."""
    arrays = {"countries": ["A", "B"], "sectors": ["goods"], "flows": np.array([[[90.0], [10.0]], [[10.0], [90.0]]])}
    np.savez(tmp_path / "mine.npz", **arrays, tariffs=np.zeros((2, 2, 1)), theta=[4.0], flows_include_tariff=True)
    (tmp_path / "mine.toml").write_text('name = "mine"\npaper = "mine"\nevery_sector = 3.0\n')
    own = form(tmp_path / "mine.toml")
    assert set(read_world("oecd-2022", elasticities=own).theta) == {3.0}
    assert read_world(form(tmp_path / "mine.npz"), elasticities=own).theta.tolist() == [3.0]
    assert read_world(form(tmp_path / "mine.npz")).theta.tolist() == [4.0]


def test_bad_files_and_names_are_refused(tmp_path: Path):
    objects, text, partial = tmp_path / "objects.npz", tmp_path / "text.npz", tmp_path / "partial.npz"
    np.savez(objects, countries=np.array([{"a": 1}], dtype=object))
    text.write_text("not an archive")
    np.savez(partial, countries=np.array(["A"]))
    for path, words in ((objects, "plain arrays"), (text, "plain arrays"), (partial, "no array 'sectors'")):
        with pytest.raises(WorldError, match=words):
            read_world(path)
    with pytest.raises(WorldError, match="Did you mean oecd-2022"):
        read_world("oecd-2021")
    with pytest.raises(WorldError, match="no file"):
        read_world(tmp_path / "absent.npz")
    with pytest.raises(InputError, match="no set 'U5'"):
        read_elasticities("U5", ("A01",))
    with pytest.raises(InputError, match="no value for sector 'X99'"):
        read_elasticities("CP", ("X99",))
    own = tmp_path / "own.toml"
    own.write_text('name = "own"\npaper = "mine"\n[theta]\nA01 = 5\n')
    assert read_elasticities(str(own), ("A01",)).tolist() == [5.0]
    own.write_text('name = "own"\npaper = "mine"\nthetas = 3\n')
    with pytest.raises(InputError, match=r"own\.toml"):
        read_elasticities(str(own), ("A01",))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda a: a["flows"].__setitem__((0, 1, 0), -1.0), "C00 from C01, S0: flows is -1"),
        (lambda a: a["flows"].__setitem__((2, 1, 1), np.nan), "C02 from C01, S1: flows is nan"),
        (lambda a: a["tariffs"].__setitem__((1, 1, 2), 0.1), "own goods"),
        (lambda a: a["tariffs"].__setitem__((0, 2, 2), -1.0), "C00 from C02, S2: tariffs"),
        (lambda a: a["theta"].__setitem__(1, 0.0), "S1: theta is 0"),
        (lambda a: a.update(flows=a["flows"][:3]), "flows have shape"),
        (lambda a: a.update(theta="four"), "theta: the text .four.. Allowed: an array of real numbers"),
        (lambda a: a.update(countries=("C00", "C01", "C02", "C00")), "'C00' occurs twice"),
        (lambda a: a["flows"].__setitem__((slice(None), 3), 0.0), "labour income 0"),
        (lambda a: a.update(final_share=np.full((4, 3), 0.3)), "sums to 0.9"),
        (lambda a: a.update(value_added_share=np.full((4, 3), 0.5)), "both, or neither"),
    ],
)
def test_arrays_that_are_no_world_are_refused_by_cell(change, words: str):
    world = small_world()
    arrays = {
        "countries": world.countries, "sectors": world.sectors, "flows": world.X.copy(), "tariffs": world.t.copy(),
        "theta": world.theta.copy(),
    }  # fmt: skip
    change(arrays)
    with pytest.raises(WorldError, match=words):
        World.from_arrays(**arrays, flows_include_tariff=True)


def test_input_shares_larger_than_the_flows_are_refused():
    world = small_world(links=True)
    with pytest.raises(WorldError, match="negative final demand"):
        World.from_arrays(
            world.countries, world.sectors, world.X, world.t, world.theta, flows_include_tariff=True,
            value_added_share=np.full((4, 3), 0.3), io_share=np.stack([np.eye(3)[[1, 2, 0]]] * 4),
        )  # fmt: skip


def test_correcting_rates_keeps_spending_and_moving_them_does_not():
    world = small_world()
    t = world.t * 2
    corrected, moved = world.with_tariffs(t), rebase(solve(world, t))
    np.testing.assert_array_equal(corrected.X, world.X)
    np.testing.assert_allclose(moved.t, t, atol=1e-12)
    assert np.abs(moved.X / world.X - 1).max() > 0.01
    assert world.with_theta(world.theta + 1).theta[0] == world.theta[0] + 1
    with pytest.raises(WorldError, match="theta"):
        world.with_theta([1.0])


def linked(**changed):
    """The arrays of a small world with links, some changed."""
    world = small_world(links=True)
    arrays = {"value_added_share": np.array(world.beta), "io_share": np.array(world.gamma)} | changed
    return World.from_arrays(
        world.countries, world.sectors, world.X, world.t, world.theta, flows_include_tariff=True, **arrays
    )


def spoilt(what, cell, value):
    world = small_world(links=True)
    values = np.array(world.beta if what == "value_added_share" else world.gamma)
    values[cell] = value
    return {what: values}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (spoilt("io_share", (1, 2, 0), 5.0), r"C01, S0: io_share sums to .* over the inputs of this user.*Divide by the sum: io_share /"),
        (spoilt("io_share", (1, 2, 0), -0.1), r"C01, S2 used by S0: io_share is -0.1.*write 0"),
        (spoilt("io_share", (1, 2, 0), np.nan), r"C01, S2 used by S0: io_share is nan"),
        (spoilt("value_added_share", (2, 1), 0.0), r"C02, S1: value_added_share is 0.0.*above 0, at most 1"),
        (spoilt("value_added_share", (2, 1), 1.2), r"C02, S1: value_added_share is 1.2"),
        ({"final_share": np.full((4, 3), 0.5)}, r"C00: final_share sums to 1.5 over sectors \(and 3 more"),
    ],
)  # fmt: skip
def test_shares_that_are_refused_are_named_with_cell_and_repair(changed, words):
    with pytest.raises(WorldError, match=words):
        linked(**changed)


def test_the_repair_that_a_refusal_names_makes_a_world(tmp_path):
    """Inputs above spending: refused by cell with fit_links named; fitted, value added is what it was and accounts add up."""
    one_input = np.eye(3)[[1, 2, 0]]
    shares = {"value_added_share": np.full((4, 3), 0.45), "io_share": np.stack([0.7 * one_input + 0.1] * 4)}
    with pytest.raises(WorldError, match=r"C\d\d, S\d: sectors use [\d.]+ of it as inputs.*fit_links=True") as refusal:
        linked(**shares)
    assert "is spent on it" in str(refusal.value)
    made = linked(**shares, fit_links=True)
    np.testing.assert_array_equal(made.beta, shares["value_added_share"])
    np.testing.assert_allclose(made.gamma.sum(axis=1), 1.0, atol=1e-9)
    assert made.alpha.min() >= 0
    assert any("input shares fitted" in note for note in made.notes)
    assert solve(made, model="caliendo_parro").residual < 1e-9
    world = small_world(links=True)
    np.savez(tmp_path / "own.npz", countries=world.countries, sectors=world.sectors, flows=world.X, tariffs=world.t,
             theta=world.theta, flows_include_tariff=True, fit_links=True, **shares)  # fmt: skip
    np.testing.assert_allclose(read_world(tmp_path / "own.npz").gamma, made.gamma)


def test_a_repair_that_cannot_be_names_the_cell_and_the_next():
    """Each user has one input: nothing can move."""
    with pytest.raises(NotSolvedError, match=r"C\d\d, S\d: input shares do not fit.*raise their value_added_share"):
        linked(value_added_share=np.full((4, 3), 0.3), io_share=np.stack([np.eye(3)[[1, 2, 0]]] * 4), fit_links=True)


@pytest.mark.slow
def test_shares_that_fit_are_left_as_they_are():
    once = linked(fit_links=True)
    again = linked(io_share=np.array(once.gamma))  # asks for no repair any more
    np.testing.assert_array_equal(again.gamma, once.gamma)
    np.testing.assert_allclose(linked(io_share=np.array(once.gamma), fit_links=True).gamma, once.gamma, atol=1e-9)
