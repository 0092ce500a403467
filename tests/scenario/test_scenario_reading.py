"""How the law is read where effects are asked: one word at every door; what is collected in the wedges; the law as written beside it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from answer_types import assert_is
from parley.errors import ScenarioError
from parley.law.usmca_claims import read_table
from parley.scenario.answers import SolveAnswer
from parley.scenario.asked_scenario import scenario_of, scenario_of_brief
from parley.scenario.baseline import Baseline, calibrate, cells_of, levy_under, schedule_on, under_statute
from parley.scenario.clocks import in_words, reading_note, scenario_clocks
from parley.scenario.levy import Levy, apply_changes, changed_levy
from parley.scenario.paid import both_wedges
from parley.scenario.questions import Brief, Solve
from parley.scenario.scenario import READING, Change, Option, parse_scenario, read_scenario
from parley.scenario.trade import solve_scenario


def test_the_default_is_one_constant_and_a_pinned_release_is_read_as_written() -> None:
    shipped = read_scenario()
    assert (shipped.reading, shipped.read_as) == ("", READING)
    assert shipped.replaced(conventions="2026-11").read_as == "statutory"
    assert shipped.replaced(conventions="2026-11", reading="paid").read_as == "paid"


def test_every_door_takes_the_reading_and_refuses_another_word() -> None:
    assert scenario_of(Solve(reading="paid")).read_as == "paid"
    assert scenario_of_brief(Brief(reading="paid")).read_as == "paid"
    assert scenario_of_brief(Brief(on="2025-11-10", reading="paid")).read_as == "paid"
    assert parse_scenario('on = 2025-05-02\nreading = "paid"\n', "mine.toml").read_as == "paid"
    for refused in (
        lambda: scenario_of(Solve(reading="pad")),
        lambda: parse_scenario('on = 2025-05-02\nreading = "pad"\n', "mine.toml"),
    ):
        with pytest.raises(ScenarioError, match="paid, statutory"):
            refused()


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2030-01-15", "the last seen, {last:%B %Y}, carried on"),
        ("2018-09-24", "the first seen, {first:%B %Y}, carried back"),
        ("2025-05-02", "claims of agreements: May 2025"),
    ],
)
def test_a_day_without_a_month_of_claims_takes_the_nearest_and_says_so(on: str, said: str) -> None:
    months = read_table().months
    asked = read_scenario().replaced(on=date.fromisoformat(on), before=date(2017, 1, 1), reading="paid")
    note = reading_note(asked) or ""
    assert note.startswith("duty paid in USA, statutory elsewhere")
    assert said.format(first=months[0], last=months[-1]) in note
    assert "carried" in said or "carried" not in note


def test_the_clocks_name_the_reading_that_the_parties_can_have() -> None:
    """Whose importers' claims are not packaged is read as written, whatever was asked, and the answer says so."""
    told = scenario_clocks(read_scenario())
    assert (told["reading"], "Reading: duty paid in USA" in in_words(told)) == ("paid", True)
    assert scenario_clocks(read_scenario().replaced(reading="statutory"))["reading_note"] is None
    others = scenario_clocks(read_scenario().replaced(parties=("CHN", "EUU")))
    assert others["reading"] == "statutory"
    assert "packaged for USA alone" in (others["reading_note"] or "")


@pytest.fixture(scope="module")
def paid() -> Baseline:
    return calibrate(read_scenario().replaced(reading="paid", option=()))


@pytest.mark.slow
def test_the_law_as_written_is_carried_by_every_levy_and_read_once(paid: Baseline) -> None:
    """The levies of the day before, of the day, of a change and of an option are those that the statutory reading looks up."""
    law, on = calibrate(paid.scenario.replaced(reading="statutory")), paid.scenario.on
    drop = (Change(drop="us-ieepa-fentanyl-cn", start=on),)
    regime, later = (
        apply_changes(paid.regime, drop, paid.scenario),
        Option(player="USA", name="x", says="", law_of=date(2025, 7, 9), toward=("VNM",)),
    )

    def levies(baseline: Baseline) -> list[Levy]:
        now = schedule_on(baseline, on)["USA"]
        changed = changed_levy(now, baseline.regime, regime, baseline.scenario, baseline.raw)
        return [baseline.year["USA"], baseline.before["USA"], now, changed, levy_under(baseline, later)]

    for read, looked_up in zip(levies(paid), levies(law), strict=True):
        assert np.array_equal(read.as_written.rate, looked_up.rate, equal_nan=True)
        assert not np.array_equal(read.rate, looked_up.rate, equal_nan=True)
        assert looked_up.as_written is looked_up
    china = schedule_on(paid, on)["CHN"]
    assert china.as_written is china
    assert np.array_equal(china.rate, schedule_on(law, on)["CHN"].rate, equal_nan=True)
    assert under_statute(law) is law


@pytest.mark.slow
def test_the_wedges_of_a_scenario_are_what_is_collected(paid: Baseline) -> None:
    """Both wedges of a cell are those of a scenario in either reading, whichever of them is at hand."""
    law, on = calibrate(paid.scenario.replaced(reading="statutory")), paid.scenario.on
    wanted = [cells_of(b, b.before["USA"], schedule_on(b, on)["USA"]) for b in (paid, law)]
    for asked in (paid, law):
        found = both_wedges(asked, "USA", on)
        for made, cells in zip((found.paid, found.law), wanted, strict=True):
            for name in ("tau_hat", "r_base", "r_new"):
                assert np.array_equal(getattr(made, name), getattr(cells, name), equal_nan=True)
    assert np.nanmean(wanted[0].r_new) < np.nanmean(wanted[1].r_new)


@pytest.mark.slow
@pytest.mark.parametrize("change", [(), (Change(drop="us-ieepa-fentanyl-cn", start=date(2025, 5, 2)),)])
def test_the_law_as_written_stands_beside_the_answer(change: tuple[Change, ...]) -> None:
    asked = read_scenario().replaced(reading="paid", change=change)
    found = solve_scenario(asked, ranges=False)
    assert_is(found, SolveAnswer)
    alone = solve_scenario(asked.replaced(reading="statutory"), ranges=False)
    assert "statutory" in found
    assert "statutory" in alone
    beside = found["statutory"]
    assert beside
    assert beside["countries"] == alone["countries"]
    assert alone["statutory"] is None
    assert found["countries"]["USA"]["welfare_pct"] > alone["countries"]["USA"]["welfare_pct"]


@pytest.mark.slow
def test_parties_without_packaged_claims_have_one_answer() -> None:
    """Between China and the European Union the reading changes nothing, and nothing stands beside the answer."""
    asked = read_scenario().replaced(parties=("CHN", "EUU"), option=(), deadline=None, signal=None)
    paid, law = (solve_scenario(asked.replaced(reading=r), ranges=False) for r in ("paid", "statutory"))
    assert "statutory" in paid
    assert "statutory" in law
    assert paid["statutory"] is None
    assert paid["countries"] == law["countries"]
