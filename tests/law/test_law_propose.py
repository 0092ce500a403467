"""Drafts from a new edition: what is read of headings, draft rows with their marks, ends, lists, codes that moved, the command."""

from __future__ import annotations

import json
import sys
import tomllib
from datetime import date
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answer_types import assert_is
from commands import PARLEY
from editions_made import APPLICABLE, GOODS, edition, written
from parley.errors import InputError
from parley.law.acts import read_act
from parley.law.answers_propose import ProposeAnswer, guesses, propose_answer
from parley.law.measure import Measure
from parley.law.propose.changes import heading_changes, moved_codes
from parley.law.propose.editions import (
    edition_of_file,
    name_of,
    packaged_before,
    packaged_days,
    packaged_headings,
    packaged_last,
)
from parley.law.propose.heading_text import Heading, Reading, days_of, effect_of, notes_of, read_heading
from parley.law.propose.proposal import Proposal, checked, propose
from parley.law.regime import read_regime
from schedule_rows import row

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "builders"))
OLD, NEW = date(2026, 11, 1), date(2026, 11, 20)
LAW = read_regime(authority="USA").measures


def between(
    old: dict[str, tuple[str, str]],
    new: dict[str, tuple[str, str]],
    rows: tuple[Measure, ...] = (),
    **more: dict[str, str],
) -> Proposal:
    return propose(edition("2026_rev_30", OLD, old), edition("2026_rev_31", NEW, new, **more), rows)


def read(general: str, words: str) -> Reading:
    return read_heading(Heading("9903.77.01", general, "", "", words))


# -- what is read of a heading ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("general", "effect"), [
    (APPLICABLE, ("none", None, "full")), ("No change", ("none", None, "full")), ("Free", ("free", 0.0, "full")),
    (f"{APPLICABLE} + 25%.", ("adds", 0.25, "full")), (f"{APPLICABLE} +7.5%", ("adds", 0.075, "full")),
    ("The duty provided inthe applicable subheading+ 25%", ("adds", 0.25, "full")),
    (f"{APPLICABLE} plus 125%", ("adds", 1.25, "full")), ("15%", ("total", 0.15, "full")),
    (f"{APPLICABLE} + a duty of 25% upon the value of the aluminum content", ("adds", 0.25, "aluminium")),
    (f"{APPLICABLE} + a duty of 25% upon the value of the non-U.S. content", ("adds", 0.25, "non_us_content")),
    (f"{APPLICABLE} + a duty of 25% upon the value of the lead content", ("not read", None, "full")),
    ("1.5¢/kg", ("not read", None, "full")), ("", ("not read", None, "full")),
])  # fmt: skip
def test_column_1_says_what_happens_to_the_duty_or_is_not_read(
    general: str, effect: tuple[str, float | None, str]
) -> None:
    assert effect_of(general) == effect


@pytest.mark.parametrize(("words", "origins"), [
    ("Articles the product of China, including Hong Kong and Macau, as provided for in U.S. note 2(u)", ("CHN", "HKG", "MAC")),
    ("Articles the product of Cameroon or the Democratic Republic of the Congo", ("CMR", "COD")),
    ("Articles the product of any country", ("*",)), ("Products of iron or steel of the United Kingdom", ("GBR",)),
    ("Articles the product of a member nation of the European Union or Jordan", ("EUU", "JOR")),
    ("Articles the product of any country identified in general note 3(b)", ("BLR", "CUB", "PRK", "RUS")),
    ("Passenger vehicles, as specified in U.S. note 33 to this subchapter", ()),
    ("Steel melted and poured in the United States", ()),
])  # fmt: skip
def test_origins_are_those_that_the_words_name(words: str, origins: tuple[str, ...]) -> None:
    assert read(APPLICABLE, words).origins == origins


def test_what_is_excepted_is_neither_an_origin_nor_a_day_nor_a_note() -> None:
    found = read(f"{APPLICABLE} + 10%", (
        "Articles the product of any country, except for products described in headings 9903.01.26-9903.01.28, and except for articles "
        "the product of China, as described in heading 9903.01.63 that are entered for consumption after 12:01 a.m. eastern daylight "
        "time on April 10, 2025, as provided for in subdivision (v) of U.S. note 2 to this subchapter"))  # fmt: skip
    assert (found.origins, found.origins_except, found.start, found.notes) == (("*",), ("CHN",), None, ("2(v)",))
    assert found.excepted == ("9903.01.26", "9903.01.27", "9903.01.28", "9903.01.63")
    assert found.whole


