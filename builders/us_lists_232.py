"""Section 232 duties: steel, aluminium and their derivatives, vehicle and truck parts, the annexes of 2026."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from us_list_tables import Row, digits, footnotes, plain, table


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


APRIL, JUNE = "2026-04-06", "2026-06-08"  # Proclamation of 2 April 2026, Proclamation 11032


@cache
def annexes(shared: Path, day: str) -> dict[str, tuple[str, str]]:
    """Ten-digit line → its annex of 2026 and its metal on a day. The longest prefix counts, and of equal ones the latest."""
    rows = [r for r in table(shared, "lists/s232_annex_products.csv") if r["effective_date"] <= day]
    said = {r["hts_prefix"]: r for r in sorted(rows, key=lambda r: r["effective_date"])}
    found = {}
    for code in (c for c in footnotes(shared) if len(c) == TEN):
        prefix = next((code[:n] for n in range(TEN, 3, -1) if code[:n] in said), None)
        if prefix:
            metal = "aluminum" if code.startswith("76") else said[prefix]["metal_type"]
            found[code] = (said[prefix]["annex"], metal)
    return found


TEN = 10  # digits of a line


def shortest(shared: Path, codes: set[str]) -> list[Row]:
    """The fewest prefixes of 4, 6, 8 or 10 digits that cover these lines and no other."""
    others = [c for c in footnotes(shared) if len(c) == TEN and c not in codes]
    taken = {n: {c[:n] for c in others} for n in (4, 6, 8)}
    return plain(next((c[:n] for n in (4, 6, 8) if c[:n] not in taken[n]), c) for c in codes)


def annex_of_april(shared: Path, annex: str) -> list[Row]:
    """Lines of one of the metal annexes of 6 April 2026."""
    return shortest(shared, {c for c, (a, _) in annexes(shared, APRIL).items() if a == annex})


def annex_of_june(shared: Path, annex: str) -> list[Row]:
    """Lines that Proclamation 11032 moved to one of the metal annexes on 8 June 2026."""
    before, after = annexes(shared, APRIL), annexes(shared, JUNE)
    moved = {c for c, (a, _) in after.items() if a == annex and before.get(c, ("2", ""))[0] != annex}
    return shortest(shared, moved)


def annex_aluminium(shared: Path) -> list[Row]:
    """Aluminium and its derivatives in the annexes I-A, I-B and III of April 2026."""
    return shortest(shared, {c for c, (a, m) in annexes(shared, APRIL).items() if a != "2" and m == "aluminum"})


def primary_metals(shared: Path) -> list[Row]:
    """Steel and aluminium articles that are no derivatives."""
    return plain(p for name in ("steel", "aluminum") for p, _, _ in metal(shared, name, "mill", ""))
