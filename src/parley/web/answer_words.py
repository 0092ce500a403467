"""Single values of any answer as people read them: percent for fractions, names for codes, days as days, no signs of a program."""

from __future__ import annotations

import math
import re
from typing import Any

from parley.codes import country_name
from parley.record.entry import ACTORS
from parley.report.sheets_record import who
from parley.report.words import SECTORS, number, prose, rate, words
from parley.web.names import in_text, known_as

SHOWN = 24  # values of a list on a page; its file has them all
TINY = 1e-6  # a figure below it is an error or a residual: it is read by its power
UNSAID = ("what", "name", "text")  # keys whose value speaks for itself
FRACTIONS = frozenset(
    "rate rates tariff tariffs share shares contribution stated added moved opening before after".split()
)  # words of keys that hold fractions
OF_A_TABLE = frozenset({"changes points"})  # a table and a key that holds fractions there alone
PARTS = "by_programme "  # of a row's rate, before a legal authority; a table of sums has its own
UNITS = frozenset("pct usd points error".split())  # words of keys that hold none
_HEADINGS = {"programme": "legal authority"}
_FIELD = re.compile(r"^[a-z]+(?:_[a-z]+)+(?=: )")  # such as entry_date, before what is said of it
_JOINED = re.compile(r";(?=\S)")
_CHOICE = re.compile(r"[a-z]+(?:_[a-z0-9]+)+")  # such as long_run


def named(key: str) -> str:
    """A key as a heading: welfare_pct → welfare, %; added CHN → added China."""
    text = re.sub(r"(?:,\s*|(?<!\s)\s+)?\bpct\b", ", %", words(key)).lstrip(", ")
    return prose(_HEADINGS.get(text, text.replace("all all", "all partners and goods")))


def is_fraction(key: str, table: str = "") -> bool:
    """Whether an answer's key holds a fraction by its name, as all rates and shares are: people read it in percent.

    table: the key under which it stands; it counts where the key is of countries and goods alone, as "tariffs" over "USA".
    """
    named_by = [part for part in f"{table} {key}".split() if part != "all" and country_name(part) == part]
    of = set(named_by[-1].split("_")) if named_by else set()
    return (bool(of & FRACTIONS) and not of & UNITS) or f"{table} {key}" in OF_A_TABLE or key.startswith(PARTS)


def in_words(key: str, value: Any) -> str:
    """A value under a key as people read it: a fraction in percent, a voice and a sector by name, all else by its kind."""
    if isinstance(value, float) and is_fraction(key):
        return f"{rate(value, 4 if round(100 * value, 4) == round(100 * value, 9) else 2)} %"
    if not isinstance(value, str):
        return shown(value)
    return who(value) if key == "actor" and value in ACTORS else shown(value)


def shown(value: Any) -> str:
    """A value as people read it, whatever stands inside it."""
    if value is None or value == "":
        return "–"
    if value in ([], {}):
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return figure(value)
    if isinstance(value, dict):
        said = {str(k): v for k, v in value.items() if v is not None}
        return ", ".join(f"{'' if k in UNSAID else named(k) + ' '}{in_words(k, v)}" for k, v in said.items()) or "–"
    if isinstance(value, list):
        more = f" … ({len(value)} in all)" if len(value) > SHOWN else ""
        texts = [shown(v) for v in value[:SHOWN]]
        return ("; " if any(", " in text for text in texts) else ", ").join(texts) + more
    text = str(value).replace("`", "")
    known = SECTORS.get(text) or known_as(text)
    if known != text:
        return known
    return words(text) if _CHOICE.fullmatch(text) else prose(in_text(_JOINED.sub("; ", field_first(text))))


def field_first(text: str) -> str:
    """A sentence whose field stands before it, in words: entry_date: not a day → entry date: not a day."""
    return _FIELD.sub(lambda found: words(found[0]), text)


def figure(value: float, largest: float | None = None) -> str:
    """A number with as many decimals as its size needs; beside others, as many as the largest of them needs."""
    size = abs(value) if largest is None else largest
    if isinstance(value, int):
        return str(value) if abs(value) < 10_000 else number(value, 0)
    if 0 < size < TINY:
        return f"{value:.2e}".replace("-", "−") if value else "0"
    text = number(value, max(4, 2 - math.floor(math.log10(size))) if 0 < size < 100 else 2 if size < 10_000 else 0)
    if value and not float(text.replace(",", "").replace("−", "-")):
        return f"{value:.1e}".replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text
