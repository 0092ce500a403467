"""The law reading says where customs did otherwise on the day asked: still collected, or not yet, with both days."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import PARLEY
from parley.law.readings import explain_as
from parley.law.regime import Regime
from regimes import law_of

SHIRT = "6307909870"


@pytest.mark.parametrize(
    ("on", "warned"), [("2026-02-19", False), ("2026-02-20", True), ("2026-02-23", True), ("2026-02-24", False)]
)
def test_the_emergency_duties_were_collected_until_the_24th(regime: Regime, on: str, warned: bool) -> None:
    notes = regime.explain(SHIRT, "VNM", "USA", on).notes
    assert bool(notes) == warned
    if warned:
        assert "ended it on 2026-02-20" in notes[0]
        assert "collected it until 2026-02-24" in notes[0]


def test_as_known_before_the_ruling_nothing_is_otherwise(regime: Regime) -> None:
    assert regime.explain(SHIRT, "VNM", "USA", "2026-02-21", "2026-02-19").notes == ()
    assert explain_as(regime, "collected", SHIRT, "VNM", "USA", "2026-02-21").notes == ()


def test_a_retroactive_act_is_law_before_it_is_collected(regime: Regime) -> None:
    notes = regime.explain(SHIRT, "CHE", "USA", "2025-11-20").notes
    assert any("the law from 2025-11-14, but customs applied it only from 2025-12-18" in n for n in notes)


def test_json_and_text_say_it(capsys: pytest.CaptureFixture[str]) -> None:
    for more in ((), ("--json",)):
        out = PARLEY.out(capsys, "law", "rate", SHIRT, "--origin", "VNM", "--on", "2026-02-21", *more)
        said = json.loads(out)["notes"] if more else [x for x in out.splitlines() if x.startswith("note: ")]
        assert any("2026-02-20" in n and "2026-02-24" in n for n in said)


def test_an_order_that_reached_back_to_a_duty_is_told(regime: Regime) -> None:
    # EO 14289 of 29 April 2025, section 3: goods that pay on cars do not pay the emergency duty, back to 4 March and 3 April
    (note,) = regime.explain("8703230190", "CAN", "USA", "2025-04-03").notes
    assert note.startswith("us-ieepa-fentanyl-ca")
    assert "customs still collected it that day" in note


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.integers(2400, 2900), st.sampled_from(["CHN", "CHE", "JPN", "DEU", "KOR", "BRA", "IND", "CAN", "VNM"]),
       st.sampled_from([SHIRT, "8703230190", "8471300100", "7326908688", "0901110015", "8517130000"]))  # fmt: skip
def test_where_law_and_collection_differ_the_law_reading_says_so(ahead: int, origin: str, product: str) -> None:
    regime, on = law_of(), date(2018, 6, 1) + timedelta(ahead)
    law = regime.explain(product, origin, "USA", on)
    charged = explain_as(regime, "collected", product, origin, "USA", on)
    x, y = law.added_rate, charged.added_rate
    differ = (x is None) != (y is None) or (x is not None and y is not None and abs(x - y) > 1e-12)
    assert not differ or law.notes, (product, origin, on, x, y)
