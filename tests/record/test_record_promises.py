"""Promises kept in part, of a range, within a span of days; and that nothing later than the day of knowledge is evidence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parley.errors import RecordError
from parley.record.contradictions import contradictions
from parley.record.faults import read_entry
from parley.record.ledger import ledger_of, read_ledger
from parley.record.predicates import WillImpose, WillLower, WillRemove
from parley.scenario.deeds import deeds
from parley.scenario.partly import part_done
from regimes import law_of

REGIME = law_of()
MAY = date(2025, 5, 2)
SOURCE = {"publisher": "A", "tier": 2, "read": True}


def entry(id: str, *says: dict, kind: str = "commitment", actor: str = "USA", **more):
    day = date.fromisoformat(id[:10])
    raw = {
        "id": id,
        "on": day,
        "known": day,
        "kind": kind,
        "actor": actor,
        "text": "T.",
        "source": SOURCE,
        "says": [*says],
        **more,
    }
    return read_entry(raw, "test")


def judged(says: dict, *later, on: str = "2025-10-01", known: str | None = None, told: str = "2025-05-02-01"):
    """What became of one promise in a record of its own."""
    made = ledger_of([entry(told, says), *later])
    found = deeds(made, REGIME, date.fromisoformat(on), date.fromisoformat(known) if known else None)
    [deed] = [d for d in found if d.entry.id == told]
    return deed


LOWERS = {"is": "will_lower", "by": "USA", "target": "CHN", "programme": "added"}
REMOVES = {"is": "will_remove", "by": "USA", "target": "CHN", "programme": "added", "start": date(2025, 5, 14)}


def test_a_promise_kept_by_one_measure_and_not_by_another_is_kept_in_part() -> None:
    """145 was to go on 14 May 2025: of the reciprocal 125 points 115 went, the 20 on fentanyl stayed."""
    found = judged(REMOVES)
    assert (found.outcome, found.share) == ("partly", pytest.approx(115 / 145))
    assert found.reason == "79 % of the change that was named, on 2025-05-14"
    both = [judged({**REMOVES, "programme": p}).outcome for p in ("ieepa_reciprocal", "ieepa_fentanyl")]
    assert both == ["partly", "broken"]


def test_a_part_that_had_been_scheduled_already_is_no_part_of_the_promise() -> None:
    """15 % instead of the 10 that the order had set for 24 February 2026: nothing of the 5 came."""
    raises = {
        "is": "will_impose",
        "by": "USA",
        "target": "VNM",
        "programme": "s122",
        "rate": 0.15,
        "start": date(2026, 2, 24),
    }
    assert judged(raises, on="2026-05-20", told="2026-02-21-01").outcome == "broken"
    earlier = judged(raises, on="2026-05-20", told="2026-02-19-01")  # before the order of 20 February
    assert (earlier.outcome, earlier.share) == ("partly", pytest.approx(10 / 15))


def test_the_philippines_were_told_20_and_got_19_where_17_was_due() -> None:
    [found] = [d for d in deeds(read_ledger(), REGIME) if d.entry.id == "2025-07-09-02" and d.said.target == "PHL"]
    assert (found.outcome, found.share) == ("partly", 0.0)  # nothing on 1 August, two of three points on 7 August
    assert found.reason.startswith("67 % of the change")


def test_without_a_day_a_part_is_told_and_the_promise_stays_open() -> None:
    found = judged({**LOWERS, "rate": 0.1})
    assert (found.outcome, found.share) == ("not_due", pytest.approx(115 / 135))


@pytest.mark.parametrize(
    ("ends", "outcome", "words"),
    [
        ((0.2, 0.4), "on_time", "30 % is within the range that was named, 20 to 40 %"),
        ((0.4, 0.2), "on_time", "30 % is within the range that was named, 20 to 40 %"),
        ((0.5, 0.65), "on_time", "30 % is beyond the range that was named, 50 to 65 %"),
        ((0.1, 0.2), "partly", "92 % of the change"),
    ],
)
def test_a_range_of_a_cut_is_kept_once_its_higher_end_is(ends: tuple[float, float], outcome: str, words: str) -> None:
    found = judged({**LOWERS, "rate": ends[0], "rate_to": ends[1], "start": date(2025, 5, 14)})
    assert found.outcome == outcome
    assert words in found.reason


@pytest.mark.parametrize(
    ("ends", "outcome"), [((0.25, 0.4), "broken"), ((0.05, 0.3), "on_time"), ((0.3, 0.05), "on_time")]
)
def test_a_range_of_a_rise_is_kept_once_its_lower_end_is(ends: tuple[float, float], outcome: str) -> None:
    rise = {
        "is": "will_impose",
        "by": "USA",
        "target": "VNM",
        "programme": "ieepa_reciprocal",
        "start": date(2025, 6, 1),
    }
    assert judged({**rise, "rate": ends[0], "rate_to": ends[1]}, on="2025-07-01").outcome == outcome


def test_ranges_of_counts_and_purchases_are_kept_at_their_lower_end() -> None:
    deals = {"is": "will_conclude", "by": "USA", "count": 90, "count_to": 40, "what": "deals", "due": date(2025, 9, 30)}
    told = entry(
        "2025-09-01-01",
        {"is": "concluded", "by": "USA", "count": 50, "what": "deals"},
        kind="observation",
        actor="press",
    )
    assert judged(deals, told).outcome == "on_time"
    buys = {"is": "will_buy", "by": "CHN", "seller": "USA", "good": "maize", "quantity": 8.0, "quantity_to": 12.0, "unit": "t",
            "start": MAY, "due": date(2025, 9, 30)}  # fmt: skip
    bought = {"is": "bought", "by": "CHN", "good": "maize", "quantity": 6.0, "unit": "t", "start": MAY}
    counted = entry("2025-09-29-01", bought, kind="observation", actor="press")
    found = judged(buys, counted)
    assert (found.outcome, found.share) == ("partly", 0.75)


@pytest.mark.parametrize(
    ("first", "last", "on", "outcome", "late"),
    [
        ("2025-05-05", "2025-05-20", "2025-06-01", "on_time", 0),  # it came on 14 May
        ("2025-05-05", "2025-05-10", "2025-06-01", "late", 4),
        ("2025-05-05", "2025-05-20", "2025-05-10", "not_due", None),
        ("2025-05-05", "2025-05-20", "2025-05-03", "not_due", None),
    ],
)
def test_a_span_of_days_is_kept_on_any_of_them(first: str, last: str, on: str, outcome: str, late: int | None) -> None:
    span = {"start": date.fromisoformat(first), "start_to": date.fromisoformat(last)}
    found = judged({**LOWERS, "rate": 0.3, **span}, on=on)
    assert (found.outcome, found.days_late, found.due) == (outcome, late, span["start_to"])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"rate_to": 50.0}, "For 50 percent write 0.5"),
        ({"rate": 0.3, "start_to": MAY}, "a day not before start"),
        ({"rate": 0.3, "start": date(2025, 5, 9), "start_to": MAY}, "a day not before start"),
    ],
)
def test_a_range_that_is_none_is_refused(wrong: dict, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        entry("2025-05-02-01", {**LOWERS, **wrong})
    with pytest.raises(RecordError, match="both ends"):
        entry(
            "2025-05-02-01", {"is": "will_impose", "by": "USA", "target": "CHN", "programme": "added", "rate_to": 0.3}
        )


def test_a_restriction_that_is_only_eased_is_lifted_in_part_and_a_step_to_come_shows_nothing() -> None:
    words = {"by": "CHN", "to": "USA", "restriction": "export control", "what": "rare earths"}
    promise = {"is": "will_restrict", "value": False, **words, "start": date(2025, 8, 31)}

    def step(step: str, start: date):
        return entry(
            "2025-09-01-01",
            {"is": "restriction_step", **words, "step": step, "start": start},
            kind="event",
            actor="CHN",
        )

    assert judged(promise, step("lowered", date(2025, 9, 1))).outcome == "partly"
    assert judged(promise, step("suspended", date(2025, 9, 1))).outcome == "late"
    assert judged(promise, step("suspended", date(2025, 12, 1))).outcome == "untestable"  # told, and not yet so
    assert judged(promise, step("suspended", date(2025, 12, 1)), on="2025-12-02").days_late == 92


def test_all_countries_are_stood_for_by_one_with_a_rate_of_its_own() -> None:
    every = {
        "is": "will_impose",
        "by": "USA",
        "target": "*",
        "programme": "ieepa_reciprocal",
        "rate": 0.2,
        "start": date(2025, 8, 7),
    }
    assert judged(every).outcome == "on_time"


def test_two_ranges_that_differ_are_no_denial_of_each_other() -> None:
    one = {**LOWERS, "rate": 0.65, "rate_to": 0.5}
    denial = entry("2025-05-03-01", {**one, "value": False}, actor="CHN", behalf="CHN", kind="claim")
    other = entry("2025-05-04-01", {**one, "rate_to": 0.6, "value": False}, actor="CHN", behalf="CHN", kind="claim")
    found = contradictions(ledger_of([entry("2025-05-02-01", one), denial, other]))
    assert [(p["first"], p["second"]) for p in found] == [("2025-05-02-01", "2025-05-03-01")]


# A made-up law: 10 until 2 January, 30 from then on; before the words 20 had been set for 2 January.
def charged(on: date, known: date | None) -> float:
    if on < date(2025, 1, 2):
        return 0.1
    return 0.2 if known and known < date(2025, 1, 1) else 0.3


@pytest.mark.parametrize(
    ("said", "most"),
    [
        (WillImpose(by="USA", target="CHN", rate=0.4), 0.5),  # from 20 as scheduled to 40: 30 is half
        (WillImpose(by="USA", target="CHN", rate=0.2), 0.0),  # it had been scheduled
        (WillImpose(by="USA", target="CHN", rate=0.5, added=True), 0.25),  # to 60
        (WillLower(by="USA", target="CHN", rate=0.0), 0.0),  # it rose
        (WillRemove(by="USA", target="CHN"), 0.0),
    ],
)
def test_the_part_is_counted_beyond_what_was_in_force_and_what_was_scheduled(said: object, most: float) -> None:
    days, until = [date(2025, 1, 2)], date(2025, 3, 1)
    assert part_done(said, date(2025, 1, 1), days, until, None, charged).most == pytest.approx(most)


LEDGER = read_ledger()
KNOWN = sorted({e.known for e in LEDGER.entries if e.known > date(2025, 1, 1)})


@settings(max_examples=5, deadline=None)
@example(known=date(2026, 6, 2), later=0)  # a measure that was proposed that day and levied weeks later
@given(known=st.sampled_from(KNOWN), later=st.integers(0, 400))
@pytest.mark.slow
def test_whatever_day_is_asked_no_evidence_is_later_than_what_is_known(known: date, later: int) -> None:
    """Law and record cut off at the day judge alike, on that day and on any later one; no row names a later day as shown."""
    on = known + timedelta(days=later)
    cut = replace(REGIME, measures=tuple(m for m in REGIME.measures if m.learnt <= known))
    early = ledger_of(e for e in LEDGER.entries if e.known <= known)
    whole = [d.row() for d in deeds(LEDGER, REGIME, on, known)]
    assert whole == [d.row() for d in deeds(early, cut, on, known)]
    shown = [r["tested_by"] or "" for r in whole] + [h.get("on", "") for r in whole for h in r["history"]]
    assert not [s for s in shown for day in _days(s) if day > known]


def _days(text: str) -> list[date]:
    return [date.fromisoformat(d) for d in re.findall(r"20\d\d-\d\d-\d\d", text)]
