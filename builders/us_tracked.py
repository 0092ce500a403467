"""Build the tables by which averages can be counted as the Budget Lab's daily series counts them: src/parley/law/tracked/.

Run: python builders/us_tracked.py [--shared ../shared/data] [--out src/parley/law/tracked]

All are derived from published files of the Budget Lab's tariff rate tracker (MIT), and none of them is law.

metal.csv: of each ten-digit code of 2024 on its lists of metal goods, from a day on: the part of the metal duty that is levied on
it ("levied", sum over its three metals; above 1 where it is on two lists), and the part of its value that pays other duties ("left").
section-301.csv.gz: its lists of Section 301 by eight digits, with their headings.
base.csv: statistical numbers below a duty that is not ad valorem, with the ad valorem duty that its parser carries to them from
lines before, and the day from which an edition changed that.
exempt.csv: codes of its list of goods free of the reciprocal duty on days on which Annex II did not name them, as far as it
dates the annex itself.
names.csv: what each of its rules is about, in parley's names of legal authorities, layers and entry claims.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as parquet

from us_outputs import write_tables

WHOLE_FROM = {  # headings of whole goods on the lists of metal goods: their days in the tracker's revision_dates.csv
    "s232_auto_parts.txt": "2025-05-03",
    "s232_copper_products.csv": "2025-08-01",
    "s232_mhd_parts.txt": "2025-11-01",
    "s232_semi_products.csv": "2026-01-15",
}
WHOLE_PREFIXES = {  # policy_params.yaml, section_232_headings: mhd_vehicles, buses, as far as they meet lists of metal goods
    "2025-11-01": ("87012100", "87012200", "87012300", "87012400", "87012900", "8702", "8705900080"),
}
EDITIONS = (("2025_basic", ""), ("2026_rev_2", "2026-02-01"))  # what is carried is alike in the others
FIRST, END = "2025-03-12", "2026-04-06"  # expiry of the exemptions; the annexes
COPPER_FROM, COPPER = "2025-08-01", "74"
PRIMARY = ("72", "73", "76")  # metal_content: primary_chapters
FLAT = 0.5  # metal_content: flat_share
DIGITS = 6
APRIL = "2025-04-05"  # of what the annex's own dates leave blank
SUSPENDED = ("9903.88.16",)
TERMS = "MIT, notice in NOTICE"
SOURCE = "The Budget Lab at Yale, tariff rate tracker, as of June 2026: "

NAMES = {  # stacking.R: class content_split; additive_countries; the settings of each list
    "section-232": ("s232",),
    "metal-layers": ("s232_steel", "s232_aluminium", "s232_copper"),
    "content-split": ("ieepa_reciprocal", "ieepa_country", "s122", "ieepa_fentanyl"),
    "additive-on-china": ("ieepa_fentanyl",),
    "car-parts-by-line": ("for_passenger_vehicle",),
    "semiconductors-by-line": ("technical_test",),
    "furniture-by-line": ("kitchen_cabinet", "upholstered"),
    "exemptions-by-line": ("civil_aircraft", "pharmaceutical_use", "named_article"),
}


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV, packed or not, without its comments."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(x for x in text.decode("utf-8").splitlines() if not x.startswith("#")))


def codes_of(path: Path) -> tuple[str, ...]:
    """The codes of a list: lines of a text, or the column hts10 of a CSV."""
    if path.suffix == ".txt":
        return tuple(path.read_text("utf-8").split())
    return tuple(r["hts10"] for r in rows_of(path))


def day_listed(code: str, listed: list[tuple[str, str]]) -> str:
    """The first day on which some prefix of a code is on a list; empty where none is."""
    return min((day for prefix, day in listed if code.startswith(prefix)), default="")


def metal(shared: Path) -> list[list[str]]:
    """One row a code and day from which its parts are others."""
    lists = shared / "law/lists"
    listed: dict[str, list[tuple[str, str]]] = {"steel": [], "aluminum": []}
    for r in rows_of(lists / "s232_derivative_products.csv"):
        listed[r["derivative_type"]].append((r["hts_prefix"], r["effective_date"] or FIRST))
    copper = [(code, COPPER_FROM) for code in codes_of(lists / "s232_copper_products.csv")]
    whole = [(code, day) for name, day in WHOLE_FROM.items() for code in codes_of(lists / name)]
    whole += [(code, day) for day, codes in WHOLE_PREFIXES.items() for code in codes]
    shares = {r["hs10"]: r for r in rows_of(lists / "metal_content_shares_bea_hs10.csv.gz")}
    year = parquet.read_table(shared / "law/imports-2024/us_imports_2024_hts10.parquet", columns=["hts10"])
    made: list[list[str]] = []
    for code in sorted(set(year["hts10"].to_pylist())):
        days = {name: day_listed(code, found) for name, found in (*listed.items(), ("copper", copper))}
        if any(days.values()):
            made += _steps(code, days, day_listed(code, whole), shares.get(code, {}))
    return made


def _steps(code: str, days: dict[str, str], whole: str, share: dict[str, str]) -> Iterator[list[str]]:
    """The rows of one code: a day, what is levied, what is left."""
    last: tuple[float, float] | None = None
    for day in sorted({d for d in (*days.values(), whole) if d}):
        on = {name for name, first in days.items() if first and first <= day}
        if not on:
            continue
        found = _parts(code, on, bool(whole) and whole <= day, share)
        if found != last:
            yield [code, max(day, FIRST), *(f"{x:.{DIGITS}f}".rstrip("0").rstrip(".") for x in found)]
        last = found


def _parts(code: str, on: set[str], whole: bool, share: dict[str, str]) -> tuple[float, float]:
    """What is levied on a code, and what is left of it for other duties, as the tracker's steps 5, 5b and 8 have it."""
    primary = code.startswith(PRIMARY)
    of = {m: 0.0 if primary else min(1.0, float(share.get(f"{m}_share") or 0)) for m in ("steel", "aluminum", "copper")}
    content = float(share["metal_share"]) if share else FLAT
    kind = "steel" if "steel" in on else "aluminum" if "aluminum" in on else ""
    if not kind:
        copper = of["copper"]
        return copper, 1 - copper if copper > 0 else 0.0
    scaled = not primary and not whole
    active = of[kind] or content
    # a heading of whole goods leaves no share of copper, so its duty is nothing there
    copper = of["copper"] if "copper" in on and not whole else 0.0
    levied = copper + (active if scaled else 1.0)
    # a chapter's own row levies its metal already; the other list's duty is not scaled, on no good
    own = {"72": "steel", "73": "steel", "76": "aluminum"}.get(code[:2])
    if primary:
        levied = float(len(on - {own, "copper"}))
    elif kind == "steel" and "aluminum" in on:
        levied += 1.0
    return levied, (1 - active if scaled else 0.0)


