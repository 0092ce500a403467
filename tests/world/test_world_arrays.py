"""The user's own world from lists and folders of tables, own rates, own elasticities: what is read, and how faults are named."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from commands import Command
from icio_sample import icio_sample
from parley.errors import InputError, WorldError
from parley.scenario.baseline import calibrate
from parley.scenario.counterfactual import counterfactual_of, read_rates, sets_for
from parley.scenario.scenario import parse_scenario
from parley.scenario.trade import solve_scenario
from parley.trade.solve import solve
from parley.trade.uncertainty import draws_of
from parley.world.elasticity import GOODS, covers, elasticity_sets, holder_of, parts_of, read_elasticities, read_set
from parley.world.grid import sector_of
from parley.world.read import read_world
from parley.world.world import World
from trade_worlds import small_world


def table(header: str, rows) -> str:
    return header + "\n" + "".join(",".join(str(cell) for cell in row) + "\n" for row in rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """small_world with links as a folder of tables."""
    world, at = small_world(links=True), tmp_path / "mine"
    at.mkdir()
    N, S = range(len(world.countries)), range(len(world.sectors))
    c, k = world.countries, world.sectors
    flows = ((c[n], c[i], k[s], world.X[n, i, s], world.t[n, i, s]) for n in N for i in N for s in S)
    (at / "flows.csv").write_text(table("buyer,seller,sector,spending,tariff", flows))
    (at / "sectors.csv").write_text(table("sector,theta", ((k[s], world.theta[s]) for s in S)))
    shares = ((c[n], k[s], world.beta[n, s], world.alpha[n, s]) for n in N for s in S)
    (at / "shares.csv").write_text(table("country,sector,value_added_share,final_share", shares))
    inputs = ((c[n], k[j], k[s], world.gamma[n, j, s]) for n in N for j in S for s in S)
    (at / "inputs.csv").write_text(table("country,input,user,io_share", inputs))
    (tmp_path / "rates.csv").write_text("buyer,seller,sector,rate\nC00,C01,*,0.5\nC00,C01,S2,0.2\n")
    return at


def test_a_folder_of_tables_is_the_world_that_it_was_written_from(folder: Path):
    held, world = read_world(folder), small_world(links=True)
    for name in ("X", "t", "theta", "alpha", "beta", "gamma"):
        np.testing.assert_array_equal(getattr(held, name), getattr(world, name))
    assert (held.name, held.has_links) == ("mine", True)
    assert not read_world(folder, links=False).has_links


def test_one_list_of_flows_is_a_world_and_values_before_duty_are_taken_so(folder: Path):
    world = small_world()
    held = read_world(folder / "flows.csv", elasticities="U4")
    np.testing.assert_array_equal(held.X, world.X)
    assert set(held.theta) == {4.0}
    text = (folder / "flows.csv").read_text().replace("spending", "value_before_duty")
    (folder / "value.csv").write_text(text)
    np.testing.assert_allclose(read_world(folder / "value.csv", "U4").X, world.X * (1 + world.t), rtol=1e-15)
    with pytest.raises(WorldError, match="--elasticities"):
        read_world(folder / "flows.csv")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("flows.csv", "buyer,", "byer,", "no column 'buyer'"),
        ("flows.csv", "spending", "money", "exactly one of spending and value_before_duty"),
        ("flows.csv", "tariff", "rate", "no column tariff"),
        ("flows.csv", "\nC00,C00,S1,", "\n#C00,C00,S1,", r"1 of 48 cells have no row, first C00, C00, S1"),
        ("flows.csv", "\nC00,C00,S1,", "\nC00,C00,S0,", r"row 3 \(C00, C00, S0\): the cell is given twice"),
        ("flows.csv", "\nC01,C00,S0,", "\nC01,C00,S0,x", r"spending is 'x"),
        ("flows.csv", "\nC01,C00,S0,", "\nC01,C00,S0,-", r"C01 from C00, S0: flows is -"),
        ("sectors.csv", "S1,", "S9,", "no sector 'S9' in flows.csv"),
        ("sectors.csv", "S1,", "S1,nan#", "theta is 'nan#"),
        ("shares.csv", "\nC02,S1,", "\nC02,S1,9", r"C02, S1: value_added_share is 9"),
        ("inputs.csv", "\nC02,S1,S0,", "\nC02,S1,S0,9", r"C02, S0: io_share sums to .*Divide by the sum"),
    ],
)
def test_faults_of_tables_are_named_by_row_and_cell(folder: Path, file: str, old: str, new: str, words: str):
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(WorldError, match=words):
        read_world(folder)


def test_an_archive_with_one_table_is_read_as_the_table(tmp_path: Path):
    icio_sample(tmp_path / "ICIO2023_2020.csv")
    with zipfile.ZipFile(tmp_path / "one_2020.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "ICIO2023_2020.csv", "ICIO2023_2020.csv")
    plain, packed = read_world(tmp_path / "ICIO2023_2020.csv"), read_world(tmp_path / "one_2020.zip")
    np.testing.assert_array_equal(plain.X, packed.X)
    assert packed.year == 2020
    with zipfile.ZipFile(tmp_path / "one_2020.zip", "a") as archive:
        archive.writestr("other.csv", "x")
    with pytest.raises(WorldError, match="2 tables in the archive"):
        read_world(tmp_path / "one_2020.zip")
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 not an archive")
    with pytest.raises(WorldError, match="not a whole archive"):
        read_world(tmp_path / "bad.zip")


def test_sectors_of_other_tables_hold_those_of_the_elasticity_sets():
    """Editions of the OECD's tables and WIOD; a user's own codes are never taken for another's."""
    assert parts_of("A01_02") == ("A01", "A02")
    assert parts_of("C26") == ("C26",)
    assert {parts_of(code) for code in ("D", "H49", "J58T60", "J62_63", "T", "c17", "c35", "SERVICES")} == {
        ("SERVICES",)
    }
    assert [parts_of(code) for code in ("S0", "S1", "goods", "c36", "c0", "C2", "")] == [()] * 7
    wiod = [f"c{k}" for k in range(1, 36)]
    assert {part for code in wiod for part in parts_of(code)} == {*GOODS, "SERVICES"}
    assert holder_of(wiod)["C27"] == "c14"
    cp = read_set("CP")
    assert read_elasticities("CP", ("A01_02", "C30", "c14", "H49")).tolist() == pytest.approx(
        [cp.theta["A01"], (cp.theta["C301"] + cp.theta["C302T309"]) / 2, (cp.theta["C26"] + cp.theta["C27"]) / 2, 4.0]
    )
    assert read_elasticities("U4", ("anything",)).tolist() == [4.0]
    assert not covers("CP", ("anything",))
    flows = np.ones((2, 2, 3))
    world = World.from_arrays(
        ["USA", "CHN"], ["c14", "c16", "c17"], flows, 0 * flows, [4.0] * 3, flows_include_tariff=True
    )
    assert sector_of(["8517130000", "9503000073", "8703230190"], world) == ["c14", "c16", None]


