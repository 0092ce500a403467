"""The legal authorities under which duties are levied, a row each: id, label, colours, and the words that sentences use.

Their order is that in which the lines of a rate are shown. Everything that names one (law, briefing, charts, pages,
files) reads this table, so that a new authority is one new row here and the acts that rest on it.
"""

from __future__ import annotations

from typing import NamedTuple


class LegalAuthority(NamedTuple):
    """One authority: its id in acts and answers, its label for people, and its colour on a light and on a dark page.

    duty: the duty in a sentence ("pay no …"). by_list: whether its duties fall on product lists that a government drew up
    against one partner (leverage compares such lists).
    """

    id: str
    label: str
    light: str
    dark: str
    duty: str
    by_list: bool = False


LEGAL_AUTHORITIES = (
    LegalAuthority("mfn", "MFN", "#8d9299", "#9aa0a8", "MFN duty"),
    LegalAuthority("preference", "preference", "#b9bdc3", "#cdd1d6", "preferential duty"),
    LegalAuthority("column2", "column 2", "#5e636a", "#7b8189", "column 2 duty"),
    LegalAuthority("s201", "Section 201", "#a1894f", "#cbb37a", "Section 201 duty"),
    LegalAuthority("s232", "Section 232", "#3f8586", "#6fb5b5", "Section 232 duty"),
    LegalAuthority("s301", "Section 301", "#cf8f1f", "#e5b155", "Section 301 duty", by_list=True),
    LegalAuthority("ieepa_fentanyl", "fentanyl (IEEPA)", "#7d5fab", "#ad94d6", "fentanyl duty"),
    LegalAuthority("ieepa_reciprocal", "reciprocal (IEEPA)", "#1f5fa8", "#6ea8e8", "reciprocal duty"),
    LegalAuthority("ieepa_country", "country (IEEPA)", "#45a0d4", "#9ad0f0", "country duty under IEEPA"),
    LegalAuthority("s122", "Section 122", "#9c4f80", "#cf8ab5", "Section 122 surcharge"),
    LegalAuthority("s338", "Section 338", "#6a4a36", "#b08f79", "Section 338 duty"),
    LegalAuthority("retaliation", "retaliation", "#b23a30", "#ec8279", "retaliatory duty", by_list=True),
)
PROGRAMMES = tuple(a.id for a in LEGAL_AUTHORITIES)
_BY_ID = {a.id: a for a in LEGAL_AUTHORITIES}


def label(name: str) -> str:
    """An authority as people call it; a name that is none stays as it is."""
    return _BY_ID[name].label if name in _BY_ID else name


def duty_in_words(name: str) -> str:
    """The authority's duty in a sentence."""
    return _BY_ID[name].duty if name in _BY_ID else name


def place(name: str) -> int:
    """The place of an authority in the table; that of the last row for a name that is none."""
    return PROGRAMMES.index(name) if name in _BY_ID else len(PROGRAMMES) - 1


def colour_variables(dark: bool = False) -> str:
    """The colours as style-sheet variables --p0, --p1 …, in the table's order."""
    return " ".join(f"--p{k}: {a.dark if dark else a.light};" for k, a in enumerate(LEGAL_AUTHORITIES))


def legend_rules() -> str:
    """One style-sheet rule an authority, for the squares of a legend."""
    return "\n".join(f".legend i.p{k} {{ background: var(--p{k}); }}" for k in range(len(LEGAL_AUTHORITIES)))
