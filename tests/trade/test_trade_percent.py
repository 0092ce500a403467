"""A rate that looks like a percentage is said wherever it enters: Python, files, --set, scenarios; what is usual is not."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from commands import Command
from parley.errors import InputError, RateWarning, ScenarioError
from parley.law.regime import read_regime
from parley.law.what_if import with_changes
from parley.scenario.asked_scenario import reset
from parley.scenario.counterfactual import read_rates
from parley.scenario.scenario import parse_scenario, read_scenario
from parley.talks.game import nash
from parley.trade.solve import solve
from parley.world.world import World
from trade_worlds import small_world

TRADE = Command("trade")
SCENARIO = 'on = 2025-05-02\n[[option]]\nplayer = "USA"\nname = "wall"\nadds = [{ of = "CHN", rate = RATE }]\n'


def raised(world: World, rate: float) -> np.ndarray:
    t = world.t.copy()
    t[0, 1, 2] = rate
    return t


def test_python_is_told_with_the_cell() -> None:
    world = small_world()
    with pytest.warns(RateWarning, match="C00 from C01, S2: the rate is 25, which is 2,500 percent.*write 0.25"):
        solve(world, raised(world, 25.0))
    with pytest.warns(RateWarning, match="tariffs, C00 from C01, S2"):
        moved = World.from_arrays(world.countries, world.sectors, world.X, raised(world, 25.0), world.theta,
                                  flows_include_tariff=True)  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        solve(world, raised(world, 3.5))  # American tobacco
        solve(moved)  # said once, when it entered


def test_a_rate_set_in_python_is_told_once_where_it_is_written() -> None:
    law = read_regime(authority="USA")
    with pytest.warns(RateWarning, match="set_rate, us-ieepa-fentanyl-cn: the rate is 25, .*write 0.25") as told:
        law.set_rate("us-ieepa-fentanyl-cn", 25, "2025-05-02")
    assert [Path(warning.filename).name for warning in told] == [Path(__file__).name]
    with pytest.warns(RateWarning) as told:
        with_changes(law, [], ["us-ieepa-fentanyl-cn=7.5@2025-05-02"])
    assert len(told) == 1


@pytest.mark.slow
def test_a_war_tells_of_none_of_its_own_tries() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RateWarning)
        nash(small_world(), unions=())


def test_files_are_told_with_the_row(tmp_path: Path) -> None:
    world, path = small_world(), tmp_path / "rates.csv"
    path.write_text("buyer,seller,sector,rate\nC00,C01,S0,0.25\nC00,C01,S1,25\n")
    with pytest.warns(RateWarning, match=r"rates.csv, row 3: the rate is 25"):
        read_rates(path, world)


def test_scenarios_and_set_are_told_or_refused() -> None:
    with pytest.warns(RateWarning, match="own.toml, option 'wall', on goods of CHN: the rate is 15"):
        parse_scenario(SCENARIO.replace("RATE", "15"), "own.toml")
    with pytest.raises(ScenarioError, match="a rate is a fraction"):
        parse_scenario(SCENARIO.replace("RATE", "25"), "own.toml")
    on = read_scenario().on
    with pytest.warns(RateWarning, match="--set us-ieepa-fentanyl-cn: the rate is 7.5"):
        reset("us-ieepa-fentanyl-cn=7.5", on, "--")
    with pytest.raises(InputError, match=r"a fraction: us-ieepa-fentanyl-cn=0\.1@2025-05-02 is 10 percent"):
        reset("us-ieepa-fentanyl-cn=25", on, "--")


def test_the_command_line_says_it_as_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = small_world()
    np.savez(tmp_path / "own.npz", countries=world.countries, sectors=world.sectors, flows=world.X, tariffs=world.t,
             theta=world.theta, flows_include_tariff=True)  # fmt: skip
    (tmp_path / "rates.csv").write_text("buyer,seller,sector,rate\nC00,C01,S1,25\n")
    said = TRADE(
        capsys,
        "solve",
        "--world",
        str(tmp_path / "own.npz"),
        "--rates",
        str(tmp_path / "rates.csv"),
        "--no-ranges",
        "--json",
    )
    assert said.code == 0
    assert "parley: note: rates rates.csv, row 2: the rate is 25" in said.err
    assert "RateWarning" not in said.err
