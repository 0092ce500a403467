"""Build three small tables for the reading "paid" (src/parley/law/paid): what was imported and charged by month; sectors; voyages.

Run: python builders/us_paid.py [--shared ../shared/data] [--out src/parley/law/weights]

usa-paid-months.csv.gz: US imports for consumption by partner, 3-digit NAICS and month, January 2024 on: customs value and
calculated duty (Census). The partners are those of the source, the European Union once; WLD is all countries together.
usa-naics3.csv: the 3-digit NAICS of tariff codes, by the shortest prefixes that tell it (Census' concordance of imports).
usa-voyages.csv: days from loading to entry by how goods come, and the share of value that comes so; facts as stated.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from parley.codes import countries, country
from us_outputs import write_tables

FIRST = "2024-01"
NAMES = {
    "EUROPEAN UNION": "EUU",
    "TOTAL FOR ALL COUNTRIES": "WLD",
    "KOREA, SOUTH": "KOR",
    "VIETNAM": "VNM",
    "RUSSIA": "RUS",
}
TOGETHER = ("USMCA (NAFTA)",)  # a sum of two partners that are here
LENGTHS = (2, 4, 6, 8, 10)
DATA = "reality/us_imports_partner_naics3_month_2023-01_2025-11.csv.gz"

# What flies: the goods named here, all of them; all other goods sail, and neighbours' goods come by land. By the weights of 2024
# the named goods are 763 of 2,200 billion dollars from overseas, 34.7 %; of imports in 2015 air carried 557 billion and water
# 1,052 (BTS), 34.6 %. Of China's goods they are 28 %; BTS, as reported, has air at 32 and vessels at 63 % of trade with China in 2022.
# Days: the Commerce Department's tool says two weeks to a month from Asia by container vessel, and about 6 days more once goods
# have reached the United States. From elsewhere two to three weeks (Hummels 2001, cited, text not read).
FLIES = "30 71 88 90 91 97 8411 8471 8473 8517 8523 8524 8525 8542 8543"
ASIA = "CHN HKG MAC TWN JPN KOR MNG VNM THA MYS IDN SGP PHL KHM LAO MMR BRN TLS IND BGD PAK LKA NPL MDV AUS NZL FJI PNG"
BTS = "BTS, Transportation Statistics Annual Report 2016, figure 3-9"
VOYAGES = (
    ("land", "CAN MEX", "*", "0", "0", "neighbours"),
    ("air", "*", FLIES, "0", "0", f"{BTS}: share by air; which goods fly is our reading of it"),
    ("sea", ASIA, "*", "14", "36", "Department of Commerce, ACE tool, shipping"),
    ("sea", "*", "*", "14", "21", "Hummels (2001), cited, text not read"),
)


def partner_of(name: str) -> str:
    """The ISO3 code of one of the source's partners; empty for a member of the European Union and for sums of others."""
    if name in TOGETHER:
        return ""
    code = NAMES.get(name) or country(name)
    return "" if code in countries() and countries()[code].eu else code


def months(shared: Path) -> list[list[str]]:
    """One row a partner, sector and month with trade; 00, the sum of all sectors, left out."""
    rows, code_of = [], cache(partner_of)
    with gzip.open(shared / DATA, "rt", encoding="utf-8") as file:
        for r in csv.DictReader(file):
            if r["month"] >= FIRST and r["NAICS"] != "00" and code_of(r["partner"]):
                rows.append(
                    [code_of(r["partner"]), r["NAICS"], r["month"], r["customs_value_usd"], r["calculated_duty_usd"]]
                )
    return sorted(r for r in rows if r[3:] != ["0", "0"])


def sectors(shared: Path) -> list[list[str]]:
    """Prefixes with the sector of most of the codes under them, longer ones only where they say otherwise."""
    with gzip.open(shared / "law/lists/metal_content_shares_bea_hs10.csv.gz", "rt", encoding="utf-8") as file:
        held = {r["hs10"]: r["naics"][:3] for r in csv.DictReader(file) if r["hs10"][:2] not in ("98", "99")}
    made: dict[str, str] = {}
    for length in LENGTHS:
        groups: dict[str, Counter[str]] = defaultdict(Counter)
        for code, sector in held.items():
            groups[code[:length]][sector] += 1
        for prefix, count in sorted(groups.items()):
            most = min(count, key=lambda s: (-count[s], s))
            known = next((made[prefix[:n]] for n in LENGTHS[::-1] if n < length and prefix[:n] in made), None)
            if most != known:
                made[prefix] = most
    return [[p, s] for p, s in sorted(made.items())]


def main() -> None:
    """Write the tables and their manifest entries."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/weights"))
    asked = parser.parse_args()
    held, prefixes, voyages = months(asked.shared), sectors(asked.shared), [list(v) for v in VOYAGES]
    public = {"terms": "United States government work, public domain"}
    entries = {
        "usa-paid-months.csv.gz": (["partner", "naics", "month", "value", "duty"], held, public | {
            "source": "US Census Bureau, imports for consumption by partner, 3-digit NAICS and month: customs value and calculated "
            "duty, US dollars, as stored in tradewartracker/us-imports-hs2 (MIT; numbers are facts)",
            "vintage": "January 2024 to November 2025",
            "note": "The total equals the USITC DataWeb workbook in all 22 months that both have. 980 and 990 are goods of chapters "
            "98 and 99, and a few others. Calculated duty is held against the reading; no figure of the reading rests on it."}),
        "usa-naics3.csv": (["prefix", "naics"], prefixes, {
            "source": "US Census Bureau, concordance of import codes to NAICS, by ten digits as compiled by The Budget Lab at Yale "
            "(tariff rate tracker)", "terms": "MIT, notice in NOTICE", "vintage": "not stated by the compiler",
            "note": "A code that the compiler lacks takes the sector of most codes under its longest prefix."}),
        "usa-voyages.csv": (["way", "origins", "products", "least_days", "most_days", "source"], voyages, public | {
            "source": "Bureau of Transportation Statistics; Department of Commerce; Hummels (2001)", "vintage": "2015; 2001",
            "note": "The first row that fits an origin and a product. No table of vessels and air by product was at hand: the goods "
            "that fly are a list of ours, whose value is what flew by the source."}),
    }  # fmt: skip
    write_tables(asked.out, "us_paid.py", entries)


if __name__ == "__main__":
    main()
