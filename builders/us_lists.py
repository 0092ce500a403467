"""Write the product lists beside the American acts (src/parley/law/measures/us-*.csv) and their manifest entries.

Run: python builders/us_lists.py [--shared ../shared/data] [--out src/parley/law/measures]

A list is product,start,end: a prefix of tariff digits, and where the law dates it the first day in and out of force.
Sources are the lists of the Yale Budget Lab's tariff-rate-tracker (MIT: see NOTICE), the schedule's chapter 99 and
the memorandum of 11 April 2025. How each list is made stands beside its name in LISTS.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import io
import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path

from us_schedule import record, replace_file

Row = tuple[str, str, str]  # product, start, end
TRACKER = "The Budget Lab at Yale, tariff-rate-tracker, list of the schedule's notes and Federal Register annexes"
MIT = "MIT, copyright (c) The Budget Lab at Yale (see NOTICE); the facts are of public law"
NOTES = "USITC, Harmonized Tariff Schedule, footnotes of chapters 1 to 97 and duty charged in 2024 (Census)"
PUBLIC = "United States government work, public domain; facts"


def table(shared: Path, name: str) -> list[dict[str, str]]:
    """The rows of a CSV of shared data, comment lines left out; NA and blanks are ''."""
    with (shared / "law" / name).open(encoding="utf-8") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return [{k: "" if v in ("NA", None) else v for k, v in r.items()} for r in rows]


def digits(text: str) -> str:
    """The digits of a code; a trailing 00 of a ten-digit code that stands for eight digits is kept as written."""
    return re.sub(r"\D", "", text)


def plain(products: Iterable[str]) -> list[Row]:
    """Undated rows, sorted, each once."""
    return [(p, "", "") for p in sorted(set(products))]


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


# Informational materials (50 U.S.C. 1702(b)): books, papers, maps, plans, pictures, films, recordings, works of art.
INFORMATIONAL = (
    "4901",
    "4902",
    "4903",
    "4904",
    "4905",
    "4906",
    "49100020",
    "491110",
    "491191",
    "37050000",
    "3706",
    "852349",
    "85238010",
)
# Works of art: 31 CFR 560.315 names headings 9701 to 9703. Recorded discs and records: 8523.49 and 8523.80.10.
ART = ("970121", "970122", "970129", "970191", "970192", "970199", "970210", "970290", "970310", "970390")


def informational(shared: Path) -> list[Row]:
    """Our reading of headings 9903.01.22 and 9903.01.31, which name kinds of goods and no codes."""
    assert shared
    return plain((*INFORMATIONAL, *ART))


# -- Section 301 -----------------------------------------------------------------------------------------------------

READ_EDITIONS = ("2025_basic", "2025_rev_3", "2025_rev_11", "2025_rev_18", "2026_basic", "2026_rev_10")
LIST_HEADINGS = {"9903.88.01": "1", "9903.88.02": "2", "9903.88.03": "3", "9903.88.04": "3", "9903.88.15": "4A"}
STATED_IN_PARTS = "9903.88.04"  # note 20(g) names ten-digit lines of these eight-digit ones, not the whole of them
MASKS_2024 = ("6307909842", "6307909844", "6307909850")  # raised on 27 September 2024; the duties of 2024 show it
MASKS_2025 = ("6307909870", "6307909875")  # raised on 1 January 2025; the duties of 2024 show no rise
VEHICLE_CELLS, OTHER_CELLS = "8507600010", "8507600020"
GLOVES = "40151210"  # medical gloves of rubber, 4015.12.10
CHINA = "5700"


@cache
def footnotes(shared: Path) -> dict[str, frozenset[str]]:
    """Code → the chapter 99 headings that its own line names, over six editions from 2025 basic to 2026 revision 10."""
    found: dict[str, set[str]] = {}
    for name in READ_EDITIONS:
        for line in json.loads(gzip.decompress((shared / f"law/hts/hts_{name}.json.gz").read_bytes())):
            code = digits(line["htsno"])
            if len(code) >= 8 and code[:2] not in ("98", "99"):
                text = " ".join(note["value"] or "" for note in line["footnotes"] or [])
                found.setdefault(code, set()).update(re.findall(r"9903\.\d\d\.\d\d", text))
    return {code: frozenset(headings) for code, headings in found.items()}


@cache
def charged(shared: Path) -> dict[str, float]:
    """Ten-digit line → duty actually charged on Chinese goods in 2024, as a share of customs value."""
    from pyarrow import parquet

    path = shared / "law/imports-2024/us_imports_2024_hts10.parquet"
    rows = parquet.read_table(path, columns=["hts10", "census_country", "customs_value_usd", "duty_usd"]).to_pydict()
    columns = zip(rows["hts10"], rows["census_country"], rows["customs_value_usd"], rows["duty_usd"], strict=True)
    return {code: duty / value for code, country, value, duty in columns if country == CHINA and value > 0}


def in_parts(shared: Path, parent: str) -> dict[str, str]:
    """Ten-digit line → its list (or ""), for a parent that note 20(g) names in part: the duties of 2024 tell which.

    A line charged nothing above column 1 all year is on no list; one charged about 7.5 percent is on list 4A, where
    the parent is on it too; any other, and any line without trade, is on list 3.
    """
    both = "9903.88.15" in footnotes(shared)[parent]
    column_1 = 0.037 if parent.startswith("29319090") else 0.0
    found = {}
    for code in (c for c in footnotes(shared) if len(c) == 10 and c.startswith(parent)):
        extra = charged(shared).get(code, 0.25 + column_1) - column_1
        found[code] = "" if extra < 0.005 else "4A" if both and 0.05 < extra < 0.08 else "3"
    return found


def list_of(headings: frozenset[str]) -> str:
    """The one list of 2018-19 on which a line with these footnotes stands: the first that is named."""
    return next((LIST_HEADINGS[h] for h in sorted(headings) if h in LIST_HEADINGS), "")


# Lines that the review of 2024 moved to subchapter 9903.91, so that their footnotes no longer name the old list. The
# duties of 2024 (or of its last quarter) show the old rate: semiconductors and electric cars 25, gloves 7.5 percent.
MOVED = {"2": ("8541", "8542", "854142", "854143"), "1": ("870360", "870370", "870380", "870390"), "4A": (GLOVES,)}


def section_301(shared: Path, name: str) -> list[Row]:
    """Lines of list 1, 2, 3 or 4A by the schedule's footnotes; ten-digit where notes 20(g) and 20(s)(ii) are so."""
    found = set(MOVED.get(name, ()))
    for code, headings in footnotes(shared).items():
        if STATED_IN_PARTS in headings:
            found |= {c for c, which in in_parts(shared, code).items() if which == name}
        elif list_of(headings) == name:
            found.add(code)
    if name == "4A":
        found |= {"04032050"}  # on the list; its line carries no footnote
    return plain(outermost(found))


