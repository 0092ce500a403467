"""Build usa-2024-base-equivalents.csv: what base duties levied by quantity came to on the imports of 2024, of value.

Run: python builders/us_base_equivalents.py [--out src/parley/law/weights]

The imports hold no quantities, so no unit values: the share is duty charged / customs value, from usa-2024.npz, on
lines whose ordinary duty is no share of value. A cell (code, partner) counts where the ordinary duty alone was charged:
no measure of ours stood in 2024, no preference of the line names the partner, and the duty charged is no less than the
ordinary duty's own share of value (less says that some of the goods entered under another provision).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import numpy as np

from parley.law.compiled import compile_rates
from parley.law.edition import edition_of
from parley.law.entry_claims import AGREEMENTS
from parley.law.products import Line, pays_column_2, read_duty, special_rates
from parley.law.readings import change_days
from parley.law.regime import read_regime
from parley.law.trade_weights import TradeWeights, read_weights
from us_schedule import record, replace_file

FILE = "usa-2024-base-equivalents.csv"
YEAR = date(2024, 1, 1), date(2025, 1, 1)
EDITION = date(2025, 1, 1)  # the first in the package
LEAST = 10_000  # dollars of value: below, whole dollars of duty say too little
DIGITS = 4  # significant
ROUNDING = 1.0  # dollars of duty
EVERYONE = "*"
# Programmes of the special column that are no agreement of the package, and the partners of the table that had them.
OTHERS = {"D": ("AGO", "NGA", "ZAF"), "E": ("TTO",), "E*": ("TTO",), "R": ("TTO",), "N": ("EGY",)}
ENTRY = {
    "source": "US Census Bureau, imports for consumption 2024: duty charged over customs value, from usa-2024.npz; "
    "duty texts from the schedule of 2025, basic edition",
    "terms": "United States government work, public domain",
    "vintage": "2024",
    "builder": "builders/us_base_equivalents.py",
    "columns": {
        "product": "a ten-digit code of 2024 that still stood in 2025, else its eight digits",
        "duty": "the ordinary duty, as the schedule prints it; the shares hold for this text alone",
        "charged": "PARTNER:SHARE of value, ISO3, the European Union as EUU; * all partners that count, together",
    },
    "note": "No quantities are in the source, hence no unit values: the share of value that was charged is itself the "
    "equivalent. Left out: cells on which a measure stood in 2024 or whose partner had a preference on the line, cells "
    "without duty or with less than the ordinary duty's own share of value, and of single partners those below 10,000 "
    "dollars. Goods that entered free under a provision of use (aircraft, pharmaceuticals) count in the value, so the "
    "share of a purely specific duty may be too low where these are common. "
    "Only floors use it: a total that the base does not reach.",
}


def by_quantity() -> dict[str, Line]:
    """The lines whose ordinary duty is no share of value alone, with a text, by code."""
    lines = edition_of("USA", EDITION).lines
    return {x.code: x for x in lines if x.general and not read_duty(x.general).is_ad_valorem}


def free_of_measures(weights: TradeWeights, codes: tuple[str, ...]) -> np.ndarray:
    """Whether no measure of the package touched a cell on any day of 2024, past quotas neither [k, i]."""
    regime = read_regime(authority="USA")
    moves = change_days(regime, weights.partners, "USA", None)
    clean = np.ones((len(codes), len(weights.partners)), dtype=bool)
    for day in (YEAR[0], *sorted(d for d in moves if YEAR[0] < d < YEAR[1])):
        for claims in ({}, {"within_quota": False}):
            added = compile_rates(regime, "USA", weights.partners, day, products=codes, claims=claims).added
            clean &= added == 0  # unknown is not zero
    return clean


def preferred(line: Line) -> set[str]:
    """The partners that may have entered goods of a line below its ordinary duty."""
    symbols = special_rates(line.special).keys()
    agreements = {o for p in AGREEMENTS if not symbols.isdisjoint(p.symbols) for o in p.origins}
    return agreements | {o for s in symbols for o in OTHERS.get(s, ())}


def cells(weights: TradeWeights) -> Iterable[tuple[str, Line, str, float, float]]:
    """(code of 2024, its line, partner, value, duty) of every cell that counts."""
    lines = by_quantity()
    by_eight = {code[:8]: line for code, line in lines.items()}
    held = [(k, c, lines.get(c) or by_eight[c[:8]]) for k, c in enumerate(weights.products) if c[:8] in by_eight]
    clean = free_of_measures(weights, tuple(line.code for _, _, line in held))
    for n, (k, code, line) in enumerate(held):
        for i in np.flatnonzero(clean[n] & (weights.duty[k] > 0) & (weights.value[k] > 0)).tolist():
            partner = weights.partners[i]
            value, duty = weights.value[k, i], weights.duty[k, i]
            whole = duty >= read_duty(line.general).ad_valorem * value - ROUNDING
            if whole and partner not in preferred(line) and not pays_column_2(partner, YEAR[0]):
                yield code, line, partner, value, duty


def shares(found: Iterable[tuple[str, Line, str, float, float]], codes: set[str]) -> list[tuple[str, str, str]]:
    """The rows of the table. A code that is alone under its eight digits stands as these."""
    sums: dict[tuple[str, str], dict[str, np.ndarray]] = defaultdict(lambda: defaultdict(lambda: np.zeros(2)))
    for code, line, partner, value, duty in found:
        for name in {code[:8], *([code] if code in codes else [])}:
            for who in (EVERYONE, partner):
                sums[name, line.general][who] += (value, duty)
    made = []
    for (name, duty), by_partner in sorted(sums.items()):
        if len(name) == 10 and _same(by_partner, sums[name[:8], duty]):
            continue
        kept = {who: v for who, v in sorted(by_partner.items()) if who == EVERYONE or v[0] >= LEAST}
        made.append((name, duty, " ".join(f"{who}:{v[1] / v[0]:.{DIGITS}g}" for who, v in kept.items())))
    return made


def _same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> bool:
    return a.keys() == b.keys() and all((a[who] == b[who]).all() for who in a)


def build() -> tuple[bytes, dict]:
    """The table and its manifest entry."""
    rows = shares(cells(read_weights("USA")), set(by_quantity()))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("product", "duty", "charged"), *rows])
    content = text.getvalue().encode()
    count = sum(len(charged.split()) for _, _, charged in rows)
    return content, ENTRY | {"rows": len(rows), "shares": count, "sha256": hashlib.sha256(content).hexdigest()}


def main() -> None:
    """Write the table and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/weights"))
    arguments = parser.parse_args()
    content, entry = build()
    replace_file(arguments.out / FILE, content)
    record(arguments.out / "manifest.json", FILE, entry)
    print(f"{entry['rows']} codes, {entry['shares']} shares, {len(content)} bytes")


if __name__ == "__main__":
    main()
