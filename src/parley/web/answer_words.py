"""Single values of any answer as people read them: percent for fractions, names for codes, days as days, no signs of a program."""

from __future__ import annotations

import math
import re
from typing import Any

from parley.codes import country_name
from parley.record.entry import ACTORS
from parley.report.sheets_record import who
from parley.report.words import number, prose, rate, sector, words

SHOWN = 24  # values of a list on a page; its file has them all
UNSAID = ("what", "name", "text")  # keys whose value speaks for itself
FRACTIONS = frozenset("rate rates share shares contribution stated added".split())  # words of keys that hold fractions
UNITS = frozenset("pct usd points error".split())  # words of keys that hold none
_CHOICE = re.compile(r"[a-z]+(?:_[a-z0-9]+)+")  # such as long_run


def named(key: str) -> str:
    """A key as a heading: welfare_pct → welfare, %; added CHN → added China."""
    text = re.sub(r"(^|,)?\s*\bpct\b", ", %", words(key)).lstrip(", ")
    return " ".join(country_name(word) for word in text.split(" "))


def is_fraction(key: str) -> bool:
    """Whether an answer's key holds a fraction by its name, as all rates and shares are: people read it in percent."""
    of = set(key.rpartition(" ")[2].split("_"))
    return bool(of & FRACTIONS) and not of & UNITS


def in_words(key: str, value: Any) -> str:
    """A value under a key as people read it: a fraction in percent, a voice and a sector by name, all else by its kind."""
    if isinstance(value, float) and is_fraction(key):
        return f"{rate(value, 4)} %"
    if key == "sectors" and isinstance(value, list):
        return shown([in_words("sector", part) for part in value])
    if not isinstance(value, str):
        return shown(value)
    if key == "sector":
        return sector(value)
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
        return ", ".join(f"{'' if k in UNSAID else named(str(k)) + ' '}{in_words(str(k), v)}" for k, v in value.items())
    if isinstance(value, list):
        more = f" … ({len(value)} in all)" if len(value) > SHOWN else ""
        return ("; " if any(isinstance(v, (dict, list)) for v in value) else ", ").join(
            map(shown, value[:SHOWN])
        ) + more
    text = str(value).replace("`", "")
    return words(text) if _CHOICE.fullmatch(text) else prose(text)


def figure(value: float, largest: float | None = None) -> str:
    """A number with as many decimals as its size needs; beside others, as many as the largest of them needs."""
    size = abs(value) if largest is None else largest
    if isinstance(value, int):
        return str(value) if abs(value) < 10_000 else number(value, 0)
    if 0 < size < 1e-3:
        return f"{value:.2e}".replace("-", "−") if value else "0"
    text = number(value, max(4, 2 - math.floor(math.log10(size))) if 0 < size < 100 else 2 if size < 10_000 else 0)
    return (
        text.rstrip("0").rstrip(".")
        if "." in text and (value == 0 or float(text.replace(",", "").replace("−", "-")))
        else text
    )
