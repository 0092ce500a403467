"""Lists of Section 301, Section 122 and the reciprocal duty: as the notes print them, at the digits printed, none missing."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from parley.errors import CodeError
from parley.law.check_counts import lists_have_the_stated_number as NUMBER
from parley.law.check_printed import covered, lists_hold_what_is_printed, lists_keep_printed_digits, note_entries
from parley.law.measure import read_act
from parley.law.regime import measures_folder
from regimes import law_of

REGIME = law_of()
BUILDERS = Path(__file__).parents[2] / "builders"


def duty(programme: str, product: str, origin: str, on: str, **claims: object) -> float:
    """What one programme adds, in percent."""
    found = REGIME.explain(product, origin, "USA", on, claims=claims).by_programme()
    return round(100 * (found.get(programme) or 0.0), 10)


def held(name: str) -> set[str]:
    with (measures_folder() / name).open(encoding="utf-8") as lines:
        return {row["product"] for row in csv.DictReader(lines)}


# 89 FR 76581, annex: paragraph 11 takes eight subheadings out of note 20(b), paragraph 13 takes 318 out of 20(s)(i), on
# 27 September 2024. The lists of 1 January 2020 are the Commission's table China Tariffs.
MOVED = [
    ("7207200025", "2024-06-03", 7.5),
    ("7207200025", "2024-09-26", 7.5),
    ("7207200025", "2024-09-27", 25),
    ("7601103000", "2019-12-01", 15),
    ("7601103000", "2024-06-03", 7.5),
    ("8507904000", "2024-06-03", 7.5),
    ("8702403100", "2024-06-03", 25),  # paragraph 11: an electric bus
    ("8702403100", "2024-10-01", 100),
    ("8703800020", "2018-07-06", 25),
    ("2602000040", "2024-06-03", 0),  # manganese ore: on no list before the review
    ("2602000040", "2024-10-01", 25),
    ("7210200000", "2024-06-03", 0),  # list 4B, which never began
    ("7210200000", "2024-10-01", 25),
    ("9018310080", "2024-06-03", 0),
    ("9018310080", "2024-10-01", 100),  # 9903.91.10 leaves out enteral syringes alone, on a claim
    ("8541290040", "2018-07-10", 25),  # list 1 of July 2018, not list 2 of August
    ("8541290040", "2025-01-01", 50),
    ("8541100040", "2018-07-10", 0),  # list 2
    ("8541100040", "2018-08-23", 25),
    ("3818000020", "2024-06-03", 25),  # wafers: list 3 until 2025
    ("3818000020", "2025-01-01", 50),
    ("2804610000", "2024-06-03", 25),
    ("4901990040", "2024-06-03", 0),  # note 20(s)(ii) leaves catalogues out
    ("4901990050", "2024-06-03", 7.5),
    ("6307909875", "2024-10-15", 25),  # note 31(e) names 6307.90.98.70 alone for 1 January 2025
    ("6307909870", "2024-10-15", 7.5),
    ("6307909875", "2026-01-01", 50),
    ("8507600010", "2024-10-15", 25),
    ("8507600020", "2024-10-15", 7.5),
    ("8507600090", "2026-02-15", 25),
]


@pytest.mark.parametrize(("product", "on", "percent"), MOVED)
def test_what_moved_between_lists_pays_on_both_sides_of_the_day(product: str, on: str, percent: float) -> None:
    assert duty("s301", product, "CHN", on) == percent


def test_the_lists_count_what_the_notice_states() -> None:
    left_4a = held("us-301-list-4a.csv") & note_entries()["31(b)"]
    assert len(left_4a) == 318  # paragraph 13
    assert len(held("us-301-list-1.csv") & note_entries()["31(d)"]) == 8  # paragraph 11
    assert len(note_entries()["31(b)"]) == 352 - 5 + 1  # numbers (5) to (352)
    lists = [held(f"us-301-list-{n}.csv") for n in ("1", "2", "3", "4a")]
    for i, one in enumerate(lists):
        for other in lists[i + 1 :]:
            assert not [p for p in one if covered(p, other)] + [p for p in other if covered(p, one)]


# Note 2(v)(iii)(a) and 2(aa)(ii) print 8505.11.0070; annex II of Proclamation 11012 and note 50 the like.
PRINTED = [
    ("ieepa_reciprocal", "8505110070", "CHN", "2025-10-01", {}, 0),
    ("ieepa_reciprocal", "8505110050", "CHN", "2025-10-01", {}, 10),
    ("s122", "8505110070", "JPN", "2026-03-15", {}, 0),
    ("s122", "8505110050", "JPN", "2026-03-15", {}, 10),
    ("s122", "9014805000", "JPN", "2026-03-15", {}, 10),  # only named within the description of 9014.90.40
    ("s122", "9014805000", "JPN", "2026-03-15", {"civil_aircraft": True}, 10),
    ("s122", "4504900000", "PRT", "2026-03-15", {}, 10),
    ("s122", "4504900000", "PRT", "2026-03-15", {"civil_aircraft": True}, 0),
    ("s122", "2008992120", "BRA", "2026-03-15", {}, 10),  # acai: a particular article of note 2(aa)(iii)
    ("s122", "2008992120", "BRA", "2026-03-15", {"named_article": True}, 0),
    ("ieepa_country", "2008992120", "BRA", "2025-12-01", {}, 40),
    ("ieepa_country", "2008992120", "BRA", "2025-12-01", {"named_article": True}, 0),
    ("ieepa_country", "2008992120", "BRA", "2025-11-12", {"named_article": True}, 40),
    ("ieepa_country", "9014805000", "BRA", "2025-12-01", {}, 40),
    ("ieepa_reciprocal", "2008992120", "BRA", "2025-12-01", {"named_article": True}, 0),
    ("s301", "8505110050", "BRA", "2026-08-01", {}, 25),  # 52(b) prints the subheading whole: forced labour adds none
    ("s301", "8505110070", "BRA", "2026-08-01", {}, 0),
    ("s301", "2933490800", "BRA", "2026-07-25", {}, 37.5),
    ("s301", "2933490800", "BRA", "2026-07-25", {"pharmaceutical_use": True}, 0),
    ("s301", "6109100004", "BRA", "2026-07-25", {"loaded": "2026-07-20"}, 0),  # both in-transit windows
    ("s301", "6109100004", "BRA", "2026-07-25", {"loaded": "2026-07-22"}, 25),
    ("s301", "6109100004", "BRA", "2026-07-28", {"loaded": "2026-07-20"}, 12.5),
    ("s301", "6109100004", "BRA", "2026-07-29", {"loaded": "2026-07-20"}, 37.5),
    ("s301", "0409000005", "BRA", "2026-08-01", {}, 12.5),  # organic honey alone, at ten digits
    ("s301", "0409000010", "BRA", "2026-08-01", {}, 37.5),
    ("s301", "2208303030", "GBR", "2026-07-29", {}, 0),
    ("s301", "2208303030", "IND", "2026-07-29", {}, 10),
    ("s301", "6109100004", "HND", "2026-08-01", {}, 10),
    ("s301", "6109100004", "HND", "2026-08-01", {"preference": True}, 0),
    ("s301", "6109100004", "JOR", "2026-08-01", {}, 0),  # 52(j)(13)(i): no claim is asked for
    ("s301", "8471300100", "NIC", "2026-08-01", {"preference": True}, 0),  # 52(b) frees it anyway
    ("s301", "9018310080", "CHN", "2024-10-01", {"named_article": True}, 0),
    ("s301", "8714912000", "NIC", "2026-08-01", {"preference": True}, 12.5),  # no textile
]


@pytest.mark.parametrize(("programme", "product", "origin", "on", "claims", "percent"), PRINTED)
def test_entries_are_read_as_printed(
    programme: str, product: str, origin: str, on: str, claims: dict[str, object], percent: float
) -> None:
    assert duty(programme, product, origin, on, **claims) == percent


def test_every_edge_of_sections_122_and_301_has_its_clause_beside_it() -> None:
    rows = [m for m in REGIME.measures if m.act.authority == "USA" and m.programme in ("s122", "s301") and m.yields_to]
    assert rows
    assert not [m.id for m in rows if len(m.stacks) < 40]
    acts = {m.act.id for m in REGIME.measures if m.programme == "s301" and m.combine != "zero"}
    told = {m.act.id for m in REGIME.measures if m.programme == "s301" and m.stacks}
    assert acts == told


ACT = """
[act]
id = "mine"
title = "A test"
citation = "none"
authority = "USA"
signed = 2026-01-01
[[measure]]
id = "mine"
programme = "s301"
rate = 0.1
product_list = "mine.csv"
start = 2026-01-02
"""


@pytest.mark.parametrize(
    ("rows", "entry", "rule", "words"),
    [
        (("850511",), {"prints": ["2(aa)(ii)"]}, lists_keep_printed_digits, "850511 is not printed"),
        (("85051100",), {"prints": ["2(aa)(ii)"]}, lists_keep_printed_digits, "85051100 is not printed"),
        (("9014805000",), {"prints": ["2(aa)(ii)"]}, lists_keep_printed_digits, "9014805000 is not printed"),
        (("8505110070", "0201100510"), {"prints": ["2(aa)(ii)"]}, lists_keep_printed_digits, None),
        (("85051100",), {"prints": ["2(aa)(ii)"], "added": {"85051100": "why"}}, lists_keep_printed_digits, None),
        (("85414200",), {"holds": ["31(c)"]}, lists_hold_what_is_printed, "85414300 is printed in 31(c)"),
        (("85414200", "85414300"), {"holds": ["31(c)"]}, lists_hold_what_is_printed, None),
        (("85414200",), {"stated": {"count": 2, "clause": "note 31(c)"}}, NUMBER, "1 entries; 'note 31(c)'"),
        (("85414200",), {"stated": {"count": 1}}, NUMBER, "without count or clause"),
        (
            ("85414200",),
            {"stated": {"count": 2, "clause": "c", "differences": [{"rows": -1, "why": "n"}]}},
            NUMBER,
            None,
        ),
        (("85414200", "8541430010"), {"stated": {"count": 1, "clause": "c"}, "carried": ["8541430010"]}, NUMBER, None),
    ],
)
def test_the_linters_refuse_what_is_cut_missing_or_miscounted(
    tmp_path: Path, rows: Sequence[str], entry: dict, rule, words: str | None
) -> None:
    (tmp_path / "mine.csv").write_text("product,start,end\n" + "".join(f"{r},,\n" for r in rows), "utf-8")
    (tmp_path / "manifest.json").write_text(json.dumps({"mine.csv": entry}), "utf-8")
    (tmp_path / "mine.toml").write_text(ACT, "utf-8")
    found = [text for _, text in rule(read_act(tmp_path / "mine.toml"))]
    assert (not found) if words is None else (found and words in found[0])


def test_annex_ii_of_the_proclamation_and_the_note_agree(shared_data: Path) -> None:
    """Proclamation 11012, annex II: entries begin a line; scope limitations end it. A code within a description is none."""
    text = (shared_data / "law/texts/2026-02-20-proc-11012-section-122-annex-ii.txt").read_text("utf-8")
    found: dict[str, list[str]] = {}
    for code, rest in re.findall(r"^ *(\d{4}\.\d\d\.\d\d(?:\d\d)?)(?: +(\S.*))?$", text, re.MULTILINE):
        found.setdefault(code.replace(".", ""), []).append(rest.strip())
    goods = {c: rest for c, rest in found.items() if not c.startswith("98")}
    aircraft = {c for c, rest in goods.items() if any(r.endswith("Aircraft") for r in rest)}
    particular = {c for c, rest in goods.items() if any(r.endswith("Ex") for r in rest)}
    mentioned = {"90314970"}  # its line begins with the end of a description
    assert set(goods) - aircraft - particular - mentioned == held("us-122-exempt.csv")
    assert aircraft - mentioned == held("us-122-aircraft.csv")
    assert particular == held("us-particular-articles.csv")


@pytest.mark.slow
def test_the_duty_charged_in_2024_agrees_with_the_lists(shared_data: Path) -> None:
    """Of all lines on no list, the customs of 2024 charged Chinese goods above column 1 on three alone."""
    sys.path.insert(0, str(BUILDERS))
    try:
        from us_list_tables import charged
    finally:
        sys.path.remove(str(BUILDERS))
    above = []
    for code, share in charged(shared_data).items():
        try:
            found = REGIME.explain(code, "CHN", "USA", "2024-12-31")
        except CodeError:
            continue  # a line that no edition of 2025 has
        base = found.base_rate
        if base is not None and not found.by_programme().get("s301") and share - base > 0.02:
            above.append(code)
    assert sorted(c for c in above if c[:2] not in ("72", "73", "76")) == ["9102122000", "9102124000"]
