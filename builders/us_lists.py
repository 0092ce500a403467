"""Write the product lists beside the American acts (src/parley/law/measures/us-*.csv) and their manifest entries.

Run: python builders/us_lists.py [--shared ../shared/data] [--out src/parley/law/measures]

A list is product,start,end: a prefix of tariff digits, and where the law dates it the first day in and out of force.
Sources are the lists of the Yale Budget Lab's tariff-rate-tracker (MIT: see NOTICE), the schedule's chapter 99 and
the memorandum of 11 April 2025. How each list is made stands beside its name in LISTS.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from pathlib import Path

from us_carried import ALWAYS, carried, windows
from us_list_tables import Row, column, digits, footnoted, footnotes, plain, table
from us_lists_232 import (
    aluminium_derivatives,
    aluminium_outside,
    annex_aluminium,
    annex_of_april,
    annex_of_june,
    august_derivatives,
    auto_parts,
    metal,
    primary_metals,
    steel_derivatives,
    steel_outside,
    truck_parts,
)
from us_lists_301 import review, section_301
from us_lists_338 import BANS, aircraft_of_338, banned, section_338, since_september
from us_lists_2026 import pharmaceuticals, unmanned
from us_lists_aircraft import by_terms, whatever_its_use
from us_schedule import record, replace_file
from us_transfers import transfers

TRACKER = "The Budget Lab at Yale, tariff-rate-tracker, list of the schedule's notes and Federal Register annexes"
MIT = "MIT, copyright (c) The Budget Lab at Yale (see NOTICE); the facts are of public law"
NOTES = "USITC, Harmonized Tariff Schedule, footnotes of chapters 1 to 97 and duty charged in 2024 (Census)"
ANSWERS = "US Customs and Border Protection, answers on headings 9903.01.22 and 9903.01.31, April 2025"
PUBLIC = "United States government work, public domain; facts"
ANNEXES_338 = "Proclamations 11046, 11047 and 11048, annexes I and II (text of the PDF)"
ONE_COPY = "Notes of chapter 99, revisions 14 to 20 of 2026, as one public repository copies them (hts-hero)"
FACTS = "facts of law (codes, days, rates); no file or text of the copy ships"


# -- Annex II of EO 14257 and what changed it ------------------------------------------------------------------------


def annex_ii(shared: Path, start: str, last: str) -> list[Row]:
    """Codes of Annex II by the day of their first appearance and the last day on which they stood there."""
    rows = table(shared, "lists/annex_ii_first_appearance.csv")
    of_memorandum = "2025-04-05"
    found = [r for r in rows if r["first_effective_date"] == start and r["end_effective_date"] == last]
    return plain(digits(r["prefix"]) for r in found if start != of_memorandum)


def annex_ii_original(shared: Path) -> list[Row]:
    """Annex II of 2 April 2025, as far as no later act took codes out; 3818.00.00 is on it (edition rev_7)."""
    return plain([*(p for p, _, _ in annex_ii(shared, "", "")), "38180000"])


def electronics(shared: Path) -> list[Row]:
    """The twenty headings and subheadings of the memorandum of 11 April 2025."""
    return plain(digits(r["hts_prefix"]) for r in table(shared, "electronics_exclusion_hts.csv"))


# Informational materials (50 U.S.C. 1702(b)): the headings that customs named in its answers of April 2025, as copied
# by a customs law firm. Of some of them (labels, signs, tapes) only part is informational: these are levied on unless
# the importer claims otherwise.
INFORMATIONAL = ("49", "3704", "3705", "3706", "85238010", "852349", "9701", "9702", "9703", "9704", "9705")
INFORMATIONAL_ON_CLAIM = ("5807", "8310", "63079030", "63079085", "852329", "940561", "940569")


def informational(shared: Path) -> list[Row]:
    """Headings that are informational by their terms: print, films, recordings, works of art."""
    assert shared
    return plain(INFORMATIONAL)


def informational_on_claim(shared: Path) -> list[Row]:
    """Headings that hold informational materials beside other goods."""
    assert shared
    return plain(INFORMATIONAL_ON_CLAIM)


LISTS: dict[str, tuple[Callable[[Path], list[Row]], str, str]] = {
    "us-annex-ii.csv": (annex_ii_original, TRACKER, MIT),
    "us-annex-ii-copper.csv": (partial(annex_ii, start="", last="2025-07-31"), TRACKER, MIT),
    "us-annex-ii-timber.csv": (partial(annex_ii, start="", last="2025-10-13"), TRACKER, MIT),
    "us-annex-ii-until-september.csv": (partial(annex_ii, start="", last="2025-09-07"), TRACKER, MIT),
    "us-annex-ii-september.csv": (partial(annex_ii, start="2025-09-08", last=""), TRACKER, MIT),
    "us-agricultural-exemption.csv": (partial(annex_ii, start="2025-11-13", last=""), TRACKER, MIT),
    "us-electronics.csv": (electronics, "Presidential memorandum of 11 April 2025, as listed in shared data", PUBLIC),
    "us-informational.csv": (informational, ANSWERS, PUBLIC),
    "us-informational-on-claim.csv": (informational_on_claim, ANSWERS, PUBLIC),
    "us-301-list-1.csv": (partial(section_301, name="1"), NOTES, PUBLIC),
    "us-301-list-2.csv": (partial(section_301, name="2"), NOTES, PUBLIC),
    "us-301-list-3.csv": (partial(section_301, name="3"), NOTES, PUBLIC),
    "us-301-list-4a.csv": (partial(section_301, name="4A"), NOTES, PUBLIC),
    **{
        f"us-301-review-{n}.csv": (partial(review, heading=f"9903.91.{n}"), TRACKER, MIT)
        for n in ("01", "02", "03", "04", "05", "06", "07", "08", "11", "12", "14")
    },
    "us-301-exclusions.csv": (partial(footnoted, heading="9903.88.69"), NOTES, PUBLIC),
    "us-301-exclusions-machinery.csv": (partial(footnoted, heading="9903.88.70"), NOTES, PUBLIC),
    "us-232-steel.csv": (partial(metal, name="steel", kind="mill", start=""), TRACKER, MIT),
    "us-232-steel-2020.csv": (partial(metal, name="steel", kind="derivative", start=""), TRACKER, MIT),
    "us-232-steel-derivatives.csv": (steel_derivatives, TRACKER, MIT),
    "us-232-steel-outside.csv": (steel_outside, "Proclamation 10896, note 16(n), as listed in shared data", PUBLIC),
    "us-232-aluminium-outside.csv": (aluminium_outside, TRACKER, MIT),
    "us-232-steel-august.csv": (partial(august_derivatives, name="steel"), TRACKER, MIT),
    "us-232-aluminium.csv": (partial(metal, name="aluminum", kind="mill", start=""), TRACKER, MIT),
    "us-232-aluminium-2020.csv": (partial(metal, name="aluminum", kind="derivative", start=""), TRACKER, MIT),
    "us-232-aluminium-derivatives.csv": (aluminium_derivatives, TRACKER, MIT),
    "us-232-aluminium-august.csv": (partial(august_derivatives, name="aluminum"), TRACKER, MIT),
    "us-232-copper.csv": (column("s232_copper_products.csv", "hts10"), TRACKER, MIT),
    "us-232-auto-parts.csv": (partial(auto_parts, dual=False), TRACKER, MIT),
    "us-232-auto-parts-dual-use.csv": (partial(auto_parts, dual=True), TRACKER, MIT),
    "us-232-truck-parts.csv": (partial(truck_parts, dual=False), TRACKER, MIT),
    "us-232-truck-parts-dual-use.csv": (partial(truck_parts, dual=True), TRACKER, MIT),
    "us-232-semiconductors.csv": (column("s232_semi_products.csv", "hts10"), TRACKER, MIT),
    "us-232-pharmaceuticals.csv": (pharmaceuticals, ONE_COPY, FACTS),
    **{f"us-232-annex-{n}.csv": (partial(annex_of_april, annex=n), TRACKER, MIT) for n in ("1a", "1b", "3")},
    **{f"us-232-june-{n}.csv": (partial(annex_of_june, annex=n), TRACKER, MIT) for n in ("1b", "1c", "2", "3")},
    "us-232-annex-aluminium.csv": (annex_aluminium, TRACKER, MIT),
    "us-232-primary.csv": (primary_metals, TRACKER, MIT),
    "us-civil-aircraft-by-terms.csv": (by_terms, "USITC, Harmonized Tariff Schedule, heading 8802", PUBLIC),
    **{
        f"us-338-{n}.csv": (partial(section_338, name=n), ANNEXES_338, PUBLIC)
        for n in ("alcohol", "dairy", "automotive")
    },
    "us-338-aircraft.csv": (aircraft_of_338, ANNEXES_338, PUBLIC),
    **{
        f"us-338-{n}-september.csv": (partial(since_september, name=n), ONE_COPY, FACTS)
        for n in ("alcohol", "automotive")
    },
    **{f"us-338-ban-{n}.csv": (partial(banned, name=n), ONE_COPY, FACTS) for n in BANS if n != "motorcycles"},
    **{
        f"us-232-uas-{n}.csv": (partial(unmanned, name=n), ONE_COPY, FACTS)
        for n in ("heavy", "light", "docking", "parts")
    },
    "us-201-solar.csv": (column("s201_solar_products.csv", "hts10"), TRACKER, MIT),
    "us-232-polysilicon.csv": (column("s232_polysilicon.csv", "product", ad_valorem_pct="15"), TRACKER, MIT),
    "us-232-polysilicon-wafers.csv": (column("s232_polysilicon.csv", "product", component="wafer"), TRACKER, MIT),
    "us-column-2-russia-35.csv": (partial(footnoted, heading="9903.90.08"), NOTES, PUBLIC),
    "us-column-2-russia-70.csv": (partial(footnoted, heading="9903.90.09"), NOTES, PUBLIC),
    **{
        f"us-{name}-exempt.csv": (
            partial(whatever_its_use, name=f"{source}_exempt_products.csv", field="hts8"),
            TRACKER,
            MIT,
        )
        for name, source in (("122", "s122"), ("301-brazil", "s301_brazil"), ("301-forced-labour", "s301fl"))
    },
    "us-fentanyl-energy-ca.csv": (column("fentanyl_carveout_products.csv", "hts8", category="energy_ca"), TRACKER, MIT),
    "us-fentanyl-potash.csv": (column("fentanyl_carveout_products.csv", "hts8", category="potash_ca"), TRACKER, MIT),
    "us-brazil-exempt.csv": (
        partial(
            whatever_its_use, name="country_eo_exempt_products.csv", field="hts10", effective_date_start="2025-08-06"
        ),
        TRACKER,
        MIT,
    ),
    "us-brazil-exempt-november.csv": (
        column("country_eo_exempt_products.csv", "hts10", effective_date_start="2025-11-13"),
        TRACKER,
        MIT,
    ),
    **{
        f"us-floor-{group}-{kind.replace('_', '-')}.csv": (
            column("floor_exempt_products.csv", "hts8", category=kind, country_group=group),
            TRACKER,
            MIT,
        )
        for group, kind in (
            ("eu", "pharma"),
            ("eu", "civil_aircraft"),
            ("eu", "ptaap"),
            ("eu", "particular"),
            ("korea", "civil_aircraft"),
            ("swiss", "pharma"),
            ("swiss", "civil_aircraft"),
            ("swiss", "ptaap"),
        )
    },
}


def standing(rows: list[Row], shared: Path) -> list[Row]:
    """Rows whose prefix begins some code of chapters 1 to 97 in an edition read; the others can meet no goods."""
    codes = sorted({*footnotes(shared), *(r.new for r in transfers(shared))})

    def stands(prefix: str) -> bool:
        k = bisect_left(codes, prefix)
        eight = prefix[:8] if prefix.endswith("00") else prefix
        return (k < len(codes) and codes[k].startswith(prefix)) or eight in footnotes(shared)

    return [row for row in rows if stands(row[0])]


def written(rows: list[Row]) -> bytes:
    """A list as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("product", "start", "end"))
    writer.writerows(rows)
    return text.getvalue().encode()


def described(make: Callable[..., list[Row]]) -> str:
    """The first line of what a maker says of itself."""
    inner = make.func if isinstance(make, partial) else make
    return "" if inner.__name__ == "<lambda>" else (inner.__doc__ or "").split("\n")[0]


def main() -> None:
    """Write every list and its manifest entry."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/measures"))
    arguments = parser.parse_args()
    for name, (make, source, terms) in LISTS.items():
        found = make(arguments.shared)
        rows = standing(carried(found, windows().get(name, ALWAYS)), arguments.shared)
        content = written(rows)
        replace_file(arguments.out / name, content)
        entry = {"source": source, "terms": terms, "vintage": "2026-07", "builder": "builders/us_lists.py",
                 "note": described(make), "rows": len(rows),
            "left_out": sorted({p for p, _, _ in found} - {p for p, _, _ in rows}),
                 "sha256": hashlib.sha256(content).hexdigest()}  # fmt: skip
        record(arguments.out / "manifest.json", name, entry)
        print(f"{len(rows):6d}  {name}")


if __name__ == "__main__":
    main()
