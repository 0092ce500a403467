"""The ledger: every shipped file, both clocks, errors that help, and writing that never leaves half a file."""

from __future__ import annotations

import csv
import json
import os
import re
import stat
import tomllib
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.errors import RecordError
from parley.record.contradictions import contradictions
from parley.record.entry import Entry, Relation, Source
from parley.record.export import claims_jsonld, deadlines_ics, timeline
from parley.record.faults import read_entry
from parley.record.ledger import FOLDER, Ledger, ledger_of, read_ledger, read_month
from parley.record.outcomes import recorded_deeds, trials
from parley.record.predicates import (
    Agreed,
    Bought,
    DeadlineMoved,
    InitiatedContact,
    Position,
    RateIs,
    TalksOngoing,
)
from parley.record.status import status
from parley.record.summary import claims, positions, record_section
from parley.record.write import add, add_all, format_entry, format_month, schema
from parley.scenario.base import check_base
from parley.scenario.deeds import deadline_slips, deeds, law_status
from regimes import law_of

LEDGER = read_ledger()
DAYS = [date(2025, 4, 1), date(2025, 5, 2), date(2025, 7, 8), date(2025, 12, 31)]
GOOD = {
    "kind": "claim",
    "actor": "cn-mofcom",
    "on": date(2025, 5, 2),
    "text": "A sentence in our words.",
    "source": {"publisher": "A paper", "tier": 2, "read": True},
}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda p: p.stem)
def test_every_month_reads_and_is_formatted_as_the_writer_would(path: Path) -> None:
    entries = read_month(path)
    assert entries
    assert format_month(entries) == path.read_text("utf-8")
    assert all(e.source.publisher and e.text.endswith((".", "?")) for e in entries)


def test_what_was_not_read_is_said_so() -> None:
    for entry in LEDGER.entries:
        for source in (entry.source, *entry.also):
            assert source.read or source.note, f"{entry.id}: {source.publisher} is unread without a note"
            assert source.read or not source.address, f"{entry.id}: an address that was not read"


def test_eleven_statements_of_the_article_are_entries_known_that_day() -> None:
    seen = LEDGER.known(date(2025, 5, 2))
    quotes = {e.quote for e in seen.entries}
    for quote in ("as high as 145%", "of up to 125%", "never kneel down", "has always been perfectly consistent",
                  "demonstrate sincerity, correct its wrongful practices, and cancel unilateral tariffs",
                  "our position is clear: show good faith first", "have disrupted global trade"):  # fmt: skip
        assert quote in quotes
    kinds = {(e.kind, e.actor) for e in seen.entries if e.on >= date(2025, 4, 29)}
    assert {("offer", "cn-mofcom"), ("precondition", "cn-mofcom"), ("claim", "us-president"), ("claim", "cn-mofcom"),
            ("statement", "wu-xinbo"), ("statement", "cn-foreign-ministry")} <= kinds  # fmt: skip


def test_known_hides_everything_later() -> None:
    seen = LEDGER.known(date(2025, 5, 2))
    assert max(e.known for e in seen.entries) == date(2025, 5, 2)
    assert not any("Geneva" in e.text for e in seen.entries)
    assert not any(e.id == "2025-04-22-01" for e in LEDGER.known(date(2025, 4, 24)).entries)  # published on 25 April


def everything(ledger: Ledger, day: date) -> str:
    """All views of a ledger as known on a day, as one text to compare."""
    views = (
        status(ledger, day, day),
        contradictions(ledger, day, day),
        claims(ledger, day, day),
        positions(ledger, None, None, day),
        [d.row() for d in recorded_deeds(ledger, day, day)],
        list(trials(ledger.known(day), day)),
        record_section(ledger, day, day),
        timeline(ledger, day, day),
        claims_jsonld(ledger, day, day),
        deadlines_ics(ledger, day, day),
    )
    return json.dumps(views, default=str)