def test_days_of_entries_and_of_loading() -> None:
    text = ("that: (1) were loaded onto a vessel at the port of loading, before 12:01 a.m. eastern standard time on February 1, 2025; "
            "and (2) are entered for consumption, on or after 12:01 a.m. eastern standard time on February 4, 2025, and before 12:01 "
            "a.m. eastern standard time on March 7, 2025")  # fmt: skip
    assert days_of(text)[:4] == (date(2025, 2, 4), date(2025, 3, 7), date(2025, 2, 1), False)
    assert days_of("Effective with respect to entries on or after June 15, 2024 and through August 31, 2025, articles")[:2] == (
        date(2024, 6, 15), date(2025, 9, 1))  # fmt: skip
    cut_off = "Except for goods loaded onto a vessel and in transit before 12:01 a.m. eastern daylight time on April 9, 2025, articles"
    assert days_of(cut_off)[:4] == (date(2025, 4, 9), None, None, True)
    assert days_of("entered on or after June 31, 2025")[0] is None  # no such day


@pytest.mark.parametrize(("words", "notes"), [
    ("subdivision (m) or subdivision (n) of note 16 to this subchapter", ("16(m)", "16(n)")),
    ("subdivisions (m), (n) or (t) of note 16", ("16(m)", "16(n)", "16(t)")), ("U.S. note 2(v)(iii)", ("2(v)(iii)",)),
    ("note 19(a)(vii)(A) to this subchapter", ("19(a)(vii)(A)",)), ("under the terms of general note 11", ()),
])  # fmt: skip
def test_notes_are_those_that_the_words_cite(words: str, notes: tuple[str, ...]) -> None:
    assert notes_of(words) == notes


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.text(max_size=200))
def test_any_words_are_read(general: str, words: str) -> None:
    assert read(general, words).effect in ("adds", "total", "none", "free", "not read")


# -- draft rows --------------------------------------------------------------------------------------------------------------


def act_of(found: Proposal, folder: Path) -> tuple[Measure, ...]:
    for name, content in found.files.items():
        (folder / name).write_text(content, "utf-8")
    return tuple(m for act in found.acts for m in read_act(folder / f"{act.id}.toml"))


def test_a_new_heading_becomes_a_row_that_reads_as_an_act(tmp_path: Path) -> None:
    words = "Articles the product of Japan or Norway entered on or after December 1, 2026"
    found = between({}, {"9903.77.01": (f"{APPLICABLE} + 12.5%", words)})
    (made,) = act_of(found, tmp_path)
    assert (made.rate, made.combine, made.origins, made.products) == (0.125, "add", ("JPN", "NOR"), ("*",))
    assert (made.start, made.heading, made.act.read) == (date(2026, 12, 1), "9903.77.01", False)
    marks = dict(found.drafts[0].marks)
    assert {n for n, (mark, _) in marks.items() if mark == "guess"} == {"id", "programme", "layer", "rank"}
    assert guesses(found) == 4
    text = found.acts[0].text
    assert "rate = 0.125  # read: column 1 general" in text
    assert "# guess: no encoded heading is near" in text
    assert words in text


def test_a_changed_rate_is_the_row_before_with_a_new_rate_and_its_end(tmp_path: Path) -> None:
    held = next(m for m in LAW if m.heading == "9903.79.01")
    words = "Semiconductor articles as provided for in subdivisions (a) and (b) of U.S. note 39 to this subchapter."
    found = between({"9903.79.01": (f"{APPLICABLE} + 25%", words)}, {"9903.79.01": (f"{APPLICABLE} + 35%", words)}, LAW)
    (made,) = act_of(found, tmp_path)
    assert (made.id, made.rate, made.start, made.layer, made.when) == (held.id, 0.35, NEW, held.layer, held.when)
    assert made.product_list == held.product_list
    assert found.drafts[0].marks["rate"] == ("read", "column 1 general")
    assert found.drafts[0].marks["layer"][0] == "kept"
    (end,) = found.ends
    assert (end.measure.id, end.end) == (held.id, NEW)
    assert checked(found, LAW).findings == ()
    assert f"end = {NEW}" in found.acts[0].text


