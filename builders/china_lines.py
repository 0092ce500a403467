"""China's tariff lines: those of 2019 (PIIE), the additional duties of 28 March 2025 by line, and what was renumbered between.

Read by china_tariffs.py and china_weights.py. A number that is in neither nomenclature of its days is ended or begun on
1 January 2022, the day of the Harmonized System of 2022: exactly, where the six digits themselves are of 2022 alone; by
inference, where the six digits stayed and China renumbered within them on a day between 2020 and 2025 that is not known.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import openpyxl

from parley.law.products import read_products

WORKBOOK = "reference/china_tariffs_on_us_2018_2019_piie.xlsx"
MATRIX = "law/china/cn_additional_duties_on_us_2025-03-28_hs8.csv"
NEWER = "law/china/cn_lines_newer_than_2019_hs8.csv"
MARCH = {"cn-2025-03-15": "china_10mar2025_15pct_hs8.csv", "cn-2025-03-10": "china_10mar2025_10pct_hs8.csv"}
MFN = (2, 4, 5, 9, 10)  # the workbook's columns: the rate of 1 January 2018 and its changes towards everyone
MFN_DAYS = ("", "2018-05-01", "2018-07-01", "2018-11-01", "2019-01-01")  # the days of those columns; "" is the first
MFN_END = "2019-06-02"  # the workbook's last day is 1 June 2019
RETALIATION = (3, 6, 7, 8, 11, 12)  # its columns of changes towards the United States alone
STEEL, CARS = RETALIATION.index(3), RETALIATION.index(11)
LONGEST = 90  # characters of a description
HS_2022 = "2022-01-01"  # the Harmonized System of 2022 in force, in China as elsewhere
SPLIT_2025 = {
    "20039010": ("20039011", "20039019")
}  # the announcement of 4 March 2025 names the new, the matrix the old


class Line(NamedTuple):
    """One eight-digit line: its description, its ordinary rate of 2019 in percent, and its retaliation by column.

    dated: its ordinary rate by first day, percent, where its ten-digit lines agree on every day; none otherwise.
    """

    code: str
    description: str
    rate: float | None
    mixed: bool
    changes: tuple[float, ...]
    dated: tuple[tuple[str, float], ...] = ()


def read_lines(path: Path) -> dict[str, Line]:
    """The workbook's ten-digit lines, joined at eight digits."""
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True)["China Tariff Rates"]
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    children: dict[str, list[tuple]] = defaultdict(list)
    for row in list(sheet.iter_rows(values_only=True))[1:]:
        children[str(row[0])[:8]].append(row)
    return {code: joined(code, rows) for code, rows in sorted(children.items())}


def joined(code: str, rows: list[tuple]) -> Line:
    """One eight-digit line. Raises where its ten-digit lines differ in retaliation: none does."""
    changes = {tuple(float(row[k]) for k in RETALIATION) for row in rows}
    if len(changes) != 1:
        raise SystemExit(f"{code}: its ten-digit lines differ in retaliation: {changes}")
    rates = {None if row[2] is None else round(sum(row[k] or 0 for k in MFN), 4) for row in rows}
    known = [None if row[2] is None else sum(row[k] or 0 for k in MFN) for row in rows]
    rate = None if None in rates else round(sum(k for k in known if k is not None) / len(known), 4)
    words = described([str(row[1]) for row in rows])
    return Line(code, words, rate, len(rates) > 1, changes.pop(), dated_rates(rows))


def dated_rates(rows: list[tuple]) -> tuple[tuple[str, float], ...]:
    """The ordinary rate from each day on which it moved; nothing where a ten-digit line differs or has a specific duty."""
    made: list[tuple[str, float]] = []
    for n, day in enumerate(MFN_DAYS, 1):
        found = {None if row[2] is None else round(sum(row[k] or 0 for k in MFN[:n]), 4) for row in rows}
        rate = found.pop()
        if found or rate is None:
            return ()
        if not made or made[-1][1] != rate:
            made.append((day, rate))
    return tuple(made)


