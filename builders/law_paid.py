"""Write docs/law-paid.md: from the statutory rate to the duty collected, by cause, partner, sector and month, and the score.

Run: python builders/law_paid.py [--out docs/law-paid.md] [--csv cells.csv] [--months 2025-01,2025-02]

Nothing but packaged data: the acts, the schedule, claims, imports by month. Some minutes. --csv: one row a partner, sector and month.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from parley.law.average import average
from parley.law.paid.bridge import BridgeRow, MonthRates, month_rates
from parley.law.paid.bridge import bridge as row
from parley.law.paid.causes import CAUSES
from parley.law.paid.tables import ALL, partner_name, read_months
from parley.law.regime import Regime, read_regime
from parley.law.releases import read_release, releases
from parley.outputs import write

FROZEN_AT = "7efb6b2"  # the commit of the choices
FROZEN = ("2025-01", "2025-02", "2025-03", "2025-04", "2025-05", "2025-06")
ONCE = ("2025-07", "2025-08", "2025-09", "2025-10", "2025-11")
YEAR_BEFORE = tuple(f"2024-{m:02}" for m in range(1, 13))
SCORED = ("2025-03", "2025-04", "2025-05", "2025-06")  # months of the new duties among the frozen ones
MAIN = ("CHN", "MEX", "CAN", "EUU", "JPN", "KOR", "VNM", "TWN", "IND", "GBR", "CHE", "THA", "MYS")
SECTORS = {
    "111": "crops", "112": "livestock", "113": "forestry", "114": "fish", "115": "farm services",
    "211": "oil and gas", "212": "minerals", "311": "food",
    "312": "beverages, tobacco", "313": "textiles", "314": "textile goods", "315": "apparel", "316": "leather, footwear", "321": "wood",
    "322": "paper", "323": "print", "324": "petroleum products", "325": "chemicals, medicines", "326": "plastics, rubber",
    "327": "glass, stone", "331": "primary metal", "332": "fabricated metal", "333": "machinery", "334": "computers, electronics",
    "335": "electrical equipment", "336": "vehicles, aircraft", "337": "furniture", "339": "toys, medical and other goods",
    "910": "scrap", "930": "used goods, art", "980": "goods returned (chapter 98)", "990": "chapters 98 and 99, electricity",
}  # fmt: skip


class Bridge(NamedTuple):
    """Everything that the page shows: rates by month, those of the year before and of the earlier lists by the law alone."""

    months: dict[str, MonthRates]
    before: dict[str, MonthRates]
    earlier: dict[str, MonthRates]


def compute(months: Sequence[str], say: Callable[[str], None] = print) -> Bridge:
    """The rates of some months of 2025, of 2024 by the law alone, and by the lists of the last release."""
    law, last = read_regime(authority="USA"), read_release(releases()[-1])
    return Bridge(
        {m: month_rates(law, m, progress=say) for m in months},
        {m: month_rates(law, m, law_only=True, progress=say) for m in YEAR_BEFORE},
        {m: month_rates(of_usa(last), m, law_only=True, progress=say) for m in months},
    )


def of_usa(regime: Regime) -> Regime:
    """The rows of the United States alone."""
    return Regime(tuple(m for m in regime.measures if m.act.authority == "USA"), reached=regime.reached)


def last_year(b: Bridge, month: str, partner: str = ALL) -> float:
    """The rule of thumb: the law of the month times last year's ratio of duty collected to the law."""
    rows = [row(r, partner) for r in b.before.values()]
    paid = sum((r["paid"] or 0.0) * r["value"] for r in rows)
    law = sum(r["law"] * r["value"] for r in rows)
    return row(b.months[month], partner)["law"] * (paid / law if law else 1.0)


def number(rate: float | None, sign: bool = False) -> str:
    """A rate in percent, one decimal."""
    return "–" if rate is None else f"{100 * rate:+.1f}" if sign else f"{100 * rate:.1f}"


