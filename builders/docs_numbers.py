"""Write docs/numbers-changed.md: headline figures by the law of an earlier release and by today's, with the cause of each.

Run: python builders/docs_numbers.py [--check] [--page docs/numbers-changed.md]

Every figure is computed twice, by the packaged release and by the packaged law of today, so nothing on the page is typed
in but the causes. --check compares without writing.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from parley.law.average import average
from parley.law.regime import Regime, read_regime
from parley.law.releases import read_release
from parley.scenario.scenario import read_scenario, shipped_folder
from parley.scenario.trade import solve_scenario

RELEASE = "2026-11"
BEGIN = "<!-- written by builders/docs_numbers.py: do not edit by hand -->"
END = "<!-- end of what builders/docs_numbers.py writes -->"

METALS = "metal lists at the digits that notes 16 and 19 print"
ANNEXES = "annexes of 6 April 2026: codes named only in a description are not entries (8471, 8430 …)"
SHARES = (
    "Metal goods outside chapters 72, 73, 74 and 76 count by their industry's share from 4 June 2025 to 5 April 2026"
)
AIRCRAFT = "Goods for civil aircraft count by their share"
CLAIMS = "USMCA claims of the month, the break of July 2025 mended, not of the year"
FLOORS = "Floors on base duties by quantity are the total where customs charged less in 2024"
TOTALS = "A claim of an agreement does not lower a total of 15 percent"
FORCED = "final, not proposed, lists of the two Section 301 actions"
CHINA = "China's lists of September 2019 and February 2025, numbers newer than 2019, weights by six-digit US exports"


class Asked(NamedTuple):
    """An average: whose goods, where, on which day, weighed how, and what moved it."""

    origin: str
    destination: str
    on: str
    weights: str
    cause: str


AVERAGES = (
    Asked(
        "CHN",
        "USA",
        "2024-06-03",
        "imports",
        "Section 301: what left lists 1 and 4A in September 2024, before that day",
    ),
    Asked("CHN", "USA", "2025-05-02", "imports", METALS + " (19(k) outside chapter 76); enteral syringes need a claim"),
    Asked("CHN", "USA", "2025-09-15", "imports", f"{METALS}. {SHARES}"),
    Asked("IND", "USA", "2025-09-15", "imports", f"{METALS}; the 25 % exempts Section 232 goods entirely. {SHARES}"),
    Asked("DEU", "USA", "2025-10-20", "imports", f"{METALS}. {FLOORS}. {SHARES}. {AIRCRAFT}"),
    Asked("JPN", "USA", "2025-10-20", "imports", f"{METALS}. {FLOORS}. {SHARES}. {AIRCRAFT}. {TOTALS}"),
    Asked("KOR", "USA", "2025-12-15", "imports", f"{METALS}. {FLOORS}. {SHARES}. {AIRCRAFT}. {TOTALS}"),
    Asked("VNM", "USA", "2025-10-20", "imports", f"{METALS}. {SHARES}"),
    Asked("CAN", "USA", "2025-10-20", "imports", f"{METALS}. {SHARES}. {CLAIMS}"),
    Asked("MEX", "USA", "2025-10-20", "imports", f"{METALS}. {SHARES}. {CLAIMS}"),
    Asked(
        "BRA",
        "USA",
        "2026-02-19",
        "imports",
        f"the 40 % exempts Section 232 goods entirely; named articles need a claim. {SHARES}. {AIRCRAFT}",
    ),
    Asked("CHN", "USA", "2026-04-15", "imports", f"{ANNEXES}. {AIRCRAFT}"),
    Asked(
        "GBR",
        "USA",
        "2026-04-15",
        "imports",
        f"{ANNEXES}. The British rate on metal needs its claim (note 16(d)). {AIRCRAFT}",
    ),
    Asked("CHN", "USA", "2026-08-15", "imports", f"{ANNEXES}. Also {FORCED}. {AIRCRAFT}"),
    Asked("BRA", "USA", "2026-08-15", "imports", f"{FORCED}. {AIRCRAFT}"),
    Asked(
        "CAN",
        "USA",
        "2026-08-20",
        "imports",
        f"Section 338 begins on 22 August 2026 (Proclamation 11056). {CLAIMS}. {AIRCRAFT}",
    ),
    Asked("USA", "CHN", "2025-05-02", "simple", CHINA),
    Asked("USA", "CHN", "2019-09-02", "simple", CHINA),
)
PAID = (
    "Questions about effects are now asked by the duty paid, and the release by its law as written.\n"
    "The cause names what moved the statutory figure; what separates the last two is on [law-paid](law-paid.md)."
)
SCENARIOS = (
    ("us-china-2025-05-02.toml", f"{METALS}. {CHINA}. {CLAIMS}"),
    ("after-geneva-2025-05-14.toml", f"{METALS}. {CHINA}. {CLAIMS}"),
)


def averages() -> list[tuple[str, ...]]:
    """A row an average: the question, both figures in percent, the cause."""
    held = (read_release(RELEASE), read_regime())
    made = []
    for asked in AVERAGES:
        old, new = (_average(regime, asked) for regime in held)
        what = f"added to goods of {asked.origin} in {asked.destination}, {asked.on}"
        made.append(
            (what if asked.destination == "CHN" else f"average on {asked.origin}, {asked.on}", old, new, asked.cause)
        )
    return [(*row[:3], row[3] if row[1] != row[2] else "did not move") for row in made]


def _average(regime: Regime, asked: Asked) -> str:
    kind: Any = asked.weights
    point = average(regime, asked.origin, asked.destination, asked.on, weights=kind).points[0]
    added = sum(v for n, v in point.by_programme.items() if n not in ("mfn", "column2", "preference"))
    value = added if asked.destination == "CHN" else point.rate
    return "–" if value is None else f"{100 * value:.2f}"


def effects() -> list[tuple[str, ...]]:
    """A row a figure of the shipped scenarios: by the release, by today's law as written, and by the duty paid."""
    made = []
    for name, cause in SCENARIOS:
        today = _solved(name, "")
        held = (_solved(name, RELEASE)["countries"], today["statutory"]["countries"], today["countries"])
        for code in ("USA", "CHN"):
            for key, words in (("welfare_pct", "real income"), ("exports_pct", "exports"), ("imports_pct", "imports")):
                a, b, c = (f"{x[code][key]:.2f}" for x in held)
                moved = cause if a != b else "did not move"
                made.append((f"{name.removesuffix('.toml')}: {code} {words}, %", a, b, c, moved))
    return made


