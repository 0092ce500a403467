"""What was known on a day: a ledger cut off there gives the same bytes in every view as the whole one read as of it."""

from __future__ import annotations

import json
import random
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands import Command
from drawn import drawn, thinned
from parley.record.contradictions import contradictions
from parley.record.entry import LATER as WITHHELD
from parley.record.export import timeline
from parley.record.ledger import FOLDER, Ledger, ledger_of, read_ledger
from parley.record.outcomes import recorded_deeds, trials
from parley.record.rate_pairs import base_differences
from parley.record.status import status
from parley.record.summary import claims, positions, record_section
from parley.record.write import format_entry, format_month
from parley.scenario.clocks import law_known_to
from parley.scenario.deeds import deeds
from regimes import law_of

LEDGER = read_ledger()
DAY = "2025-05-02"
OTHER_DAYS = ("2025-04-10", "2025-04-24", "2025-08-01", "2025-12-31")
VIEWS = (
    "list", "list --actor CHN", "claims", "status", "status --on 2025-07-09", "contradictions", "deeds", "positions",
    "deeds --on 2025-07-09", "base 46 --origin VNM --on 2025-05-02", "base 164 --on 2025-04-20", "timeline",
    "timeline --format csv", "timeline --format jsonld", "timeline --format ics", "timeline --format html",
)  # fmt: skip
LATER = "Geneva", "Busan", "Kuala Lumpur", "12 May", "Supreme Court", "Guardian", "Moneycontrol"  # after 2 May 2025
LAW_READ_TO = str(min(law_known_to(("USA", "CHN")).values()))  # every answer says how far the law was read
TO_COME = {"2025-07-09", LAW_READ_TO}  # later than 2 May, and spoken of by then: the deadline


printed = Command("record").out


def written(folder: Path, entries) -> Path:
    folder.mkdir()
    for month in {f"{e.on:%Y-%m}" for e in entries}:
        text = format_month(tuple(e for e in entries if f"{e.on:%Y-%m}" == month))
        (folder / f"{month}.toml").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    """The folder of a record that ends on a day."""
    made: dict[str, Path] = {}

    def of(day: str) -> Path:
        if day not in made:
            entries = [e for e in LEDGER.entries if e.known <= date.fromisoformat(day)]
            made[day] = written(tmp_path_factory.mktemp("cut") / "ledger", entries)
        return made[day]

    return of


def days_in(text: str) -> set[str]:
    """Every day that a text names, in addresses and calendars too."""
    plain = {"-".join(d) for d in re.findall(r"\b(20\d\d)[-/](\d\d)[-/](\d\d)\b", text)}
    return plain | {"-".join(d) for d in re.findall(r"\b(20\d\d)(0\d|1[0-2])([0-3]\d)(?=T|\b)", text)}


def check_cut(capsys, view: str, day: str, folder: Path) -> str:
    """The view as known on a day, after holding it against that of the record cut off there."""
    argv = (*view.split(), "--known", day, *(() if "--format" in view else ("--json",)))
    whole = printed(capsys, *argv)
    assert whole == printed(capsys, *argv, "--ledger", str(folder)), view
    return whole


@pytest.mark.parametrize("view", thinned([v for v in VIEWS if "html" not in v and "VNM" not in v], 3))
def test_on_2_may_every_view_is_that_of_a_record_cut_off_there_and_names_no_later_day(capsys, cut, view: str) -> None:
    whole = check_cut(capsys, view, DAY, cut(DAY))
    assert {d for d in days_in(whole) if d > DAY} <= TO_COME
    assert not [word for word in LATER if word in whole]


@pytest.mark.parametrize("view", [v for v in VIEWS if "base" not in v and "--format" not in v])
def test_nothing_later_than_2_may_is_shown_to_people(capsys, view: str) -> None:
    out = printed(capsys, *view.split(), "--known", DAY)
    assert not [word for word in LATER if word in out]
    assert {d for d in days_in(out) if d > DAY} <= TO_COME


