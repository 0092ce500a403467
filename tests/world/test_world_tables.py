"""Worlds from whole input-output tables: WIOD's, and the OECD's wide format on a small sample in the true layout."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from icio_sample import FINAL, SECTORS, icio_sample
from parley.errors import WorldError
from parley.trade.solve import solve
from parley.world.icio import read_icio, read_icio_table
from parley.world.read import read_world
from parley.world.tabular_input import Table


def sums(held: dict[str, np.ndarray], row: str, column: str) -> float:
    """What the rows that start with one of the codes (a|b) sell to the columns that do."""
    rows = [any(c.startswith(k) for k in row.split("|")) for c in held["cells"]]
    columns = [any(c.startswith(k) for k in column.split("|")) for c in held["columns"]]
    return float(held["values"][np.ix_(rows, columns)].sum())


@pytest.mark.parametrize("reader", ["pyarrow", "numpy"])
def test_the_oecds_wide_format_is_read_with_its_parts_merged(tmp_path: Path, monkeypatch, reader: str):
    held = icio_sample(tmp_path / "ICIO2023_2020.csv")
    if reader == "numpy":
        monkeypatch.setitem(sys.modules, "pyarrow", None)
    table = read_icio_table(tmp_path / "ICIO2023_2020.csv")
    assert (table.countries, table.sectors) == (("AUS", "MEX", "CHN", "ROW"), SECTORS)
    mex, chn = 1, 2
    assert table.inter[mex, 1, chn, 2] == pytest.approx(sums(held, "MX1_C10T12|MX2_C10T12", "CN1_D|CN2_D"))
    assert table.final[mex, 0, 0] == pytest.approx(
        sums(held, "MX1_A01_02|MX2_A01_02", "|".join(f"AUS_{u}" for u in FINAL))
    )
    assert table.inter.sum() + table.final.sum() == pytest.approx(held["values"][:, :-1].sum())


def test_a_world_of_the_oecds_table_is_at_rest(tmp_path: Path):
    held = icio_sample(tmp_path / "ICIO2023_2020.csv")
    world = read_world(tmp_path / "ICIO2023_2020.csv", links=True)
    assert (world.year, world.name, world.at_rest) == (2020, "ICIO2023_2020", True)
    assert world.X[0, 3, 2] == pytest.approx(sums(held, "ROW_D", "AUS"))
    np.testing.assert_allclose(solve(world, model="caliendo_parro").welfare_hat, 1, atol=1e-9)
    assert read_icio(tmp_path / "ICIO2023_2020.csv", theta=np.array([3.0, 4.0, 5.0])).theta.tolist() == [3, 4, 5]


def test_tables_that_are_none_are_refused(tmp_path: Path):
    bad = tmp_path / "bad.csv"
    bad.write_text("V1,AUS_A,AUS_HFCE\nZZZ,1,2\n")
    with pytest.raises(WorldError, match="no row is a column too"):
        read_icio_table(bad)
    bad.write_text("V1,AUS_A,AUS_HFCE\nAUS_A,one,2\n")
    with pytest.raises(WorldError, match="numbers"):
        read_icio_table(bad)
    with pytest.raises(WorldError, match="no file"):
        read_world(tmp_path / "none.csv")
    with pytest.raises(WorldError, match="not packaged"):
        read_world("wiod-2008")


@pytest.mark.parametrize("year", [2008, 2011])
def test_wiod_is_read_with_its_own_links(shared_data: Path, year: int):
    path = shared_data / f"world/wiod2013_{year}.npz"
    world = read_world(path, links=True)
    assert (world.name, world.year, len(world.countries), len(world.sectors)) == (f"wiod-{year}", year, 41, 35)
    with np.load(path, allow_pickle=False) as held:
        us, de, machinery = (
            35 * held["countries"].tolist().index("USA"),
            35 * held["countries"].tolist().index("DEU"),
            12,
        )
        sold = held["inter"][de + machinery, us : us + 35].sum()
        place = held["countries"].tolist().index("USA")
        sold += held["final"].reshape(1435, 41, -1)[de + machinery, place].sum()
        inputs = held["inter"][:, us + machinery].sum()
        output = held["inter"][us + machinery].sum() + held["final"][us + machinery].sum()
    assert world.X[world.index("USA"), world.index("DEU"), machinery] == pytest.approx(sold)
    assert world.beta[world.index("USA"), machinery] == pytest.approx(1 - inputs / output, abs=1e-4)
    assert world.at_rest
    assert world.links is not None
    assert world.links.moved.max() < 5e-3  # the table's own shares: only where stocks fell does anything move
    assert read_world(path, links=False).gamma is None


def test_merging_adds_up_and_changes_no_total():
    draw = np.random.default_rng(0)
    table = Table(("A", "B", "C"), ("x", "y"), draw.uniform(size=(3, 2, 3, 2)), draw.uniform(size=(3, 2, 3)))
    merged = table.merged({"C": "B"}, {"y": "x"})
    assert (merged.countries, merged.sectors) == (("A", "B"), ("x",))
    assert merged.inter[0, 0, 1, 0] == pytest.approx(table.inter[0, :, 1:, :].sum())
    assert merged.final.sum() == pytest.approx(table.final.sum())
    with pytest.raises(WorldError, match="no 'Z' to merge"):
        table.merged({"Z": "A"}, {})
