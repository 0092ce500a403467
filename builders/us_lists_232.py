"""Section 232 duties on vehicles and trucks: the lists of parts."""

from __future__ import annotations

from pathlib import Path

from us_list_tables import Row, digits, plain


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
