"""Build src/parley/law/weights/usa-observed-claims.csv: what share of imports makes a claim that no schedule can know.

Run: python builders/us_observed_claims.py [--out src/parley/law/weights]

civil_aircraft: 1 where the line's own words say that the good is for civil aircraft, is an aircraft that is not military, or is
an aircraft turbine, a part of one or an aircraft seat (military ones are not told apart).
Else, on a dutiable line that the special column frees for civil aircraft (symbol C) and for nothing else of that kind, the
share of value on which customs charged no ordinary duty in 2024: imports of all partners on which nothing else bore.
exclusion_claimed: the share of the Section 301 duty that customs did not charge in 2024 on lines with exclusions (China).
us_content: of the value of a car of Canada or Mexico that claims USMCA, the part that is United States content: one figure,
used by the Budget Lab at Yale.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from law_charged import FIRST, OPEN_TO_ALL, Cells, cells
from parley.law.edition import edition_of
from parley.law.products import Line, read_duty, special_rates
from us_schedule import record, replace_file

FILE = "usa-observed-claims.csv"
DIGITS = 4
LEAST = 100_000  # dollars of value behind a share
CIVIL = re.compile(r"(for use in civil aircraft|\baircraft (gas )?turbines|of a kind used for aircraft)", re.IGNORECASE)
NOT_CIVIL = re.compile(r"department of defense|\bmilitary\b", re.IGNORECASE)
AIRCRAFT = ("880211", "880212", "880220", "880230", "880240")  # helicopters and airplanes
CARS = ("870321", "870322", "870323", "870324", "870331", "870332", "870333", "870340", "870350", "870360", "870370",
        "870380", "870390", "870421", "870431", "870441", "870451", "870460")  # fmt: skip
CAR_CONTENT = 0.40  # config/policy_params.yaml, auto_rebate.us_auto_content_share
ENTRY = {
    "source": "civil_aircraft by words: the tariff schedule of 2025; civil_aircraft and exclusion_claimed by duty: US Census "
    "Bureau, imports for consumption 2024, duty charged against the statutory rate; us_content: The Budget Lab at Yale, "
    "tariff rate tracker, us_auto_content_share (one figure for all cars)",
    "terms": "United States government work, public domain; us_content: MIT, notice in NOTICE",
    "vintage": "2024; us_content as of 2026",
    "builder": "builders/us_observed_claims.py",
    "columns": {
        "claim": "name of the claim",
        "product": "tariff code or its first digits",
        "origin": "ISO3; * all",
        "share": "of value that makes the claim; us_content: of the good's value",
        "basis": "words, duty of 2024, or stated",
    },
    "note": "No source was found for articles for the handicapped (9817.00.96), the age of cars, and United States content "
    "outside cars: they count as not claimed. On lines free of ordinary duty the duty of 2024 shows no use. Aircraft "
    "turbines, their parts and aircraft seats count as civil by words: military ones are not told apart.",
}
Row = tuple[str, str, str, float, str]


def civil_by_words() -> Iterator[Row]:
    """Lines whose own words make them civil aircraft or for it."""
    for line in edition_of("USA", FIRST).lines:
        own = line.description
        plane = line.code.startswith(AIRCRAFT) and not NOT_CIVIL.search(own)
        if plane or (CIVIL.search(own) and not NOT_CIVIL.search(own)):
            yield "civil_aircraft", line.code, "*", 1.0, "words"


def civil_by_duty(c: Cells, known: set[str]) -> Iterator[Row]:
    """The share spared on dutiable lines that column C frees, over partners on which nothing else bore."""
    lines = {x.code: x for x in edition_of("USA", FIRST).lines}
    value, spared = defaultdict(float), defaultdict(float)
    for k in np.flatnonzero(c.kind == "special provision").tolist():
        rate = _dutiable(lines[c.code[k]])
        if rate and c.code[k] not in known and abs(c.rate[k] - rate) < 1e-9:
            value[c.code[k]] += c.value[k]
            spared[c.code[k]] += c.value[k] * min(1.0, max(0.0, 1 - c.charged[k] / rate))
    for code in sorted(value):
        if value[code] >= LEAST:
            yield "civil_aircraft", code, "*", spared[code] / value[code], "duty of 2024"


def _dutiable(line: Line) -> float | None:
    """The ad valorem duty of a line that the special column frees for civil aircraft alone, of all uses."""
    duty, uses = read_duty(line.general), OPEN_TO_ALL & set(special_rates(line.special))
    return duty.ad_valorem if duty.is_ad_valorem and duty.ad_valorem > 0 and uses == {"C"} else None


def exclusions(c: Cells) -> Iterator[Row]:
    """The share of the Section 301 duty not charged on China's lines with exclusions."""
    for k in np.flatnonzero(c.kind == "exclusion").tolist():
        levied = float(c.programmes["s301"][k])
        if levied > 0 and c.value[k] >= LEAST and not np.isnan(c.rate[k]):
            yield (
                "exclusion_claimed",
                c.code[k],
                "CHN",
                min(1.0, max(0.0, (c.rate[k] - c.charged[k]) / levied)),
                "duty of 2024",
            )


def rows() -> list[Row]:
    """All rows, sorted."""
    c = cells()
    words = list(civil_by_words())
    cars: list[Row] = [("us_content", p, o, CAR_CONTENT, "stated") for p in CARS for o in ("CAN", "MEX")]
    return sorted([*words, *civil_by_duty(c, {r[1] for r in words}), *exclusions(c), *cars])


def main() -> None:
    """Write the table and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/weights"))
    asked = parser.parse_args()
    made, text = rows(), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("claim", "product", "origin", "share", "basis"))
    writer.writerows((*r[:3], f"{r[3]:.{DIGITS}f}".rstrip("0").rstrip("."), r[4]) for r in made)
    content = text.getvalue().encode()
    replace_file(asked.out / FILE, content)
    entry = ENTRY | {"rows": len(made), "sha256": hashlib.sha256(content).hexdigest()}
    record(asked.out / "manifest.json", FILE, entry)
    print(f"{FILE}: {len(made)} rows, {len(content)} bytes")


if __name__ == "__main__":
    main()
