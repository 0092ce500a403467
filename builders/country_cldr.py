"""Writes law/shipments/layouts/tables/country-names-cldr.csv: names of countries in further languages.

    PYTHONPATH=…/babel python builders/country_cldr.py

The input is Unicode CLDR as the package Babel carries it (names of territories; Unicode License v3). A name that two countries
bear, in one language or in several, is left out, and so is one that another table gives to another country.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from parley.codes import countries
from parley.law.shipments.layouts.places import place
from parley.law.shipments.layouts.spelling import plain

OUT = Path(__file__).parents[1] / "src/parley/law/shipments/layouts/tables/country-names-cldr.csv"
EITHER = frozenset(("kongo",))  # names of two countries, whatever one language means by them
LANGUAGES = (
    "de",
    "it",
    "pt",
    "nl",
    "pl",
    "tr",
    "sv",
    "vi",
    "id",
    "ja",
    "ko",
    "zh_Hant",
    "zh_Hant_HK",
    "es_MX",
    "fr_CA",
    "ru",
    "cs",
    "th",
)


def main() -> None:
    """Writes the table in the order of countries.csv."""
    from babel import Locale

    names: dict[str, dict[str, str]] = defaultdict(dict)  # iso3 → plain form → name
    bearers: dict[str, set[str]] = defaultdict(set)
    two = {a: c.iso3 for c in countries().values() for a in c.aliases if len(a) == 2 and a.isupper()}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in two:
                names[two[code]].setdefault(plain(name), name)
                bearers[plain(name)].add(two[code])
    with OUT.open("w", encoding="utf-8", newline="") as out:
        out.write(
            f"# Names of countries in {', '.join(LANGUAGES)}: Unicode CLDR. Written by builders/country_cldr.py.\n"
        )
        write = csv.writer(out, lineterminator="\n")
        write.writerow(["iso3", "names"])
        for iso3 in countries():
            held = names.get(iso3, {}).items()
            kept = [
                n
                for form, n in held
                if len(bearers[form]) == 1 and form not in EITHER and place(n) is None and ";" not in n
            ]
            if kept:
                write.writerow([iso3, ";".join(kept)])


if __name__ == "__main__":
    main()