def test_what_is_ended_or_suspended_ends_its_rows_and_nothing_else() -> None:
    words = "Softwood timber and lumber products provided for in subdivision (b) of U.S. note 37 of this subchapter"
    old = {"9903.76.01": (f"{APPLICABLE} + 10%", words)}
    ended = between(old, {}, LAW)
    suspended = between(
        old, {"9903.76.01": (f"{APPLICABLE} + 10%", f"{words} [Compiler's note: provision suspended.]")}, LAW
    )
    for found, what in ((ended, "ended"), (suspended, "suspended")):
        assert [c.what for c in found.changes] == [what]
        assert {(e.measure.id, e.end) for e in found.ends} == {("us-232-timber", NEW)}
        assert not found.drafts


def test_what_stands_in_an_act_already_is_said_and_not_drafted() -> None:
    words = "Semiconductor articles as provided for in subdivisions (a) and (b) of U.S. note 39 to this subchapter."
    found = between({}, {"9903.79.01": (f"{APPLICABLE} +25%", words)}, LAW)
    assert [(e.heading, e.measure.id) for e in found.encoded] == [("9903.79.01", "us-232-semiconductors")]
    assert not found.drafts
    other = between({}, {"9903.79.01": (f"{APPLICABLE} +26%", words)}, LAW)
    assert other.drafts
    assert not other.encoded


def test_dashes_quotes_and_full_stops_are_no_change() -> None:
    a = edition(
        "a", OLD, {"9903.77.01": (f"{APPLICABLE} + 25%.", "Articles of headings 9903.01.26-9903.01.33, as “said”")}
    )
    b = edition(
        "b", NEW, {"9903.77.01": (f"{APPLICABLE} + 25%", 'Articles of headings 9903.01.26–9903.01.33, as "said".')}
    )
    assert heading_changes(a, b) == ()


def test_relief_is_a_zero_on_its_claim_or_its_day_of_loading() -> None:
    found = between({}, {
        "9903.77.01": (f"{APPLICABLE} + 10%", "Except for products of headings 9903.77.02 and 9903.77.03, articles the product of Peru"),
        "9903.77.02": (APPLICABLE, "Articles the product of Peru that are donations, by persons subject to the jurisdiction"),
        "9903.77.03": (APPLICABLE, "Articles the product of Peru that (1) were loaded onto a vessel before 12:01 a.m. eastern time "
                       "on November 25, 2026; and (2) are entered for consumption before 12:01 a.m. eastern time on December 9, 2026"),
    })  # fmt: skip
    _, donated, loaded = found.drafts
    assert (donated.fields["combine"], donated.fields["when"]) == ("zero", {"donation": True})
    assert loaded.fields["when"] == {"loaded": "<2026-11-25"}
    assert loaded.fields["end"] == date(2026, 12, 9)
    assert checked(found, LAW).findings == ()


def test_an_origin_and_a_share_of_content_that_are_freed_stand_in_the_row_that_excepts_them() -> None:
    found = between({}, {
        "9903.77.01": (f"{APPLICABLE} + 10%", "Articles the product of any country, except for products of headings 9903.77.02-9903.77.03"),
        "9903.77.02": (APPLICABLE, "Articles the product of Peru"),
        "9903.77.03": (APPLICABLE, "The U.S. content of articles the product of any country, in which the U.S. content of the article "
                       "provides at least 20 percent of the Customs value of the imported article"),
    })  # fmt: skip
    (made,) = found.drafts
    assert made.fields["origins_except"] == ("PER",)
    assert (made.fields["share"], made.fields["share_least"]) == ("non_us_content", 0.2)
    assert {b.heading for b in found.by_hand} == {"9903.77.02", "9903.77.03"}


@pytest.mark.parametrize("column", ["column 1-General", "column 1", "column 1-General or column 1-Special"])
def test_a_floor_is_one_row_of_two_headings(column: str) -> None:
    words = f"Articles the product of Peru, with a rate of duty under {column} {{}} 15 percent, as provided for in U.S. note 60(a)"
    found = between(
        {},
        {
            "9903.77.01": (APPLICABLE, words.format("equal to or greater than")),
            "9903.77.02": ("15%", words.format("less than")),
        },
    )
    (made,) = found.drafts
    assert (made.fields["combine"], made.fields["rate"], made.fields["heading"]) == (
        "total",
        0.15,
        "9903.77.02, 9903.77.01",
    )


