"""Contradictions, status, claims, positions and the briefing's section on the days that matter."""

from __future__ import annotations

from datetime import date

import pytest

from parley.record.contradictions import contradictions
from parley.record.export import claims_jsonld, deadlines_ics, timeline, timeline_csv
from parley.record.faults import read_entry
from parley.record.in_words import parties_in
from parley.record.ledger import ledger_of, read_ledger
from parley.record.rate_pairs import base_differences
from parley.record.shares import jeffreys, wilson
from parley.record.status import status
from parley.record.summary import claims, positions, record_section

LEDGER = read_ledger()
MAY = date(2025, 5, 2)


def pairs_on(day: date | None) -> dict[tuple[str, str], dict]:
    return {(p["first"], p["second"]): p for p in contradictions(LEDGER, day, day)}


def test_who_approached_whom_on_2_may_with_both_sources_and_what_would_reconcile_them() -> None:
    pair = pairs_on(MAY)["2025-04-30-01", "2025-05-02-01"]
    assert pair["rule"] == "exclusive role"
    assert [s["actor"] for s in pair["both_sources"]] == ["us-president", "cn-mofcom"]
    assert [s["source"]["tier"] for s in pair["both_sources"]] == [2, 1]  # the wire; the ministry, cited by the wire
    assert all(any(s["read"] for s in (side["source"], *side["also"])) for side in pair["both_sources"])
    assert any("channel" in hint for hint in pair["reconcile"])
    assert any("week only" in hint for hint in pair["reconcile"])
    assert "truth" not in pair


def test_talks_ongoing_or_not_in_april_and_the_call_that_one_side_denies() -> None:
    found = pairs_on(date(2025, 4, 28))
    assert found["2025-04-24-01", "2025-04-25-01"]["rule"] == "negation"
    assert found["2025-04-25-01", "2025-04-28-01"]["rule"] == "negation"
    assert "call" in found["2025-04-22-01", "2025-04-28-01"]["about"]


def test_the_call_of_june_does_not_contradict_the_denial_of_april() -> None:
    assert not any("2025-06-05-01" in pair for pair in pairs_on(None))


def test_violation_claims_and_moved_values_are_found_once_known() -> None:
    assert not any("Geneva" in p["about"] for p in pairs_on(date(2025, 6, 1)).values())
    found = pairs_on(None)
    assert found["2025-05-30-01", "2025-06-02-01"]["about"] == "whether China broke the agreement of Geneva"
    assert found["2025-07-08-01", "2025-07-31-01"]["rule"] == "different value"  # firm on 1 August, then 7 August
    assert found["2025-11-01-01", "2025-12-03-01"]["rule"] == "different value"  # soybeans by December, or February


def test_one_rate_on_two_bases_but_not_across_a_change_of_law() -> None:
    found = {(p["first"], p["second"]): p for p in base_differences(LEDGER)}
    assert {p["rule"] for p in found.values()} == {"different base", "no base"}
    assert "57 or 55 %" in found["2025-06-11-01", "2025-10-30-03"]["about"]  # aboard the aeroplane no base was named
    assert not found.keys() & pairs_on(None).keys()
    assert "30 or 55 %" in found["2025-05-12-01", "2025-06-11-01"]["about"]
    assert "145 or 164 %" in found["2025-04-09-02", "2025-04-15-01"]["about"]
    assert ("2025-04-15-01", "2025-05-12-01") not in found  # 164 before Geneva, 30 after it: the law moved