def outermost(codes: set[str]) -> set[str]:
    """Codes without those that a shorter one of them covers."""
    return {c for c in codes if not any(c[:n] in codes for n in (4, 6, 8) if n < len(c))}


def review(shared: Path, heading: str) -> list[Row]:
    """Lines of one heading of the four-year review, mended where membership is ten-digit (note 31)."""
    found = {r["hts8"] for r in table(shared, "lists/s301_product_lists.csv") if r["ch99_code"] == heading}
    found -= {"85076000", "63079098", "40151210"}
    parts = {
        "9903.91.01": {VEHICLE_CELLS, *MASKS_2024},
        "9903.91.04": set(MASKS_2025),
        "9903.91.05": {GLOVES},
        "9903.91.06": {OTHER_CELLS},
        "9903.91.07": {*MASKS_2024, *MASKS_2025},
        "9903.91.08": {GLOVES},
        "9903.91.12": {"8716390090", "87169030", "87169050"},
    }
    if heading == "9903.91.12":
        found = set()
    return plain(found | parts.get(heading, set()))


# -- Section 232 -----------------------------------------------------------------------------------------------------


def metal(shared: Path, name: str, kind: str, start: str) -> list[Row]:
    """Prefixes of chapters 72, 73 and 76 by metal, kind and the day from which they are listed."""
    rows = table(shared, "lists/s232_metal_chapter_products.csv")
    return plain(
        r["hts_prefix"] for r in rows if (r["metal_type"], r["kind"]) == (name, kind) and r["effective_date"] == start
    )