def test_goods_of_a_note_are_left_to_a_reader_as_comments(tmp_path: Path) -> None:
    found = between(
        {},
        {
            "9903.77.01": (
                f"{APPLICABLE} + 10%",
                "Robots, as provided for in subdivision (b) of U.S. note 60 to this subchapter",
            )
        },
    )
    assert found.drafts[0].left == "its goods stand in note 60(b), which the edition does not print"
    assert act_of(found, tmp_path) == ()
    assert "# LEFT TO A READER: its goods stand in note 60(b)" in found.acts[0].text
    assert "# rate = 0.1" in found.acts[0].text


def test_goods_of_a_note_that_encoded_headings_cite_are_guessed() -> None:
    words = "Except as provided in heading 9903.94.02, passenger vehicles of Peru, as provided for in subdivision (b) of U.S. note 33"
    old = {
        "9903.94.01": (
            f"{APPLICABLE} + 25%",
            "Passenger vehicles, as provided for in subdivision (b) of U.S. note 33 to this subchapter",
        )
    }
    found = between(old, old | {"9903.94.99": (f"{APPLICABLE} + 5%", words)}, LAW)
    (made,) = found.drafts
    held = next(m for m in LAW if m.heading == "9903.94.01")
    assert (made.fields["programme"], made.fields["layer"]) == ("s232", held.layer)
    assert made.fields["products"] == held.products
    assert made.marks["products"][0] == "guess"
    assert made.fields["rank"] == 1 + max(m.rank for m in LAW if m.key == held.key and "*" in m.origins and m.rate)


def test_lines_whose_footnotes_name_a_heading_are_its_goods(tmp_path: Path) -> None:
    goods = [
        GOODS[0],
        *(row(f"9503.00.{n}", 1, f"Toy {n}", "Free", footnotes=[{"value": "See 9903.77.01."}]) for n in range(10, 40)),
    ]
    new = {"9903.77.01": (f"{APPLICABLE} + 10%", "Toys, as provided for in U.S. note 60(a)")}
    found = propose(edition("a", OLD, {}, goods=goods), edition("b", NEW, new, goods=goods), ())
    (made,) = act_of(found, tmp_path)
    assert made.product_list == "draft-9903-77-01.csv"
    assert (tmp_path / made.product_list).read_text("utf-8").count("\n") == 32
    assert found.drafts[0].marks["product_list"] == ("read", "the lines whose footnotes name the heading")


def test_a_line_that_footnotes_name_anew_is_a_further_row_of_its_heading() -> None:
    headings = {"9903.79.01": (f"{APPLICABLE} +25%", "Semiconductor articles as provided for in U.S. note 39(b)")}
    found = between(headings, headings, LAW, footnotes={"9503.00.00.11": "See 9903.79.01."})
    assert [(x.heading, x.gained, x.lost) for x in found.lists] == [("9903.79.01", ("9503000011",), ())]
    (made,) = found.drafts
    assert (made.fields["id"], made.fields["products"], made.fields["rate"]) == (
        "us-232-semiconductors",
        ("9503000011",),
        0.25,
    )


def test_the_linters_speak_of_drafts() -> None:
    goods = [*GOODS, row("9503.10.10.10", 2, "A line of no edition")]
    new = {"9903.77.01": (f"{APPLICABLE} + 10%", "Toys, as provided for in U.S. note 60(a)")}
    found = propose(
        edition("a", OLD, {}, goods=goods), edition("b", NEW, new, {"9503.10.10.10": "See 9903.77.01."}, goods), LAW
    )
    assert [f[:2] for f in checked(found, LAW).findings] == [
        ("us-draft-9903-77-01", "product prefixes stand in the schedule")]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=80))
def test_any_words_make_a_file_that_toml_reads(words: str) -> None:
    found = between({}, {"9903.77.01": (f"{APPLICABLE} + 10%", f"Articles the product of Peru {words}")})
    for act in found.acts:
        tomllib.loads(act.text)


# -- codes that moved --------------------------------------------------------------------------------------------------------


def lines(*texts: tuple[str, str]) -> Proposal | dict:  # type: ignore[type-arg]
    goods = [row("9503", 0, "Toys:"), row("9503.00.10", 1, "Toys", "Free"), *(row(c, 2, words) for c, words in texts)]
    return dict(edition("x", NEW, {}, goods=goods).lines)


