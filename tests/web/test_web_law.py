"""The API and the page of a rate say what the command says, however far the day lies past what was read."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast

import pytest

from parley.codes import today
from parley.errors import InputError
from parley.law.answers import RateAnswer, rate_answer
from parley.law.questions import Rate
from parley.scenario.asked_scenario import with_days
from parley.scenario.scenario import read_scenario
from parley.web import rate_view
from parley.web.rate_view import finding, steps_of, steps_sheet
from parley.web.rendering import shown
from parley.web.scenario_controls import levers
from parley.web.verbs import verb_of
from regimes import law_of

ASKED = (
    ("8517.13.00.00", "CHN", "USA", "2025-05-02"),
    ("9503.00.00.73", "CHN", "USA", "2030-01-01"),  # past the last day read
    ("3004.90.90", "USA", "CHN", "2026-12-01"),  # unknown: a suspension may have been prolonged
    ("2208.30.00", "USA", "TUR", "2026-05-01"),  # read to 28 March 2025 alone
    ("0713.20.90", "USA", "TUR", "2025-03-28"),  # on none of its lists: no act covers it
    ("2203.00.00.30", "CAN", "USA", "2026-09-30"),  # prohibited
    ("2204.21.50.40", "FRA", "USA", "2025-10-20"),
    ("9403.20.00.90", "CHN", "USA", "2025-09-20"),  # metal of unstated content
)


def rate(asked: Rate) -> RateAnswer:
    return cast("RateAnswer", verb_of("/law/rate").answered(asked))


@pytest.mark.parametrize(("product", "origin", "destination", "on"), ASKED)
def test_the_web_answers_as_the_command_does(product: str, origin: str, destination: str, on: str) -> None:
    asked = Rate(product=product, origin=origin, destination=destination, on=on)
    found = law_of().explain(product, origin, destination, on)
    assert rate(asked) == rate_answer(found, None, "law")


def test_a_contingent_change_is_unknown_on_the_page_and_in_its_steps() -> None:
    asked = Rate(product="3004.90.90", origin="USA", destination="CHN", on="2026-12-01")
    answer = rate(asked)
    assert answer["beyond_known"]
    assert answer["added_rate"] is None
    assert [b["what"] for b in answer["branches"]] == ["as scheduled", "if extended"]
    made_of = {row["on"]: row["made_of"] for row in steps_sheet(steps_of(asked, answer)).rows}
    assert made_of["2025-01-01"] == ["not known"]  # a base that is not in the package is not free
    assert made_of["2026-11-10"] == ["not known"]


@pytest.mark.parametrize(
    ("product", "origin", "destination", "known"),
    [
        ("0808.10.01", "USA", "MEX", "CHN"),
        ("8703.80.00", "CHN", "CAN", "USA"),  # Canada's duties on Chinese cars are not in the package: no zero
        ("8703.80.00", "CHN", "DEU", "USA"),
    ],
)
def test_a_levier_without_schedule_or_act_on_the_goods_is_refused(
    product: str, origin: str, destination: str, known: str
) -> None:
    with pytest.raises(InputError, match=f"no schedule of {destination}, and no act of it on goods") as raised:
        law_of().explain(product, origin, destination, "2025-01-15")
    assert raised.value.allowed == known


def test_the_chart_of_a_prohibited_good_says_that_the_import_is_prohibited() -> None:
    asked = Rate(product="2203.00.00.30", origin="CAN", destination="USA", on="2026-09-30")
    answer = rate(asked)
    steps = steps_of(asked, answer)
    says = finding(steps, answer)
    assert says.endswith("the import is prohibited on 30 Sep 2026.")
    assert "–" not in says
    assert {row["on"]: row["made_of"] for row in steps_sheet(steps).rows}["2026-09-29"] == ["import prohibited"]
    assert finding([], answer) == "The import is prohibited on 30 Sep 2026."
    before = Rate(product="2203.00.00.30", origin="CAN", destination="USA", on="2026-09-28")
    assert "prohibited" not in finding(steps, rate(before))


def test_every_part_of_a_rate_over_time_says_what_it_is() -> None:
    page = shown(rate_view.rate_view(Rate(product="9503000073", origin="CHN", on="2025-05-02"))).replace("\u00a0", " ")
    chart = page[page.index('<svg class="chart wide"') :].partition("</svg>")[0]
    said = re.findall(r"<title>([^<]*)</title>", chart)
    assert {"from 4 Feb 2025: fentanyl (IEEPA) 10 %", "from 10 Apr 2025: reciprocal (IEEPA) 125 %"} <= set(said)
    assert len(said) == len(set(said))
    assert "/static/marks.js" in page


def test_a_rate_that_is_not_known_has_no_dash_in_the_chart_sentence() -> None:
    asked = Rate(product="6109.10.00.12", origin="VNM", destination="USA", on="2026-08-15", claim=("postal=true",))
    answer = rate(asked)
    assert answer["rate"] is None
    assert finding(steps_of(asked, answer), answer).endswith("; not known as a share of value on 15 Aug 2026.")


@pytest.mark.parametrize("on", ["2025-05-02", "2025-12-01", "2026-09-30"])
def test_no_base_is_among_what_a_scenario_may_switch_off(on: str) -> None:
    rows = levers(with_days(read_scenario(), on, None))
    assert {row["party"] for row in rows} >= {"USA", "CHN"}
    assert not {row["programme"] for row in rows} & {"mfn", "preference", "column2"}
    assert not [x["id"] for row in rows for x in row["measures"] if x["id"].endswith("-base")]


def test_sentences_of_a_reason_are_joined_by_one_mark() -> None:
    regime = law_of()
    for asked in (
        ("6109.10.00.12", "DEU", "USA", "2025-10-01", None, None),  # a total
        ("6109.10.00.12", "VNM", "USA", "2026-08-15", None, {"postal": True}),  # not known
        ("6109.10.00.12", "VNM", "USA", "2025-10-01", None, {"postal": True}),  # in place of the base
        ("2203.00.00.30", "CAN", "USA", "2026-09-30", None, None),  # a ban
        ("3004.90.90", "USA", "CHN", "2026-12-01", None, None),
    ):
        found = regime.explain(*asked)
        said = [*(line.reason for line in found.lines), found.reason or ""]
        assert not [text for text in said if ".;" in text or ".." in text], said
        assert not (found.reason or "").endswith(".")


@pytest.mark.slow
def test_a_page_of_a_rate_is_made_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Rate(product="6109.10.00.12", origin="VNM", destination="USA", on="2025-05-02")
    first = rate_view.rate_view(asked)
    text = shown(first)
    assert rate_view.rate_view(asked) is first
    assert shown(first) is text
    monkeypatch.setattr(rate_view, "today", lambda: today() + timedelta(1))
    other = rate_view.rate_view(asked)
    assert other is not first
    assert shown(other) == text