def derivative(shared: Path, name: str, start: str) -> list[Row]:
    """Derivatives outside chapters 72, 73 and 76 by metal and day; chapter 76 stands in the chapter list."""
    rows = table(shared, "lists/s232_derivative_products.csv")
    found = {r["hts_prefix"] for r in rows if r["derivative_type"] == name and r["effective_date"] == start}
    return plain(c for c in found if not (name == "aluminum" and c.startswith("76")))


STEEL_OUTSIDE = ("843131", "843142", "843149", "843210", "843290", "94059920", "940620", "94069001")


def steel_derivatives(shared: Path) -> list[Row]:
    """Steel derivatives of 12 March 2025 in chapter 73, the nails and staples of 2020 among them."""
    of_2020 = metal(shared, "steel", "derivative", "")
    return plain(p for p, _, _ in [*metal(shared, "steel", "derivative", "2025-03-12"), *of_2020])


def steel_outside(shared: Path) -> list[Row]:
    """Steel derivatives of 12 March 2025 outside chapter 73 (note 16(n)), which the tracker's list lacks."""
    assert shared
    return plain(STEEL_OUTSIDE)


def aluminium_derivatives(shared: Path) -> list[Row]:
    """Aluminium derivatives of 12 March 2025 in chapter 76, those of 2020 among them."""
    rows = [*metal(shared, "aluminum", "derivative", "2025-03-12"), *metal(shared, "aluminum", "derivative", "")]
    return plain(p for p, _, _ in rows)


def aluminium_outside(shared: Path) -> list[Row]:
    """Aluminium derivatives of 12 March 2025 outside chapter 76 (notes 19(i) and 19(k))."""
    return derivative(shared, "aluminum", "")


def august_derivatives(shared: Path, name: str) -> list[Row]:
    """Derivatives of 18 August 2025 by metal."""
    chapters = metal(shared, name, "derivative", "2025-08-18")
    return plain(p for p, _, _ in [*chapters, *derivative(shared, name, "2025-08-18")])


def lines(shared: Path, name: str) -> list[str]:
    """The codes of a text list, one a line."""
    return [digits(line) for line in (shared / "law/lists" / name).read_text("utf-8").split() if line.strip()]


# Vehicle parts by their own terms; the other lines of note 33(g) also hold goods for other uses.
BY_TERMS = ("401110", "4012", "401310", "70072151", "700910", "830120", "83021030", "830230", "84073", "840820",
            "8409911040", "8409991040", "841520", "8511", "8512", "852721", "852729", "853910", "854430", "8706",
            "8707", "8708", "902920", "940120")  # fmt: skip


def auto_parts(shared: Path, dual: bool) -> list[Row]:
    """Vehicle parts of note 33(g): those that are so by their terms, or those of dual use (levied on a claim alone)."""
    found = lines(shared, "s232_auto_parts.txt")
    return plain(c for c in found if c.startswith(BY_TERMS) != dual)


def truck_parts(shared: Path, dual: bool) -> list[Row]:
    """Parts of medium and heavy vehicles (note 38(i)), split as the parts of cars are."""
    found = lines(shared, "s232_mhd_parts.txt")
    return plain(c for c in found if c.startswith((*BY_TERMS, "401120")) != dual)


def column(name: str, field: str, **wanted: str) -> Callable[[Path], list[Row]]:
    """A maker: the codes of one column of a list, where other columns have the wanted values."""

    def make(shared: Path) -> list[Row]:
        rows = table(shared, f"lists/{name}")
        return plain(digits(r[field]) for r in rows if all(r[k] == v for k, v in wanted.items()))

    make.__doc__ = f"Column {field} of {name}" + "".join(f", {k} {v}" for k, v in wanted.items())
    return make


def footnoted(shared: Path, heading: str) -> list[Row]:
    """Lines whose own footnotes name a heading of chapter 99."""
    return plain(outermost({code for code, headings in footnotes(shared).items() if heading in headings}))


