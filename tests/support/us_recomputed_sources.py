"""What the second computation of American rates reads: shared data's lists, and two editions of the schedule."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def starts(code: str, prefixes: Sequence[str]) -> bool:
    return code.startswith(tuple(prefixes))


def percent(text: str) -> float | None:
    found = re.fullmatch(r"([\d.]+)%", text.strip())
    return 0.0 if text == "Free" else float(found[1]) if found else None


class Sources:
    """The tables of shared data, read once."""

    def __init__(self, shared: Path) -> None:
        self.law = shared / "law"
        self.base = {year: self.schedule(name) for year, name in ((2025, "2025_rev_11"), (2026, "2026_rev_4"))}
        rows = [
            (r["prefix"], r["first_effective_date"], r["end_effective_date"])
            for r in self.table("annex_ii_first_appearance")
        ]
        self.annex_ii = [(p, a if a != "NA" else "", b if b != "NA" else "9999") for p, a, b in rows] + [
            ("38180000", "", "9999")
        ]
        self.electronics = [digits(r["hts_prefix"]) for r in self.read("electronics_exclusion_hts.csv")]
        self.country = {r["iso3"]: r for r in self.read("annexI_rates.csv")}
        self.metal = self.table("s232_metal_chapter_products")
        self.copper = [r["hts10"] for r in self.table("s232_copper_products")]
        self.parts = [digits(x) for x in (self.law / "lists/s232_auto_parts.txt").read_text().split()]
        self.truck_parts = [digits(x) for x in (self.law / "lists/s232_mhd_parts.txt").read_text().split()]
        self.notes = self.table("s232_metal_derivatives_notes_16_19_ten_digits")
        # Of a heading or six digits the proclamation's text only speaks ("machines of heading 8471"), but for aluminium.
        self.annexes = [
            r for r in self.table("s232_annex_products")
            if r["source"] != "proclamation" or len(r["hts_prefix"]) >= 8 or r["hts_prefix"].startswith("76")
        ]  # fmt: skip
        self.floors = [(r["category"], r["country_group"], r["hts8"]) for r in self.table("floor_exempt_products")]
        self.for_aircraft = {c for kind, group, c in self.floors if (kind, group) == ("civil_aircraft", "eu")}
        text = (self.law / "texts/2026-02-20-proc-11012-section-122-annex-ii.txt").read_text("utf-8")
        # "Ex": particular articles of the line alone, such as those for religious purposes. Not outright.
        self.in_part = tuple(digits(c) for c in re.findall(r"^(\d{4}\.\d\d\.\d\d)\b.* Ex$", text, re.MULTILINE))
        self.s122 = self.outright("s122_exempt_products", "hts8")
        self.labour = self.outright("s301fl_exempt_products", "hts8")
        self.brazil_301 = self.outright("s301_brazil_exempt_products", "hts8")
        orders = self.table("country_eo_exempt_products")
        self.brazil = [
            (digits(r["hts10"]), r["effective_date_start"]) for r in orders
            if digits(r["hts10"]) not in self.for_aircraft and not digits(r["hts10"]).startswith("8806")
        ]  # fmt: skip
        carved = self.table("fentanyl_carveout_products")
        self.energy = [r["hts8"] for r in carved if r["category"] == "energy_ca"]
        self.potash = [r["hts8"] for r in carved if r["category"] == "potash_ca"]
        self.s301 = self.table("s301_product_lists")

    def read(self, name: str) -> list[dict[str, str]]:
        with (self.law / name).open(encoding="utf-8") as lines:
            return list(csv.DictReader(line for line in lines if not line.startswith("#")))

    def table(self, name: str) -> list[dict[str, str]]:
        return self.read(f"lists/{name}.csv")

    def schedule(self, name: str) -> dict[str, tuple[str, str]]:
        """Ten-digit line → column 1 general and column 2, inherited by indent."""
        found: dict[str, tuple[str, str]] = {}
        above: dict[int, tuple[str, str]] = {}
        for row in json.loads(gzip.decompress((self.law / f"hts/hts_{name}.json.gz").read_bytes())):
            code, depth = digits(row["htsno"]), int(row["indent"])
            above = {k: v for k, v in above.items() if k < depth}
            own = (row["general"] or "").strip(), (row["other"] or "").strip()
            rates = own if own[0] else next((above[k] for k in sorted(above, reverse=True)), ("", ""))
            if rates[0]:
                above[depth] = rates
            if code[:2] < "98" and len(code) in (8, 10):
                found[code.ljust(10, "0")] = rates
        return found

    def outright(self, name: str, field: str) -> list[str]:
        """Lines of a list that are free whatever their use: not those for civil aircraft alone."""
        free = [p for p, _, end in self.annex_ii if end == "9999"] + self.electronics
        codes = (digits(r[field]) for r in self.table(name))
        return [
            c
            for c in codes
            if not c.startswith(("8806", *self.in_part)) and (c not in self.for_aircraft or starts(c, free))
        ]

    def metals(self, metal: str, kind: str, *days: str) -> list[str]:
        return [r["hts_prefix"] for r in self.metal
                if (r["metal_type"], r["kind"]) == (metal, kind) and r["effective_date"] in days]  # fmt: skip

    def in_notes(self, metal: str, on: date) -> list[str]:
        """What notes 16 and 19 named of a metal on a day before April 2026, at the digits printed there."""
        return [r["product"] for r in self.notes if r["metal"] == metal and r["from"] <= str(on) < r["to_exclusive"]]