HEAD = "| {} | law | " + " | ".join(s.name for s in CAUSES.values()) + " | reading | paid | unexplained |"
RULE = "|---|" + "---:|" * (len(CAUSES) + 4)


def line(name: str, r: BridgeRow) -> str:
    """A row of a bridge."""
    steps = [number(r["steps"][c], sign=True) for c in CAUSES]
    cells = [number(r["law"]), *steps, number(r["reading"]), number(r["paid"]), number(r["unexplained"], sign=True)]
    return f"| {name} | " + " | ".join(cells) + " |"


def together(rows: Sequence[BridgeRow]) -> BridgeRow:
    """Several months (or partners) as one, by their values."""
    whole = sum(r["value"] for r in rows)

    def mean(of: Callable[[BridgeRow], float]) -> float:
        return sum(of(r) * r["value"] for r in rows) / whole if whole else 0.0

    steps = {c: mean(lambda r, c=c: r["steps"][c]) for c in CAUSES}
    paid, reading = mean(lambda r: r["paid"] or 0.0), mean(lambda r: r["reading"])
    return {**rows[0], "value": whole, "law": mean(lambda r: r["law"]), "steps": {**steps}, "reading": reading, "paid": paid,
            "unexplained": reading - paid}  # fmt: skip


def excess(b: Bridge, month: str, guess: Callable[[str, str], float]) -> tuple[float, float]:
    """What a rule says above the duty paid over the main partners, by value: signed, and whatever the sign."""
    rows = {p: row(b.months[month], p) for p in MAIN}
    whole = sum(r["value"] for r in rows.values())
    gaps = {p: (guess(month, p) - (r["paid"] or 0.0)) * r["value"] / whole for p, r in rows.items()}
    return sum(gaps.values()), sum(map(abs, gaps.values()))


def score(b: Bridge, months: Sequence[str]) -> list[str]:
    """A table: by month, how far the reading and two rules of thumb are from the duty paid, over the main partners."""
    rules: dict[str, Callable[[str, str], float]] = {
        "reading": lambda m, p: row(b.months[m], p)["reading"],
        "last year's ratio": lambda m, p: last_year(b, m, p),
        "the law as it is": lambda m, p: row(b.months[m], p)["law"],
    }
    found = {name: [excess(b, m, guess) for m in months] for name, guess in rules.items()}
    lines = [
        "| month | " + " | ".join(f"{n}: excess | size" for n in rules) + " |",
        "|---|" + "---:|---:|" * len(rules),
    ]
    for k, month in enumerate(months):
        pairs = [f"{number(x[k][0], sign=True)} | {number(x[k][1])}" for x in found.values()]
        lines.append(f"| {month} | " + " | ".join(pairs) + " |")
    means = [tuple(sum(z) / len(months) for z in zip(*x, strict=True)) for x in found.values()]
    lines.append("| mean | " + " | ".join(f"{number(a, sign=True)} | {number(s)}" for a, s in means) + " |")
    return lines


def window(b: Bridge, months: Sequence[str]) -> list[str]:
    """The tables of some months: all partners by month, partners and sectors over all of them, what is left by month."""
    held = read_months()
    partners = sorted(held.partners, key=lambda p: -together([row(b.months[m], p) for m in months])["value"])
    sectors = [s for s in held.sectors if any(row(b.months[m], ALL, s)["value"] for m in months)]
    every = {(p, m): row(b.months[m], p) for p in partners for m in months}
    by_sector = {(s, m): row(b.months[m], ALL, s) for s in sectors for m in months}
    names = {s: f"{s} {SECTORS.get(s, '')}".strip() for s in sectors}
    left = {partner_name(p): [every[p, m] for m in months] for p in partners}
    left_by_sector = {names[s]: [by_sector[s, m] for m in months] for s in sectors}
    return [
        "### All partners, by month", "", HEAD.format("month"), RULE, *(line(m, row(b.months[m])) for m in months), "",
        "### By partner, all these months", "", HEAD.format("partner"), RULE,
        *(line(partner_name(p), together([every[p, m] for m in months])) for p in partners), "",
        "### By sector, all these months", "", HEAD.format("sector"), RULE,
        *(line(names[s], together([by_sector[s, m] for m in months])) for s in sectors), "",
        "### Paid, and unexplained, by partner and month", "", *matrix("partner", months, left), "",
        "### Paid, and unexplained, by sector and month", "", *matrix("sector", months, left_by_sector), "",
    ]  # fmt: skip