@pytest.mark.parametrize(("old", "new", "pairs"), [
    ([("9503.00.10.10", "Dolls"), ("9503.00.10.90", "Other")],
     [("9503.00.10.10", "Dolls"), ("9503.00.10.20", "Kites"), ("9503.00.10.80", "Other")],
     [("9503001090", "9503001020", True), ("9503001090", "9503001080", True)]),
    ([("9503.00.10.10", "Dolls"), ("9503.00.10.20", "Kites")], [("9503.00.10.30", "Dolls and kites")],
     [("9503001010", "9503001030", True), ("9503001020", "9503001030", True)]),
    ([("9503.00.10.10", "Dolls"), ("9503.00.10.20", "Kites")], [("9503.00.10.30", "Kites"), ("9503.00.10.40", "Dolls")],
     [("9503001010", "9503001040", False), ("9503001020", "9503001030", False)]),
])  # fmt: skip
def test_codes_that_ended_name_those_that_took_over(old: list, new: list, pairs: list[tuple[str, str, bool]]) -> None:
    assert [tuple(m) for m in moved_codes(lines(*old), lines(*new))] == pairs  # type: ignore[arg-type]


def test_a_code_without_kin_is_said_to_have_none() -> None:
    assert [tuple(m) for m in moved_codes(lines(("9503.00.10.10", "Dolls")), {})] == [("9503001010", "", False)]  # type: ignore[arg-type]


# -- the packaged headings ---------------------------------------------------------------------------------------------------


def test_a_heading_has_a_row_for_each_run_of_editions_that_print_it_the_same() -> None:
    from us_provisions import runs  # pyright: ignore[reportMissingImports]

    a, b = (Heading("9903.77.01", rate, "", "", "Robots") for rate in ("10%", "20%"))
    days = [date(2026, n, 1) for n in range(1, 6)]
    editions = [
        (days[0], {a.code: a}),
        (days[1], {a.code: a}),
        (days[2], {b.code: b}),
        (days[3], {}),
        (days[4], {a.code: a}),
    ]
    assert [x[1:] for x in runs(editions)] == [
        (None, days[2], a), (days[2], days[3], b), (days[4], None, a)]  # fmt: skip


def test_the_packaged_headings_are_counted_and_do_not_overlap() -> None:
    entry = json.loads(resources.files("parley.law").joinpath("schedule", "manifest.json").read_text("utf-8"))[
        "usa-provisions.csv.gz"
    ]
    held = packaged_headings()
    assert (len(held), entry["last_edition"]) == (entry["rows"], "2026_rev_10")
    by_code: dict[str, list[tuple[date, date]]] = {}
    for x in held:
        by_code.setdefault(x.heading.code, []).append((x.start, x.end))
    assert all(a[1] <= b[0] for spans in by_code.values() for a, b in pairwise(spans))
    may = {x.heading.code: x.heading.general for x in held if x.start <= date(2025, 5, 2) < x.end}
    assert may["9903.01.63"] == f"{APPLICABLE} + 125%"
    crude = next(x.heading.description for x in held if x.heading.code == "9903.01.13")
    assert "articles the product of Canada: Crude oil" in crude  # words above a heading are part of it


# -- editions and the command ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "name"), [
    ("hts_2025_rev_11.json.gz", "2025_rev_11"), ("hts_2025_revision_11_json.json", "2025_rev_11"), ("HTS 2026 Basic.json", "2026_basic"),
    ("raw.json", "raw"),
])  # fmt: skip
def test_an_edition_is_named_by_its_file(file: str, name: str) -> None:
    assert name_of(file) == name


def test_the_packaged_edition_nearest_before_is_compared_with(tmp_path: Path) -> None:
    new = edition_of_file(written(tmp_path, "hts_2025_rev_11.json", {}))
    old = packaged_before(new)
    assert (new.day, old.name, old.day) == (
        packaged_days()["2025_rev_11"],
        "2025_rev_10",
        packaged_days()["2025_rev_10"],
    )
    assert old.headings["9903.01.63"].general == f"{APPLICABLE} + 125%"
    assert len(old.lines) > 19_000
    assert packaged_last().name == "2026_rev_10"
    with pytest.raises(InputError, match="no packaged edition before 2025-01-01"):
        packaged_before(edition_of_file(written(tmp_path, "x.json", {}), date(2025, 1, 1)))


