"""Rules over statements of every kind: yes and no, counts over periods, rates without a base, a word of one side about the other."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from drawn import thinned
from parley.law.regime import read_regime
from parley.record.contradictions import contradictions
from parley.record.ledger import Ledger, ledger_of, read_ledger
from parley.record.rate_pairs import base_differences
from parley.record.status import status
from parley.scenario.deeds import deeds
from parley.scenario.duty_changes import duty_changes
from parley.scenario.record_answers import contradictions_answer, deeds_answer, status_answer, timeline_answer
from statements import KINDS, made, said

MAY = date(2025, 5, 2)


def pairs(*entries: Any) -> list[tuple[str, str, str]]:
    return [(p["first"], p["second"], p["rule"]) for p in contradictions(ledger_of(entries))]


@pytest.mark.parametrize("name", KINDS)
def test_every_predicate_can_be_denied_and_the_denial_is_one_pair(name: str) -> None:
    found = pairs(said(1, "USA", made(name)), said(1, "CHN", made(name, value=False), day=3))
    assert found == [("2025-05-02-01", "2025-05-03-01", "negation")]


@pytest.mark.parametrize("name", KINDS)
def test_two_that_agree_are_no_pair(name: str) -> None:
    for value in (True, False):
        assert pairs(said(1, "USA", made(name, value=value)), said(1, "CHN", made(name, value=value), day=3)) == []


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("initiated_contact", {"by": "USA", "to": "CHN"}),
        ("will_buy", {"quantity": 9.0}),
        ("bought", {"quantity": 9.0}),
        ("concluded", {"count": 9}),
        ("measure_step", {"rate": 0.5}),
        ("rate_is", {"rate": 0.5}),
        ("will_impose", {"rate": 0.5}),
    ],
)
def test_who_denies_one_value_and_another_are_no_pair(name: str, own: dict[str, Any]) -> None:
    """That it was not 4 t does not contradict that it was 9."""
    assert pairs(said(1, "USA", made(name, **own)), said(2, "CHN", made(name, value=False))) == []


def test_every_clash_between_two_entries_is_told() -> None:
    both = [made("offers_talks", by="USA", to="CHN"), made("accepts_talks", by="CHN", of="USA")]
    none = [msgspec.structs.replace(s, value=False) for s in both]
    assert len(pairs(said(1, "USA", *both), said(1, "CHN", *none, day=3))) == 2


@pytest.mark.parametrize(
    ("one", "other", "days", "rule"),
    [
        (made("contact_held"), made("talks_ongoing", value=False), 3, "different kinds"),
        (made("contact_held", channel="officials"), made("talks_ongoing", value=False), 3, "different kinds"),
        (made("contact_held", channel="letter"), made("talks_ongoing", value=False), 3, None),
        (made("contact_held"), made("talks_ongoing", value=False), 20, None),
        (made("considers_offer"), made("offers_talks", by="USA", to="CHN", value=False), 3, "different kinds"),
        (made("considers_offer"), made("offers_talks", by="USA", to="CHN", value=False), 20, None),
        (made("violated"), made("agreed", value=False), 3, "different kinds"),
        (made("violated", agreement="London"), made("agreed", value=False), 3, None),
    ],
)
def test_claims_of_different_kinds_about_one_thing(one: Any, other: Any, days: int, rule: str | None) -> None:
    found = pairs(said(1, "USA", one), said(1, "CHN", other, day=2 + days))
    assert [p[2] for p in found] == ([rule] if rule else [])


def period(quantity: float, start: str, until: str) -> Any:
    return made("bought", quantity=quantity, start=date.fromisoformat(start), until=date.fromisoformat(until))


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        (period(5, "2025-01-01", "2025-04-30"), period(3, "2025-01-05", "2025-04-25"), True),  # one period, two counts
        (period(5, "2025-01-01", "2025-04-30"), period(6, "2025-02-01", "2025-03-31"), True),  # more in a part of it
        (period(5, "2025-01-01", "2025-04-30"), period(4, "2025-02-01", "2025-03-31"), False),
        (period(6, "2025-02-01", "2025-03-31"), period(5, "2025-01-01", "2025-04-30"), True),
        (period(5, "2025-01-01", "2025-04-30"), period(9, "2025-02-01", "2025-05-01"), False),  # they only overlap
        (period(5, "2024-01-01", "2024-04-30"), period(3, "2025-01-01", "2025-04-30"), False),
    ],
)
def test_counts_of_purchases_over_overlapping_periods(one: Any, other: Any, clash: bool) -> None:
    assert [p[2] for p in pairs(said(1, "USA", one), said(1, "CHN", other, day=4))] == ["different value"] * clash


def test_fewer_things_after_more_were_counted_cannot_be() -> None:
    told = said(1, "USA", made("concluded", by="USA", count=200))
    later = [said(1, "", made("concluded", by="USA", count=n), day=9, kind="observation") for n in (2, 200, 201)]
    assert [len(pairs(told, one)) for one in later] == [1, 0, 0]
    shipped = {(p["first"], p["second"]) for p in contradictions(read_ledger())}
    assert ("2025-04-22-04", "2025-07-09-01") in shipped  # two hundred deals, and two


RATES = [made("rate_is", rate=1.3, base="", on=None), made("rate_is", rate=1.45, on=None)]


def differences(*entries: Any, law: bool = True) -> list[tuple[str, str]]:
    found = base_differences(ledger_of(entries), None, None, duty_changes(None) if law else None)
    return [(p["first"], p["rule"]) for p in found]


def test_a_rate_without_a_base_stands_beside_the_nearest_that_names_one_before_or_after() -> None:
    assert differences(said(1, "USA", RATES[0]), said(1, "CHN", RATES[1], day=3)) == [("2025-05-02-01", "no base")]
    assert differences(said(1, "USA", RATES[1]), said(1, "CHN", RATES[0], day=3)) == [("2025-05-02-01", "no base")]
    same = made("rate_is", rate=1.45, base="", on=None)
    assert differences(said(1, "USA", RATES[1]), said(1, "CHN", same, day=3)) == []


@pytest.mark.parametrize("law", [True, False], ids=["by law", "by the record alone"])
def test_no_pair_of_rates_where_the_law_changed_between(law: bool) -> None:
    """145 as added until 13 May 2025, 51 as an average from the 14th; a record of two entries knows of no change."""
    before = said(1, "USA", made("rate_is", rate=1.45, on=date(2025, 5, 10)))
    after = [said(1, "", made("rate_is", rate=0.51, base="average", on=date(2025, 5, d)), day=20) for d in (12, 14)]
    assert [len(differences(before, one, law=law)) for one in after] == ([1, 0] if law else [1, 1])


def test_what_one_side_says_of_the_other_opens_accepts_and_binds_nothing() -> None:
    offer = said(1, "USA", made("offers_talks", by="USA", to="CHN"), kind="offer")
    boast = said(1, "USA", made("accepts_talks", by="CHN", of="USA"), day=3)
    own = said(1, "CHN", made("accepts_talks", by="CHN", of="USA"), day=3)
    told = said(1, "", made("accepts_talks", by="CHN", of="USA"), day=3, kind="event")
    for answer, accepted in ((boast, False), (own, True), (told, True)):
        found = status(ledger_of([offer, answer]), date(2025, 5, 9))
        assert (bool(found["accepted"]), bool(found["offers"])) == (accepted, not accepted)
    demand = made("condition_for_talks")
    assert [len(status(ledger_of([said(1, side, demand)]), MAY)["preconditions"]) for side in ("USA", "CHN")] == [0, 1]
    [promise] = deeds(ledger_of([said(1, "USA", made("will_buy"))]), None, date(2025, 5, 9))
    assert not promise.bound


ODD = [
    ("will_impose", {"by": "USA", "target": "CHN", "product": "8517120050", "measure": ""}),  # a line of 2019
    ("will_impose", {"by": "USA", "target": "CHN", "product": "9999999999", "measure": ""}),
    ("will_lower", {"by": "USA", "target": "CHN", "product": "abc", "measure": ""}),
    ("will_remove", {"by": "USA", "target": "XKX", "measure": ""}),
    ("will_impose", {"by": "JPN", "target": "USA", "programme": "mfn", "measure": ""}),
    ("will_impose", {"by": "USA", "target": "*", "programme": "nonsense", "measure": ""}),
    ("will_remove", {"by": "CHN", "target": "USA", "start": date(2017, 6, 1), "measure": ""}),
    ("measure_step", {"measure": "nothing-like-it"}),
    ("deadline_set", {"by": "CHN", "to": "USA", "programme": "nonsense", "due": date(2025, 5, 10)}),
    ("rate_is", {"origin": "XKX", "destination": "CHN"}),
    ("rate_is", {"origin": "VNM", "destination": "EUU", "base": ""}),
]


@pytest.mark.parametrize(("name", "own"), thinned(ODD, 3, 2), ids=[f"{n}-{k}" for k, (n, _) in enumerate(ODD)])
def test_a_code_a_country_or_a_measure_that_law_lacks_never_stops_a_view(name: str, own: dict[str, Any]) -> None:
    ledger, regime = ledger_of([said(1, "USA", made(name, **own), kind="threat")]), read_regime()
    for on in (MAY, date(2025, 9, 1), date(2026, 9, 1)):
        assert len(deeds_answer(ledger, regime, on)["deeds"]) <= 1
        assert contradictions_answer(ledger, on)["pairs"] == []
        assert status_answer(ledger, regime, on)["offers"] == []
        assert timeline_answer(ledger, on, rates=[])["entries"]


def test_a_line_that_a_later_edition_lacks_is_followed_and_an_unknown_one_says_so() -> None:
    rows = [
        deeds(Ledger((said(1, "USA", made(n, **own), kind="threat"),)), read_regime(), date(2025, 9, 1))[0]
        for n, own in ODD[:3]
    ]
    assert (rows[0].outcome, "0 % on 8517120050" in (rows[0].tested_by or "")) == (
        "broken",
        True,
    )  # phones were on no list in force
    assert [r.outcome for r in rows[1:]] == ["untestable"] * 2
    assert all(r.reason for r in rows[1:])
