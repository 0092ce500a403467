"""Worlds from whole input-output tables: WIOD's, and the OECD's wide format on a small sample in the true layout."""

from __future__ import annotations

import json
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from commands import Command
from icio_sample import FINAL, SECTORS, full_size_icio, icio_sample
from parley.errors import WorldError
from parley.trade.solve import solve
from parley.world.elasticity import read_elasticities
from parley.world.icio import read_icio, read_icio_table
from parley.world.read import read_world
from parley.world.tabular_input import Table, table_world


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
    with pytest.raises(WorldError, match="no row name is also a column name"):
        read_icio_table(bad)
    bad.write_text("V1,AUS_A,AUS_HFCE\nAUS_A,one,2\n")
    with pytest.raises(WorldError, match="numbers"):
        read_icio_table(bad)
    with pytest.raises(WorldError, match="no file"):
        read_world(tmp_path / "none.csv")
    with pytest.raises(WorldError, match="not packaged"):
        read_world("wiod-2008")


@pytest.mark.parametrize("reader", ["pyarrow", "numpy"])
@pytest.mark.parametrize("text", [",\n,", "a,b,b\nx,1,2\n", "V,V\nV,1\n"])
def test_a_wide_table_that_calls_two_columns_alike_is_refused(tmp_path: Path, monkeypatch, reader: str, text: str):
    if reader == "numpy":
        monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "ICIO2023_2020.csv").write_text(text)
    with pytest.raises(WorldError, match="two columns are called"):
        read_icio_table(tmp_path / "ICIO2023_2020.csv")


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


def archive(path: Path, folder: Path, names: tuple[str, ...]) -> Path:
    """A .zip with a small table for each name."""
    with zipfile.ZipFile(path, "w") as made:
        for seed, name in enumerate(names, 2):
            icio_sample(folder / name, seed)
            made.write(folder / name, name)
    return path


def test_the_official_archive_of_several_years_is_a_world_in_two_commands(tmp_path: Path, monkeypatch, capsys) -> None:
    """`data pull oecd-icio --from 2016-2022.zip`, then any command with --world oecd-icio-YEAR."""
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    years = archive(tmp_path / "2016-2022.zip", tmp_path, ("2021_SML.csv", "2022_SML.csv"))
    with pytest.raises(WorldError, match=r"was not pulled.*parley data pull oecd-icio --from"):
        read_world("oecd-icio-2022")
    assert Command("data")(capsys, "pull", "oecd-icio", "--from", str(years)).code == 0
    world = read_world("oecd-icio-2022")
    assert (world.year, world.name, world.has_links) == (2022, "2022_SML", True)
    for same in (f"{years}/2022", f"{years}/2022_SML.csv"):
        np.testing.assert_array_equal(read_world(same).X, world.X)
    assert not np.array_equal(read_world("oecd-icio-2021").X, world.X)
    with pytest.raises(WorldError, match=r"2 tables in the archive.*Say which year: raw.zip/2022, or oecd-icio-2022"):
        read_world("oecd-icio")
    with pytest.raises(WorldError, match="no '2019' in the archive"):
        read_world("oecd-icio-2019")
    rates = tmp_path / "rates.csv"
    rates.write_text("buyer,seller,sector,rate\nAUS,CHN,D,0.25\n")
    said = Command("trade").out(
        capsys,
        "solve",
        "--world",
        "oecd-icio-2022",
        "--rates",
        str(rates),
        "--model",
        "caliendo_parro",
        "--json",
        "--no-ranges",
    )
    assert json.loads(said)["residual"] < 1e-9


@pytest.mark.slow  # some ten CPU seconds: the only test at the size that people read
def test_a_table_of_full_size_becomes_a_world_with_links(tmp_path: Path) -> None:
    """85 places × 50 industries, 20 million numbers: in ten CPU seconds and a gigabyte and a half; solved with its own links."""
    names = read_world("oecd-2022").countries
    count = full_size_icio(tmp_path / "2022_SML.csv", names)
    assert count > 20_000_000
    began = time.process_time()
    table = read_icio_table(tmp_path / "2022_SML.csv")
    world = table_world(table, read_elasticities("U4", table.sectors), name="full", year=2022, elasticities="U4")
    assert time.process_time() - began < 30
    assert (len(world.countries), len(world.sectors), world.year) == (81, 50, 2022)
    assert world.gamma is not None
    assert world.links is not None
    own = table.inter.sum(axis=0).transpose(1, 0, 2)  # what each user of each economy buys of each input, from anywhere
    kept = [n for n in range(81) if world.links.moved[n] < 1e-12]
    assert len(kept) > 70
    shares = own[kept] / own[kept].sum(axis=1, keepdims=True)
    np.testing.assert_allclose(world.gamma[kept], shares, rtol=1e-9)
    assert np.abs(world.gamma[kept[0]] - world.gamma[kept[1]]).max() > 0.01  # each economy's own links
    t = world.t.copy()
    t[world.index("USA"), world.index("CHN"), :27] = 0.25
    assert solve(world, t, model="caliendo_parro").residual < 1e-10
