"""What became of words, at the edges: the day itself, the last count that does, whose word shows it, and what is given back with it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from parley.record.ledger import ledger_of
from parley.record.outcomes import Deed, recorded_deeds, trials
from statements import day, made, on


def fate(entries: list[Any], n: int, known: int | None = None) -> Deed:
    """What had become by the n-th day of the first entry's words."""
    first = min(entries, key=lambda e: (e.on, e.id)).id
    [deed] = [
        d for d in recorded_deeds(ledger_of(entries), day(n), day(known) if known else None) if d.entry.id == first
    ]
    return deed


def told(deed: Deed) -> tuple:
    return deed.outcome, deed.days_late, deed.share, deed.tested_by


SETS = on(1, "USA", made("deadline_set", by="USA", to="CHN", due=day(10)))
MOVES, MOVES_BACK = on(5, "USA", made("deadline_moved", due=day(20))), on(6, "USA", made("deadline_moved", due=day(8)))
KEEPS = on(10, "", made("deadline_kept"))


def test_a_deadline_stands_moves_is_kept_or_is_open() -> None:
    assert told(fate([SETS], 10)) == ("not_due", None, None, None)
    late = fate([SETS], 11)
    assert (told(late), late.reason) == (
        ("untestable", None, None, None),
        "no outcome is known to the record by 2025-05-11: open",
    )
    assert told(fate([SETS, KEEPS], 10)) == ("on_time", 0, None, KEEPS.id)
    assert told(fate([SETS, MOVES], 9)) == ("moved", 10, None, None)
    assert told(fate([SETS, MOVES, KEEPS], 10)) == ("moved", 10, None, KEEPS.id)
    earlier = fate([SETS, MOVES, MOVES_BACK], 9)
    assert told(earlier) == ("moved", -2, None, None)
    named = [("2025-05-01", SETS.id, "2025-05-10"), ("2025-05-05", MOVES.id, "2025-05-20")]
    assert [(h["named"], h["entry"], h["due"]) for h in earlier.history] == [
        *named,
        ("2025-05-06", MOVES_BACK.id, "2025-05-08"),
    ]
    assert [h["due"] for h in fate([SETS], 9).history] == ["2025-05-10"]
    assert (earlier.party, earlier.due, earlier.bound) == ("USA", day(10), True)
    other = on(5, "USA", made("deadline_moved", due=day(20), deadline="x"), made("deadline_kept", deadline="x"))
    assert told(fate([SETS, other], 9)) == ("not_due", None, None, None)


def test_words_that_a_deadline_is_firm() -> None:
    firm = on(4, "USA", made("deadline_firm", due=day(10)))
    assert told(fate([firm], 10)) == ("not_due", None, None, None)
    assert told(fate([firm], 11))[0] == "untestable"
    assert told(fate([firm, KEEPS], 10)) == ("on_time", 0, None, KEEPS.id)
    moved = fate([firm, MOVES], 9)
    assert told(moved) == ("moved", 10, None, MOVES.id)
    assert [(h["named"], h["entry"], h["due"]) for h in moved.history] == [("2025-05-05", MOVES.id, "2025-05-20")]
    assert told(fate([firm, MOVES, KEEPS], 10)) == ("late", 10, None, KEEPS.id)
    same_day = on(4, "USA", made("deadline_moved", due=day(12)), id=2)
    assert told(fate([firm, same_day], 9)) == ("moved", 2, None, same_day.id)
    before = on(3, "USA", made("deadline_moved", due=day(12)))
    deeds = recorded_deeds(ledger_of([before, firm]), day(9))
    assert [d.outcome for d in deeds] == ["not_due"]


PROMISE = made("will_buy", by="CHN", quantity=10.0, start=day(1), due=day(10))


def counts(n: int, quantity: float, start: int = 1, until: int | None = None, **more: Any) -> Any:
    words = made(
        "bought", by="CHN", quantity=quantity, start=day(start), until=None if until is None else day(until), **more
    )
    return on(n, "", words, kind="observation")