@pytest.mark.slow
@pytest.mark.parametrize("day", [*OTHER_DAYS, DAY])
def test_every_view_as_known_on_a_day_is_that_of_a_record_cut_off_there(capsys, cut, day: str) -> None:
    for view in VIEWS:
        check_cut(capsys, view, day, cut(day))


def test_a_source_that_came_later_is_hidden_until_its_day() -> None:
    video = {day: LEDGER.known(day).entry("2025-04-29-01") for day in (date(2025, 5, 2), date(2025, 5, 5))}
    assert [len(e.also) for e in video.values()] == [1, 2]  # the Guardian's copy is of 5 May
    order = LEDGER.known(date(2025, 4, 10)).entry("2025-04-09-02").source
    assert (order.address, order.date, order.note) == ("", None, WITHHELD)  # the register printed it on 15 April
    assert order.publisher == "Executive Order 14266, 90 FR 15625"
    assert LEDGER.known(date(2025, 4, 15)).entry("2025-04-09-02").source.address.endswith("2025-06462.htm")


def test_no_entry_rests_on_a_page_that_only_a_later_day_could_know() -> None:
    for entry in LEDGER.entries:
        seen = entry.as_known(entry.known)
        for text in (seen.text, seen.source.address, *(s.address for s in seen.also), seen.source.note):
            assert not {d for d in days_in(text) if d > str(entry.known)}, entry.id


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(LEDGER.entries))
def test_order_of_entries_does_not_matter(order) -> None:
    assert ledger_of(order) == LEDGER


def test_order_within_files_and_of_files_on_disk_does_not_matter(tmp_path: Path) -> None:
    paths = list(FOLDER.glob("*.toml"))
    random.Random(6).shuffle(paths)  # a file system lists them in the order in which they were made
    for path in paths:
        entries = [e for e in LEDGER.entries if path.stem == f"{e.on:%Y-%m}"]
        random.Random(path.stem).shuffle(entries)
        (tmp_path / path.name).write_text("\n".join(format_entry(e) for e in entries), "utf-8")
    assert read_ledger(tmp_path) == LEDGER


KNOWN_DAYS = sorted({e.known for e in LEDGER.entries})
OF_THEM = drawn(KNOWN_DAYS, 60)


def views_of(ledger: Ledger, day: date) -> str:
    """Every view of a ledger as known on a day, as one text."""
    return json.dumps(
        (
            status(ledger, day, day),
            contradictions(ledger, day, day),
            base_differences(ledger, day, day),
            claims(ledger, day, day),
            positions(ledger, None, None, day),
            [d.row() for d in recorded_deeds(ledger, day, day)],
            list(trials(ledger.known(day), day)),
            record_section(ledger, day, day),
            timeline(ledger, day, day),
        ),
        default=str,
    )


@pytest.mark.parametrize(
    "days",
    [KNOWN_DAYS[::27], pytest.param(OF_THEM, marks=pytest.mark.slow)],
    ids=["every 27th day", "days drawn"],
)
def test_on_every_day_of_the_ledger_each_view_is_that_of_a_record_cut_off_there(days: list[date]) -> None:
    for day in days:
        cut_off = ledger_of(e for e in LEDGER.entries if e.known <= day)
        whole = views_of(LEDGER, day)
        assert whole == views_of(cut_off, day), day
        assert not [e.id for e in LEDGER.entries if e.known > day and e.id in whole], day


@pytest.mark.parametrize(
    "days",
    [["2018-04-03", "2019-09-01", "2025-05-08", "2026-10-01"], pytest.param(OF_THEM, marks=pytest.mark.slow)],
    ids=["some days", "days drawn"],
)
def test_words_are_held_against_law_on_every_day_whatever_codes_an_edition_has(days: list) -> None:
    regime = law_of()
    for day in days:
        on = date.fromisoformat(str(day))
        assert deeds(LEDGER, regime, on, None)
        assert all("no line" not in d.reason for d in deeds(LEDGER, regime, on, on)), day
