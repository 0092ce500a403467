"""Build src/parley/law/schedule/usa-provisions.csv.gz: the headings of subchapter III of chapter 99 as the editions print them.

Run: python builders/us_provisions.py [--shared ../shared/data] [--out src/parley/law/schedule]

One row per heading and run of editions that print its rates and words the same. start and end are days of editions, as in
usa.csv.gz; empty means "as far back (forward) as the editions go". `parley law propose` compares a new edition with them.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from parley.law.hts_json import read_edition
from parley.law.propose.editions import PROVISIONS, as_edition
from parley.law.propose.heading_text import Heading
from us_editions import STATED_DAYS, edition_days, edition_order, printed_days
from us_outputs import packed, write_schedule_table

ENTRY = {
    "source": "USITC, Harmonized Tariff Schedule, subchapter III of chapter 99 (headings 9903); all editions from 2025 basic "
    "to 2026 revision 10",
    "terms": "United States government work, public domain",
    "builder": "builders/us_provisions.py",
    "columns": "heading, start, end, general, special, other, description (the path of its words)",
    "note": "start and end are days of editions, not of acts. After revision 10 rates alone were read, and they are not here",
}


def runs(
    editions: Sequence[tuple[date, dict[str, Heading]]],
) -> Iterator[tuple[str, date | None, date | None, Heading]]:
    """Each heading once for every run of editions that print it the same: its first day, and the first day after it."""
    for code in sorted({c for _, held in editions for c in held}):
        begun: int | None = None
        for k in range(len(editions) + 1):
            here = editions[k][1].get(code) if k < len(editions) else None
            before = editions[k - 1][1].get(code) if k else None
            if before is not None and before != here and begun is not None:
                yield code, editions[begun][0] if begun else None, editions[k][0] if k < len(editions) else None, before
                begun = None
            if here is not None and begun is None:
                begun = k


def build(shared: Path) -> tuple[bytes, dict]:
    """The packed rows and their manifest entry."""
    paths = {
        p.name.removeprefix("hts_").removesuffix(".json.gz"): p for p in (shared / "law/hts").glob("hts_*.json.gz")
    }
    names = sorted(paths, key=edition_order)
    every = sorted({*names, *STATED_DAYS}, key=edition_order)
    days = edition_days(every, STATED_DAYS | printed_days(shared))
    editions = [(days[n], dict(as_edition(read_edition(paths[n]), days[n], "").headings)) for n in names]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("heading", "start", "end", "general", "special", "other", "description"))
    rows = [(code, start or "", end or "", *h[1:]) for code, start, end, h in runs(editions)]
    writer.writerows(rows)
    content = packed(text.getvalue())
    more = {"vintage": f"{names[0]} to {names[-1]}", "last_edition": names[-1], "rows": len(rows)}
    return content, ENTRY | more | {"sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the table and its manifest entry."""
    write_schedule_table(PROVISIONS, build, __doc__)


if __name__ == "__main__":
    main()