@pytest.mark.parametrize(
    ("later", "n", "ends"),
    [
        ([], 10, ("not_due", None, None)),
        ([], 11, ("untestable", None, None)),
        ([counts(10, 10.0)], 10, ("on_time", 0, 1.0)),
        ([counts(10, 11.0)], 10, ("on_time", 0, 1.0)),  # never more than all of it
        ([counts(11, 10.0)], 11, ("late", 1, None)),
        ([counts(11, 10.0, until=10)], 11, ("on_time", 0, 1.0)),  # counted up to the day
        ([counts(9, 9.0)], 9, ("not_due", None, 0.9)),
        ([counts(9, 9.0)], 10, ("partly", 0, 0.9)),
        ([counts(9, 9.0)], 13, ("partly", 3, 0.9)),
        ([counts(8, 4.0), counts(9, 3.0)], 10, ("partly", 0, 0.4)),  # the most that was counted
        ([counts(8, 0.0), counts(9, 3.0)], 10, ("partly", 0, 0.3)),
        ([counts(9, 0.0)], 10, ("broken", 0, 0.0)),
        ([counts(9, 10.0, start=32)], 10, ("not_due", None, None)),  # of a later time
        ([counts(9, 10.0, good="wheat")], 10, ("not_due", None, None)),
        ([counts(9, 10.0, start=-30)], 10, ("on_time", 0, 1.0)),  # a month before at the most
        ([counts(9, 10.0, start=-31)], 10, ("not_due", None, None)),
    ],
)
def test_a_purchase_is_held_against_the_counts_of_its_time(later: list[Any], n: int, ends: tuple) -> None:
    found = fate([on(1, "CHN", PROMISE), *later], n)
    assert (found.outcome, found.days_late) == ends[:2]
    assert found.share == pytest.approx(ends[2])


def test_a_count_of_goods_begun_on_the_last_day_of_the_promise_is_of_its_time_and_one_begun_later_is_not() -> None:
    assert [fate([on(1, "CHN", PROMISE), counts(12, 10.0, start=k)], 12).outcome for k in (10, 11)] == [
        "late",
        "untestable",
    ]


def test_a_purchase_gives_back_its_counts_and_the_one_that_shows_it() -> None:
    some = [counts(8, 4.0), counts(9, 10.0, until=8)]
    found = fate([on(1, "CHN", PROMISE), *some], 12)
    assert (found.tested_by, found.party, found.due) == (some[1].id, "CHN", day(10))
    assert [(h["on"], h["entry"], h["quantity"]) for h in found.history] == [
        ("2025-05-08", some[0].id, 4.0), ("2025-05-08", some[1].id, 10.0)]  # fmt: skip
    partly = fate([on(1, "CHN", PROMISE), some[0], counts(9, 3.0)], 12)
    assert (partly.tested_by, len(partly.history)) == ("2025-05-09-01", 2)
    early = fate([on(1, "CHN", PROMISE), some[0]], 9)
    assert (early.outcome, len(early.history)) == ("not_due", 1)
    ranged = msgspec.structs.replace(PROMISE, quantity_to=4.0)
    assert fate([on(1, "CHN", ranged), some[0]], 10).outcome == "on_time"


CONCLUDES = made("will_conclude", by="USA", count=10, due=day(10))


def done(n: int, count: int, **more: Any) -> Any:
    return on(n, "", made("concluded", by="USA", count=count, **more), kind="observation", id=2)


@pytest.mark.parametrize(
    ("later", "n", "ends"),
    [
        ([], 10, ("not_due", None, None)),
        ([], 11, ("untestable", None, None)),
        ([done(1, 10)], 11, ("untestable", None, None)),  # a count of the day of the words is not what came of them
        ([done(2, 10)], 3, ("on_time", 0, 1.0)),
        ([done(10, 12)], 10, ("on_time", 0, 1.0)),
        ([done(11, 10)], 11, ("late", 1, None)),
        ([done(9, 4)], 9, ("not_due", None, None)),
        ([done(9, 4)], 10, ("partly", None, 0.4)),
        ([done(9, 4), done(10, 5)], 12, ("partly", None, 0.5)),
        ([done(9, 4), done(12, 10)], 12, ("late", 2, 0.4)),
        ([done(9, 0)], 10, ("broken", None, 0.0)),
        ([done(11, 4)], 11, ("untestable", None, None)),
        ([done(9, 10, what="others")], 10, ("not_due", None, None)),
    ],
)
def test_a_number_of_deals_is_held_against_the_counts(later: list[Any], n: int, ends: tuple) -> None:
    found = fate([on(1, "USA", CONCLUDES), *later], n)
    assert (found.outcome, found.days_late) == ends[:2]
    assert found.share == pytest.approx(ends[2])
    of_time = [e for e in later if e.on > day(1) and e.says[0].what == "things"]
    assert [(h["on"], h["entry"], h["count"]) for h in found.history] == [
        (str(e.on), e.id, e.says[0].count) for e in of_time
    ]
    if ends[0] in ("partly", "broken", "on_time", "late"):
        shows = [e for e in of_time if e.on <= day(10)] if ends[0] in ("partly", "broken") else of_time
        assert found.tested_by == shows[-1].id