def test_every_set_says_where_its_figures_stand():
    for name in elasticity_sets():
        held = read_set(name)
        assert held.paper
        assert held.table
        assert held.column
        assert held.concordance


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('name = "x"\npaper = "p"\n[theta]\nA01 = -1', "A01 is -1"),
        ('name = "x"\npaper = "p"', "no elasticity"),
        ('name = "x"\npaper = "p"\nevery_sector = 0.0', "every_sector is 0"),
        ('paper = "p"\nevery_sector = 4.0', "name"),
    ],
)
def test_bad_sets_of_the_users_are_one_sentence(tmp_path: Path, text: str, words: str):
    (tmp_path / "own.toml").write_text(text)
    with pytest.raises(InputError, match=words):
        read_set(str(tmp_path / "own.toml"))


def scenario(folder: Path, more: str = ""):
    text = f'on = 2025-05-02\nworld = "mine"\nrates = "rates.csv"\n{more}'
    return parse_scenario(text, "test", str(folder.parent))


def test_own_rates_are_solved_on_the_own_world_beside_the_scenario(folder: Path):
    answer = solve_scenario(scenario(folder), draws=draws_of(5, seed=1))
    world = small_world(links=True)
    t = world.t.copy()
    t[0, 1] = (0.5, 0.5, 0.2)
    expected = solve(world, t)
    for n, country in enumerate(world.countries):
        assert answer["countries"][country]["welfare_pct"] == pytest.approx(
            100 * (expected.welfare_hat[n] - 1), abs=1e-9
        )
    over = answer["range"]["C00"]["welfare_pct"]["over"]
    assert sorted(over) == ["U4", "user"]  # the one set that holds for any sector, and the world's own
    assert answer["residual"] <= 1e-10
    drawn = answer["draws"]["quantiles"]["C00"]["welfare_pct"]
    assert drawn["p05"] <= drawn["p25"] <= drawn["p50"] <= drawn["p75"] <= drawn["p95"]
    assert answer["draws"]["around"] == "user"
    assert solve_scenario(scenario(folder), ranges=False, draws=draws_of(5, seed=1))["draws"] == answer["draws"]


