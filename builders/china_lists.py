"""China's product lists: which lines stand on which, by PIIE's dated lines, the American matrix and the announcements."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from china_lines import CARS, RETALIATION, STEEL, Duty, Line

PIIE_WORDS = "From the dated lines of Bown, Jung and Zhang (PIIE, June 2019)"
MATRIX_WORDS = "From the American matrix of 28 March 2025"
PIIE = {
    "source": "Bown, Jung and Zhang, Trump Has Gotten China to Lower its Tariffs. Just Toward Everyone Else, PIIE, "
    "12 June 2019, data file: China's tariff lines and dated changes, from China's Ministry of Finance",
    "terms": "rates, lines and dates are facts; cited",
    "vintage": "1 January 2018 to 1 June 2019 (Harmonized System of 2017)",
    "builder": "builders/china_tariffs.py",
}
DEPARTMENT_OF_COMMERCE = {
    "source": "United States Department of Commerce, International Trade Administration, Retaliation Product Matrix of "
    "28 March 2025: China's additional duties by line; split by list with PIIE's lines of 2019 and the lists of March 2025",
    "terms": "United States government work, public domain",
    "vintage": "28 March 2025",
    "builder": "builders/china_tariffs.py",
}
STATE_COUNCIL = {
    "source": "State Council Tariff Commission of China, announcement 2025 No. 2, product lists",
    "terms": "public announcement; facts",
    "vintage": "10 March 2025",
    "builder": "builders/china_tariffs.py",
}


class Stated(NamedTuple):
    """The number of lines that a text states, and the text."""

    count: int
    clause: str


# Each list of 2018 and 2019: the workbook's column, the change there that puts a line on it, and the number announced.
LISTS: dict[str, tuple[int, int, Stated | None]] = {
    "cn-232-15": (3, 15, Stated(120, "announcement 2018 No. 13: 120 items, 15 percent")),
    "cn-232-25": (3, 25, Stated(8, "announcement 2018 No. 13: 8 items, 25 percent")),
    "cn-301-list-1": (6, 25, Stated(545, "announcement 2018 No. 5: 545 items")),
    "cn-301-list-2": (7, 25, Stated(333, "announcement 2018 No. 7: 333 items")),
    "cn-301-list-3-5": (8, 5, Stated(1636, "announcement 2018 No. 8: 974 + 662 items at 5 percent")),
    "cn-301-list-3-10": (8, 10, Stated(3571, "announcement 2018 No. 8: 2,493 + 1,078 items at 10 percent")),
    "cn-301-autos-25": (
        11,
        -25,
        Stated(144, "announcement 2018 No. 10: 211 items, 144 of them of the first two lists"),
    ),
    "cn-301-autos-5": (11, -5, Stated(67, "announcement 2018 No. 10: 211 items, 67 of them of the third list")),
    "cn-301-list-3-from-5-to-10": (12, 5, Stated(974, "announcement 2019 No. 3, annex 3: 974 items at 10 percent")),
    "cn-301-list-3-from-10-to-20": (
        12,
        10,
        Stated(1078, "announcement 2019 No. 3, annex 2: 1,078 items at 20 percent"),
    ),
    "cn-301-list-3-from-10-to-25": (
        12,
        15,
        Stated(2493, "announcement 2019 No. 3, annex 1: 2,493 items at 25 percent"),
    ),
}
NO_4 = "announcement 2019 No. 4, annex 1: 270 + 646 items at 10 percent, 64 + 737 at 5 (numbers by memory)"
NEW = {
    "cn-2019-09-10": Stated(916, NO_4),
    "cn-2019-09-05": Stated(801, NO_4),
    "cn-2025-02-15": Stated(8, "announcement 2025 No. 1, annex 1"),
    "cn-2025-02-10": Stated(72, "announcement 2025 No. 1, annex 2"),
    "cn-2025-03-15": Stated(29, "announcement 2025 No. 2, annex 1"),
    "cn-2025-03-10": Stated(711, "announcement 2025 No. 2, annex 2"),
}

Rows = list[tuple[str, str]]  # a product, and how it is known where it is not by its own number


class Made(NamedTuple):
    """A list: its rows, the words of its source, and its manifest entry."""

    rows: Rows
    words: str
    entry: dict


def lists_of(
    lines: dict[str, Line],
    alike: dict[str, Line],
    matrix: dict[str, Duty],
    ended: dict[str, str],
    march: dict[str, list[str]],
    shared: Path,
) -> dict[str, Made]:
    """Every list by name. alike: the new numbers that stand on the lists of their old lines."""
    made = {name: of_2018(name, lines, alike, matrix) for name in LISTS}
    made |= renumbered(lines | alike, matrix)
    made |= of_september_2019(lines, matrix, ended, shared)
    for name, rate in (("cn-2025-02-15", 15), ("cn-2025-02-10", 10)):
        rows = plain(c for c, d in matrix.items() if d.february == rate)
        made[name] = Made(
            rows, f"{MATRIX_WORDS}: announcement 2025 No. 1", DEPARTMENT_OF_COMMERCE | stated(NEW[name], {})
        )
    for name, codes in march.items():
        words = "State Council Tariff Commission, announcement 2025 No. 2"
        made[name] = Made(plain(codes), words, STATE_COUNCIL | stated(NEW[name], {}))
    return made


def plain(codes: Iterable[str]) -> Rows:
    """Products known by their own numbers."""
    return [(code, "") for code in sorted(codes)]


def stated(number: Stated, differences: dict[str, int]) -> dict:
    """The manifest's words on the number of lines that the text states, and on what differs from it, as counts of rows."""
    said = [{"rows": rows, "why": why} for why, rows in differences.items() if rows]
    return {"stated": {"count": number.count, "clause": number.clause} | ({"differences": said} if said else {})}


