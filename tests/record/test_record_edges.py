"""The edges of every rule over two statements: the last day and the first, each field that must agree, and the words that it gives back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from parley.errors import RecordError
from parley.record.contradictions import OWN_RULE, SAYS, contradictions
from parley.record.entry import PERSONS, actor, actor_named
from parley.record.in_words import asked
from parley.record.ledger import ledger_of
from statements import day, made, said
from tables import each


def found(x: Any, y: Any, days: int = 0, **more: Any) -> list[dict]:
    """The pairs of two entries, the second so many days after the first."""
    second = said(2, "CHN", y, day=2)
    on = second.on + timedelta(days=days)
    later = msgspec.structs.replace(second, on=on, known=on, id=f"{on}-02", **more)
    return contradictions(ledger_of([said(1, "USA", x), later]))


def no(name: str, **own: Any) -> Any:
    return made(name, value=False, **own)


HELD, HELD_NOT = made("contact_held", start=day(5), end=day(9)), no("contact_held", start=day(5), end=day(9))
OFFER_NOT = no("offers_talks", by="USA", to="CHN")
FIRM, MOVED = made("deadline_firm", due=day(20)), made("deadline_moved", due=day(30))
BUYS = made("will_buy", start=day(1), due=day(10))
FROM_US = made("initiated_contact", by="USA", to="CHN")
CASES: dict[str, tuple[Any, Any, list[tuple[Any, int, bool]]]] = {
    # the rule: one statement, another that clashes with it, and (instead of the other, days later, whether it still clashes)
    "who approached": (made("initiated_contact"), FROM_US, [
        (made("initiated_contact", by="USA", to="CHN", episode="autumn"), 0, False),
        (made("initiated_contact", by="USA", to="JPN"), 0, False),
        (no("initiated_contact", by="USA", to="CHN"), 0, False),
    ]),
    "talks under way": (made("talks_ongoing"), no("talks_ongoing"), [
        (no("talks_ongoing"), 7, True),
        (no("talks_ongoing"), 8, False),
        (no("talks_ongoing", parties=("USA", "CHN")), 0, True),
        (no("talks_ongoing", parties=("CHN", "JPN")), 0, False),
        (no("talks_ongoing", about="rare earths"), 0, False),
    ]),
    "held": (HELD, HELD_NOT, [
        (no("contact_held", start=day(9), end=day(12)), 0, True),
        (no("contact_held", start=day(10), end=day(12)), 0, False),
        (no("contact_held", start=day(2), end=day(5)), 0, True),
        (no("contact_held", start=day(2), end=day(4)), 0, False),
        (no("contact_held", start=day(5), end=day(9), channel="call"), 0, False),
        (no("contact_held", start=day(5), end=day(9), parties=("CHN", "JPN")), 0, False),
    ]),
    "held, no talks": (no("talks_ongoing"), made("contact_held", start=day(2), end=day(2)), [
        (made("contact_held", start=day(3), end=day(3)), 1, False),  # after the day of the words
        (made("contact_held", start=day(-5), end=day(-5)), 0, True),
        (made("contact_held", start=day(-6), end=day(-6)), 0, False),
        (made("contact_held", start=day(-5), end=day(2)), 0, True),  # a definite time: a week at most
        (made("contact_held", start=day(-6), end=day(2)), 0, False),
        (made("contact_held", start=day(2), end=day(2), channel="call"), 0, False),
        (made("contact_held", start=day(2), end=day(2), parties=("CHN", "JPN")), 0, False),
        (no("contact_held", start=day(2), end=day(2)), 0, False),
    ]),
    "broken": (made("violated"), no("violated"), [
        (no("violated", agreement="London"), 0, False),
        (no("violated", by="USA"), 0, False),
    ]),
    "will buy": (BUYS, made("will_buy", start=day(6), due=day(15), quantity=9.0), [
        (made("will_buy", start=day(7), due=day(16), quantity=9.0), 0, False),  # four days of ten in common
        (made("will_buy", start=day(6), due=day(40), quantity=9.0), 0, True),  # half of the shorter
        (made("will_buy", start=day(7), due=day(40), quantity=9.0), 0, False),
        (made("will_buy", start=day(-30), due=day(5), quantity=9.0), 0, True),
        (made("will_buy", start=day(-30), due=day(4), quantity=9.0), 0, False),
        (made("will_buy", start=day(1), due=day(10)), 0, False),
        (made("will_buy", start=day(1), due=day(10), quantity_to=5.0), 0, True),
        (made("will_buy", start=day(1), due=day(11)), 0, True),
        (no("will_buy", start=day(1), due=day(10), quantity=9.0), 0, False),
        *((made("will_buy", start=day(1), due=day(10), quantity=9.0, **{f: v}), 0, False)
          for f, v in {"by": "JPN", "seller": "BRA", "good": "wheat", "unit": "kg"}.items()),
    ]),
    "deadline": (FIRM, MOVED, [
        (made("deadline_moved", due=day(20)), 0, False),
        (made("deadline_moved", due=day(30), deadline="other"), 0, False),
        (made("deadline_firm", due=day(30)), 0, False),
    ]),
    "ready": (made("will_negotiate"), no("will_negotiate"), [
        (no("will_negotiate", by="JPN"), 0, False),
        (no("will_negotiate", to="JPN"), 0, False),
        (no("will_negotiate", issue="tariffs"), 0, False),
    ]),
    "lawful": (made("lawful"), no("lawful"), [(no("lawful", programme="ieepa"), 0, False)]),
    "step": (made("measure_step", start=day(1)), made("measure_step", start=day(1), rate=0.5), [
        (made("measure_step", start=day(2), rate=0.5), 0, False),
        (made("measure_step", start=day(1), rate=None), 0, False),
        (made("measure_step", start=day(1), rate=0.5, measure="n"), 0, False),
        (made("measure_step", start=day(1)), 0, False),
    ]),
    "considers": (made("considers_offer"), OFFER_NOT, [
        (OFFER_NOT, 7, True),
        (OFFER_NOT, 8, False),
        (no("offers_talks", by="USA", to="JPN"), 0, False),
        (no("offers_talks", by="JPN", to="CHN"), 0, False),
        (made("offers_talks", by="USA", to="CHN"), 0, False),
    ]),
    "no agreement": (made("violated"), no("agreed"), [(no("agreed", agreement="London"), 0, False), (made("agreed"), 0, False)]),
    "concluded": (made("concluded", count=5), made("concluded", count=4), [
        (made("concluded", count=6), 0, True),  # two counts of one day
        (made("concluded", count=4), 1, True),
        (made("concluded", count=5), 1, False),
        (made("concluded", count=6), 1, False),
        (made("concluded", count=4, what="others"), 0, False),
        (made("concluded", count=4, by="JPN"), 0, False),
        (no("concluded", count=4), 0, False),
        (made("bought"), 0, False),
    ]),
}  # fmt: skip
ALL = [
    (rule, x, other, days, clash)
    for rule, (x, y, cases) in CASES.items()
    for other, days, clash in [(y, 0, True), *cases]
]


def _clashes_so(row: tuple[str, Any, Any, int, bool]) -> None:
    _, x, y, days, clash = row
    assert len(found(x, y, days)) == clash
    if not days:  # whoever spoke first
        turned = contradictions(ledger_of([said(1, "USA", y), said(2, "CHN", x)]))
        assert len(turned) == clash


def test_two_statements_clash_up_to_the_edge_of_the_rule_and_not_beyond() -> None:
    each(ALL, _clashes_so)


def test_a_deadline_moved_before_it_was_called_firm_is_no_clash_and_one_moved_that_day_is() -> None:
    assert [len(found(MOVED, FIRM, days)) for days in (0, 1)] == [1, 0]
    assert found(no("deadline_firm", due=day(20)), MOVED) == []
    assert found(MOVED, made("deadline_moved", due=day(31))) == []


def bought(quantity: float, start: int, until: int | None) -> Any:
    return made("bought", quantity=quantity, start=day(start), until=None if until is None else day(until))


@pytest.mark.parametrize(
    ("x", "y", "days", "clash"),
    [
        (bought(5, 1, 60), bought(4, 15, 60), 0, True),  # begun two weeks apart and counted to one day: one period
        (bought(5, 1, 60), bought(6, 16, 60), 0, True),  # later: more in a part of it
        (bought(5, 1, 60), bought(4, 16, 60), 0, False),
        (bought(6, 16, 60), bought(5, 1, 60), 0, True),
        (bought(5, 1, 60), bought(6, 1, 74), 0, True),  # ends two weeks apart
        (bought(5, 1, 60), bought(6, 1, 75), 0, False),  # later: more is right
        (bought(5, 1, 60), bought(4, 1, 75), 0, True),
        (bought(6, 1, 75), bought(5, 1, 60), 0, False),
        (bought(4, 1, 75), bought(5, 1, 60), 0, True),
        (bought(5, 1, None), bought(6, 1, None), 0, True),
        (bought(5, 1, None), bought(6, 1, None), 1, False),  # each as of its own day
        (bought(5, 1, None), bought(4, 1, None), 1, True),
        (bought(5, 1, None), bought(6, 1, 8), 0, True),  # one of them names a day near the other's
        (bought(5, 1, 8), bought(6, 1, None), 0, True),
        (bought(5, 1, 60), bought(5, 1, 60), 0, False),
        (bought(5, 1, 60), made("bought", quantity=6, start=day(1), until=day(60), unit="kg"), 0, False),
        (bought(5, 1, 60), made("bought", quantity=6, start=day(1), until=day(60), good="wheat"), 0, False),
        (bought(5, 1, 60), made("bought", quantity=6, start=day(1), until=day(60), by="JPN"), 0, False),
        (bought(5, 1, 60), bought(9, 20, 61), 0, False),  # they overlap, and neither holds the other
        (bought(9, 20, 61), bought(5, 1, 60), 0, False),
        (bought(5, 1, 61), bought(9, 20, 60), 0, True),
        (bought(9, 20, 60), bought(9, 1, 60), 0, False),
        (bought(9, 1, 60), bought(9, 20, 60), 0, False),
    ],
)
def test_two_counts_clash_where_no_flow_of_goods_has_both(x: Any, y: Any, days: int, clash: bool) -> None:
    assert len(found(x, y, days)) == clash


LEVELS = "another level: contacts of officials may or may not be called talks"
COUNTS = "another count: booked or shipped, signed or announced"


@pytest.mark.parametrize(
    ("x", "y", "rule", "about", "reconcile"),
    [
        (no("talks_ongoing"), made("contact_held", start=day(1), end=day(2)), "different kinds",
         "no talks on tariffs, and a meeting by 2025-05-02", [LEVELS]),
        (no("talks_ongoing"), made("contact_held", start=day(1), end=day(2), channel="officials"), "different kinds",
         "no talks on tariffs, and contact of officials by 2025-05-02", [LEVELS]),
        (made("initiated_contact"), FROM_US, "exclusive role", "who approached whom (spring)",
         ["another episode: each may count a different first step"]),
        (made("initiated_contact"), made("initiated_contact", by="USA", to="CHN", channel="call"), "exclusive role",
         "who approached whom (spring)",
         ["another episode: each may count a different first step", "another channel: meeting here, call there"]),
        (made("initiated_contact", channel=""), made("initiated_contact", by="USA", to="CHN", channel=""), "exclusive role",
         "who approached whom (spring)",
         ["another episode: each may count a different first step", "another channel: not stated here, not stated there"]),
        (made("talks_ongoing"), no("talks_ongoing"), "negation", "whether talks on tariffs were under way", [LEVELS]),
        (made("contact_held", start=day(1), end=day(6)), no("contact_held", start=day(3), end=day(9)), "negation",
         "whether there was a meeting between 2025-05-03 and 2025-05-06",
         ["another episode: a contact before the period that the other speaks of"]),
        (made("violated"), no("violated"), "negation", "whether China broke the agreement of Geneva",
         ["another reading of what was agreed: neither names the clause"]),
        (BUYS, made("will_buy", start=day(1), due=day(11), quantity=9.0), "different value",
         "maize: 4 t by 2025-05-10, or 9 t by 2025-05-11", ["the later statement moves the day", "another count: booked or shipped"]),
        (FIRM, MOVED, "different value", "the deadline d: firm on 2025-05-20, then 2025-05-30",
         ["another event: the end of the pause, or the first day of the rates"]),
        (made("will_negotiate"), no("will_negotiate", condition="c"), "negation", "whether China is ready to discuss truce",
         ["another condition: none named here, c there"]),
        (made("lawful"), no("lawful"), "negation", "whether the law carries the Section 301 duty",
         ["another court: the later one may overrule the earlier", "another moment: a ruling that is not final"]),
        (made("measure_step"), made("measure_step", rate=0.5), "different value", "the rate of the measure m from 2025-05-02: 25 or 50 %",
         ["another moment: announced, or charged", "another scope: goods on which the rate differs"]),
        (bought(5, 1, 2), bought(6, 1, 2), "different value", "maize bought by China by 2025-05-02: 5 t or 6 t", [COUNTS]),
        (bought(5, 1, None), bought(6, 1, 4), "different value", "maize bought by China by 2025-05-02: 5 t or 6 t",
         ["another day: 2025-05-02 here, 2025-05-04 there", COUNTS]),
        (made("concluded", count=5), made("concluded", count=4), "different value", "things concluded by China by 2025-05-02: 5 or 4",
         [COUNTS]),
        (made("considers_offer"), OFFER_NOT, "different kinds", "China considers an offer of the United States, and no such offer",
         ["another meaning of the words"]),
        (made("violated"), no("agreed"), "different kinds", "China broke the agreement of Geneva, and no such agreement",
         ["another meaning of the words"]),
        (made("agreed"), no("agreed"), "negation", "whether China and the United States agreed: Geneva", ["another meaning of the words"]),
        (made("will_impose"), no("will_impose"), "negation",
         "whether China will raise duties on goods of the United States (Section 301, m, 25 %)",
         ["another meaning of the words"]),
    ],
)  # fmt: skip
def test_a_pair_says_what_it_is_about_and_what_would_make_both_right(
    x: Any, y: Any, rule: str, about: str, reconcile: list[str]
) -> None:
    [pair] = found(x, y)
    assert (pair["rule"], pair["about"], pair["reconcile"]) == (rule, about, reconcile)


@pytest.mark.parametrize(
    "x", [made("talks_ongoing"), HELD, made("initiated_contact"), made("will_negotiate"), made("concluded")]
)
def test_a_loose_day_is_a_way_out(x: Any) -> None:
    """Of either entry, the first told first."""
    other = {"initiated_contact": FROM_US, "concluded": made("concluded", count=4)}
    tag = type(x).__struct_config__.tag
    y = other.get(tag) or msgspec.structs.replace(x, value=False)
    first = msgspec.structs.replace(said(1, "USA", x), precision="approx")
    second = msgspec.structs.replace(said(2, "CHN", y), precision="week")
    [pair] = contradictions(ledger_of([first, second]))
    assert pair["reconcile"][-2:] == [
        "2025-05-02-02 is dated to the week only",
        "the day of 2025-05-02-01 is approximate",
    ]


@pytest.mark.parametrize(
    ("how", "pairs"), [("withdraws", 0), ("amends", 0), ("implements", 0), ("rejects", 1), ("tests", 1)]
)
def test_who_changes_an_earlier_word_does_not_contradict_it(how: str, pairs: int) -> None:
    first = said(1, "USA", made("will_impose"))
    later = said(2, "USA", no("will_impose"), relates=[{"to": first.id, "how": how}])
    assert len(contradictions(ledger_of([first, later]))) == pairs


@pytest.mark.parametrize(("side", "days", "pairs"), [("USA", 0, 1), ("USA", 1, 0), ("CHN", 7, 1), ("CHN", 8, 0)])
def test_another_promise_later_on_is_no_contradiction(side: str, days: int, pairs: int) -> None:
    """One's own after a day; what another says of the same after a week. A stance stays a stance."""
    first, later = said(1, "USA", made("will_impose")), said(2, side, no("will_impose"), day=2 + days)
    assert len(contradictions(ledger_of([first, later]))) == pairs
    stance = [said(1, "USA", made("position")), said(2, side, no("position"), day=2 + days)]
    assert len(contradictions(ledger_of(stance))) == 1