def test_own_elasticities_are_read_beside_the_scenario_and_join_the_range(folder: Path):
    own = "\n".join(f"{s} = {3 + k}" for k, s in enumerate(("S0", "S1", "S2")))
    (folder.parent / "own.toml").write_text(f'name = "own"\npaper = "mine"\n[theta]\n{own}\n')
    asked = counterfactual_of(scenario(folder, 'elasticities = "own.toml"'))
    assert asked.raw.theta.tolist() == [3, 4, 5]
    assert [Path(name).name for name in sets_for(asked)] == ["U4", "own.toml"]


def test_an_answer_names_own_elasticities_by_their_name_and_file_alone(folder: Path):
    own = "\n".join(f"{s} = {3 + k}" for k, s in enumerate(("S0", "S1", "S2")))
    (folder.parent / "own.toml").write_text(f'name = "Our desk"\npaper = "mine"\n[theta]\n{own}\n')
    asked = scenario(folder, 'elasticities = "own.toml"')
    found = solve_scenario(asked, draws=draws_of(2, seed=1))
    assert found["elasticities"] == "Our desk (own.toml)"
    assert set(found["range"]["C00"]["welfare_pct"]["over"]) == {"Our desk (own.toml)", "U4"}
    assert "Our desk (own.toml)" in found["draws"]["spans"]
    assert str(folder.parent) not in json.dumps(found)


def test_rates_name_their_faults(folder: Path):
    world, path = small_world(), folder.parent / "rates.csv"
    t = read_rates(path, world)
    assert (t[0, 1].tolist(), t[0, 0].tolist(), t[2, 1, 0]) == ([0.5, 0.5, 0.2], [0, 0, 0], world.t[2, 1, 0])
    for row, words in (
        ("C00,C9,*,0.1", "no seller 'C9'"),
        ("C00,C01,S0,ten", "rate is 'ten'"),
        ("C00,C01,S0,145", "write 1.45"),
        ("C00,C00,S0,0.1", "on its own goods"),
        ("C00,C01,S0,", "rate is ''"),
    ):
        path.write_text(f"buyer,seller,sector,rate\n{row}\n")
        with pytest.raises(InputError, match=words):
            read_rates(path, world)
    path.write_text("buyer,seller,rate\nC00,C01,1\n")
    with pytest.raises(InputError, match="no column 'sector'"):
        read_rates(path, world)
    with pytest.raises(InputError, match="no file"):
        read_rates(folder.parent / "none.csv", world)


def test_law_is_not_asked_of_a_world_that_it_does_not_fit(folder: Path):
    with pytest.raises(WorldError, match="the party USA is not in it"):
        calibrate(scenario(folder).replaced(rates=""))
    text = (folder / "flows.csv").read_text().replace("C00", "USA").replace("C01", "CHN")
    (folder.parent / "half.csv").write_text(text)
    half = scenario(folder, 'elasticities = "U4"').replaced(rates="", world="half.csv")
    with pytest.raises(WorldError, match="no law can be asked of 'C02'"):
        calibrate(half)
    (folder.parent / "half.csv").write_text(text.replace("C02", "DEU").replace("C03", "ROW"))
    with pytest.raises(WorldError, match="not sectors into which tariff lines can be sorted"):
        calibrate(half)


