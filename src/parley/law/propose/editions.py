"""An edition with its day, from a file or from the package: its headings of chapter 99, its lines of goods, its footnotes."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from parley.codes import dotted, today
from parley.errors import InputError
from parley.json_values import Json
from parley.law.hts_json import OfficialEdition, read_edition
from parley.law.law_package import law_path
from parley.law.measure import LATEST
from parley.law.products import Line, read_products
from parley.law.propose.heading_text import Heading

SUBCHAPTER_III = "9903"  # temporary modifications under trade legislation: all duties that acts add
PROVISIONS = "usa-provisions.csv.gz"
_NAME = re.compile(r"(20\d\d)[-_ ]?(basic|rev(?:ision)?[-_ ]?\d+)", re.I)


@dataclass(frozen=True)
class Edition:
    """An edition. footnotes: heading of chapter 99 → lines whose footnotes name it; None where the package does not date them.

    dated: how its day is known.
    """

    name: str
    day: date
    dated: str
    headings: Mapping[str, Heading]
    lines: Mapping[str, Line]
    footnotes: Mapping[str, frozenset[str]] | None


class PackagedHeading(NamedTuple):
    """A heading over a run of editions [start, end) that print it the same."""

    start: date
    end: date
    heading: Heading


def edition_of_file(path: Path, day: date | None = None) -> Edition:
    """The edition of an official JSON file. day: from which it stands; else that of the packaged edition of its name, else today."""
    return as_edition(read_edition(path), *_dated(path.name, day))


def _dated(name: str, day: date | None) -> tuple[date, str]:
    if day is not None:
        return day, "as given"
    known = packaged_days().get(name_of(name))
    return (known, "the change record of the edition") if known else (today(), "not stated: the day of this run")


def name_of(file: str) -> str:
    """The edition's name in the name of its file: hts_2025_rev_11.json.gz → 2025_rev_11; the file's own where it has none."""
    found = _NAME.search(file)
    if found is None:
        return file.split(".")[0]
    number = re.search(r"\d+", found[2])
    return f"{found[1]}_rev_{int(number[0])}" if number else f"{found[1]}_basic"


def as_edition(official: OfficialEdition, day: date, dated: str) -> Edition:
    """An official edition as one to compare."""
    named: dict[str, set[str]] = {}
    for code, headings in official.footnotes.items():
        for heading in headings:
            if code[:2] not in ("98", "99") and heading.startswith(SUBCHAPTER_III):
                named.setdefault(heading, set()).add(
                    code.removesuffix("00") if len(code) == len("0101210000") else code
                )
    headings = {
        h.code: h for h in map(_heading, official.provisions) if h.code.startswith(SUBCHAPTER_III) and len(h.code) == 10
    }
    return Edition(name_of(official.name), day, dated, headings, {x.code: x for x in official.lines},
                   {h: frozenset(codes) for h, codes in named.items()})  # fmt: skip


def _heading(line: Line) -> Heading:
    return Heading(dotted(line.code), line.general, line.special, line.other, line.description)


@cache
def packaged_days() -> dict[str, date]:
    """The packaged editions of the United States schedule with their days."""
    import json

    held = law_path("schedule", "manifest.json").read_text("utf-8")
    entries: Json = json.loads(held)["usa.csv.gz"]["edition_days"]
    assert isinstance(entries, dict)
    return {name: date.fromisoformat(str(day)[:10]) for name, day in entries.items()}


@cache
def packaged_headings() -> tuple[PackagedHeading, ...]:
    """The headings of subchapter III as the packaged editions print them."""
    packed = law_path("schedule", PROVISIONS).read_bytes()
    rows = csv.DictReader(gzip.decompress(packed).decode().splitlines())
    return tuple(
        PackagedHeading(
            date.fromisoformat(r["start"]) if r["start"] else date.min,
            date.fromisoformat(r["end"]) if r["end"] else LATEST,
            Heading(r["heading"], r["general"], r["special"], r["other"], r["description"]))
        for r in rows
    )  # fmt: skip


def packaged_before(new: Edition) -> Edition:
    """The packaged edition nearest before another. Raises InputError where it is the first or older."""
    days = {
        name: day for name, day in packaged_days().items() if day < new.day and name != new.name and _has_texts(name)
    }
    if not days:
        raise InputError("--against", f"no packaged edition before {new.day}", "the JSON file of an earlier edition")
    return _packaged(max(days, key=lambda n: (days[n], list(days).index(n))))


def packaged_last(before: date | None = None) -> Edition:
    """The last packaged edition with texts of chapter 99, or the last before a day."""
    days = {name: day for name, day in packaged_days().items() if _has_texts(name) and (before is None or day < before)}
    if not days:
        raise InputError(
            "--on", f"no packaged edition before {before}", "a later day, or --against with the JSON of an edition"
        )
    return _packaged(max(days, key=lambda n: (days[n], list(days).index(n))))


def _packaged(name: str) -> Edition:
    """A packaged edition: its lines stand on its day, and are those of what was known to be in force on it."""
    day = packaged_days()[name]
    headings = {h.heading.code: h.heading for h in packaged_headings() if h.start <= day < h.end}
    lines = {x.code: x for x in read_products("USA").on(day) if x.code[:2] not in ("98", "99")}
    return Edition(name, day, "packaged", headings, lines, None)


@cache
def last_with_texts() -> str:
    """The last packaged edition whose texts of chapter 99 were read; of later ones rates alone are known."""
    held = law_path("schedule", "manifest.json").read_text("utf-8")
    import json

    return str(json.loads(held)[PROVISIONS]["last_edition"])


def _has_texts(name: str) -> bool:
    days = packaged_days()
    return days[name] <= days[last_with_texts()]