def annex_of_2026(shared: Path, annexes: tuple[str, ...], day: str) -> list[Row]:
    """Lines of the metal annexes of 2026 by annex and day."""
    rows = table(shared, "lists/s232_annex_products.csv")
    return plain(r["hts_prefix"] for r in rows if r["annex"] in annexes and r["effective_date"] == day)


LISTS: dict[str, tuple[Callable[[Path], list[Row]], str, str]] = {
    "us-annex-ii.csv": (annex_ii_original, TRACKER, MIT),
    "us-annex-ii-copper.csv": (partial(annex_ii, start="", last="2025-07-31"), TRACKER, MIT),
    "us-annex-ii-timber.csv": (partial(annex_ii, start="", last="2025-10-13"), TRACKER, MIT),
    "us-annex-ii-until-september.csv": (partial(annex_ii, start="", last="2025-09-07"), TRACKER, MIT),
    "us-annex-ii-september.csv": (partial(annex_ii, start="2025-09-08", last=""), TRACKER, MIT),
    "us-agricultural-exemption.csv": (partial(annex_ii, start="2025-11-13", last=""), TRACKER, MIT),
    "us-electronics.csv": (electronics, "Presidential memorandum of 11 April 2025, as listed in shared data", PUBLIC),
    "us-informational.csv": (
        informational,
        "our reading of 9903.01.22 and 9903.01.31; no official list exists",
        PUBLIC,
    ),
    "us-301-list-1.csv": (partial(section_301, name="1"), NOTES, PUBLIC),
    "us-301-list-2.csv": (partial(section_301, name="2"), NOTES, PUBLIC),
    "us-301-list-3.csv": (partial(section_301, name="3"), NOTES, PUBLIC),
    "us-301-list-4a.csv": (partial(section_301, name="4A"), NOTES, PUBLIC),
    **{
        f"us-301-review-{n}.csv": (partial(review, heading=f"9903.91.{n}"), TRACKER, MIT)
        for n in ("01", "02", "03", "04", "05", "06", "07", "08", "11", "12", "14")
    },
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
    "us-232-pharmaceuticals.csv": (column("s232_pharma_products.csv", "hts10"), TRACKER, MIT),
    "us-232-annex-1a.csv": (partial(annex_of_2026, annexes=("1a",), day="2026-04-06"), TRACKER, MIT),
    "us-232-annex-1b.csv": (partial(annex_of_2026, annexes=("1b",), day="2026-04-06"), TRACKER, MIT),
    "us-232-annex-3.csv": (partial(annex_of_2026, annexes=("3",), day="2026-04-06"), TRACKER, MIT),
    "us-232-annex-1-june.csv": (partial(annex_of_2026, annexes=("1b", "1c"), day="2026-06-08"), TRACKER, MIT),
    "us-232-annex-3-june.csv": (partial(annex_of_2026, annexes=("3",), day="2026-06-08"), TRACKER, MIT),
    "us-201-solar.csv": (column("s201_solar_products.csv", "hts10"), TRACKER, MIT),
    "us-column-2-russia-35.csv": (partial(footnoted, heading="9903.90.08"), NOTES, PUBLIC),
    "us-column-2-russia-70.csv": (partial(footnoted, heading="9903.90.09"), NOTES, PUBLIC),
    "us-122-exempt.csv": (column("s122_exempt_products.csv", "hts8"), TRACKER, MIT),
    "us-301-brazil-exempt.csv": (column("s301_brazil_exempt_products.csv", "hts8"), TRACKER, MIT),
    "us-301-forced-labour-exempt.csv": (column("s301fl_exempt_products.csv", "hts8"), TRACKER, MIT),
    "us-fentanyl-energy-ca.csv": (column("fentanyl_carveout_products.csv", "hts8", category="energy_ca"), TRACKER, MIT),
    "us-fentanyl-potash.csv": (column("fentanyl_carveout_products.csv", "hts8", category="potash_ca"), TRACKER, MIT),
    "us-brazil-exempt.csv": (
        column("country_eo_exempt_products.csv", "hts10", effective_date_start="2025-08-06"),
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
    codes = sorted(footnotes(shared))

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
        rows = standing(found, arguments.shared)
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
