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
from us_lists_232 import auto_parts, truck_parts
from us_lists_232_metals import METAL_LISTS
from us_lists_301 import review, section_301
from us_lists_338 import BANS, aircraft_of_338, banned, section_338, since_september
from us_lists_2026 import pharmaceuticals, unmanned
from us_lists_aircraft import by_terms
from us_lists_exempt import (
    annex_ii,
    annex_ii_original,
    brazil,
    brazil_november,
    cafta_textiles,
    forced_labour,
    forced_labour_of,
    of_note,
    particular,
)
from us_lists_stated import counted
from us_notes import BRAZIL_SOURCE, SOURCE
from us_printed import Printed
from us_schedule import record, replace_file
from us_transfers import transfers

TRACKER = "The Budget Lab at Yale, tariff-rate-tracker, list of the schedule's notes and Federal Register annexes"
MIT = "MIT, copyright (c) The Budget Lab at Yale (see NOTICE); the facts are of public law"
NOTES = "USITC, Harmonized Tariff Schedule, footnotes of chapters 1 to 97 and duty charged in 2024 (Census)"
CHINA_SOURCE = (
    f"{SOURCE}; table China Tariffs of 1 January 2020 (USITC) for what left the lists since; 89 FR 76581, annex"
)
FORCED_LABOUR_COPIES = (
    "note 52 of 2026 revision 13 and USTR notice of 23 July 2026 (FR 2026-15181), as trackers copy them"
)
ANSWERS = "US Customs and Border Protection, answers on headings 9903.01.22 and 9903.01.31, April 2025"
PUBLIC = "United States government work, public domain; facts"
ANNEXES_338 = "Proclamations 11046, 11047 and 11048, annexes I and II (text of the PDF)"
ONE_COPY = "Notes of chapter 99, revisions 14 to 20 of 2026, as one public repository copies them (hts-hero)"
FACTS = "facts of law (codes, days, rates); no file or text of the copy ships"


# -- Electronics and informational materials --------------------------------------------------------------------------


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
    **{
        f"us-301-list-{n}.csv": (partial(section_301, name=n.upper()), CHINA_SOURCE, PUBLIC)
        for n in ("1", "2", "3", "4a")
    },
    **{
        f"us-301-review-{n}.csv": (partial(review, heading=f"9903.91.{n}"), CHINA_SOURCE, PUBLIC)
        for n in ("01", "02", "03", "04", "05", "06", "07", "08", "11", "12", "14")
    },
    "us-301-exclusions.csv": (partial(footnoted, heading="9903.88.69"), NOTES, PUBLIC),
    "us-301-exclusions-machinery.csv": (partial(footnoted, heading="9903.88.70"), NOTES, PUBLIC),
    **METAL_LISTS,
    "us-232-auto-parts.csv": (partial(auto_parts, dual=False), TRACKER, MIT),
    "us-232-auto-parts-dual-use.csv": (partial(auto_parts, dual=True), TRACKER, MIT),
    "us-232-truck-parts.csv": (partial(truck_parts, dual=False), TRACKER, MIT),
    "us-232-truck-parts-dual-use.csv": (partial(truck_parts, dual=True), TRACKER, MIT),
    "us-232-semiconductors.csv": (column("s232_semi_products.csv", "hts10"), TRACKER, MIT),
    "us-232-pharmaceuticals.csv": (pharmaceuticals, ONE_COPY, FACTS),
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
    "us-particular-articles.csv": (partial(particular, note="2(v)(iii)(b)"), SOURCE, PUBLIC),
    "us-122-exempt.csv": (partial(of_note, note="2(aa)(ii)"), SOURCE, PUBLIC),
    "us-122-aircraft.csv": (partial(of_note, note="2(aa)(iv)"), SOURCE, PUBLIC),
    "us-301-brazil-exempt.csv": (partial(of_note, note="50(a)(ii)"), BRAZIL_SOURCE, PUBLIC),
    "us-301-brazil-aircraft.csv": (partial(of_note, note="50(a)(iv)"), BRAZIL_SOURCE, PUBLIC),
    "us-301-brazil-pharmaceutical.csv": (partial(of_note, note="50(a)(v)"), BRAZIL_SOURCE, PUBLIC),
    **{
        f"us-301-forced-labour-{name}.csv": (partial(forced_labour, note=note), FORCED_LABOUR_COPIES, PUBLIC)
        for name, note in (("exempt", "52(b)"), ("named", "52(c)"), ("aircraft", "52(d)"), ("pharmaceutical", "52(e)"))
    },
    **{
        f"us-301-forced-labour-{o.lower()}.csv": (partial(forced_labour_of, origin=o), FORCED_LABOUR_COPIES, PUBLIC)
        for o in ("ARG", "BGD", "CHE", "ECU", "EUU", "GBR", "GTM", "IDN", "JOR", "KHM", "MYS", "SLV", "TWN")
    },
    "us-cafta-textiles.csv": (cafta_textiles, FORCED_LABOUR_COPIES, PUBLIC),
    "us-fentanyl-energy-ca.csv": (column("fentanyl_carveout_products.csv", "hts8", category="energy_ca"), TRACKER, MIT),
    "us-fentanyl-potash.csv": (column("fentanyl_carveout_products.csv", "hts8", category="potash_ca"), TRACKER, MIT),
    "us-brazil-exempt.csv": (brazil, SOURCE, PUBLIC),
    "us-brazil-exempt-november.csv": (brazil_november, SOURCE, PUBLIC),
    "us-brazil-aircraft.csv": (partial(of_note, note="2(x)(iv)"), SOURCE, PUBLIC),
    "us-floor-eu-particular.csv": (partial(particular, note="2(v)(xxi)"), SOURCE, PUBLIC),
    **{
        f"us-floor-{name}.csv": (partial(of_note, note=note), SOURCE, PUBLIC)
        for name, note in (
            ("eu-ptaap", "2(v)(xx)"),
            ("eu-civil-aircraft", "2(v)(xxii)"),
            ("eu-pharma", "2(v)(xxiii)"),
            ("korea-civil-aircraft", "2(v)(xxiv)(b)"),
            ("swiss-ptaap", "2(v)(xxv)(b)"),
            ("swiss-civil-aircraft", "2(v)(xxv)(c)"),
            ("swiss-pharma", "2(v)(xxv)(d)"),
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
    if isinstance(make, Printed):
        return make.note
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
            **counted(name, found, rows),
            "left_out": sorted({p for p, _, _ in found} - {p for p, _, _ in rows}),
                 "sha256": hashlib.sha256(content).hexdigest()}  # fmt: skip
        entry |= make.entry(arguments.shared) if isinstance(make, Printed) else {}
        record(arguments.out / "manifest.json", name, entry)
        print(f"{len(rows):6d}  {name}")


if __name__ == "__main__":
    main()
