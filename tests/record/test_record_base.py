"""Which way of counting fits a stated rate: what was threatened or announced, what others published, and what a fit is worth."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from commands import PARLEY
from parley.record.ledger import Ledger, read_ledger
from parley.record.predicates import RateIs, WillImpose, WillLower
from parley.scenario.base import BaseCheck, check_base
from parley.scenario.bases import Candidate
from parley.scenario.chance_fits import coincidence, verdict
from parley.scenario.told_rates import published, told_rates
from regimes import law_of

LEDGER = read_ledger()


def checked(stated: str, on: str, known: str | None = None, origin: str = "CHN", destination: str = "USA") -> BaseCheck:
    return check_base(stated, origin, destination, on, known, law_of(), LEDGER)


def fitting(found: BaseCheck) -> list[str]:
    return [f"{c['base']}: {c['words']}" for c in found["candidates"] if c["fits"]]


@pytest.mark.parametrize(
    ("stated", "on", "words"),
    [
        ("130", "2025-10-20", "threatened: 100 % on top of duties added since 2025 alone"),
        ("155", "2025-10-20", "threatened: 100 % on top of duties added since 2025 and the 25 % of the older Section 301"),
        ("100", "2025-11-01", "and taken back on 2025-10-26"),
        ("105", "2025-05-10", "announced: 80 % in the place of all that was added since 2025, with 25 % by Section 301"),
    ],
)  # fmt: skip
def test_a_rate_that_was_threatened_or_announced_in_words_alone_is_found(stated: str, on: str, words: str) -> None:
    assert any(words in each for each in fitting(checked(stated, on)))


def test_what_nobody_had_said_yet_is_not_searched() -> None:
    assert not fitting(checked("155", "2025-10-09"))
    assert not [c for c in checked("155", "2025-10-20", "2025-10-09")["candidates"] if c["base"] == "threatened"]
    assert not [
        c for c in checked("155", "2025-11-02")["candidates"] if "2025-10-10-01" in c["words"]
    ]  # its day is over


ADDED = Candidate("added", "duties added, as 9 lines pay them", 0.3, (("ieepa_fentanyl", 0.2), ("s122", 0.1)))


def said_on(said: object, kind: str = "threat", on: str = "2025-10-10") -> Ledger:
    entry = replace_entry(LEDGER.entry("2025-10-10-01"), kind, date.fromisoformat(on), said)
    return Ledger((entry,))


def replace_entry(entry, kind: str, on: date, said: object):

    return msgspec.structs.replace(entry, kind=kind, on=on, known=on, says=(said,), relates=())


@pytest.mark.parametrize(
    ("said", "rates"),
    [
        (WillImpose(by="USA", target="CHN", programme="added", rate=1.0, added=True), [1.0, 1.3]),
        (WillImpose(by="USA", target="*", programme="s122", rate=0.15), [0.15, 0.35]),
        (WillLower(by="USA", target="CHN", programme="ieepa_fentanyl", rate=0.05), [0.05, 0.15]),
        (WillLower(by="USA", target="CHN", programme="added", rate=0.6), [0.6]),
        (WillImpose(by="USA", target="CHN", programme="added", rate=0.3), []),  # law has it already
        (WillImpose(by="USA", target="CHN", programme="added", rate=1.0, value=False), []),
        (WillImpose(by="USA", target="CHN", programme="s232", rate=1.0, product="8703220110"), []),  # of one good
        (WillImpose(by="CHN", target="USA", programme="added", rate=1.0), []),
        (WillImpose(by="USA", target="CHN", programme="added", start=date(2025, 11, 1)), []),  # no rate was named
    ],
)  # fmt: skip
def test_how_a_rate_that_was_said_is_counted(said: object, rates: list[float]) -> None:
    found = [c.rate for c in told_rates(said_on(said), "CHN", "USA", date(2025, 10, 20), (ADDED,))]
    assert found == pytest.approx(rates)


def test_a_member_of_a_union_pays_what_the_union_was_threatened_with() -> None:
    letter = checked("30", "2025-07-20", origin="DEU")
    assert any("2025-07-12-01" in each for each in fitting(letter))


@pytest.mark.parametrize("base", ["average", "average_imports", "average_exports"])
def test_averages_of_others_are_searched_while_the_duties_are_the_same(base: str) -> None:
    stated = RateIs(rate=0.31, origin="CHN", destination="USA")
    given = said_on(RateIs(rate=0.3149, origin="CHN", destination="USA", base=base), "observation")
    assert [c.rate for c in published(given, stated, 0.3, lambda day: True)] == [0.3149]
    assert [*published(given, stated, 0.3, lambda day: False)] == []
    same = RateIs(rate=0.3149, origin="CHN", destination="USA")
    assert [*published(given, same, 0.3, lambda day: True)] == []  # a figure is never explained by itself


def test_the_verdict_is_never_one_fit_that_nobody_named() -> None:
    chance = coincidence(47, 0.5, [46.59, 47.5, 45.0, 50.0, 50.0, 10.0])
    assert chance["ways"] == 6
    assert chance["expected"] == pytest.approx(6 / 51)  # 45, 47, 47 and 48, 50 and 50; 10 lies outside
    assert verdict(2, [], chance) == (
        "2 of 6 ways of counting fit to the last digit stated; by chance 0.1 would, so none of them is shown to be meant"
    )
    assert verdict(1, ["added"], chance).endswith(
        "1 of 6 ways of counting fits to the last digit stated; who stated it named added"
    )
    named = checked("55", "2025-06-11")
    assert named["verdict"].endswith("who stated it named added_with_s301")
    open_ = checked("99", "2025-05-02")
    assert open_["verdict"] == open_["reason"]


def test_the_chance_of_a_fit_is_the_mean_over_every_figure_of_the_window() -> None:
    rates = [0.2, 12.0, 12.5, 30.01, 36.9, 40.0]
    chance = coincidence(20, 0.5, rates)
    by_hand = [sum(abs(n - r) <= 0.5 for r in rates) for n in range(46)]
    assert chance["values"] == len(by_hand)
    assert chance["expected"] == pytest.approx(sum(by_hand) / 46)
    assert chance["fitting"] == sum(n > 0 for n in by_hand)


def test_the_command_says_how_many_were_tried_and_lists_all_that_fit(capsys: pytest.CaptureFixture[str]) -> None:
    out = " ".join(PARLEY.line(capsys, "record base 145 --on 2025-05-02 --known 2025-04-20").split())
    found = check_base("145", "CHN", "USA", "2025-05-02", "2025-04-20", law_of(), LEDGER)
    assert f"{len(found['fits'])} of {found['coincidence']['ways']} ways of counting fit" in out
    assert out.count(" fits 145.00 % ") == len(found["fits"])