def two(folder: Path) -> tuple[str, str]:
    words = "Softwood timber and lumber products provided for in subdivision (b) of U.S. note 37 of this subchapter"
    old = written(folder, "hts_2026_rev_30.json", {"9903.76.01": (f"{APPLICABLE} + 10%", words)})
    new = written(
        folder,
        "hts_2026_rev_31.json",
        {"9903.76.01": (f"{APPLICABLE} + 20%", words), "9903.77.01": ("15%", "Articles the product of Peru")},
    )
    return str(new), str(old)


def test_the_command_writes_drafts_that_the_linters_have_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new, old = two(tmp_path)
    words = [
        "law",
        "propose",
        "--edition",
        new,
        "--against",
        old,
        "--on",
        "2026-11-20",
        "--out",
        str(tmp_path / "drafts"),
    ]
    answer = PARLEY.answer(capsys, *words)
    assert [a["file"] for a in answer["acts"]] == [
        "us-draft-2026-rev-31-ieepa-reciprocal.toml",
        "us-draft-2026-rev-31-s232.toml",
    ]
    assert answer["findings"] == []
    assert {Path(p).name for p in answer["written"]} == {a["file"] for a in answer["acts"]}
    assert (tmp_path / "drafts" / answer["acts"][0]["file"]).read_text("utf-8") == answer["acts"][0]["toml"]
    assert PARLEY.answer(capsys, *words) == answer  # the same drafts once more
    out = PARLEY.out(capsys, *words)
    assert "Encoded rows that would end" in out
    assert "2 draft rows" in out
    (tmp_path / "drafts" / answer["acts"][0]["file"]).write_text("# mine\n", "utf-8")
    assert "it is there already and differs" in PARLEY.err(capsys, 2, *words)


def test_the_answer_is_of_its_type(tmp_path: Path) -> None:
    new, old = (edition_of_file(Path(p), NEW) for p in two(tmp_path))
    assert_is(propose_answer(propose(old, new, LAW), []), ProposeAnswer)


def test_what_cannot_be_compared_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new, _ = two(tmp_path)
    broken = tmp_path / "broken.json"
    broken.write_text('[{"htsno": "9903.77.01"}]', "utf-8")
    assert "neither --edition nor --notice" in PARLEY.err(capsys, 2, "law", "propose")
    assert "broken.json row 1: no text 'indent'" in PARLEY.err(capsys, 2, "law", "propose", "--edition", str(broken))
    assert "prints the same as" in PARLEY.err(capsys, 2, "law", "propose", "--edition", new, "--against", new)
    assert "is not a day" in PARLEY.err(capsys, 2, "law", "propose", "--edition", new, "--on", "soon")
    assert "no such file" in PARLEY.err(capsys, 2, "law", "propose", "--edition", str(tmp_path / "none.json"))


def test_two_official_editions_propose_what_was_encoded_later(shared_data: Path) -> None:
    """Revision 14 of 2025: metals at 50 % from 4 June, the United Kingdom at 25 % (Proclamation 10947)."""
    folder = shared_data / "law/hts"
    old, new = (edition_of_file(folder / f"hts_2025_rev_{n}.json.gz") for n in (13, 14))
    rows = tuple(m for m in LAW if m.start <= old.day)
    found = propose(old, new, rows, known=old.day)
    by_heading = {d.heading: d for d in found.drafts}
    assert found.start == date(2025, 6, 4)
    assert by_heading["9903.81.87"].fields["rate"] == by_heading["9903.85.02"].fields["rate"] == 0.5
    assert by_heading["9903.81.94"].fields["origins"] == by_heading["9903.85.12"].fields["origins"] == ("GBR",)
    assert by_heading["9903.81.91"].fields["share"] == "steel"
    assert {b.heading for b in found.by_hand} == {
        "9903.81.88",
        "9903.81.93",
        "9903.81.95",
        "9903.81.99",
    }  # foreign-trade zones
    assert {e.end for e in found.ends} == {date(2025, 6, 4)}
    later = propose(old, new, LAW)  # with the act encoded nothing is left to draft
    assert not later.drafts
    assert {e.measure.act.id for e in later.encoded} == {"us-proc-10947", "us-301-exclusions"}