def test_whose_count_shows_anything() -> None:
    """An observation, whoever made it; of words only those of another side than the one that acts."""
    count = made("concluded", by="USA", count=10)
    for side, kind, shows in (
        ("USA", "claim", False),
        ("USA", "observation", True),
        ("CHN", "claim", True),
        ("", "claim", True),
    ):
        assert (fate([on(1, "USA", CONCLUDES), on(9, side, count, kind=kind)], 10).outcome == "on_time") == shows


RESTRICTS = made("will_restrict", by="CHN", start=day(8), start_to=day(10))


def step(n: int, word: str, start: int | None = None, **own: Any) -> Any:
    return on(
        n,
        "CHN",
        made("restriction_step", by="CHN", step=word, start=None if start is None else day(start), **own),
        id=2,
    )


@pytest.mark.parametrize(
    ("value", "later", "n", "ends"),
    [
        (True, [], 10, ("not_due", None)),
        (True, [], 11, ("untestable", None)),
        (True, [step(9, "in_force")], 9, ("on_time", 0)),
        (True, [step(9, "in_force", 10)], 9, ("not_due", None)),  # its own day has not come
        (True, [step(9, "in_force", 10)], 10, ("on_time", 0)),
        (True, [step(9, "raised", 11)], 11, ("late", 1)),
        (True, [step(9, "ended")], 9, ("not_due", None)),
        (True, [step(1, "extended")], 9, ("on_time", 0)),  # on the day of the words
        (True, [step(9, "in_force", what="others")], 9, ("not_due", None)),
        (True, [step(9, "in_force", restriction="port fee")], 9, ("not_due", None)),
        (True, [step(9, "lowered")], 11, ("untestable", None)),
        (False, [step(9, "suspended")], 9, ("on_time", 0)),
        (False, [step(12, "struck_down")], 12, ("late", 2)),
        (False, [step(9, "in_force")], 9, ("not_due", None)),
        (False, [step(9, "lowered")], 10, ("not_due", None)),
        (False, [step(9, "lowered")], 11, ("partly", None)),
        (False, [step(9, "excluded"), step(12, "ended")], 12, ("late", 2)),
    ],
)
def test_a_restriction_is_held_against_its_steps(value: bool, later: list[Any], n: int, ends: tuple) -> None:
    found = fate([on(1, "CHN", msgspec.structs.replace(RESTRICTS, value=value)), *later], n)
    assert (found.outcome, found.days_late) == ends
    assert found.due == day(10)
    assert found.tested_by == (later[-1].id if ends[0] in ("on_time", "late", "partly") else None)
    if ends[0] == "partly":
        assert found.reason == f"as far as {later[-1].id} goes"


def test_a_restriction_without_a_day_is_kept_whenever_it_comes_and_eased_at_once() -> None:
    lifts = msgspec.structs.replace(RESTRICTS, value=False, start=None, start_to=None)
    assert told(fate([on(1, "CHN", lifts)], 99)) == ("not_due", None, None, None)
    assert told(fate([on(1, "CHN", lifts), step(9, "lowered")], 9))[:2] == ("partly", None)
    assert told(fate([on(1, "CHN", lifts), step(9, "ended")], 9))[:2] == ("on_time", None)
    before = step(1, "ended"), on(2, "CHN", lifts)
    assert [d.outcome for d in recorded_deeds(ledger_of(before), day(9))] == ["not_due"]


def test_a_meeting_is_the_first_that_says_it_carries_the_plan_out() -> None:
    plan = on(1, "USA", made("will_meet", due=day(10)))
    meets = [
        on(n, "", made("contact_held", start=day(n), end=day(n)), relates=[{"to": plan.id, "how": "implements"}])
        for n in (9, 12)
    ]
    assert told(fate([plan], 10))[0] == "not_due"
    assert told(fate([plan], 11))[0] == "untestable"
    assert told(fate([plan, *meets], 12)) == ("on_time", 0, None, meets[0].id)
    late = fate([plan, meets[1]], 12)
    assert (told(late), late.party, late.due) == (("late", 2, None, meets[1].id), "USA", day(10))
    other = on(9, "", made("contact_held", start=day(9), end=day(9)))
    call = on(9, "", made("contact_held", channel="call"), relates=[{"to": plan.id, "how": "implements"}], id=2)
    assert told(fate([plan, other, call], 9))[0] == "not_due"