def described(texts: list[str]) -> str:
    """What the texts have in common, step by step, cut to a readable length."""
    steps = [" ".join(t.split()).split(": ") for t in texts]
    common = [s for k, s in enumerate(steps[0]) if all(k < len(o) and o[k] == s for o in steps)] or steps[0][:1]
    text = ": ".join(common)
    if len(text) > LONGEST and len(common) > 1:
        half = (LONGEST - 2) // 2
        text = f"{cut(common[0], half)}: {cut(common[-1], half)}"
    return cut(text, LONGEST)


def cut(text: str, length: int) -> str:
    """The text, cut at a word with an ellipsis where it is longer."""
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


class Duty(NamedTuple):
    """A line's additional duties on 28 March 2025, percent; list_2018 and list_2019 None where the split is not known.

    split: exact (its old number), or how it was inferred.
    """

    total: float
    list_2018: float | None
    steel: float
    list_2019: float | None
    february: float
    march: float
    car: bool
    split: str

    @property
    def older(self) -> float:
        """What the lists of 2018 and 2019 and the steel answer come to together."""
        return self.total - self.february - self.march


def read_matrix(shared: Path) -> dict[str, Duty]:
    """The American matrix of China's additional duties, by line."""
    with (shared / MATRIX).open(encoding="utf-8") as opened:
        return {row["hs8"]: _duty(row) for row in csv.DictReader(opened)}


def _duty(row: dict[str, str]) -> Duty:
    def number(name: str) -> float | None:
        return float(row[name]) if row[name] else None

    return Duty(
        float(row["total_pct"]),
        number("list_2018_19_pct"),
        number("steel_answer_2018_pct") or 0.0,
        number("list_2019_09_pct"),
        float(row["list_2025_02_10_pct"]),
        float(row["list_2025_03_10_pct"]),
        row["car_line"] == "1",
        row["split"],
    )


def read_march(shared: Path) -> dict[str, list[str]]:
    """The two lists of 10 March 2025."""
    found = {}
    for name, file in MARCH.items():
        with (shared / "law/lists" / file).open(encoding="utf-8") as opened:
            found[name] = sorted({row["hs8"] for row in csv.DictReader(opened)})
    return found


def read_new_descriptions(shared: Path) -> dict[str, str]:
    """The matrix's English text of the lines that are newer than 2019."""
    with (shared / NEWER).open(encoding="utf-8") as opened:
        return {row["hs8"]: cut(" ".join(row["description"].split()), LONGEST) for row in csv.DictReader(opened)}


def six_digits_of_2022() -> frozenset[str]:
    """The six digits in use under the Harmonized System of 2022: those of the American schedule."""
    return frozenset(line.code[:6] for line in read_products("USA").lines())


def gone(lines: dict[str, Line], matrix: dict[str, Duty]) -> dict[str, str]:
    """The numbers of 2019 that ended before 28 March 2025, and why one knows.

    Their six digits are not of 2022; or they had a duty that was never lifted and the matrix does not show them. The
    suspended duty of 5 percent on car parts is shown for no line, so it tells nothing.
    """
    held, found = six_digits_of_2022(), {}
    for code, line in lines.items():
        paid = sum(line.changes) - min(0.0, line.changes[CARS])
        if code[:6] not in held:
            found[code] = "hs 2022"
        elif code not in matrix and paid > 0 and line.changes[CARS] != -5:
            found[code] = "renumbered"
    return found


def born(lines: dict[str, Line], matrix: dict[str, Duty]) -> dict[str, str]:
    """The numbers of 28 March 2025 that are newer than 2019, and how one knows since when."""
    old = {code[:6] for code in lines}
    return {c: "hs 2022" if c[:6] not in old else "renumbered" for c in matrix if c not in lines}


def traced(lines: dict[str, Line], matrix: dict[str, Duty], new: dict[str, str]) -> dict[str, Line]:
    """The new numbers that paid what the old lines of their six digits paid: those agree, and so does the matrix.

    The day of such a number is not known, and need not be: it is answered on every day as its old lines are.
    """
    found = {}
    for code in (c for c, how in new.items() if how == "renumbered"):
        near = [line for old, line in lines.items() if old[:6] == code[:6]]
        duty, changes = matrix[code], near[0].changes
        if any(line.changes != changes for line in near) or changes[CARS] or duty.list_2019 is None:
            continue
        if duty.steel == changes[STEEL] and duty.list_2018 == sum(changes) - changes[STEEL]:
            found[code] = near[0]._replace(code=code)
    return found