@cache
def _solved(name: str, pinned: str) -> Any:
    scenario = read_scenario(shipped_folder() / name).replaced(conventions=pinned)
    return solve_scenario(scenario, ranges=False)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Rows as a table of Markdown."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows)]
    return "\n".join(lines)


def generated() -> str:
    """What stands between the markers."""
    figure, release, cause = "figure", f"release {RELEASE}", "cause"
    return "\n\n".join((
        "### Average rates, percent", table((figure, release, "today", cause), averages()),
        "### Effects against the tariffs of 1 January 2025", PAID,
        table((figure, release, "today, statutory", "today, duty paid", f"{cause}, statutory"), effects()),
    ))  # fmt: skip


def main() -> None:
    """Write the page between its markers, or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--page", type=Path, default=Path("docs/numbers-changed.md"))
    asked = parser.parse_args()
    page = asked.page.read_text("utf-8")
    head, _, rest = page.partition(BEGIN)
    made = f"{head}{BEGIN}\n\n{generated()}\n\n{END}{rest.partition(END)[2]}"
    if asked.check and made != page:
        sys.exit(f"{asked.page} differs from what ships: python builders/docs_numbers.py")
    if not asked.check:
        asked.page.write_text(made, "utf-8")


if __name__ == "__main__":
    main()