def test_what_is_taken_back_before_anything_came_of_it() -> None:
    firm = on(4, "USA", made("deadline_firm", due=day(10)))
    for how, n in (("withdraws", 5), ("retracts", 15)):
        taken = on(n, "USA", relates=[{"to": firm.id, "how": how}])
        found = fate([firm, taken], 20)
        assert (told(found), found.reason) == (("withdrawn", None, None, taken.id), f"taken back on {day(n)}")
        assert fate([firm, taken, KEEPS], 20).outcome == "on_time"
    assert fate([firm, on(5, "USA", relates=[{"to": firm.id, "how": "rejects"}])], 9).outcome == "not_due"


@pytest.mark.parametrize(("n", "outcome"), [(9, "withdrawn"), (10, "withdrawn"), (11, "untestable")])
def test_words_about_duties_are_taken_back_up_to_their_day(n: int, outcome: str) -> None:
    duty = on(1, "USA", made("will_impose", by="USA", start=day(8), start_to=day(10)))
    taken = on(n, "USA", relates=[{"to": duty.id, "how": "withdraws"}])
    assert (fate([duty, taken], 20).outcome, fate([duty], 20).due) == (outcome, day(10))
    undated = on(1, "USA", made("will_impose", by="USA", start=None))
    taken = on(n, "USA", relates=[{"to": undated.id, "how": "withdraws"}])
    assert fate([undated, taken], 20).outcome == "withdrawn"


def test_what_is_denied_is_a_promise_only_of_duties_and_restrictions() -> None:
    names = (
        "will_impose",
        "will_restrict",
        "will_lower",
        "will_remove",
        "will_buy",
        "will_conclude",
        "will_meet",
        "deadline_set",
    )
    judged = [len(recorded_deeds(ledger_of([on(1, "USA", made(name, value=False))]), day(3))) for name in names]
    assert judged == [1, 1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("side", "kind", "by", "bound"),
    [("USA", "claim", "USA", True), ("USA", "claim", "CHN", False), ("USA", "agreement", "CHN", True), ("USA", "claim", "*", True),
     ("", "claim", "CHN", False)],
)  # fmt: skip
def test_whom_words_bind(side: str, kind: str, by: str, bound: bool) -> None:
    found = fate([on(1, side, made("will_lower", by=by), kind=kind)], 3)
    assert (found.bound, found.party) == (bound, by)
    assert found.voice == {"USA": "us-president", "": "press"}[side]
    state = msgspec.structs.replace(on(1, "USA", made("will_lower", by=by)), actor="USA")
    assert fate([state], 3).voice == ""


def test_a_row_has_every_field_in_plain_words() -> None:
    row = fate([SETS, MOVES], 9).row()
    assert (row["entry"], row["actor"], row["party"], row["bound"], row["kind"], row["says"]) == (
        SETS.id, "us-president", "USA", True, "event", "deadline_set")  # fmt: skip
    assert (row["due"], row["outcome"], row["days_late"], row["share"], row["tested_by"], row["reason"], row["quote"]) == (
        "2025-05-10", "moved", 10, None, None, None, None)  # fmt: skip
    assert [h["due"] for h in row["history"]] == ["2025-05-10", "2025-05-20"]
    assert fate([on(1, "USA", made("will_lower", start=None))], 3).row()["due"] is None


def test_the_trials_of_a_deadline() -> None:
    def tried(*entries: Any, n: int) -> list[tuple]:
        return [(t["due"], t["slipped"], t["days"]) for t in trials(ledger_of(entries), day(n))]

    assert tried(SETS, n=30) == []
    assert tried(SETS, MOVES, n=6) == [("2025-05-10", True, 10)]
    assert tried(SETS, MOVES, MOVES_BACK, n=7) == [("2025-05-10", True, 10), ("2025-05-20", True, -12)]
    assert [tried(SETS, KEEPS, n=n) for n in (9, 10, 11)] == [
        [],
        [("2025-05-10", False, 0)],
        [("2025-05-10", False, 0)],
    ]
