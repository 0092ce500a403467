"""Write the tables of docs/averages.md that hold averages against an independent series, between their markers.

Run: python builders/docs_averages.py [--check] [--page docs/averages.md] [--series tests/law/independent_series.csv]

The series' figures are read from the tests' table; ours are computed: as an average counts by default, and as the series
counts (--convention budget-lab). --check compares without writing.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import NamedTuple

from parley.codes import country_name
from parley.law.average import average
from parley.law.regime import Regime, read_regime

BEGIN = "<!-- written by builders/docs_averages.py: do not edit by hand -->"
END = "<!-- end of what builders/docs_averages.py writes -->"
CLOSE = 2.0  # points
LAST = "2026-01-31"  # to which the conventions were fitted to what the series does
FIRST_OF_AUGUST_LISTS = "2025-08-18"
CAUSES = {
    "IND": "medicines of 3004.90.92: the series charges metal duty on the whole line",
    "CHE": "medicines of 3004.90.92; before them, four points that we cannot place",
    "GBR": "medicines of 3004.90.92; goods for civil aircraft, which ours frees by their share",
    "KOR": "the series has the Korean agreement's rates in December, the law in November 2025",
    "TWN": "the series charges the semiconductor duty of January 2026; in ours it needs a claim",
}


class Held(NamedTuple):
    """One figure of the series beside ours, percent."""

    origin: str
    on: str
    theirs: float
    ours: float
    alike: float


def read_series(path: Path) -> list[tuple[str, str, float]]:
    """Origin, day and percent of the series."""
    rows = csv.DictReader(x for x in path.read_text("utf-8").splitlines() if not x.startswith("#"))
    return [(r["origin"], r["on"], float(r["percent"])) for r in rows]


def held(regime: Regime, origin: str, on: str, theirs: float) -> Held:
    """The figure of one origin and day in both counts."""
    ours, alike = (average(regime, origin, "USA", on, conventions=c).points[0].rate for c in ((), ("budget-lab",)))
    if ours is None or alike is None:
        sys.exit(f"no average of {origin} on {on}")
    return Held(origin, on, theirs, 100 * ours, 100 * alike)


def days_table(rows: list[Held], origin: str) -> list[str]:
    """One origin, a row a day."""
    return [
        "| day | the series | ours | apart | counted as the series does | apart |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            f"| {r.on} | {r.theirs:.2f} | {r.ours:.2f} | {r.ours - r.theirs:+.2f} | {r.alike:.2f} | {r.alike - r.theirs:+.2f} |"
            for r in rows
            if r.origin == origin
        ),
    ]


def partners_table(rows: list[Held]) -> list[str]:
    """A row an origin: the widest gaps before and after the lists of August 2025, in both counts."""
    lines = [
        "| origin | to 17 August 2025: ours | counted alike | from 18 August: ours | counted alike | cause of more than two points |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for origin in dict.fromkeys(r.origin for r in rows):
        own = [r for r in rows if r.origin == origin and r.on <= LAST]
        parts = [[r for r in own if (r.on >= FIRST_OF_AUGUST_LISTS) == late] for late in (False, True)]
        cells = [f"{widest(part, alike):+.2f}" for part in parts for alike in (False, True)]
        wide = abs(widest(own, True)) > CLOSE
        lines.append(
            f"| {country_name(origin)} | {' | '.join(cells)} | {CAUSES.get(origin, 'not known') if wide else ''} |"
        )
    return lines


def widest(rows: list[Held], alike: bool) -> float:
    """The gap that is furthest from nothing."""
    return max(((r.alike if alike else r.ours) - r.theirs for r in rows), key=abs)


def generated(series: Path) -> str:
    """What stands between the markers."""
    regime = read_regime(authority="USA")
    rows = [held(regime, *row) for row in read_series(series)]
    return "\n".join([*days_table(rows, "CHN"), "", *partners_table(rows)])


def main() -> None:
    """Write the page between its markers, or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--page", type=Path, default=Path("docs/averages.md"))
    parser.add_argument("--series", type=Path, default=Path("tests/law/independent_series.csv"))
    asked = parser.parse_args()
    page = asked.page.read_text("utf-8")
    head, _, rest = page.partition(BEGIN)
    made = f"{head}{BEGIN}\n\n{generated(asked.series)}\n\n{END}{rest.partition(END)[2]}"
    if asked.check and made != page:
        sys.exit(f"{asked.page} differs from what ships: python builders/docs_averages.py")
    if not asked.check:
        asked.page.write_text(made, "utf-8")


if __name__ == "__main__":
    main()