def of_2018(name: str, lines: dict[str, Line], alike: dict[str, Line], matrix: dict[str, Duty]) -> Made:
    """A list of 2018 or 2019 by PIIE's lines, with the new numbers like them; and those of the steel answer and the cars."""
    column, change, number = LISTS[name]
    place = RETALIATION.index(column)
    rows = plain(code for code, line in lines.items() if line.changes[place] == change)
    new = [(c, "as the old lines of its six digits") for c, line in alike.items() if line.changes[place] == change]
    held = lines | alike
    new += [(c, d.split) for c, d in sorted(matrix.items()) if c not in held and _is_on(d, place, change)]
    extra = stated(number, {"numbers newer than 2019, by the matrix of 28 March 2025": len(new)}) if number else {}
    return Made(sorted([*rows, *new]), PIIE_WORDS, PIIE | extra)


def _is_on(duty: Duty, place: int, change: float) -> bool:
    """Whether a new number is on the steel answer, or on the list of suspended cars at 25 percent."""
    return duty.steel == change if place == STEEL else place == CARS and change == -25 and duty.car


def renumbered(lines: dict[str, Line], matrix: dict[str, Duty]) -> dict[str, Made]:
    """The numbers newer than 2019 by what they pay of the lists of 2018 and 2019, known apart or together."""
    made = {}
    for rate in (25, 20, 10, 5):
        rows = [(c, d.split) for c, d in sorted(matrix.items()) if c not in lines and d.list_2018 == rate]
        words = f"{MATRIX_WORDS}: numbers newer than 2019 that pay {rate} percent of the lists of 2018 and 2019"
        made[f"cn-301-renumbered-{rate:02}"] = Made(rows, words, DEPARTMENT_OF_COMMERCE)
    for rate in (25, 10, 5):
        rows = [(c, "total") for c, d in sorted(matrix.items()) if _unsplit(c, d, lines) and d.older == rate]
        words = f"{MATRIX_WORDS}: {rate} percent in all of the lists of 2018, 2019 and 1 September 2019, how much of each is not known"
        made[f"cn-301-unsplit-{rate:02}"] = Made(rows, words, DEPARTMENT_OF_COMMERCE)
    return made


def _unsplit(code: str, duty: Duty, lines: dict[str, Line]) -> bool:
    """Whether only the sum of a line's older duties is known: a new number, or an old one on which PIIE has nothing."""
    if code in lines:
        return duty.split != "exact" and duty.older > 0 and not any(lines[code].changes)
    return duty.list_2018 is None


def of_september_2019(
    lines: dict[str, Line], matrix: dict[str, Duty], ended: dict[str, str], shared: Path
) -> dict[str, Made]:
    """The list of 1 September 2019 by its two rates, and the old numbers of which it is not known whether they were on it."""
    with (shared / "law/china/cn_list_2019-09-01_hs8.csv").open(encoding="utf-8") as opened:
        held = {row["hs8"]: (float(row["rate_from_2019_09_01_pct"]), row["split"]) for row in csv.DictReader(opened)}
    traced = {code: heirs(code, held, matrix, lines) for code in ended}
    made = {}
    for name, rate in (("cn-2019-09-10", 10.0), ("cn-2019-09-05", 5.0)):
        own = plain(c for c, (r, _) in held.items() if r == rate and c in lines)
        new = [(c, how) for c, (r, how) in held.items() if r == rate and c not in lines]
        old = [(c, "by its new numbers") for c, found in traced.items() if found == {rate}]
        lost = NEW[name].count - len(own) - len(old)
        differences = {
            "numbers newer than 2019, by the matrix of 28 March 2025": len(new),
            "numbers of 2019 since gone, not identified: cn-2019-09-unknown.csv": -lost,
        }
        made[name] = Made(sorted([*own, *new, *old]), f"{MATRIX_WORDS}: announcement 2019 No. 4, annex 1",
                          DEPARTMENT_OF_COMMERCE | stated(NEW[name], differences))  # fmt: skip
    doubtful = [(c, "not known") for c, found in traced.items() if found not in ({0.0}, {5.0}, {10.0})]
    doubtful += [(c, "PIIE and the matrix differ") for c, d in matrix.items() if c in lines and _unsplit(c, d, lines)]
    words = "Numbers of 2019 that are gone: whether they stood on the list of 1 September 2019 is not known"
    made["cn-2019-09-unknown"] = Made(sorted(doubtful), words, DEPARTMENT_OF_COMMERCE)
    return made


def heirs(
    code: str, held: dict[str, tuple[float, str]], matrix: dict[str, Duty], lines: dict[str, Line]
) -> set[float | None]:
    """What the new numbers of a gone line's six digits pay of the list of 1 September 2019 at first.

    None stands for a line whose split is not known. No new number of its six digits: nothing is known.
    """
    new = [c for c in matrix if c[:6] == code[:6] and c not in lines]
    found: set[float | None] = {None if matrix[c].list_2019 is None else held.get(c, (0.0, ""))[0] for c in new}
    return found or {None}