before = cache(partial(everything, LEDGER))
PREDICATES = st.sampled_from(
    [
        InitiatedContact(by="USA", to="CHN", episode="tariff talks, spring 2025"),
        TalksOngoing(parties=("CHN", "USA"), value=True),
        DeadlineMoved(deadline="country-rates", due=date(2025, 8, 9)),
        RateIs(rate=1.2, origin="CHN", destination="USA", base="added", on=date(2025, 4, 20)),
        Position(by="CHN", issue="resolve", stance="another stance"),
        Bought(by="CHN", good="soybeans", quantity=13.0, unit="million tonnes", start=date(2025, 10, 30)),
        Agreed(agreement="later", parties=("CHN", "USA")),
    ]
)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(
    base=st.sampled_from(DAYS),
    on_back=st.integers(0, 200),
    later=st.integers(1, 300),
    said=st.lists(PREDICATES, max_size=3),
    how=st.sampled_from(["withdraws", "accepts", "corrects", "retracts", "denies", "moves"]),
    kind=st.sampled_from(["claim", "observation", "event", "deadline"]),
)
def test_adding_an_entry_never_changes_an_older_answer(base, on_back, later, said, how, kind) -> None:
    known = base + timedelta(days=later)
    old = [e for e in LEDGER.entries if e.known <= known]
    made = Entry(
        id=f"{known - timedelta(days=on_back)}-99",
        kind=kind,
        actor="press",
        on=known - timedelta(days=on_back),
        known=known,
        text="A later entry.",
        source=Source(publisher="A paper", tier=2, read=True),
        says=tuple(said),
        relates=tuple(Relation(to=e.id, how=how) for e in old[-3:]),
    )
    grown = ledger_of((*LEDGER.entries, made))
    assert everything(grown, base) == before(base)


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(base=st.sampled_from(DAYS), later=st.integers(1, 200), said=st.lists(PREDICATES, max_size=3),
       how=st.sampled_from(["withdraws", "corrects", "moves"]))  # fmt: skip
def test_adding_an_entry_never_changes_what_law_said_of_older_words(base, later, said, how) -> None:
    known = base + timedelta(days=later)
    old = [e for e in LEDGER.entries if e.known <= known]
    made = Entry(id=f"{known}-98", kind="event", actor="press", on=known, known=known, text="T.", says=tuple(said),
                 source=Source(publisher="A", tier=2, read=True),
                 relates=tuple(Relation(to=e.id, how=how) for e in old[-3:]))  # fmt: skip
    grown, regime = ledger_of((*LEDGER.entries, made)), law_of()

    def asked(ledger: Ledger) -> list:
        found = [d.row() for d in deeds(ledger, regime, None, base)]
        checked = check_base("46", "VNM", "USA", base, base, regime, ledger)
        return [found, law_status(ledger, regime, None, base), deadline_slips(ledger, base, regime), checked]

    assert asked(grown) == asked(LEDGER)


def test_a_correction_hides_what_it_corrects_from_its_day_on() -> None:
    raw = {**GOOD, "id": "2025-06-01-90", "on": date(2025, 6, 1), "known": date(2025, 6, 1),
           "relates": [{"to": "2025-05-02-07", "how": "corrects"}]}  # fmt: skip
    grown = ledger_of((*LEDGER.entries, read_entry(raw, "test")))
    assert any(e.id == "2025-05-02-07" for e in grown.known(date(2025, 5, 31)).entries)
    assert not any(e.id == "2025-05-02-07" for e in grown.known(date(2025, 6, 1)).entries)


