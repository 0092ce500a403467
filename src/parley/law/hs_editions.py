"""Six-digit codes of older Harmonized Systems: what each became in the system of 2022, and from what the codes of 2022 were made.

schedule/hs-editions.csv has the codes that 2022 no longer has, with those that took over; the codes of 2017 of which a part
moved within its heading; and the codes that began in 2022.
"""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from importlib import resources
from typing import NamedTuple

SIX = 6  # digits that countries share
NOW, BEFORE = 2022, 2017  # the edition in force, and the one before
# First day of the edition of 2022: Presidential Proclamation 10326 (cited, text not read); China's schedule of 2022.
IN_FORCE = {"USA": date(2022, 1, 27), "CHN": date(2022, 1, 1)}


class HsCode(NamedTuple):
    """One row: the last edition that had the code, the codes that took over, headings that took further parts.

    For a code that 2022 began (edition 2022), `others` are the codes of 2017 from which it came.
    """

    edition: int
    code: str
    others: tuple[str, ...]
    how: str
    parts: tuple[str, ...]


@cache
def _rows() -> tuple[dict[str, HsCode], dict[str, HsCode]]:
    """The older codes, and those that 2022 began, each by its digits; of an older code the row of the latest edition."""
    text = resources.files("parley.law").joinpath("schedule", "hs-editions.csv").read_text("utf-8")
    older: dict[str, HsCode] = {}
    begun: dict[str, HsCode] = {}
    for r in csv.DictReader(text.splitlines()):
        lists = (tuple(x for x in r[name].split(";") if x) for name in ("new", "others"))
        new, parts = lists
        made = HsCode(int(r["edition"]), r["old"], new, r["how"], parts)
        (begun if made.edition == NOW else older).setdefault(made.code, made)
    return older, begun


def became(code: str) -> HsCode | None:
    """What a code of an older edition is in that of 2022; None for one that stands there whole, or never was."""
    return _rows()[0].get(code[:SIX])


def made_of(code: str) -> HsCode | None:
    """From which code of 2017 one of 2022 was made; None for one that stood before, or never was."""
    return _rows()[1].get(code[:SIX])


def merged_from(code: str) -> tuple[str, ...]:
    """The older codes that a code of 2022 took over, of the edition before."""
    return tuple(c for c, row in _rows()[0].items() if row.edition == BEFORE and code[:SIX] in row.others)


def is_before(destination: str, on: date) -> bool:
    """Whether a day of a destination's law lies before the edition of 2022."""
    return on < IN_FORCE.get(destination, date.min)
