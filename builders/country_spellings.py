"""Writes law/shipments/layouts/tables/country-names.csv: numeric codes and names of countries in five languages.

    python builders/country_spellings.py country-codes.csv

The input is data/country-codes.csv of github.com/datasets/country-codes (Public Domain Dedication and License): the codes of
ISO 3166-1 and UN M49, the United Nations' names in Chinese, English, French and Spanish, and the names of Unicode CLDR.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from parley.codes import countries

OUT = Path(__file__).parents[1] / "src/parley/law/shipments/layouts/tables/country-names.csv"
COLUMNS = {
    "official_name_en": "en", "UNTERM English Short": "en", "UNTERM English Formal": "en", "CLDR display name": "en",
    "ISO4217-currency_country_name": "en", "official_name_fr": "fr", "official_name_es": "es",
    "official_name_cn": "zh", "UNTERM Chinese Short": "zh", "UNTERM Chinese Formal": "zh",
}  # fmt: skip
SHORTER = {"China": "HKG MAC"}  # a name that another country bears too is left to that country


def main(path: str) -> None:
    """Writes the table in the order of countries.csv."""
    with open(path, encoding="utf-8", newline="") as lines:
        by_code = {row["ISO3166-1-Alpha-3"]: row for row in csv.DictReader(lines)}
    with OUT.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n")
        write.writerow(["iso3", "numeric", "names"])
        for iso3 in countries():
            row = by_code.get(iso3)
            if row is None:
                continue
            texts = (part.strip() for column in COLUMNS for part in row[column].split("|"))
            names = dict.fromkeys(t.replace(";", ",") for t in texts if t and iso3 not in SHORTER.get(t, "").split())
            write.writerow([iso3, row["ISO3166-1-numeric"].zfill(3), ";".join(names)])


if __name__ == "__main__":
    main(sys.argv[1])
