"""Section 301 duties on China: which lines stand on which list.

The schedule's footnotes say it for eight digits; where notes 20(g), 20(s)(ii) and 31 name ten-digit lines, the duty
charged in 2024 tells the lines apart.
"""

from __future__ import annotations

from pathlib import Path

from us_list_tables import Row, charged, footnotes, outermost, plain, table

LIST_HEADINGS = {"9903.88.01": "1", "9903.88.02": "2", "9903.88.03": "3", "9903.88.04": "3", "9903.88.15": "4A"}
STATED_IN_PARTS = "9903.88.04"  # note 20(g) names ten-digit lines of these eight-digit ones, not the whole of them
MASKS_2024 = ("6307909842", "6307909844", "6307909850")  # raised on 27 September 2024; the duties of 2024 show it
MASKS_2025 = ("6307909870", "6307909875")  # raised on 1 January 2025; the duties of 2024 show no rise
VEHICLE_CELLS = "8507600010"
OTHER_CELLS = ("8507600020", "8507600030", "8507600090")  # .20 was split into .30 and .90 in February 2026
GLOVES = "40151210"  # medical gloves of rubber, 4015.12.10


def in_parts(shared: Path, parent: str) -> dict[str, str]:
    """Ten-digit line → its list (or ""), for a parent that note 20(g) names in part: the duties of 2024 tell which.

    A line charged nothing above column 1 all year is on no list; one charged about 7.5 percent is on list 4A, where
    the parent is on it too; any other, and any line without trade, is on list 3.
    """
    both = "9903.88.15" in footnotes(shared)[parent]
    column_1 = 0.037 if parent.startswith("29319090") else 0.0
    found = {}
    for code in (c for c in footnotes(shared) if len(c) == 10 and c.startswith(parent)):
        extra = charged(shared).get(code, 0.25 + column_1) - column_1
        found[code] = "" if extra < 0.005 else "4A" if both and 0.05 < extra < 0.08 else "3"
    return found


def list_of(headings: frozenset[str]) -> str:
    """The one list of 2018-19 on which a line with these footnotes stands: the first that is named."""
    return next((LIST_HEADINGS[h] for h in sorted(headings) if h in LIST_HEADINGS), "")


# Lines that the review of 2024 moved to subchapter 9903.91, so that their footnotes no longer name the old list. The
# duties of 2024 (or of its last quarter) show the old rate: semiconductors and electric cars 25, gloves 7.5 percent.
MOVED = {"2": ("8541", "8542", "854142", "854143"), "1": ("870360", "870370", "870380", "870390"), "4A": (GLOVES,)}


def section_301(shared: Path, name: str) -> list[Row]:
    """Lines of list 1, 2, 3 or 4A by the schedule's footnotes; ten-digit where notes 20(g) and 20(s)(ii) are so."""
    found = set(MOVED.get(name, ()))
    for code, headings in footnotes(shared).items():
        if STATED_IN_PARTS in headings:
            found |= {c for c, which in in_parts(shared, code).items() if which == name}
        elif list_of(headings) == name:
            found.add(code)
    if name == "4A":
        found |= {"04032050"}  # on the list; its line carries no footnote
    return plain(outermost(found))


def review(shared: Path, heading: str) -> list[Row]:
    """Lines of one heading of the four-year review, mended where membership is ten-digit (note 31)."""
    found = {r["hts8"] for r in table(shared, "lists/s301_product_lists.csv") if r["ch99_code"] == heading}
    found -= {"85076000", "63079098", "40151210"}
    parts = {
        "9903.91.01": {VEHICLE_CELLS, *MASKS_2024},
        "9903.91.04": set(MASKS_2025),
        "9903.91.05": {GLOVES},
        "9903.91.06": set(OTHER_CELLS),
        "9903.91.07": {*MASKS_2024, *MASKS_2025},
        "9903.91.08": {GLOVES},
        "9903.91.12": {"8716390090", "87169030", "87169050"},
    }
    if heading == "9903.91.12":
        found = set()
    return plain(found | parts.get(heading, set()))