def test_pairs_stand_in_the_order_of_the_later_entry_and_only_as_they_were_known() -> None:
    entries = [said(n, "CHN" if n % 2 else "USA", made("lawful", value=bool(n % 2)), day=n) for n in (1, 2, 3, 4)]
    told = [(p["first"][-5:], p["second"][-5:]) for p in contradictions(ledger_of(entries))]
    assert told == [("01-01", "02-02"), ("02-02", "03-03"), ("01-01", "04-04"), ("03-03", "04-04")]
    assert len(contradictions(ledger_of(entries), day(3))) == 2
    assert len(contradictions(ledger_of(entries), None, day(3))) == 2
    assert len(contradictions(ledger_of(entries), day(4), day(2))) == 1
    both = said(1, "USA", made("lawful"), no("lawful"))
    assert contradictions(ledger_of([both])) == []  # one entry is no pair


def test_a_side_of_a_pair_is_the_entry_as_it_stands() -> None:
    [pair] = found(made("lawful"), no("lawful"), quote="word")
    one, other = pair["both_sources"]
    assert (one["entry"], one["actor"], one["on"], one["known"], one["precision"], one["text"], one["quote"]) == (
        "2025-05-02-01", "us-president", "2025-05-02", "2025-05-02", "day", "T.", None)  # fmt: skip
    assert (other["quote"], other["also"], other["source"]["publisher"]) == ("word", [], "A")


