"""A legal authority is one row of one table, and so is an entry claim: nothing else in the source lists them."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from parley.codes import LEGAL_AUTHORITIES, PROGRAMMES, colour_variables
from parley.law.entry_claims import CLAIMS
from parley.law.shipments.columns import read_columns
from parley.report.chart import PROGRAMME_PAINT, style_sheet
from sources import modules, text_of

QUOTED = re.compile(r"""(?=["'](\w+)["'])""")
# What the arithmetic itself knows by name: shares of value, quantities, and the preferences of the schedule's column.
STRUCTURAL = {
    "quantity",
    "unit_value",
    "us_content",
    "usmca",
    "korus",
    "preference",
    "mfn",
    "column2",
    "exclusion_claimed",
}
ONE_OF_A_KIND = {
    "s301": 4,
    "s232": 1,
    "ieepa_reciprocal": 1,
    "loaded": 1,
    "exported": 1,
}  # a question about just that one, by files


@cache
def _quoting() -> dict[str, list[Path]]:
    """The modules that hold a word between quotes, by the word; the two tables themselves left out."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path in modules():
        if path.name not in ("codes.py", "entry_claims.py"):
            for word in set(QUOTED.findall(text_of(path))):
                found[word].append(path)
    return found


def _naming(name: str) -> list[Path]:
    return _quoting().get(name, [])


@pytest.mark.parametrize("name", [n for n in PROGRAMMES if n not in STRUCTURAL])
def test_no_module_lists_the_authorities_again(name: str) -> None:
    assert len(_naming(name)) <= ONE_OF_A_KIND.get(name, 0), _naming(name)


@pytest.mark.parametrize("name", [n for n in CLAIMS if n not in STRUCTURAL])
def test_no_module_names_a_claim_again(name: str) -> None:
    assert len(_naming(name)) <= ONE_OF_A_KIND.get(name, 0), _naming(name)


def test_every_row_is_whole() -> None:
    assert all(c.label and c.sentence and c.kind in ("flag", "share", "day", "money") for c in CLAIMS.values())
    assert all(a.label and a.duty for a in LEGAL_AUTHORITIES)
    assert len({a.light for a in LEGAL_AUTHORITIES}) == len(LEGAL_AUTHORITIES) == len(PROGRAMME_PAINT)


def test_the_style_sheet_has_a_colour_and_a_legend_for_each() -> None:
    text = style_sheet()
    assert text.count(colour_variables()) == 2  # on the screen and in print
    assert text.count(colour_variables(dark=True)) == 1
    assert "legal authorities," not in text
    assert all(text.count(f".legend i.k{paint[1:]} {{") == 1 for paint in PROGRAMME_PAINT)


@pytest.mark.parametrize("name", [n for n, c in CLAIMS.items() if c.columns])
def test_a_claim_is_found_under_every_heading_of_its_row(name: str) -> None:
    needed = ("product", "origin", "entry_date", "value")
    for heading in (name, *CLAIMS[name].columns):
        assert read_columns((*needed, heading)).of[name] == heading
