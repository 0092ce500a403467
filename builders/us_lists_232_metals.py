"""Section 232 on steel, aluminium and copper: every list of 2018 to 2026, at the digits that its text prints."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from us_list_tables import Row, column, plain, table
from us_metal_texts import note_16c, note_19, notice_of_august
from us_printed import Printed

TEN = 10  # digits of a statistical number
MARCH, JUNE = "2025-03-12", "2026-06-08"
CANS, BEER = "76129010", "22030000"  # in notes 19(j) and 19(k) since 4 April 2025; their acts name them themselves


def steel_derivatives(shared: Path) -> list[Row]:
    """Note 16(m) of 12 March 2025, chapter 73. Its text was not read: a tracker's list, with which another's agrees."""
    rows = table(shared, "lists/s232_metal_chapter_products.csv")
    wanted = ("steel", "derivative", MARCH)
    return plain(r["hts_prefix"] for r in rows if (r["metal_type"], r["kind"], r["effective_date"]) == wanted)


# For the stampings that Proclamation 9980 names ("bumper stampings of steel … described in subheading 8708.10.30")
# the statistical numbers below were opened on its first day, 8 February 2020; the schedule says "Of steel" of them.
STAMPINGS = {
    ("87081030", "steel"): "8708103020",
    ("87082921", "steel"): "8708292120",
    ("87081030", "aluminium"): "8708103030",
    ("87082921", "aluminium"): "8708292130",
}
STAMPED = "8708.10.30 and 8708.29.21 are named for stampings of the metal alone: the statistical numbers of these"


def derivatives_of_2020(shared: Path, metal: str) -> list[str]:
    """The derivatives of Proclamation 9980 by metal, stampings at the statistical numbers made for them."""
    rows = table(shared, "lists/s232_derivatives_proclamation_9980.csv")
    return [STAMPINGS.get((r["product"], metal), r["product"]) for r in rows if r["metal"] == metal]


def in_note(shared: Path, note: str, day: str) -> list[str]:
    """The codes of a subdivision of note 16 before April 2026, by the day from which they stood there."""
    rows = table(shared, "lists/s232_metal_derivatives_notes_16_19_ten_digits.csv")
    return [r["product"] for r in rows if (r["note"], r["from"]) == (note, day)]


def of_march(shared: Path, letter: str) -> list[str]:
    """Note 19(j) or 19(k) as the edition prints it, without what the notice of August inserted, cans and beer."""
    later = {*notice_of_august(shared)[f"19({letter})"], CANS, BEER}
    return [c for c in note_19(shared, letter) if c not in later]


def of_august(shared: Path, *parts: str) -> list[str]:
    """What the notice of August 2025 inserts into some subdivisions."""
    return [c for part in parts for c in notice_of_august(shared)[part]]


def of_note(shared: Path, *parts: str) -> list[str]:
    """Subdivisions of note 16(c) as Annex IV of Proclamation 11021 prints them."""
    return [c for part in parts for c in note_16c(shared)[part]]


def equipment_parts(shared: Path) -> list[str]:
    """What note 16(c)(vi) to (viii) prints in chapters 84, 85 and 87."""
    return [c for c in of_note(shared, "vi", "vii", "viii") if c[:2] in ("84", "85", "87")]


def of_june(shared: Path, *annexes: str, metals: tuple[str, ...] = ("steel", "aluminum")) -> list[str]:
    """What Proclamation 11032 put into annexes. Its own annexes are not in shared texts: a tracker's list."""
    rows = [r for r in table(shared, "lists/s232_annex_products.csv") if r["effective_date"] == JUNE]
    codes = {r["hts_prefix"] for r in rows if r["annex"] in annexes and r["metal_type"] in metals}
    return sorted(
        c for c in codes if not (len(c) == TEN and c[:8] in codes and c.endswith("00"))
    )  # 3701.30.00 stands there twice


PUBLIC = "United States government work, public domain; facts"
ANNEXES = "Proclamation 11021 of 2 April 2026, annexes I-A, I-B, III and IV, and note 16 in edition 2026 rev_6 (USITC)"
NOTICE = "FR document 2025-15819 of 19 August 2025, annex I (Bureau of Industry and Security)"
NOTE_19 = "USITC, Harmonized Tariff Schedule, note 19 in edition 2026 rev_6, and FR document 2025-15819"
NOTE_16 = "USITC, Harmonized Tariff Schedule, note 16 in edition 2026 rev_4, as a public repository copies it"
OF_2020 = "Proclamation 9980 of 24 January 2020 as notes 16(l) and 19(i) have it, and a law firm's summary"
TRACKER = "The Budget Lab at Yale, tariff-rate-tracker, list of the schedule's notes and Federal Register annexes"
MIT = "MIT, copyright (c) The Budget Lab at Yale (see NOTICE); the facts are of public law"

