"""Where things stand, at the edges: the day of the answer, whose answer it is, and the day on which a deadline falls."""

from __future__ import annotations

from typing import Any

import pytest

from parley.record.ledger import ledger_of
from parley.record.predicates import Requirement
from parley.record.status import status
from statements import day, made, on

SETS = on(1, "USA", made("deadline_set", by="USA", to="CHN", due=day(10)))
MOVES = on(5, "USA", made("deadline_moved", due=day(20)))
KEEPS = on(10, "", made("deadline_kept"))
OFFER = on(2, "USA", made("offers_talks", by="USA", to="CHN"))


def stands(*entries: Any, n: int = 9) -> tuple[int, list[str]]:
    found = status(ledger_of([OFFER, *entries]), day(n))
    return len(found["offers"]), [row["accepted_in"] for row in found["accepted"]]


def test_an_offer_is_open_until_it_is_answered() -> None:
    accepts = on(3, "CHN", made("accepts_talks", by="CHN", of="USA"))
    assert stands() == (1, [])
    assert stands(accepts) == (0, [accepts.id])
    assert stands(on(2, "CHN", made("accepts_talks", by="CHN", of="USA"), id=2)) == (
        0,
        ["2025-05-02-02"],
    )  # the same day
    assert stands(on(1, "CHN", made("accepts_talks", by="CHN", of="USA"))) == (1, [])
    assert stands(on(3, "CHN", made("accepts_talks", by="CHN", of="JPN"))) == (1, [])
    assert stands(accepts, on(4, "CHN", made("accepts_talks", by="CHN", of="USA"))) == (0, [accepts.id])
    for how in ("withdraws", "rejects", "retracts"):
        assert stands(on(3, "CHN", relates=[{"to": OFFER.id, "how": how}])) == (0, [])
    assert stands(on(3, "CHN", relates=[{"to": OFFER.id, "how": "accepts"}])) == (0, ["2025-05-03-01"])
    assert stands(on(3, "USA", relates=[{"to": OFFER.id, "how": "accepts"}], kind="claim")) == (1, [])


@pytest.mark.parametrize(
    ("name", "own", "n", "kind", "answers"),
    [
        ("contact_held", {}, 3, "event", True),
        ("contact_held", {}, 2, "event", False),  # after the day of the offer
        ("contact_held", {"channel": "call"}, 3, "event", False),
        ("contact_held", {"parties": ("CHN", "JPN")}, 3, "event", False),
        ("contact_held", {}, 3, "claim", False),
        ("contact_held", {"value": False}, 3, "event", False),
        ("agreed", {}, 3, "event", True),
        ("agreed", {"parties": ("USA", "CHN")}, 3, "event", True),
    ],
)
def test_talks_answer_an_offer_and_overtake_a_condition(name: str, own: dict, n: int, kind: str, answers: bool) -> None:
    talks = on(n, "", made(name, **own), kind=kind, id=3)
    assert stands(talks) == ((0, [talks.id]) if answers else (1, []))
    asked = on(2, "CHN", made("condition_for_talks"), id=4)
    [row] = status(ledger_of([asked, talks]), day(9))["preconditions"]
    assert (row["state"], row["talks"]) == (("overtaken by talks", talks.id) if answers else ("standing", None))


def test_a_condition_gives_way_where_its_own_side_agrees_to_talks_later() -> None:
    asked = on(2, "CHN", made("condition_for_talks"))

    def row(*entries: Any) -> Any:
        [found] = status(ledger_of([asked, *entries]), day(9))["preconditions"]
        return found["state"], found["talks"]

    accepts = made("accepts_talks", by="CHN", of="USA")
    assert row(on(3, "CHN", accepts)) == ("talks agreed", "2025-05-03-01")
    assert row(on(2, "CHN", accepts, id=2)) == ("standing", None)
    assert row(on(3, "USA", accepts, kind="claim")) == ("standing", None)
    assert row(on(3, "USA", made("accepts_talks", by="USA", of="CHN"))) == ("standing", None)


def test_who_considers_an_offer_is_told_with_it() -> None:
    words = made("considers_offer", by="CHN", of="USA")
    some = [
        on(3, "CHN", words),
        on(4, "USA", words, kind="claim"),
        on(5, "CHN", made("considers_offer", by="CHN", of="JPN")),
    ]
    [row] = status(ledger_of([OFFER, *some]), day(9))["offers"]
    assert (row["considered_in"], row["said_by"], row["by"], row["to"], row["about"]) == (
        ["2025-05-03-01"], "us-president", "USA", "CHN", "tariffs")  # fmt: skip


def test_the_day_itself_is_neither_before_nor_after_the_deadline() -> None:
    def rows(*entries: Any, n: int) -> tuple[list[int], list[int]]:
        found = status(ledger_of(entries), day(n))
        return [r["days_left"] for r in found["deadlines"]], [r["days_left"] for r in found["passed"]]

    assert [rows(SETS, n=n) for n in (9, 10, 11)] == [([1], []), ([0], []), ([], [-1])]
    assert rows(SETS, KEEPS, n=11) == ([], [])
    assert rows(SETS, on(3, "USA", relates=[{"to": SETS.id, "how": "withdraws"}]), n=9) == ([], [])
    assert rows(SETS, MOVES, n=9) == ([11], [])
    same_day = on(1, "USA", made("deadline_moved", due=day(3)), id=2)
    before = on(0, "USA", made("deadline_moved", due=day(3)))
    assert [rows(moved, SETS, n=9) for moved in (same_day, before)] == [([], [-6]), ([1], [])]


def test_status_names_its_two_days() -> None:
    found = status(ledger_of([OFFER]), day(9), day(8))
    assert (found["on"], found["known"]) == ("2025-05-09", "2025-05-08")
    assert status(ledger_of([OFFER]))["known"] is None
    assert status(ledger_of([OFFER]))["on"] == "2025-05-02"


def test_offers_and_conditions_are_told_word_for_word() -> None:
    quoted = on(3, "USA", made("offers_talks", by="USA", to="CHN"), quote="come")
    rows = status(ledger_of([OFFER, quoted]), day(9))["offers"]
    assert [(r["id"], r["quote"], r["text"], r["source"]["publisher"]) for r in rows] == [
        (OFFER.id, None, "T.", "A"), (quoted.id, "come", "T.", "A")]  # fmt: skip
    read = Requirement(
        words="scrap them", test="duties_zero", destination="USA", origin="CHN", since=day(1), reading="beforehand"
    )
    asked = on(
        3, "CHN", made("condition_for_talks", requires=(read, Requirement(words="w", test="none"))), quote="first"
    )
    [row] = status(ledger_of([asked]), day(9))["preconditions"]
    assert (row["quote"], row["met"], row["tested_by"], row["by"], row["of"]) == ("first", None, None, "CHN", "USA")
    whole, bare = row["requires"]
    assert whole == {"words": "scrap them", "test": "duties_zero", "destination": "USA", "origin": "CHN", "since": "2025-05-01",
                     "reading": "beforehand"}  # fmt: skip
    assert (bare["since"], bare["reading"]) == (None, None)
    [plain] = status(ledger_of([on(3, "CHN", made("condition_for_talks"))]), day(9))["preconditions"]
    assert plain["quote"] is None