def test_order_of_files_and_entries_does_not_matter() -> None:
    assert ledger_of(reversed(LEDGER.entries)) == LEDGER


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "clam"}, ["field kind", "'clam'", "offer, precondition", "Did you mean claim?"]),
        ({"actor": "cn-mofcm"}, ["field actor", "'cn-mofcm'", "Did you mean cn-mofcom?"]),
        ({"chanel": "video"}, ["no key 'chanel'", "channel", "Did you mean channel?"]),
        ({"text": 3}, ["field text", "3", "a text in quotes"]),
        ({"source": {}}, ["no source", "Nothing enters the record without one"]),
        ({"source": {"publisher": "A", "tier": 4, "read": True}}, ["source.read", "tier 4"]),
        ({"source": {"publisher": "A", "tier": 7, "read": True}}, ["field source.tier", "7", "1, 2, 3, 4"]),
        ({"says": [{"is": "talks_ongoin", "parties": ["CHN", "USA"]}]},
         ["says[0].is", "'talks_ongoin'", "Did you mean talks_ongoing?"]),
        ({"says": [{"is": "position", "by": "CHN", "issue": "resolv", "stance": "x"}]},
         ["says[0].issue", "'resolv'", "Did you mean resolve?"]),
        ({"says": [{"is": "position", "by": "CHX", "issue": "resolve", "stance": "x"}]}, ["says[0].by", "'CHX'"]),
        ({"known": date(2025, 5, 1)}, ["field known", "before 2025-05-02"]),
        ({"behalf": "CHX"}, ["field behalf", "'CHX'"]),
        ({"target": "CHX"}, ["field target", "'CHX'"]),
        ({"on": "2 May"}, ["field on", "'2 May'", "YYYY-MM-DD"]),
        ({"on": 20250502}, ["field on", "20250502", "YYYY-MM-DD"]),
        ({"says": [{"is": "rate_is", "rate": 145, "origin": "CHN", "destination": "USA"}]},
         ["says[0].rate", "145", "a fraction of customs value", "For 145 percent write 1.45"]),
        ({"says": [{"is": "rate_is", "rate": float("nan"), "origin": "CHN", "destination": "USA"}]}, ["says[0].rate", "nan"]),
        ({"says": [{"is": "will_remove", "by": "USA", "target": "CHN"}]},
         ["says[0].measure", "no measure and no programme", "the id of a measure, or a legal authority"]),
        ({"says": [{"is": "condition_for_talks", "by": "CHN", "of": "USX", "requires": []}]}, ["says[0].of", "'USX'"]),
        ({"id": "2025-05-02-01"}, ["2025-05.toml: entry 2025-05-02-01, field id", "stands twice"]),
        ({"quote": "x" * 201}, ["field quote", "201 characters", "at most 200"]),
        ({"relates": [{"to": "2025-05-02-77", "how": "denies"}]},
         ["2025-05.toml: entry 2025-05-02-14", "relates[0].to", "no entry '2025-05-02-77'", "an entry known by"]),
        ({"relates": [{"to": "2025-05-12-01", "how": "denies"}]}, ["relates[0].to", "known only on 2025-05-12"]),
    ],
)  # fmt: skip
def test_a_bad_entry_is_refused_with_file_entry_field_and_what_is_allowed(change, told, tmp_path) -> None:
    folder = copied(tmp_path, "2025-0[1-5]")  # as much as May relates to
    before = (folder / "2025-05.toml").read_bytes()
    with pytest.raises(RecordError) as fault:
        add({**GOOD, **change}, folder)
    for words in told:
        assert words in str(fault.value)
    assert (folder / "2025-05.toml").read_bytes() == before