@pytest.mark.parametrize("kind", [k for k in SAYS if k not in OWN_RULE], ids=lambda k: k.__name__)
def test_what_a_denial_is_about_is_a_sentence_without_codes(kind: type[Any]) -> None:
    """Whatever is said and denied: no code of a country, no id of a legal authority, no tuple, no underscore."""
    x = made(kind.__struct_config__.tag)
    about = asked(x, ())
    assert about.startswith("whether ")
    assert kind.asks
    assert not re.search(r"[A-Z]{3}\b|[_'{}*]|\bs\d{3}\b|ieepa", about.replace("EUU", "")), about


@pytest.mark.parametrize(
    ("said", "id"),
    [("China", "CHN"), ("中国", "CHN"), ("usa", "USA"), ("European Union", "EUU"), ("us-treasury", "us-treasury"),
     ("ministry of commerce", "cn-mofcom"), ("Wu Xinbo", "wu-xinbo"), ("Deutschland", "DEU")],
)  # fmt: skip
def test_an_actor_is_known_by_its_name(said: str, id: str) -> None:
    assert actor_named(said).id == id


@pytest.mark.parametrize(
    ("said", "hint"), [("president", "cn-president"), ("us-mofcom", "Did you mean cn-mofcom"), (" ", "us-ustr")]
)
def test_who_is_nobody_is_told_who_there_is(said: str, hint: str) -> None:
    with pytest.raises(RecordError, match=hint):
        actor_named(said)


@pytest.mark.parametrize(
    ("said", "offices"),
    [("Trump", "us-president (the President of the United States)"),
     ("donald j. trump", "us-president (the President of the United States)"),
     ("Secretary Bessent", "us-treasury (the US Secretary of the Treasury)"), ("He Lifeng", "CHN (China)"),
     ("Vice Premier He Lifeng", "CHN (China)"), ("Sefcovic", "eu-commission (the European Commission)"),
     ("wang", "cn-foreign-minister (China's Minister of Foreign Affairs); cn-mofcom (China's Ministry of Commerce)")],
)  # fmt: skip
def test_a_person_is_told_the_office_to_ask_for(said: str, offices: str) -> None:
    with pytest.raises(RecordError) as refused:
        actor_named(said)
    assert (refused.value.allowed, "Ask for the office" in refused.value.hint) == (offices, True)


def test_every_person_spoke_as_an_actor_and_is_found_by_each_name() -> None:
    for id, names in PERSONS.items():
        for name in names:
            for typed in (name, name.upper(), max(name.split(), key=len)):
                with pytest.raises(RecordError) as refused:
                    actor_named(typed)
                assert f"{id} ({actor(id).name})" in refused.value.allowed.split("; "), typed
