"""Section 301 duties on China: which lines stand on which list.

Notes 20 and 31 print the lists as they stood in April 2026 (builders/us_notes.py). What left them before that is added
from two sources: the Commission's table "China Tariffs" of 1 January 2020 (public domain), which names the list of each
subheading then, and the duty charged in 2024. Notes 20(g) and 20(s)(ii) name subheadings "except for" statistical numbers.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from us_list_tables import Row, footnotes, outermost, plain
from us_notes import entries, partly, printed

# The four-year review (89 FR 76581): numbers (5) to (352) of note 31(b). Thirty of them stood on no list that was in
# force: 26 were never listed, and the last four stood on list 4B, which never began. The other 318 left list 4A on 27
# September 2024, as paragraph 13 of the notice's annex says. Table "China Tariffs", United States International Trade
# Commission, 1 January 2020; the duty charged in 2024 agrees: 7.5 percent until September on the ones, none on the others.
NOT_LISTED_BEFORE = frozenset({
    "26020000", "26050000", "26060000", "26080000", "26100000", "26110060", "28259030", "28418000", "28444100",
    "28444200", "28444300", "28444400", "28499030", "72026000", "72029340", "72029380", "79011100", "79011210",
    "79011250", "79012000", "80011000", "80012000", "81011000", "81032000", "81122100", "81129230",
    "72102000", "72159030", "73024000", "73042330",
})  # fmt: skip
LEFT_4A_COUNT = 318  # 89 FR 76581, annex, paragraph 13
# Paragraph 11: the eight that left list 1 on 27 September 2024, electric vehicles of note 31(d).
LEFT_1 = ("87024031", "87024061", "87029031", "87029061", "87036000", "87037000", "87038000", "87039001")
# Semiconductors, silicon and wafers left lists 1 to 3 on 1 January 2025, solar cells on 27 September 2024 (notes 31(c),
# 31(f)). Their lists by the table of 2020; 8541.4x and .5x were made of 8541.40 and .50 in January 2022.
SEMICONDUCTORS = {
    "1": ("85412100", "85412900", "85413000", "85414910", "85414970", "85414980", "85414995", "85415100", "85415900",
          "85419000"),
    "2": ("85411000", "85414200", "85414300", "85423100", "85423200", "85423300", "85423900", "85429000"),
    "3": ("28046100", "38180000"),
}  # fmt: skip
# Goods of list 4A that left it later: medical gloves (1 January 2025), textile masks of 6307.90.98 (27 September 2024,
# 1 January 2025), lithium-ion cells (1 January 2026).
CELLS, MASKED, GLOVES = "85076000", "63079098", "40151210"
RESPIRATORS = ("6307909842", "6307909844", "6307909850")  # raised on 27 September 2024, as the duties of 2024 show
FACE_MASKS = "6307909875"  # raised with them: 8.5 percent in 2024, above the 7.5 of list 4A; note 31(e) names .70 alone
VEHICLE_CELLS = "8507600010"
RENUMBERED = {"2931909051": "2931909052"}  # the number that note 20(g) prints, and the one that took over
WHOLE = {"1": "20(b)", "2": "20(d)", "3": "20(f)", "4A": "20(s)(i)"}
IN_PARTS = {"3": "20(g)", "4A": "20(s)(ii)"}
REVIEW = {"9903.91.01": "31(b)", "9903.91.02": "31(c)", "9903.91.03": "31(d)", "9903.91.05": "31(f)",
          "9903.91.04": "31(e)", "9903.91.06": "31(g)", "9903.91.07": "31(h)", "9903.91.08": "31(i)",
          "9903.91.11": "31(j)", "9903.91.12": "31(k)", "9903.91.14": "31(l)"}  # fmt: skip
# Numbers (1) to (4) of note 31(b) and (3) of note 31(f), deleted when the goods moved on in 2026; the duties of 2024, and
# footnotes of the editions of 2025, show what they were.
DELETED = {"9903.91.01": (VEHICLE_CELLS, *RESPIRATORS, FACE_MASKS), "9903.91.05": (GLOVES,)}


def left_4a(shared: Path) -> tuple[str, ...]:
    """What left list 4A on 27 September 2024, counted against the notice."""
    found = tuple(c for c in printed(shared, "31(b)") if c not in NOT_LISTED_BEFORE)
    if len(found) != LEFT_4A_COUNT:
        raise ValueError(f"note 31(b): {len(found)} of list 4A, and the notice states {LEFT_4A_COUNT}")
    return found


@cache
def in_parts(shared: Path, name: str) -> frozenset[str]:
    """The ten-digit lines of the subheadings that a list names with exceptions, without these."""
    lines = [c for c in footnotes(shared) if len(c) == 10]
    left_out = {code: {RENUMBERED.get(x, x) for x in rest} for code, rest in partly(shared, IN_PARTS[name]).items()}
    left_out.pop(MASKED, None)  # its exceptions left the list later
    return frozenset(x for code, rest in left_out.items() for x in lines if x.startswith(code) and x not in rest)


def section_301(shared: Path, name: str) -> list[Row]:
    """Lines of list 1, 2, 3 or 4A as notes 20(b), (d), (f), (g), (s) print them, and what left them since 2024."""
    found = {*printed(shared, WHOLE[name]), *SEMICONDUCTORS.get(name, ())}
    if name in IN_PARTS:
        found |= in_parts(shared, name)
    if name == "1":
        found |= set(LEFT_1)
    if name == "4A":
        found -= in_parts(shared, "3")  # what note 20(g) puts on list 3 pays that alone, as the duty of 2024 shows
        found |= {*left_4a(shared), CELLS, MASKED, GLOVES} - in_parts(shared, "3")
    return plain(outermost(found))


def review(shared: Path, heading: str) -> list[Row]:
    """Lines of one heading of the four-year review as note 31 prints them, and those whose numbers it has deleted."""
    return plain({*entries(shared, REVIEW[heading]), *DELETED.get(heading, ())})
