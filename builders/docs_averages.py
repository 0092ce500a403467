"""Write the tables of docs/averages.md that hold averages against an independent series, between their markers.

Run: python builders/docs_averages.py [--check] [--page docs/averages.md] [--series tests/law/independent_series.csv]

The series' figures are read from the tests' table; ours are computed: as an average counts by default, and as the series
counts (--convention budget-lab). --check compares without writing.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from parley.codes import country_name
from parley.law.average import average
from parley.law.kept_codes import values_of_year
from parley.law.regime import Regime, read_regime

BEGIN = "<!-- written by builders/docs_averages.py: do not edit by hand -->"
END = "<!-- end of what builders/docs_averages.py writes -->"
CLOSE = 2.0  # points
ON_PAGE = ("CHN", "VNM", "TWN", "THA", "MYS", "IDN", "TUR", "BRA", "IND", "GBR", "CHE", "JPN", "KOR", "SGP", "EUU")
REFERENCE = ("CHN", "2025-09-20")  # shown although it is inside
LISTED_WHOLE = {"medicines, 3004.90.92": "30049092", "food preparations, 2106.90.99": "21069099"}
STEPS = {  # columns of the page, each with the conventions that it adds to those before
    "metal": ("metal-by-tracker",),
    "301": ("section-301-by-list", "exclusions-by-share"),
    "car parts": ("car-parts-by-line", "car-rebate"),
    "chips": ("semiconductors-by-line",),
    "other lists": ("furniture-by-line", "solar-for-all", "exempt-by-list", "exemptions-by-line"),
    "days": ("retroactive-when-printed", "reciprocal-for-all"),
    "base": ("base-as-parsed", "base-spared"),
    "codes": ("codes-of-2024",),
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


def rate(regime: Regime, origin: str, on: str, conventions: Sequence[str] = ()) -> float:
    """An average, percent."""
    found = average(regime, origin, "USA", on, conventions=conventions).points[0].rate
    if found is None:
        sys.exit(f"no average of {origin} on {on}")
    return 100 * found


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
    """A row an origin: the widest gaps in both counts, and on how many days ours is outside."""
    lines = [
        "| origin | ours, at most apart | days more than 2 points apart | counted alike, at most apart |",
        "|---|---:|---:|---:|",
    ]
    for origin in ON_PAGE:
        own = [r for r in rows if r.origin == origin]
        outside = sum(is_outside(r) for r in own)
        lines.append(
            f"| {country_name(origin)} | {widest(own, False):+.2f} | {outside} of {len(own)} | {widest(own, True):+.2f} |"
        )
    others = [r for r in rows if r.origin not in ON_PAGE]
    count = len({r.origin for r in others})
    lines.append(f"| {count} others, each | | | {widest(others, True):+.2f} |")
    return lines


def is_outside(row: Held) -> bool:
    """Whether a figure of ours by default is more than two points from the series."""
    return abs(row.ours - row.theirs) > CLOSE


def widest(rows: list[Held], alike: bool) -> float:
    """The gap that is furthest from nothing."""
    return max(((r.alike if alike else r.ours) - r.theirs for r in rows), key=abs)


def causes_table(regime: Regime, rows: list[Held]) -> list[str]:
    """Each figure outside two points, and the reference: what each cause adds to those before it, and what they leave."""
    lines = [
        f"| origin | day | ours | {' | '.join(STEPS)} | the series | left |",
        f"|---|---|---:|{'---:|' * len(STEPS)}---:|---:|",
    ]
    for r in rows:
        if (r.origin in ON_PAGE and is_outside(r)) or (r.origin, r.on) == REFERENCE:
            cells = " | ".join(f"{x:+.2f}" for x in steps(regime, r))
            lines.append(
                f"| {country_name(r.origin)} | {r.on} | {r.ours:.2f} | {cells} | {r.theirs:.2f} | {r.theirs - r.alike:+.2f} |"
            )
    return lines


def whole_lines_table(regime: Regime) -> list[str]:
    """What the metal lists of eight digits add on single lines of whose ten-digit numbers the acts name few."""
    lines = [f"| origin | all of `metal` | {' | '.join(LISTED_WHOLE)} |", f"|---|---:|{'---:|' * len(LISTED_WHOLE)}"]
    day = REFERENCE[1]
    for origin in ON_PAGE:
        whole = rate(regime, origin, day, STEPS["metal"]) - rate(regime, origin, day)
        cells = " | ".join(f"{on_line(regime, origin, day, code):+.2f}" for code in LISTED_WHOLE.values())
        lines.append(f"| {country_name(origin)} | {whole:+.2f} | {cells} |")
    return lines


def on_line(regime: Regime, origin: str, on: str, code: str) -> float:
    """What the metal lists of eight digits add on one line, in points of the whole average."""
    held = values_of_year("USA", origin)
    value = sum(v for c, v in held.items() if c.startswith(code))
    if not value:
        return 0.0
    pair = [
        average(regime, origin, "USA", on, conventions=c, products=[code]).points[0].rate for c in ((), STEPS["metal"])
    ]
    before, after = (x if x is not None else sys.exit(f"no average of {code}") for x in pair)
    return 100 * (after - before) * value / sum(held.values())


def steps(regime: Regime, row: Held) -> list[float]:
    """What each cause adds to a figure, in points."""
    used: list[str] = []
    last, made = row.ours, []
    for names in STEPS.values():
        used += names
        found = rate(regime, row.origin, row.on, used)
        made.append(found - last)
        last = found
    return made


def held(regime: Regime, series: Path) -> list[Held]:
    """Every figure of the series beside ours."""
    return [
        Held(o, on, x, rate(regime, o, on), rate(regime, o, on, ["budget-lab"])) for o, on, x in read_series(series)
    ]


def generated(regime: Regime, rows: list[Held]) -> str:
    """What stands between the markers."""
    parts = [days_table(rows, "CHN"), partners_table(rows), causes_table(regime, rows), whole_lines_table(regime)]
    return "\n\n".join("\n".join(part) for part in parts)


def whole(page: str, regime: Regime, rows: list[Held]) -> str:
    """The page with its tables made anew."""
    head, _, rest = page.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{generated(regime, rows)}\n\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Write the page between its markers, or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--page", type=Path, default=Path("docs/averages.md"))
    parser.add_argument("--series", type=Path, default=Path("tests/law/independent_series.csv"))
    asked = parser.parse_args()
    page = asked.page.read_text("utf-8")
    regime = read_regime(authority="USA")
    made = whole(page, regime, held(regime, asked.series))
    if asked.check and made != page:
        sys.exit(f"{asked.page} differs from what ships: python builders/docs_averages.py")
    if not asked.check:
        asked.page.write_text(made, "utf-8")


if __name__ == "__main__":
    main()