def matrix(what: str, months: Sequence[str], rows: dict[str, list[BridgeRow]]) -> list[str]:
    """One row a partner or sector, two columns a month."""
    made = [
        f"| {what} | " + " | ".join(f"{m} paid | left" for m in months) + " |",
        "|---|" + "---:|---:|" * len(months),
    ]
    for name, held in rows.items():
        cells = (f"{number(r['paid'])} | {number(r['unexplained'], sign=True)}" for r in held)
        made.append(f"| {name} | " + " | ".join(cells) + " |")
    return made


def lists(b: Bridge) -> list[str]:
    """What mended lists took off the law since the last release, by month."""
    made = ["| month | law by the lists of the last release | lists | law today |", "|---|---:|---:|---:|"]
    for month, rates in b.earlier.items():
        old, new = row(rates)["law"], row(b.months[month])["law"]
        made.append(f"| {month} | {number(old)} | {number(new - old, sign=True)} | {number(new)} |")
    return made


def page(b: Bridge) -> str:
    """The whole page."""
    frozen, once = ([m for m in window_ if m in b.months] for window_ in (FROZEN, ONCE))
    scored = [m for m in SCORED if m in b.months]
    lines = [
        *(x.format(**example()) for x in OPENING), *(f"| {s.name} | {s.what} | {s.source} |" for s in CAUSES.values()), "",
        "A good makes at most one claim, so claims never count twice. Steps add up in the order of the columns.", "",
        *CHOICES, "## Score", "",
        f"Over the {len(MAIN)} main partners, by value, in points of customs value.",
        "Excess is the rule less the duty paid; size takes each partner's excess without its sign.",
        "Last year's ratio is the law of the month times what 2024 collected of its law, by partner.", "",
        "Frozen months:", "", *score(b, scored), "",
        *(["Reported once:", "", *score(b, once), ""] if once else []),
        "## January to June 2025: choices were made on these months", "", *window(b, frozen),
        *(["## July to November 2025: reported once", "", *window(b, once)] if once else []),
        "## Lists", "",
        "The law already holds its lists at the digits that the notes print.",
        f"Against the lists of release {releases()[-1]}, all partners, weights of 2024, percent:", "", *lists(b), "",
    ]  # fmt: skip
    return "\n".join(lines).rstrip() + "\n"


def example() -> dict[str, str]:
    """Two lines of what the page's command prints: the law, and what is paid."""
    point = average(read_regime(authority="USA"), "CHN", "USA", "2025-06-20", reading="paid").points[0]
    return {"law": f"law, without a claim {100 * (point.law or 0):.2f}", "paid": f"paid {100 * (point.rate or 0):.2f}"}