def section_301(shared: Path) -> list[list[str]]:
    """Eight digits and heading, without the suspended list."""
    found = {(r["hts8"], r["ch99_code"]) for r in rows_of(shared / "law/lists/s301_product_lists.csv")}
    return [[code, heading] for code, heading in sorted(found) if heading not in SUSPENDED]


def read_simple(text: str) -> float | None:
    """A duty that is free or ad valorem alone, as a fraction; None for any other."""
    if text.casefold() == "free":
        return 0.0
    found = re.fullmatch(r"([0-9.]+)%", text)
    return float(found[1]) / 100 if found else None


def carried(shared: Path, edition: str) -> dict[str, float]:
    """Code → the duty that the parser of the tracker carries to it, of codes below no ad valorem duty."""
    with gzip.open(shared / f"law/hts/hts_{edition}.json.gz") as file:
        lines = json.load(file)
    parents = {x["htsno"].replace(".", "")[:8] for x in lines if len(x["htsno"]) == len("0101.21.00.10")}
    simple: dict[int, float] = {}  # kept until a line of the same or a lesser indent has an ad valorem duty
    printed: dict[int, str] = {}
    made: dict[str, float] = {}
    for line in lines:
        indent, text, code = int(line["indent"]), (line["general"] or "").strip(), line["htsno"].replace(".", "")
        own = read_simple(text)
        if own is not None:
            simple = {n: v for n, v in simple.items() if n <= indent} | {indent: own}
        printed = {n: v for n, v in printed.items() if n < indent} | ({indent: text} if text else {})
        if len(code) != 10 or code.startswith("99") or code[:8] not in parents or text or not printed:
            continue
        nearest = max((n for n in simple if n < indent), default=None)
        if read_simple(printed[max(printed)]) is None and nearest is not None and simple[nearest]:
            made[code] = simple[nearest]
    return made


def base(shared: Path) -> list[list[str]]:
    """Code, first day, duty, in all editions; 0 where a later one carries nothing more."""
    rows: list[list[str]] = []
    last: dict[str, float] = {}
    for edition, day in EDITIONS:
        found = carried(shared, edition)
        moved = [c for c in found.keys() | last.keys() if found.get(c, 0.0) != last.get(c, 0.0)]
        rows += [[c, day, f"{found.get(c, 0.0):g}"] for c in moved]
        last = found
    return sorted(rows)


def exempt(shared: Path) -> list[list[str]]:
    """Code and the days on which the list frees it and the annex does not, the end exclusive; empty: no end."""
    lists = shared / "law/lists"
    annex = {r["prefix"]: r["first_effective_date"] for r in rows_of(lists / "annex_ii_first_appearance.csv")}
    made = []
    for r in rows_of(lists / "ieepa_exempt_products.csv"):
        code, start = r["hts10"], r["effective_date_start"].replace("NA", "")
        named = [annex[code[:n]] for n in (4, 6, 8, 10) if code[:n] in annex]
        until = min((d.replace("NA", "") or APRIL for d in named), default="")
        if not start and code[:2] not in ("98", "49", "97") and until != APRIL:
            made.append([code, "", until or r["effective_date_end"].replace("NA", "")])
        elif not start and code[:2] == "97" and not named:
            made.append([code, "", ""])
    return sorted(made)


def names(shared: Path) -> list[list[str]]:
    """What each rule of the series is about, in parley's names: legal authorities, layers and entry claims. Read off its settings."""
    return [[rule, name] for rule, found in NAMES.items() for name in found]


def main() -> None:
    """Write the tables and their manifest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("src/parley/law/tracked"))
    asked = parser.parse_args()
    asked.out.mkdir(exist_ok=True)
    tables = {
        "metal.csv": (metal, ["product", "start", "levied", "left"],
                      "s232_derivative_products.csv, s232_copper_products.csv, metal_content_shares_bea_hs10.csv"),
        "section-301.csv.gz": (section_301, ["line", "heading"], "s301_product_lists.csv"),
        "base.csv": (base, ["product", "start", "duty"], "04_parse_products.R, on the schedule (USITC)"),
        "exempt.csv": (exempt, ["product", "start", "end"], "ieepa_exempt_products.csv, annex_ii_first_appearance.csv"),
        "names.csv": (names, ["rule", "name"], "stacking.R, policy_params.yaml: what each rule is about"),
    }  # fmt: skip
    made = {
        name: (header, make(asked.shared), {"source": SOURCE + files, "terms": TERMS, "vintage": "June 2026"})
        for name, (make, header, files) in tables.items()
    }
    write_tables(asked.out, "us_tracked.py", made)


if __name__ == "__main__":
    main()
