"""Answers about trade are of the types that they declare, and each type has a schema for the API's document."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from answer_types import assert_is
from parley.cli.main import main
from parley.law.regime import read_regime
from parley.scenario.answers import (
    DecomposeAnswer,
    PartialAnswer,
    RatesAnswer,
    SectorsAnswer,
    SolveAnswer,
    SolvedCell,
    SweepAnswer,
    SweepRun,
)
from parley.scenario.answers_brief import BriefAnswer, CiteAnswer, LawSection
from parley.scenario.asked_scenario import what_if
from parley.scenario.attribution import decompose
from parley.scenario.baseline import calibrate, schedule_on, solve_on, wedges_of
from parley.scenario.clocks import scenario_clocks
from parley.scenario.law import law_section
from parley.scenario.method import cite_act, cite_scenario
from parley.scenario.partial import Elasticities, partial_of_line, partial_of_numbers
from parley.scenario.scenario import read_scenario
from parley.scenario.sector_imports import imports_by_sector
from parley.scenario.sweep import read_sweep, solve_chunk
from parley.scenario.sweep_results import summary, sweep_answer
from parley.scenario.trade import solve_scenario, trade_section
from parley.trade.answers import DEFINITIONS, AccountsAnswer, Indicators
from parley.trade.uncertainty import Draws
from parley.trade.world_accounts import accounts_answer
from parley.web.answer_types import names_read
from parley.world.answers import ElasticitiesAnswer, ManifestEntry, WorldsAnswer
from parley.world.catalogue import elasticities_answer, worlds_answer
from parley.world.read import manifest

TYPES = (
    SolveAnswer, RatesAnswer, SectorsAnswer, PartialAnswer, DecomposeAnswer, SweepAnswer, BriefAnswer, CiteAnswer, AccountsAnswer,
    WorldsAnswer, ElasticitiesAnswer,
)  # fmt: skip


@pytest.fixture(scope="module")
def baseline():
    return calibrate(read_scenario())


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_every_answer_has_a_schema_that_names_its_keys(kind: type) -> None:
    with names_read([kind]):
        (reference,), parts = msgspec.json.schema_components([kind], ref_template="{name}")
    named = parts[reference["$ref"]]["properties"]
    assert set(named) == set(kind.__annotations__)


@pytest.mark.slow
def test_an_answer_of_trade_solve_has_its_type(baseline) -> None:
    """With the draws and the imports by sector that a page adds."""
    scenario, after = baseline.scenario, schedule_on(baseline, baseline.scenario.on)
    eq = solve_on(baseline, wedges_of(baseline, baseline.before, after))
    made = trade_section(baseline, after, ranges=False, draws=Draws(2, 0, 0.3, 0.5), eq=eq)
    answer = {**scenario_clocks(scenario), **made}
    assert_is(answer, SolveAnswer)
    assert_is({**answer, "sectors": imports_by_sector(eq, scenario.parties)}, SectorsAnswer)


def test_an_answer_to_rates_of_the_users_own_has_its_type(tmp_path: Path) -> None:
    rates = tmp_path / "rates.csv"
    rates.write_text("buyer,seller,sector,rate\nUSA,CHN,*,0.5\n")
    answer = solve_scenario(read_scenario().replaced(rates=str(rates)), ranges=False)
    assert_is(answer, RatesAnswer)
    assert answer["on"] is None


@pytest.mark.slow
def test_trade_solve_writes_its_answer_with_days(tmp_path: Path, capsys) -> None:
    """Days in the clocks of an answer are text in its file."""
    with pytest.raises(SystemExit) as stopped:
        main(["trade", "solve", "--no-ranges", "--out", str(tmp_path)])
    assert not stopped.value.code
    assert json.loads((tmp_path / "trade.json").read_text())["on"] == "2025-05-02"
    assert "trade-countries.csv" in capsys.readouterr().out


@pytest.mark.slow
def test_an_attribution_has_its_type() -> None:
    asked = what_if(read_scenario(), ["ieepa_fentanyl@2025-05-02"], [])
    assert_is(decompose(asked, by="change"), DecomposeAnswer)


def test_one_product_has_its_type() -> None:
    assumed = Elasticities(demand=1.2, substitution=4.0, supply=9.0)
    own = partial_of_numbers(100.0, 0.0, 0.25, assumed)
    assert_is(own, PartialAnswer)
    line = partial_of_line("9503.00.00.73", "USA", "2025-01-01", "2025-05-02", None, assumed)
    assert_is(line, PartialAnswer)
    assert (own["on"], str(line["on"])) == (None, "2025-05-02")


@pytest.mark.slow
def test_a_sweep_has_its_type(tmp_path: Path) -> None:
    path = tmp_path / "sweep.toml"
    path.write_text('elasticities = ["U4"]\ncountries = ["USA"]\nindicators = ["welfare_pct"]\n')
    plan = read_sweep(path)
    found = [(chunk, solve_chunk(plan, chunk)) for chunk in plan.chunks]
    did: SweepRun = {"chunks": len(plan.chunks), "resumed": 0, "workers": 1, "cluster": None, "seconds": 0.0}
    assert_is(found[0][1], list[SolvedCell])
    assert_is(sweep_answer(plan, summary(plan, found), did, [path]), SweepAnswer)


def test_citations_have_their_type() -> None:
    assert_is(cite_scenario(read_scenario()), CiteAnswer)
    assert_is(cite_act("us-eo-14257"), CiteAnswer)


def test_worlds_and_sets_have_their_types() -> None:
    assert_is(worlds_answer(), WorldsAnswer)
    assert_is(elasticities_answer("oecd-2022"), ElasticitiesAnswer)
    assert_is(accounts_answer("oecd-2022"), AccountsAnswer)
    assert_is(manifest(), dict[str, ManifestEntry])


def test_the_law_section_of_a_later_day_has_its_type() -> None:
    """A day past an extension, with its branches, and a case with floors."""
    asked = read_scenario().replaced(on=read_scenario().on.replace(year=2026), known=None)
    assert_is(law_section(read_regime(), asked), LawSection)


def test_every_indicator_has_a_definition() -> None:
    assert list(DEFINITIONS) == list(Indicators.__annotations__)
    assert all(text for text in DEFINITIONS.values())
