"""Civil aircraft: exemption lists that free a line for that use alone, parted from those that free it whatever its use.

Note 2 frees civil aircraft, their engines and parts by a list of lines (subdivisions (v)(xviii), (x)(iv), (aa)(iv); notes
35, 50 and 52 have the like). The tracker's lists of exempt lines hold these lines beside those that are exempt outright.
"""

from __future__ import annotations

from pathlib import Path

from us_list_tables import Row, digits, footnotes, plain, table

# Aircraft of heading 8802 that the schedule itself describes as not military: civil aircraft by their own terms.
BY_TERMS = ("8801000010", "8801000020", "8801000050", "8802110130", "8802110145", "8802110190", "8802120140", "8802120180",
            "8802200120", "8802200130", "8802200140", "8802200150", "8802200160", "8802200180", "8802300130", "8802300140",
            "8802300150", "8802300160", "8802300180", "8802400140", "8802400160", "8802400170", "8802400190")  # fmt: skip
UNMANNED = "8806"  # civil aircraft for Section 122 and for Brazil; the deals with partners leave it out


def by_terms(shared: Path) -> list[Row]:
    """Aircraft that the schedule describes as not military."""
    assert all(code in footnotes(shared) for code in BY_TERMS)
    return plain(BY_TERMS)


def for_aircraft(shared: Path) -> set[str]:
    """The lines that are free for civil aircraft (the European Union's list, which the others repeat)."""
    rows = table(shared, "lists/floor_exempt_products.csv")
    return {r["hts8"] for r in rows if (r["category"], r["country_group"]) == ("civil_aircraft", "eu")}


def free_outright(shared: Path) -> tuple[str, ...]:
    """What Annex II of EO 14257 or the memorandum on electronics frees whatever its use: also in the later lists."""
    annex = (r["prefix"] for r in table(shared, "lists/annex_ii_first_appearance.csv") if not r["end_effective_date"])
    return (*annex, *(digits(r["hts_prefix"]) for r in table(shared, "electronics_exclusion_hts.csv")))


def whatever_its_use(shared: Path, name: str, field: str, **wanted: str) -> list[Row]:
    """A list of exempt lines without those that are free for civil aircraft alone."""
    rows = (r for r in table(shared, f"lists/{name}") if all(r[k] == v for k, v in wanted.items()))
    codes = {digits(r[field]) for r in rows}
    outright = free_outright(shared) if name != "country_eo_exempt_products.csv" else ()
    conditional = {c for c in for_aircraft(shared) if not c.startswith(outright)}
    return plain(c for c in codes - conditional if not c.startswith(UNMANNED))