@pytest.mark.slow
def test_on_the_command_line(folder: Path, tmp_path: Path, capsys):
    run = partial(Command("trade"), capsys)
    argv = ("solve", "--world", str(folder), "--rates", str(tmp_path / "rates.csv"))
    code, out, _ = run(*argv, "--model", "caliendo_parro", "--draws", "3", "--out", str(tmp_path / "out"), "--json")
    answer = json.loads(out)
    assert (code, answer["model"], answer["world"], answer["draws"]["count"]) == (0, "caliendo_parro", "mine", 3)
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {"trade.json", "trade-countries.csv", "trade-draws.csv", "trade-draws.svg"}
    assert (tmp_path / "out/trade-draws.svg").read_text().startswith("<svg")
    code, out, _ = run(*argv, "--draws", "3")
    assert code == 0
    assert "3 draws (seed 0) around user" in " ".join(out.split())
    assert "around U4" in " ".join(run(*argv, "--draws", "1", "--elasticities", "U4")[1].split())
    code, out, _ = run("worlds", str(folder), "--json")
    held = json.loads(out)
    assert (code, held["countries"], held["links"]) == (0, 4, True)
    assert held["accounts"]["C00"]["gains_with_links_pct"] > held["accounts"]["C00"]["gains_from_trade_pct"] > 0
    assert "the accounts hold" in run("worlds", str(folder))[1]


@pytest.mark.slow
def test_the_law_is_asked_on_wiod_with_its_own_links(shared_data: Path, tmp_path: Path):
    """Another classification, another year: lines find their industry; the war of 2 May 2025 hurts both sides there too."""
    shutil.copy(shared_data / "world/wiod2013_2011.npz", tmp_path)
    text = 'on = 2025-05-02\nworld = "wiod2013_2011.npz"\nmodel = "caliendo_parro"\nelasticities = "CP"\n'
    answer = solve_scenario(parse_scenario(text, "test", str(tmp_path)))
    assert (answer["world"], answer["size"]) == ("wiod-2011", [41, 35])
    assert answer["residual"] <= 1e-10
    assert len(answer["range"]["USA"]["welfare_pct"]["over"]) == 7
    for party in ("USA", "CHN"):
        assert answer["range"][party]["welfare_pct"]["high"] < 0
        assert answer["without_links"]["countries"][party]["welfare_pct"] > answer["countries"][party]["welfare_pct"]
    assert answer["with_links"] is None


@pytest.mark.slow
def test_the_briefing_shows_the_other_model_whichever_is_its_own():
    from parley.report.page import page
    from parley.report.text import print_brief
    from parley.scenario.brief import run

    answer = run(parse_scenario('on = 2025-05-02\nknown = 2025-05-02\nmodel = "caliendo_parro"\n', "test")).as_json()
    assert answer["trade"]["with_links"] is None
    assert "without input-output links" in answer["headline"][3]
    assert "Without input-output links" in page(answer)
    assert any("The packaged dataset's links are an assumption" in line for line in answer["method"]["limits"])
    assert any("US base rates come from the US schedule" in line for line in answer["method"]["limits"])
    print_brief(answer, [])


def test_whether_a_set_covers_a_world_is_asked_in_one_place() -> None:
    """Comparing raw keys misses the sectors that a set holds under another edition's code."""
    home = Path(__file__).resolve().parents[2] / "src" / "parley"
    raw = [f.name for f in home.rglob("*.py") if re.search(r"<=\s*\{\*?read_set\(", f.read_text("utf-8"))]
    assert not raw


@pytest.mark.parametrize("theta", [5e-324, 0.0, 0.0009])
def test_an_elasticity_below_which_prices_lose_their_digits_is_refused(theta: float) -> None:
    world = small_world()
    with pytest.raises(WorldError, match=r"a positive elasticity, 0\.001 or more"):
        World.from_arrays(
            world.countries, world.sectors, world.X, world.t, np.array([theta, 4.0, 4.0]), flows_include_tariff=True
        )
    with pytest.raises(WorldError, match=r"numbers of 0\.001 or more"):
        world.with_theta([theta, 4.0, 4.0])
