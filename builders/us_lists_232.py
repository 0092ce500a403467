"""Section 232 duties: steel, aluminium and their derivatives, vehicle and truck parts, the annexes of 2026."""

from __future__ import annotations

from pathlib import Path

from us_list_tables import Row, digits, plain, table


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


def annex_of_2026(shared: Path, annexes: tuple[str, ...], day: str) -> list[Row]:
    """Lines of the metal annexes of 2026 by annex and day."""
    rows = table(shared, "lists/s232_annex_products.csv")
    return plain(r["hts_prefix"] for r in rows if r["annex"] in annexes and r["effective_date"] == day)
