"""Notices in the Federal Register's XML: headings, rates, days and lists that they change, and what is refused.

The notices but one are made up in the format; words of amendments are those of official annexes (FR documents 2025-15819, 2025-23316).
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from answer_types import assert_is
from commands import PARLEY
from editions_made import written
from parley.errors import InputError
from parley.law.acts import read_act
from parley.law.answers_propose import ProposeAnswer
from parley.law.propose.editions import packaged_last
from parley.law.propose.from_notice import edition_of_notice, packaged_note, stated_in
from parley.law.propose.heading_text import Heading
from parley.law.propose.notice import Notice, read_notice
from parley.law.propose.proposal import Proposal, propose
from parley.law.regime import read_regime

pytestmark = pytest.mark.slow

APPLICABLE = "The duty provided in the applicable subheading"
LAW = read_regime(authority="USA").measures
EFFECTIVE = ("Effective with respect to goods entered for consumption, or withdrawn from warehouse for consumption, on or after 12:01 a.m. "
             "eastern standard time on {}, subchapter III of chapter 99 of the Harmonized Tariff Schedule of the United States (HTSUS) is "
             "modified as follows:")  # fmt: skip
INSERTED = (
    "New headings 9903.77.01–9903.77.03 shall be inserted in numerical sequence, with the material in the new heading inserted in "
    "the columns of the HTSUS labeled “Heading/Subheading”, “Article Description”, “Rates of Duty 1-General”, “Rates of Duty "
    "1-Special”, and “Rates of Duty 2”, respectively:"
)


def table(*rows: tuple[str, ...]) -> str:
    """A printed table in the format: a head, then rows of cells."""
    cells = (
        "".join(f'<ENT I="01">{c}</ENT>' if k == 0 else f"<ENT>{c}</ENT>" for k, c in enumerate(row)) for row in rows
    )
    body = "".join(f"<ROW>{row}</ROW>" for row in cells)
    head = '<CHED H="1">Heading/<LI>subheading</LI></CHED><CHED H="1">Article description</CHED><CHED H="1">Rates of duty</CHED>'
    return f'<GPOTABLE COLS="5" OPTS="L2,i1" CDEF="xs60,r100,r60,r60,r60"><BOXHD>{head}</BOXHD>{body}</GPOTABLE>'


def notice(
    *blocks: str, action: str = "Notice.", subject: str = "Notice of Action: Section 301 Investigation of Robots"
) -> str:
    """A notice of these blocks: tables as they are, other texts as paragraphs."""
    body = "".join(b if b.startswith("<") else f"<FP>{b}</FP>" for b in blocks)
    return (f'<NOTICE><PREAMB><AGENCY TYPE="S">OFFICE OF THE UNITED STATES TRADE REPRESENTATIVE</AGENCY><SUBJECT>{subject}</SUBJECT>'
            f'<ACT><HD SOURCE="HED">ACTION:</HD><P>{action}</P></ACT></PREAMB><SUPLINF><HD SOURCE="HD1">Annex</HD>{body}</SUPLINF>'
            "<FRDOC>[FR Doc. 2026-29999 Filed 11-27-26; 8:45 am]</FRDOC></NOTICE>")  # fmt: skip


def read(folder: Path, text: str, before: dict[str, Heading] | None = None) -> Notice:
    path = folder / "2026-29999.xml"
    path.write_text(text, "utf-8")
    return read_notice(path, before or {})


ROBOTS = notice(
    EFFECTIVE.format("December 1, 2026"),
    "1. The following new U.S. note 60 is inserted: “60. (a) As provided in heading 9903.77.01, the additional duties shall apply to "
    "products that are classified in the following provisions of the HTSUS:",
    "8479.50.00; 8428.70.00<PRTPAGE P=\"90001\"/>; 8479.60.0000”",
    f"2. {INSERTED}",
    table(
        ("“9903.77.01", "Except as provided for in heading 9903.77.02, robots the product of China, as provided for in subdivision "
         "(a) of U.S. note 60 to this subchapter . . . . .", *3 * (f"{APPLICABLE} + 25%",)),
        ("", "Robots the product of China:", "", "", ""),
        ("9903.77.02", "That are for use in public works, as provided for in subdivision (a) of U.S. note 60", "15%", "15%", "No change”."),
    ),
    "3. Heading 9903.79.01 is modified by deleting “25%” each place that it appears and by inserting “35%” in lieu thereof;",
    "4. Heading 9903.76.02 is modified by deleting the article description and inserting “Upholstered wooden furniture of any "
    "country” in lieu thereof;",
    "B. " + EFFECTIVE.format("January 5, 2027"),
    "1. Headings 9903.76.03 and 9903.76.20 are hereby terminated.",
)  # fmt: skip


def test_headings_rates_days_and_lists_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, ROBOTS, dict(packaged_last().headings))
    assert (found.number, found.authority, found.proposed, found.day) == (
        "2026-29999",
        "s301",
        False,
        date(2026, 12, 1),
    )
    assert set(found.headings) == {"9903.77.01", "9903.77.02", "9903.79.01", "9903.76.02"}
    first, second = found.headings["9903.77.01"], found.headings["9903.77.02"]
    assert (first.general, first.special, first.other) == (f"{APPLICABLE} + 25%",) * 3
    assert first.description.endswith("note 60 to this subchapter")
    assert (second.general, second.other) == ("15%", "No change")
    assert second.description.startswith("Robots the product of China: That are for use")
    assert found.headings["9903.79.01"].general == f"{APPLICABLE} +35%"
    assert found.headings["9903.76.02"].description == "Upholstered wooden furniture of any country"
    assert found.gone == {"9903.76.03": date(2027, 1, 5), "9903.76.20": date(2027, 1, 5)}
    assert found.named() == {"9903.77.01": ("84795000", "84287000", "8479600000")}
    assert found.unread == []


def test_lists_of_notes_gain_and_lose_lines(tmp_path: Path) -> None:
    found = read(tmp_path, notice(
        EFFECTIVE.format("August 18, 2025"),
        "a. By amending subdivision (m) to note 16, by inserting the following into the list HTSUS provisions in numerical order: "
        "7216.91.0010; 7302.90.9000; 7307.19.30; 7307.19.90;",
        "b. By amending subdivision (j) to note 19, by deleting the following HTSUS provisions: 7612.10.0000; 7613.00.0000.",
    ))  # fmt: skip
    assert [(x.note, x.gained, x.codes) for x in found.lists] == [
        ("16(m)", True, ("7216910010", "7302909000", "73071930", "73071990")), ("19(j)", False, ("7612100000", "7613000000"))]  # fmt: skip
    cited = {"9903.81.90": "subdivision (m) of note 16", "9903.85.07": "subdivision (j) of note 19"}
    headings = {
        h: Heading(h, f"{APPLICABLE} + 50%", "", "", f"Derivative products, {note}") for h, note in cited.items()
    }
    lists = stated_in(found, headings).lists
    assert [(x.heading, len(x.gained), len(x.lost), x.basis) for x in lists] == [
        ("9903.81.90", 4, 0, "note 16(m)"), ("9903.85.07", 0, 2, "note 19(j)")]  # fmt: skip


def test_a_notice_as_it_was_printed_is_read() -> None:
    """91 FR 34272, document 2026-11296 of 5 June 2026 (USTR; a United States government work): a proposal, its annexes images.

    Its text is notices/fr-2026-11296.xml, as federalregister.gov gives it: documents/full_text/xml/2026/06/05/2026-11296.xml.
    """
    found = read_notice(Path(__file__).parent / "notices/fr-2026-11296.xml", dict(packaged_last().headings))
    assert (found.number, found.authority, found.proposed) == ("2026-11296", "s301", True)
    assert (found.headings, found.gone, found.lists) == ({}, {}, [])
    assert found.unread == ["68 images of printed pages, whose tables are no text"]


def test_an_annex_without_a_note_is_a_list_for_a_reader(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        notice(
            "Annex",
            table(
                ("0201.10.05", "Bovine carcasses and halves", "Aircraft."),
                ("9802.00.40", "Repairs"),
                ("0201.10.10", "8471.30"),
            ),
        ),
    )
    assert [(x.note, x.codes) for x in found.lists] == [("", ("02011005", "02011010"))]
    assert "a list of 2 lines stands in it without the note that it fills" in stated_in(found, {}).unread


def proposed(folder: Path, text: str) -> Proposal:
    old = packaged_last()
    found = read(folder, text, dict(old.headings))
    new = edition_of_notice(found, old)
    return propose(old, new, LAW, noted=packaged_note, stated=stated_in(found, new.headings))


def test_a_notice_gives_draft_acts_that_cite_it(tmp_path: Path) -> None:
    found = proposed(tmp_path, ROBOTS)
    for name, content in found.files.items():
        (tmp_path / name).write_text(content, "utf-8")
    rows = {m.heading: m for act in found.acts for m in read_act(tmp_path / f"{act.id}.toml")}
    robots, public, chips = (rows[h] for h in ("9903.77.01", "9903.77.02", "9903.79.01"))
    assert (robots.programme, robots.rate, robots.origins, robots.start) == ("s301", 0.25, ("CHN",), date(2026, 12, 1))
    assert robots.products == public.products == ("84795000", "84287000", "8479600000")
    assert (public.combine, public.rate, public.layer) == ("total", 0.15, robots.layer)
    assert (chips.id, chips.rate) == ("us-232-semiconductors", 0.35)
    assert robots.act.citation == "FR Doc. 2026-29999"
    assert robots.act.address == "https://www.federalregister.gov/d/2026-29999"
    assert {(e.measure.heading, e.end) for e in found.ends} >= {
        ("9903.76.03", date(2027, 1, 5)),
        ("9903.79.01", date(2026, 12, 1)),
    }


def test_a_proposal_is_announced_and_no_law(tmp_path: Path) -> None:
    found = proposed(
        tmp_path, ROBOTS.replace("<P>Notice.</P>", "<P>Notice of determination and request for comments.</P>")
    )
    assert found.drafts
    assert all(d.fields["announced"] is True for d in found.drafts)
    assert "it asks for comments: what it proposes is no law yet" in {b.why for b in found.by_hand}
    assert tomllib.loads(found.acts[0].text)["measure"][0]["announced"] is True


def test_a_proclamation_says_its_day_and_authority(tmp_path: Path) -> None:
    headings = table(("9903.77.01", "Robots", f"{APPLICABLE} + 25%", "", ""))
    text = ("<PRESDOCU><PROCLA><TITLE3>Title 3—</TITLE3><PRES>The President</PRES><PROC>Proclamation 11999 of November 20, 2026</PROC>"
            '<HD SOURCE="HED">Adjusting Imports of Robots Into the United States</HD><FP>Under section 232 of the Trade Expansion Act</FP>'
            f"<FP>{EFFECTIVE.format('December 1, 2026')}</FP>{headings}</PROCLA></PRESDOCU>")  # fmt: skip
    found = read(tmp_path, text)
    assert (found.signed, found.authority, found.title) == (
        date(2026, 11, 20),
        "s232",
        "Adjusting Imports of Robots Into the United States",
    )
    assert found.headings["9903.77.01"].general == f"{APPLICABLE} + 25%"


def test_what_is_an_image_or_could_not_be_applied_is_said(tmp_path: Path) -> None:
    found = read(tmp_path, notice(
        '<GPH SPAN="3" DEEP="640"><GID>EN04JN26.000</GID></GPH>',
        "Heading 9903.99.99 is modified by deleting “10%” and inserting “20%” in lieu thereof.",
    ))  # fmt: skip
    assert "1 images of printed pages, whose tables are no text" in found.unread
    assert any(t.startswith("the amendment of 9903.99.99") for t in found.unread)


@pytest.mark.parametrize(("content", "words"), [
    ("<NOTICE>", "not readable as XML"), ("<html/>", "a <html> without a document"), ("", "not readable as XML"),
    ('<!DOCTYPE x [<!ENTITY a "b">]><NOTICE/>', "a document type of its own"),
    (f"<FEDREG>{notice()}{notice()}</FEDREG>", "2 documents"),
])  # fmt: skip
def test_what_is_no_document_is_refused(content: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words) as refusal:
        read(tmp_path, content)
    assert "2026-29999.xml" in str(refusal.value)


def test_an_issue_with_one_document_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, f"<FEDREG><NOTICES>{ROBOTS}</NOTICES></FEDREG>").number == "2026-29999"


def test_the_command_reads_a_notice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "2026-29999.xml"
    path.write_text(ROBOTS, "utf-8")
    answer = PARLEY.answer(capsys, "law", "propose", "--notice", str(path))
    assert (answer["edition"]["name"], answer["against"]["name"]) == ("fr-2026-29999", "2026_rev_10")
    assert answer["findings"] == []
    answer["edition"]["day"] = answer["against"]["day"] = answer["start"] = date(2026, 12, 1)
    for end in answer["ends"]:
        end["start"] = end["end"] = date(2026, 12, 1)
    assert_is(answer, ProposeAnswer)
    assert "9903.77.01" in PARLEY.out(capsys, "law", "propose", "--notice", str(path))
    path.write_text(notice("Nothing of the schedule."), "utf-8")
    assert "no heading of chapter 99 and no list of lines was found" in PARLEY.out(
        capsys, "law", "propose", "--notice", str(path)
    ).replace("\n", " ")


def test_an_edition_with_its_notice_takes_lists_and_days_from_the_notice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notice.xml").write_text(ROBOTS, "utf-8")
    words = "Robots the product of China, as provided for in subdivision (a) of U.S. note 60 to this subchapter"
    new = written(tmp_path, "hts_2026_rev_31.json", {"9903.77.01": (f"{APPLICABLE} + 25%", words)})
    old = written(tmp_path, "hts_2026_rev_30.json", {})
    answer = PARLEY.answer(
        capsys, "law", "propose", "--edition", str(new), "--against", str(old), "--notice", str(tmp_path / "notice.xml")
    )
    (act,) = answer["acts"]
    (made,) = act["rows"]
    assert answer["edition"]["name"] == "2026_rev_31"
    assert (made["fields"]["products"], made["fields"]["start"]) == (
        ["84795000", "84287000", "8479600000"],
        "2026-12-01",
    )
    assert (made["fields"]["programme"], act["id"]) == ("s301", "us-draft-2026-rev-31-s301")
    assert 'citation = "FR Doc. 2026-29999"' in act["toml"]