NEW_RULES = {
    "negation": [
        ({"is": "lawful", "programme": "ieepa", "value": True, "final": False},
         {"is": "lawful", "programme": "ieepa", "value": False, "final": True}, "whether the law carries"),
        ({"is": "will_negotiate", "by": "CHN", "to": "USA", "value": True, "issue": "truce"},
         {"is": "will_negotiate", "by": "CHN", "to": "USA", "value": False, "issue": "truce"}, "ready to discuss truce"),
        ({"is": "measure_step", "measure": "m", "step": "excluded"},
         {"is": "measure_step", "measure": "m", "step": "excluded", "value": False}, "whether the measure m is excluded"),
        ({"is": "agreed", "agreement": "x", "parties": ["CHN", "USA"]},
         {"is": "agreed", "agreement": "x", "parties": ["CHN", "USA"], "value": False}, "whether China and the United States agreed: x"),
        ({"is": "restriction_step", "by": "CHN", "to": "*", "restriction": "export control", "what": "w", "step": "in_force"},
         {"is": "restriction_step", "by": "CHN", "to": "*", "restriction": "export control", "what": "w", "step": "in_force",
          "value": False}, "whether the export control of China on all countries is in force: w"),
    ],
    "different kinds": [
        ({"is": "contact_held", "parties": ["CHN", "USA"], "channel": "meeting", "start": MAY, "end": MAY},
         {"is": "talks_ongoing", "parties": ["USA", "CHN"], "value": False}, "no talks on tariffs, and a meeting by 2025-05-02"),
    ],
    "different value": [
        ({"is": "measure_step", "measure": "m", "step": "in_force", "rate": 0.1, "start": MAY},
         {"is": "measure_step", "measure": "m", "step": "raised", "rate": 0.15, "start": MAY}, "10 or 15 %"),
        ({"is": "bought", "by": "CHN", "good": "maize", "quantity": 1.0, "unit": "t", "start": MAY},
         {"is": "bought", "by": "CHN", "good": "maize", "quantity": 2.0, "unit": "t", "start": MAY}, "1 t or 2 t"),
        ({"is": "concluded", "by": "USA", "count": 2, "what": "deals"},
         {"is": "concluded", "by": "USA", "count": 3, "what": "deals"}, "deals concluded by the United States by 2025-05-02: 2 or 3"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("rule", "x", "y", "about"), [(r, *case) for r, cases in NEW_RULES.items() for case in cases])
def test_each_rule_finds_its_pair_with_both_sources_and_a_way_out_and_nothing_where_both_agree(
    rule, x, y, about
) -> None:
    def held(*said):
        raws = ({"id": f"2025-05-02-0{n}", "on": MAY, "known": MAY, "kind": "claim", "actor": "press", "text": "T.",
                 "source": {"publisher": f"P{n}", "tier": 2, "read": True}, "says": [s]} for n, s in enumerate(said, 1))  # fmt: skip
        return contradictions(ledger_of(read_entry(raw, "test") for raw in raws))

    [pair] = held(x, y)
    assert (pair["rule"], [s["source"]["publisher"] for s in pair["both_sources"]]) == (rule, ["P1", "P2"])
    assert about in pair["about"]
    assert pair["reconcile"]
    assert held(x, x) == []


def test_status_of_2_may() -> None:
    found = status(LEDGER, MAY, MAY)
    assert [(o["by"], o["to"], o["said_by"]) for o in found["offers"]] == [("USA", "CHN", "cn-mofcom")]
    assert [p["state"] for p in found["preconditions"]] == ["standing"]
    assert [(d["id"], d["on"], d["days_left"]) for d in found["deadlines"]] == [("country-rates", "2025-07-09", 68)]


def test_the_deadline_moves_when_it_was_moved_and_not_before() -> None:
    days = {}
    for day in (date(2025, 7, 6), date(2025, 7, 7), date(2025, 7, 31), date(2025, 8, 8)):
        days[day] = [d["on"] for d in status(LEDGER, day, day)["deadlines"] if d["id"] == "country-rates"]
    assert list(days.values()) == [["2025-07-09"], ["2025-08-01"], ["2025-08-07"], []]


def test_a_moved_deadline_says_what_follows_now() -> None:
    told = {
        day: next(d["otherwise"] for d in status(LEDGER, day, day)["deadlines"] if d["id"] == "country-rates")
        for day in (date(2025, 7, 6), date(2025, 7, 7), date(2025, 7, 31))
    }
    first, second, third = told.values()
    assert ("2 April" in first, "letter" in first) == (True, False)
    assert ("2 April" in second, "letter" in second) == (True, True)
    assert ("2 April" in third, "order of 31 July" in third) == (False, True)


def test_a_deadline_that_passed_with_no_outcome_known_is_shown_as_open() -> None:
    assert status(LEDGER, MAY, MAY)["passed"] == []
    late = status(LEDGER, date(2026, 12, 1), None)
    assert {(d["id"], d["outcome"], d["days_left"]) for d in late["passed"]} == {
        ("s122-surcharge", "open", -130), ("mexico-30", "open", -398), ("october-controls", "open", -21),
        ("gallium-ban", "open", -4), ("port-fees", "open", -22), ("truce", "open", -21), ("s301-exclusions", "open", -21)}  # fmt: skip
    unknown = status(LEDGER, date(2025, 7, 20), MAY)["passed"]  # on 2 May nobody knew what would become of 9 July
    assert [(d["id"], d["days_left"]) for d in unknown] == [("country-rates", -11)]


def test_after_geneva_the_offer_is_taken_and_the_precondition_overtaken() -> None:
    found = status(LEDGER, date(2025, 5, 12), date(2025, 5, 12))
    assert found["offers"] == []
    assert [(p["state"], p["talks"]) for p in found["preconditions"]] == [("overtaken by talks", "2025-05-11-01")]
    assert [(o["id"], o["accepted_in"], o["accepted_on"]) for o in found["accepted"]] == [
        ("2025-05-02-02", "2025-05-07-01", "2025-05-07")]  # fmt: skip
    eve = status(LEDGER, date(2025, 5, 8), date(2025, 5, 8))  # talks agreed, none held yet
    assert eve["offers"] == []
    assert [(p["state"], p["talks"]) for p in eve["preconditions"]] == [("talks agreed", "2025-05-07-01")]
    assert len(status(LEDGER, date(2025, 5, 6), date(2025, 5, 6))["offers"]) == 1


def test_on_and_known_are_two_clocks() -> None:
    assert status(LEDGER, MAY, None)["deadlines"][0]["on"] == "2025-07-09"  # that day, whatever we know now
    early = status(LEDGER, date(2025, 7, 1), MAY)["deadlines"][0]
    assert early["days_left"] == 8


def test_claims_by_side_with_their_standing() -> None:
    rows = {r["id"]: r for r in claims(LEDGER, MAY, MAY, "CHN")}
    assert rows["2025-05-02-01"]["standing"] == "denied"
    assert rows["2025-05-02-04"]["standing"] == "corroborated"
    assert rows["2025-04-16-02"]["standing"] == "asserted"  # one report of it
    assert (
        rows["2025-04-11-01"]["standing"] == "corroborated"
    )  # the act itself and the wire were read; denied by nobody
    assert {r["behalf"] for r in rows.values()} == {"CHN"}
    later = {r["id"]: r for r in claims(LEDGER, None, None)}
    assert later["2025-04-11-03"]["standing"] == "measured"  # ninety deals in ninety days


def test_positions_mark_the_change_and_never_see_a_later_one() -> None:
    stances = [(r["on"], r["changed"]) for r in positions(LEDGER, "CHN", "unilateral-tariffs")]
    assert stances == [("2025-04-13", None), ("2025-05-02", False), ("2026-02-23", False), ("2026-05-20", True)]
    assert [r["on"] for r in positions(LEDGER, "CHN", "unilateral-tariffs", MAY)] == ["2025-04-13", "2025-05-02"]


def test_the_section_of_the_briefing_has_every_theme_with_quotes_and_sources() -> None:
    part = record_section(LEDGER, MAY, MAY)
    assert [p["second"] for p in part["who_approached_whom"]] == ["2025-05-01-01", "2025-05-02-01"]
    assert {i["issue"] for i in part["linked_issues"]} == {"trade-imbalance", "technology-controls"}
    assert "never kneel down" in [row["quote"] for row in part["resolve"]]
    assert part["consistency"]["claimed"][0]["quote"] == "has always been perfectly consistent"
    assert part["words_and_deeds"]["said"][0]["quote"].startswith("Saying one thing")
    assert part["words_and_deeds"]["reason"]
    assert {r["rate"] for r in part["stated_rates"] if r["origin"] == "CHN"} == {1.45, 1.241, 2.45}
    assert all(row["source"]["publisher"] for row in (*part["resolve"], *part["offer"], *part["precondition"]))


def test_a_retracted_and_a_corroborated_claim_say_so() -> None:
    raw = {"kind": "statement", "actor": "us-president", "text": "Taken back.", "source": {"publisher": "A", "tier": 2,
           "read": True}, "id": "2025-05-03-50", "on": date(2025, 5, 3), "known": date(2025, 5, 3),
           "relates": [{"to": "2025-04-30-01", "how": "retracts"}]}  # fmt: skip
    grown = ledger_of((*LEDGER.entries, read_entry(raw, "test")))
    assert {r["id"]: r for r in claims(grown)}["2025-04-30-01"]["standing"] == "retracted"
    assert {r["id"]: r for r in claims(LEDGER)}["2025-04-29-01"]["standing"] == "corroborated"


def test_exports_are_what_they_say() -> None:
    rows = timeline(LEDGER, MAY, MAY)
    assert [r["on"] for r in rows] == sorted(r["on"] for r in rows)
    assert timeline_csv(rows).count("\n") >= len(rows) + 1
    graph = claims_jsonld(LEDGER, MAY, MAY)["@graph"]
    assert {c["@type"] for c in graph} == {"Claim"}
    calendar = deadlines_ics(LEDGER, MAY, MAY)
    assert "DTSTART;VALUE=DATE:20250709\r\n" in calendar
    assert calendar.startswith("BEGIN:VCALENDAR\r\n")
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))


