"""The main job: one scenario file in, a defensible answer out. Numbers are held to the law, to identities, and to one another."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import msgspec
import numpy as np
import pytest

from answer_types import assert_is
from parley.law.average import average
from parley.law.measure import Measure, read_list
from parley.law.regime import Regime
from parley.scenario.answers_brief import BriefAnswer
from parley.scenario.asked_scenario import what_if, with_days
from parley.scenario.baseline import calibrate, schedule_on, solve_on, wedges_of
from parley.scenario.headline import LABELS
from parley.scenario.scenario import SHIPPED, read_scenario
from parley.scenario.trade import solve_scenario
from regimes import law_of
from scenario_figures import SCENARIOS, figures_that_differ
from tables import read_rows


@pytest.fixture(scope="module")
def answer() -> dict:
    """What `parley brief --json` prints, in a process of its own as users have it (no shape checks: units have those)."""
    command = [sys.executable, "-m", "parley.cli.main", "brief", "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.fixture(scope="module")
def baseline():
    return calibrate(read_scenario())


@pytest.mark.slow
def test_answer_has_the_keys_of_the_contract(answer) -> None:
    parts = "scenario on known headline law trade talks deadline record method sources".split()
    clocks = ["law_known_to", "law_known_to_by", "clock_note", "law_version", "reading", "reading_note", "situation"]
    assert list(answer) == [*parts, *clocks, "averages", "goods", "households", "axis"]
    assert answer["known"] == "2025-05-02" < answer["law_known_to"] == min(answer["law_known_to_by"].values())
    assert len(answer["headline"]) == len(LABELS)
    assert "(" not in answer["headline"][0]
    json.dumps(answer, default=str)


def test_answer_has_its_type(answer) -> None:
    assert_is(answer, BriefAnswer)


def test_figures_are_those_that_the_example_expects(answer) -> None:
    path = next(path for path in SCENARIOS if path.stem == SHIPPED)
    assert not figures_that_differ(answer, path)


def test_added_duties_by_day_are_those_of_the_acts(answer) -> None:
    """EO 14195, 14228, 14257, 14259, 14266; SCTC announcements 5 and 6 of 2025: level on most lines, first day in force."""
    levels = {s["on"]: s["most_lines"] for s in answer["law"]["added"]["CHN->USA"]}
    for day, rate in {
        "2025-02-04": 0.10,
        "2025-03-04": 0.20,
        "2025-04-05": 0.30,
        "2025-04-09": 1.04,
        "2025-04-10": 1.45,
    }.items():
        assert levels[day] == pytest.approx(rate, abs=1e-9)
    levels = {s["on"]: (s["most_lines"], s["highest"]) for s in answer["law"]["added"]["USA->CHN"]}
    assert levels["2025-04-10"] == pytest.approx((0.84, 0.99), abs=1e-9)
    assert levels["2025-04-12"] == pytest.approx((1.25, 1.40), abs=1e-9)


def test_products_pay_what_the_issue_says(answer) -> None:
    """A toy 145 % added; a phone 20 %, because only the reciprocal layer is excluded; a processor 50 % more under Section 301."""
    lines = {row["label"]: row for row in answer["law"]["lines"]}
    assert lines["toy"]["added_2025"] == pytest.approx(1.45, abs=1e-9)
    assert lines["smartphone"]["rate"] == pytest.approx(0.20, abs=1e-9)
    assert lines["laptop"]["rate"] == pytest.approx(0.20, abs=1e-9)
    assert lines["semiconductor (processor)"]["rate"] == pytest.approx(0.70, abs=1e-9)
    withheld = {w["measure"]: w["reason"] for w in lines["smartphone"]["not_applied"]}
    assert withheld["us-ieepa-reciprocal-cn"].startswith("excluded by us-ieepa-electronics")
    for row in lines.values():
        assert row["rate"] == pytest.approx(sum(x["contribution"] for x in row["lines"]), abs=1e-12)


def test_country_rates_of_july_were_already_scheduled(answer) -> None:
    """EO 14266: the rates of 2 April, suspended, return on 9 July 2025; 11 to 50 %."""
    row = next(s for s in answer["law"]["scheduled"] if s["on"] == "2025-07-09")
    assert (row["lowest"], row["highest"]) == (0.11, 0.50)


def test_average_agrees_with_the_reference_check() -> None:
    """reference/law_averages.csv, own check: 113.7 %, with named parts, on lists whose aluminium derivatives have eight digits.

    Note 19(k) prints ten; cut to eight, as trackers have them, the list gives the figure of the check.
    """
    regime = law_of()
    cut = Regime(tuple(cut_to_eight(m) for m in regime.measures))
    point = average(cut, "CHN", "USA", "2025-05-02", known="2025-05-02").points[0]
    assert 100 * point.rate == pytest.approx(113.7, abs=0.6)
    parts = {name: 100 * value for name, value in point.by_programme.items()}
    assert parts["mfn"] == pytest.approx(2.60, abs=0.05)
    assert parts["s301"] == pytest.approx(10.29, abs=0.05)
    assert parts["ieepa_fentanyl"] == pytest.approx(19.89, abs=0.05)
    assert parts["s232"] == pytest.approx(2.46, abs=0.10)
    assert parts["ieepa_reciprocal"] == pytest.approx(78.46, abs=0.6)


def cut_to_eight(m: Measure) -> Measure:
    """A measure on the aluminium derivatives outside chapter 76 with their list cut to eight digits; others as they are."""
    if m.product_list != "us-232-aluminium-outside.csv":
        return m
    codes = sorted({x.product[:8] for x in read_list(m.folder, m.product_list)})
    return msgspec.structs.replace(m, product_list="", products=tuple(codes))


def test_trade_is_certified_and_ranges_hold_the_default(answer) -> None:
    trade = answer["trade"]
    assert trade["residual"] <= 1e-10
    assert trade["size"] == [81, 28]
    for code, found in trade["range"].items():
        r = found["welfare_pct"]
        assert r["low"] <= r["median"] <= r["high"]
        assert len(r["over"]) == 7
        assert r["low"] - 1e-9 <= trade["countries"][code]["welfare_pct"] <= r["high"] + 1e-9
    assert trade["bilateral"][0]["pct"] < -30  # a duty of 145 % at an elasticity near 4


def test_links_stand_beside_the_headline_and_make_it_larger(answer) -> None:
    """With inputs taxed too, losses grow (Costinot and Rodríguez-Clare 2014, on gains from trade); the links are an assumption."""
    linked = answer["trade"]["with_links"]
    assert linked["residual"] <= 1e-10
    for party in ("USA", "CHN"):
        assert linked["countries"][party]["welfare_pct"] < answer["trade"]["countries"][party]["welfare_pct"] < 0
    assert "with input-output links" in answer["headline"][3]


def test_no_change_of_law_is_no_change_at_all(baseline) -> None:
    eq = solve_on(baseline, wedges_of(baseline, baseline.before, baseline.before))
    np.testing.assert_allclose(
        eq.welfare_hat, 1.0, atol=1e-9
    )  # the moved world is solved to 1e-10, so its own hats are 1 to that


def test_two_wedges_price_below_the_naive_mean(answer) -> None:
    """With products excluded, substitution makes the price wedge smaller than the mean rate, more so at 1 + theta."""
    rows = answer["trade"]["exclusions"]["sectors"]
    assert rows
    for row in rows:
        assert row["price_wedge"] <= row["price_wedge_eta_1"] + 1e-12 <= row["mean_rate"] + 1e-9


def test_best_replies_and_equilibria_follow_from_the_payoffs(answer) -> None:
    talks = answer["talks"]
    paid = {tuple(p["choice"].values()): p["welfare_pct"] for p in talks["payoffs"]}
    usa, chn = talks["options"]["USA"], talks["options"]["CHN"]
    assert len(paid) == len(usa) * len(chn)
    for reply in talks["best_replies"]["USA"]:
        other = reply["to"]["CHN"]
        assert reply["reply"] == [max(usa, key=lambda o: paid[o, other]["USA"])]
    for e in talks["equilibria"]:
        assert all(paid[e["USA"], e["CHN"]]["USA"] >= paid[o, e["CHN"]]["USA"] - 1e-9 for o in usa)
        assert all(paid[e["USA"], e["CHN"]]["CHN"] >= paid[e["USA"], o]["CHN"] - 1e-9 for o in chn)


def test_signal_is_the_difference_of_two_payoffs(answer) -> None:
    talks = answer["talks"]
    paid = {tuple(p["choice"].values()): p["welfare_pct"]["USA"] for p in talks["payoffs"]}
    cost = paid["hold", "hold"] - paid["scrap the 2025 levies on China", "hold"]
    assert talks["signal"]["cost_pct"] == pytest.approx(cost, abs=1e-12)
    assert talks["signal"]["costly"] == (cost > 0)


def test_deadline_holds_every_partner_with_a_rate_but_the_exempt(answer) -> None:
    """EO 14257 annex I as kept by EO 14266: 57 headings less China, Hong Kong and Macao; the EU once."""
    players = {p["id"]: p for p in answer["deadline"]["players"]}
    assert not {"CHN", "HKG", "MAC"} & players.keys()
    assert "EUU" in players
    assert "DEU" not in players
    assert (players["VNM"]["rate_now"], players["VNM"]["rate_then"]) == (0.10, 0.46)
    assert (players["EUU"]["rate_then"], len(players["EUU"]["members"])) == (0.20, 27)
    named = (m.origins for m in law_of().measures if m.act.id == "us-eo-14257" and m.start == date(2025, 4, 9))
    assert {origin for origins in named for origin in origins} - {"CHN", "HKG", "MAC"} == players.keys()


def test_the_partners_of_the_deadline_are_those_of_the_annex(answer, shared_data) -> None:
    rows = read_rows(shared_data / "law" / "annexI_rates.csv")
    due = {row["iso3"] for row in rows if row["apr9_heading"]} - {"CHN", "HKG", "MAC"}
    assert due == {p["id"] for p in answer["deadline"]["players"]}


def test_thresholds_follow_from_the_three_payoffs(answer) -> None:
    """p* = (W_wait − W_sign)/(W_wait − W_rate)."""
    for p in answer["deadline"]["players"]:
        if p["decision"] == "folds":
            w = p["welfare_pct"]
            assert p["p_star"] == pytest.approx((w["wait"] - w["sign"]) / (w["wait"] - w["rate"]), rel=1e-12)
            assert p["cost_pct"] == pytest.approx(w["wait"] - w["rate"], abs=1e-15)
        if p["decision"] == "unknown":
            assert p["reason"].startswith("law only")


def test_nothing_later_than_the_knowledge_day_is_said(answer) -> None:
    """Every entry of the record and every act behind a number was known on 2 May 2025."""

    def known_days(value):
        if isinstance(value, dict):
            if "known" in value and "entry" in value and value["known"]:
                yield value["known"]
            for inner in value.values():
                yield from known_days(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from known_days(inner)

    days = list(known_days(answer["record"]))
    assert days
    assert max(days) <= "2025-05-02"
    assert not any("ruling" in s["id"] or "14298" in s["id"] for s in answer["sources"] if s["kind"] == "act")


def test_record_stands_as_on_that_day(answer) -> None:
    standing = answer["record"]["status"]
    assert len(standing["offers"]) == 1
    assert [p["met"] for p in standing["preconditions"]] == [
        None
    ]  # by one reading it is not met, for the other no test exists
    assert [(d["on"], d["days_left"]) for d in standing["deadlines"]] == [("2025-07-09", 68)]
    said = [{s["actor"] for s in pair["both_sources"]} for pair in answer["record"]["who_approached_whom"]]
    assert said == [{"us-president", "cn-media"}, {"us-president", "cn-mofcom"}]


def test_headline_quotes_the_numbers_of_the_answer(answer) -> None:
    r = answer["trade"]["range"]["USA"]["welfare_pct"]
    assert f"{r['median']:+.2f}".replace("-", "−") in answer["headline"][0]
    assert "145 %" in answer["headline"][3]
    assert "125 %" in answer["headline"][3]


@pytest.mark.slow
def test_what_if_a_levy_is_scrapped() -> None:
    """--drop ieepa_fentanyl from the day itself: a phone then pays nothing, and the baseline before stays as it was."""
    scenario = what_if(read_scenario(), ["ieepa_fentanyl@2025-05-02"])
    dropped, kept = solve_scenario(scenario, ranges=False), solve_scenario(read_scenario(), ranges=False)
    assert dropped["countries"]["CHN"]["welfare_pct"] > kept["countries"]["CHN"]["welfare_pct"]
    assert dropped["moved"] == kept["moved"]


@pytest.mark.slow
def test_another_day_is_another_law(baseline) -> None:
    """On 14 May, as known then, Geneva had cut the reciprocal duty to 10 %: the same call, another answer."""
    scenario = with_days(read_scenario(), "2025-05-14", "2025-05-14")
    then = schedule_on(calibrate(scenario), date(2025, 5, 14))["USA"]
    at = then.products.index("9503000073"), then.origins.index("CHN")
    assert then.rate[at] == pytest.approx(0.30, abs=1e-9)