PYTHON = [
    "```python", "import parley", "from parley.law.average import average", "",
    'point = average(parley.read_regime(), "CHN", "USA", "2025-06-20", reading="paid").points[0]',
    "assert abs(point.law + sum(point.causes.values()) - point.rate) < 1e-9",
    'assert point.causes["water"] == 0                  # no in-transit rule was left on that day', "```", "",
]  # fmt: skip
OPENING = [
    "# From the law to the duty paid", "",
    "Written by `python builders/law_paid.py` from packaged data alone; a test computes a month again and compares.", "",
    "Statutory rates say what the law asks of goods for which nothing is claimed.",
    "Importers pay less: they claim agreements, ship before cut-offs, buy other goods.",
    "This page goes from one to the other, cause by cause, for US imports for consumption.",
    "No cause is fitted to the duty collected in the months shown: each is sized from another source.",
    "What the causes leave is printed as unexplained, and spread over none of them.", "",
    "```console", "$ parley law average --origin CHN --on 2025-06-20 --reading paid", "{law}", "{paid}", "```", "",
    *PYTHON,
    "Questions about effects (`trade`, `talks`, `brief`, their pages and addresses) are asked by what is paid.",
    "The answer by the law as written is beside it, as `statutory`; `--reading statutory` asks that alone (key `reading`).",
    "In Python, `scenario.paid.both_wedges` gives the two wedges of a cell in the trade room: by the law, and by what is collected.",
    "The builder, `builders/law_paid.py --csv FILE`, writes a row for each partner, sector and month.", "",
    "Rates are percent of customs value; steps are percentage points.",
    "`paid` is calculated duty over customs value, both from Census.", "",
    "| cause | what it does | sized from |", "|---|---|---|",
]  # fmt: skip
CHOICES = [
    "## Choices, frozen on data to June 2025", "",
    "* No rate, share or day was tuned: a choice is a source or a rule, and its figure follows.",
    f"* They stood in commit {FROZEN_AT} of 29 November 2026, before a month after June was computed.",
    "* The causes were known from an earlier trial that had seen all months.",
    "  So the later months test figures, not the list of causes.",
    "* Goods that fly are chapters 30, 71, 88, 90, 91 and 97, jet engines, computers, telephones, media, cameras and chips.",
    "  In 2024 they were 34.7 % of imports from overseas; in 2015 air carried 34.6 % of what came by air or water.",
    "  This list took the place of one share for all goods after April's duties had been seen.",
    "  April also showed a fault, mended before the freeze: goods under other agreements never counted as on the water.",
    "* All other overseas goods sail: 14 to 36 days from Asia, 14 to 21 from elsewhere, every number of days as often.",
    "* USMCA: before July 2025 almost no claim was recorded on lines free of ordinary duty, and no duty collected there either.",
    "  From 7 March 2025 these lines take July's shares, or their own where higher. July is a source of claims here, not of duty.",
    "  One reading of these shares changed after the freeze. A month of share 0 counts as one without imports, and takes the year's.",
    "  It was found on the dataset's baseline, not on duties; it takes 0.2 to 0.3 points off Canada and Mexico.",
    "* Take-up of exclusions, of other agreements and of civil aircraft is that of 2024, from duty charged in that year.",
    "  It is another year than those held against, yet it is a duty collected. So are the equivalents of duties by quantity.",
    "* Goods of chapters 98 and 99 pay nothing. Some pay on repairs or foreign processing; no source says how much.",
    "* Within a partner and sector, lines keep their shares of 2024.",
    "* A duty by quantity counts at the share of value that customs charged on the line in 2024.", "",
    "Known and not sized, so in the unexplained part:", "",
    "* entries that waited in bond or in zones for a lower rate (China, May 2025);",
    "* metal melted in the United States; articles for the handicapped; the age of cars; offsets for car makers;",
    "* the mix of goods inside a sector, which moved most in electronics.", "",
]  # fmt: skip


def write_cells(path: Path, b: Bridge) -> None:
    """One row a partner, sector and month."""
    held = read_months()
    rows = [row(r, p, s) for r in b.months.values() for p in held.partners for s in held.sectors]
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["partner", "sector", "month", "value", "law", *CAUSES, "reading", "paid", "unexplained"])
        for r in (r for r in rows if r["value"]):
            steps = [f"{r['steps'][c]:.6f}" for c in CAUSES]
            ends = [f"{x:.6f}" for x in (r["reading"], r["paid"] or 0.0, r["unexplained"] or 0.0)]
            out.writerow([r["partner"], r["sector"], r["month"], f"{r['value']:.0f}", f"{r['law']:.6f}", *steps, *ends])


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path("docs/law-paid.md"))
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--months", default=",".join(FROZEN + ONCE))
    asked = parser.parse_args()
    found = compute(asked.months.split(","))
    write(asked.out, page(found))
    if asked.csv:
        write_cells(asked.csv, found)
    print(f"{asked.out}: {asked.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