def test_a_cell_that_a_spreadsheet_would_run_is_escaped() -> None:
    row = {**timeline(LEDGER)[0], "text": "=1+1"}
    assert "'=1+1" in timeline_csv([row])


@pytest.mark.parametrize(("kept", "trials"), [(0, 4), (1, 5), (6, 6), (7, 20), (150, 400)])
@pytest.mark.slow
def test_intervals_match_the_published_formula_and_an_independent_beta(kept: int, trials: int) -> None:
    from scipy.stats import beta  # over a second, which only this test has to pay

    low, high = jeffreys(kept, trials)
    a, b = kept + 0.5, trials - kept + 0.5
    assert low == pytest.approx(0.0 if kept == 0 else beta.ppf(0.025, a, b), abs=1e-10)
    assert high == pytest.approx(1.0 if kept == trials else beta.ppf(0.975, a, b), abs=1e-10)


def test_wilson_against_newcombe_1998_table_1_81_of_263() -> None:
    low, high = wilson(81, 263)  # Newcombe (1998), method 3: 0.2553 to 0.3662
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_briefing_of_two_parties_holds_what_concerns_them() -> None:
    """Whoever the parties are: no entry of another side, or to another country; and of the shipped pair, hardly one is left out."""
    ledger = read_ledger()
    for parties in (("USA", "EUU"), ("USA", "DEU"), ("USA", "JPN"), ("USA", "CHN"), ("CHN", "CAN")):
        own = {*parties, "EUU"} if "DEU" in parties else {*parties}
        held = ledger.among(parties).entries
        assert {e.behalf for e in held} | {e.target for e in held} <= own | {"", "*"}
    analysts = [e for e in ledger.among(("USA", "EUU")).entries if not e.behalf]
    assert not [e for e in analysts if any("CHN" in parties_in(s) for s in e.says)]
    assert len(ledger.among(("USA", "CHN")).entries) > 0.75 * len(ledger.entries)