AS_A_TRACKER = (
    "The annexes of Proclamation 11032 were not read; a second public repository's reading of note 16 agrees."
)
Entry = tuple[Callable[[Path], list[Row]], str, str]


def _note_16c(*parts: str) -> Entry:
    words = f"Note 16(c)({'), ('.join(parts)}) as Annex IV of Proclamation 11021 prints it; tables and edition agree."
    return Printed(lambda shared: of_note(shared, *parts), words), ANNEXES, PUBLIC


def _june(*annexes: str, what: str, **only: tuple[str, ...]) -> Entry:
    words = f"{what} by Proclamation 11032. {AS_A_TRACKER}"
    return Printed(lambda shared: of_june(shared, *annexes, **only), words), TRACKER, MIT


def _august(*parts: str) -> Entry:
    words = f"What the notice of August 2025 inserts into notes {' and '.join(parts)}, both copies of it alike."
    codes = partial(_of, of_august, parts)
    return Printed(codes, words), NOTICE, PUBLIC


def _of(read: Callable[..., list[str]], parts: tuple[str, ...], shared: Path) -> list[str]:
    return read(shared, *parts)


def _of_2020(metal: str) -> Entry:
    words = f"Derivatives of {metal} of 8 February 2020 (Proclamation 9980); the annex itself was not read."
    codes = partial(_of, derivatives_of_2020, (metal,))
    return Printed(codes, words, depth_note=STAMPED), OF_2020, PUBLIC


METAL_LISTS: dict[str, Entry] = {
    "us-232-steel.csv": _note_16c("iii"),
    "us-232-aluminium.csv": _note_16c("i"),
    "us-232-steel-2020.csv": _of_2020("steel"),
    "us-232-aluminium-2020.csv": _of_2020("aluminium"),
    "us-232-steel-derivatives.csv": (steel_derivatives, TRACKER, MIT),
    "us-232-steel-outside.csv": (
        Printed(
            partial(_of, in_note, ("16(n)(1)", MARCH)),
            "Steel derivatives of 12 March 2025 outside chapter 73: the twelve of note 16(n)(1).",
        ),
        NOTE_16,
        PUBLIC,
    ),
    "us-232-aluminium-derivatives.csv": (
        Printed(
            partial(_of, of_march, ("j",)),
            "Aluminium derivatives of 12 March 2025 in chapter 76: note 19(j) without cans and the notice of August.",
        ),
        NOTE_19,
        PUBLIC,
    ),
    "us-232-aluminium-outside.csv": (
        Printed(
            partial(_of, of_march, ("k",)),
            "Aluminium derivatives of 12 March 2025 outside chapter 76: note 19(k) without beer and the notice of August.",
        ),
        NOTE_19,
        PUBLIC,
    ),
    "us-232-steel-august.csv": _august("16(m)", "16(n)"),
    "us-232-aluminium-august.csv": _august("19(j)", "19(k)"),
    "us-232-copper.csv": (column("s232_copper_products.csv", "hts10"), TRACKER, MIT),
    "us-232-annex-1a.csv": _note_16c("i", "ii", "iii", "iv", "v"),
    "us-232-annex-1a-derivatives.csv": _note_16c("ii", "iv"),
    "us-232-annex-1b.csv": _note_16c("vi", "vii", "viii"),
    "us-232-annex-3.csv": _note_16c("ix", "x"),
    "us-232-annex-aluminium.csv": _note_16c("i", "ii", "vi", "ix"),
    "us-232-annex-parts.csv": (
        Printed(
            equipment_parts,
            "What note 16(c)(vi) to (viii) prints in chapters 84, 85 and 87, where notes 16(g) and 16(k) look for parts.",
        ),
        ANNEXES,
        PUBLIC,
    ),
    "us-232-june-1b.csv": _june("1b", what="Added to Annex I-B"),
    "us-232-june-1c.csv": _june("1c", what="Annex I-C, note 16(c)(xi)"),
    "us-232-june-2.csv": _june("2", what="Taken off the lists"),
    "us-232-june-3.csv": _june("3", what="Moved to Annex III"),
    "us-232-june-aluminium.csv": _june("1b", "3", what="Put into lists of aluminium", metals=("aluminum",)),
}