def copied(tmp_path: Path, months: str = "*") -> Path:
    folder = tmp_path / "ledger"
    folder.mkdir()
    for path in FOLDER.glob(f"{months}.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_an_error_in_a_file_names_the_file_and_the_entry(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "2025-05.toml"
    path.write_text(path.read_text().replace('kind = "offer"', 'kind = "ofer"'), "utf-8")
    with pytest.raises(RecordError, match=r"2025-05\.toml: entry 2025-05-02-02, field kind.*Did you mean offer\?"):
        read_ledger(folder)


def test_add_numbers_formats_and_writes_whole_files(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    made = add(GOOD, folder)
    assert made.id == "2025-05-02-14"
    assert read_ledger(folder).entry(made.id) == made
    assert [p.name for p in folder.iterdir() if not p.name.endswith(".toml")] == []
    older = [e for e in read_ledger(folder).entries if e.id != made.id]
    assert tuple(older) == LEDGER.entries


def test_adding_changes_no_byte_of_what_stands_and_keeps_comments(tmp_path: Path) -> None:
    path = tmp_path / "2025-05.toml"
    text = '#:schema ./record.schema.json\r\n# ours\r\n\r\n[[entry]] # the first\r\n' + "".join(
        line + "\r\n" for line in format_entry(read_entry(
            {**GOOD, "id": "2025-05-02-01", "known": GOOD["on"]}, "test")).splitlines()[1:])  # fmt: skip
    path.write_bytes(text.encode())
    made = add(GOOD, tmp_path)
    after = path.read_bytes().decode()
    assert after.startswith(text)
    assert after.removeprefix(text) == "\n" + format_entry(made)
    assert [e.id for e in read_ledger(tmp_path).entries] == ["2025-05-02-01", "2025-05-02-02"]


def test_a_file_of_one_inline_array_can_be_added_to(tmp_path: Path) -> None:
    source = '{ publisher = "A", tier = 2, read = true }'
    (tmp_path / "2025-05.toml").write_text(
        f'entry = [{{ id = "2025-05-01-01", kind = "event", actor = "USA", on = 2025-05-01, known = 2025-05-01, '
        f'text = "T.", source = {source} }}]\n')  # fmt: skip
    add(GOOD, tmp_path)
    assert [e.id for e in read_ledger(tmp_path).entries] == ["2025-05-01-01", "2025-05-02-01"]


def test_what_a_killed_writer_left_is_cleared_by_the_next(tmp_path: Path) -> None:
    add(GOOD, tmp_path)
    (tmp_path / ".2025-05.toml.left").write_text("half a fi")
    add(GOOD, tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["2025-05.toml"]


def test_the_rights_of_a_record_are_the_users(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        add(GOOD, tmp_path / "mine")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "mine" / "2025-05.toml").stat().st_mode) == 0o600


def test_of_several_entries_the_wrong_one_is_named_by_its_place(tmp_path: Path) -> None:
    with pytest.raises(
        RecordError, match=r"mine\.toml, \[\[entry\]\] 2: entry 2025-05-02-02, field kind.*Did you mean claim"
    ):
        add_all([GOOD, {**GOOD, "kind": "clam"}], tmp_path, "mine.toml")


def test_of_several_entries_all_or_none_are_written(tmp_path: Path) -> None:
    with pytest.raises(RecordError):
        add_all([GOOD, {**GOOD, "kind": "nothing"}], tmp_path)
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=60))
def test_any_text_survives_formatting_and_reading(text: str) -> None:
    made = read_entry({**GOOD, "id": "2025-05-02-01", "known": GOOD["on"], "text": text}, "test")
    [raw] = tomllib.loads(format_entry(made))["entry"]
    assert read_entry(raw, "test") == made
    assert made.text == text


def test_awkward_text_survives_the_file(tmp_path: Path) -> None:
    text = '“x” \\ "y"\r\n\t\x7f\x01 = [[entry]] é 𝄞'
    made = add({**GOOD, "text": text}, tmp_path)
    assert read_ledger(tmp_path).entries == (made,)
    assert made.text == text


def test_the_schema_names_every_predicate_and_kind() -> None:
    text = json.dumps(schema())
    assert all(name in text for name in ("initiated_contact", "talks_ongoing", "will_buy", "precondition", "known_end"))


def test_rows_of_the_shared_record_are_all_here_in_our_own_words(shared_data: Path) -> None:
    with (shared_data / "record" / "events_2025.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 64
    ours = {s.address for e in LEDGER.entries for s in (e.source, *e.also) if s.address}
    theirs = {r["source_url"] for r in rows if r["source_url"].startswith("http")}
    for name, field in (("events_more.csv", "source_url"), ("corrections.csv", "address")):
        with (shared_data / "record" / name).open(encoding="utf-8") as file:
            more = list(csv.DictReader(file))
        theirs |= {r[field] for r in more if r[field].startswith("http")}
        rows += [{**r, "date": ""} for r in more if "summary" in r]
    official = (shared_data / "law" / "official_texts.csv").read_text("utf-8")
    assert all(a in theirs or a in official for a in ours), "an address that does not stand in shared data"
    days = {e.on.isoformat() for e in LEDGER.entries}
    elsewhere = {"D001", "D002", "D003", "E044"}  # those rows carry the day that falls due; ours the day it was set
    assert {r["date"] for r in rows if r["id"] not in elsewhere and r["date"]} <= days
    assert {"2025-07-09", "2026-07-24", "2026-11-10", "2026-04-02"} <= {
        str(getattr(s, "due", "")) for e in LEDGER.entries for s in e.says
    }
    summaries = {chunk for r in rows for chunk in shingles(r["summary"])}
    copied = {e.id: shingles(e.text) & summaries for e in LEDGER.entries}
    assert not {id: found for id, found in copied.items() if found}


def shingles(text: str) -> set[str]:
    """Runs of seven words: shared ones mean copied text."""
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[i : i + 7]) for i in range(len(words) - 6)}


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(RecordError, match="cannot be written"):
        add(GOOD, blocked)
