"""Headings by their words: "Ctry Orig", "EnteredVal" and "Lineitem HS Code" are those of the table, shortened or with words beside them.

A heading read so is less sure than one of the table: its cells must be of the kind too (see matching).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from parley.law.shipments.layouts.registry import Named, headings_by_role
from parley.law.shipments.layouts.spelling import heading, plain, rows_of

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|#|[^\W\da-zA-Z_]+")
_FULL = {
    "ctry": "country", "cntry": "country", "cty": "country", "orig": "origin", "orgn": "origin", "val": "value", "amt": "amount",
    "dt": "date", "no": "number", "num": "number", "nbr": "number", "nr": "number", "#": "number", "qty": "quantity", "qnty": "quantity",
    "uq": "unit", "uom": "unit", "um": "unit", "ttl": "total", "tot": "total", "inv": "invoice", "ent": "entry", "entd": "entered",
    "exp": "export", "imp": "import", "cust": "customs", "curr": "currency", "cur": "currency", "crcy": "currency", "crncy": "currency",
    "liq": "liquidation", "pmt": "payment", "paymt": "payment", "trf": "tariff", "trans": "transaction", "tran": "transaction",
    "harmonised": "harmonized", "summ": "summary", "ext": "extended", "mfr": "manufacture", "mfg": "manufacture", "manuf": "manufacture",
    "cd": "code", "entrd": "entered", "dty": "duty", "pd": "paid", "ccy": "currency", "dte": "date", "liqd": "liquidation",
    "recip": "reciprocal", "fent": "fentanyl", "sec": "section", "sect": "section", "ln": "line", "lines": "line",
    "smry": "summary", "tarif": "tariff", "wt": "weight", "desc": "description", "prim": "primary",
    "coo": "origin", "duties": "duty", "tariffs": "tariff", "origins": "origin", "codes": "code", "recon": "reconciliation",
}  # fmt: skip
_UNTAXED = re.compile(r"(?i)\b(?:excl(?:uding|usive of|\.)?|ex|without|before|net of)[\s.]*(?:vat|tax(?:es)?|gst)\b")
_SAY_NOTHING = frozenset(("of", "the", "in", "for", "a", "de", "and"))
_BESIDE = frozenset(
    ("line", "lineitem", "item", "variant", "goods", "product", "part", "material", "sku", "article", "customs", "us", "primary", "full",
     "header", "detail", "est", "estimated", "commodity", "declared", "usd", "dollars", "number", "code", "whole", "rounded")
)  # fmt: skip
ENOUGH_ALONE = frozenset(("origin", "hts", "htsus", "spi", "currency", "quantity"))


def words_of(text: str) -> frozenset[str]:
    """The words of a heading, each in full, without case and accents, and without "excl. tax"; a number stays as it is."""
    words = (plain(w) or w for w in _WORD.findall(_UNTAXED.sub(" ", text)))
    return frozenset(_FULL.get(w, w) for w in words) - _SAY_NOTHING


@cache
def _by_words() -> dict[frozenset[str], tuple[Named, ...]]:
    """The English headings of the table that name a role outright or usually, by their words."""
    made: dict[frozenset[str], list[Named]] = {}
    for row in rows_of("headings.csv"):
        if row["language"] == "en" and int(row["rank"]) < 3:
            for place, text in enumerate(row["headings"].split(";")):
                words = words_of(text)
                if len(words) > 1 or words <= ENOUGH_ALONE:
                    made.setdefault(words, []).append(Named(row["role"], int(row["rank"]), place))
    return {k: tuple(sorted(v, key=lambda n: n.rank)) for k, v in made.items()}


@cache
def named_by_words(text: str) -> tuple[Named, ...]:
    """The roles that a heading's words name, each a rank below the table's own; two below where words beside them are dropped."""
    words, known, exact = words_of(text), _by_words(), headings_by_role()
    if exact.get(plain(text)) or not words:
        return ()
    either = [n for part in text.split("/") if "/" in text for n in exact.get(plain(part), ())]
    if either:  # "Value/Valeur"
        return tuple(dict.fromkeys(replace(n, rank=min(n.rank + 1, 4), place=0) for n in either))
    if words in known:
        return tuple(replace(n, rank=n.rank + 1) for n in known[words])
    rest = words - _BESIDE
    forms = [f for f in (words - {b} for b in words & _BESIDE) if f in known and (len(f) > 1 or f <= ENOUGH_ALONE)]
    forms += [rest] if rest in known and (len(rest) > 1 or rest <= ENOUGH_ALONE) else []
    return tuple(dict.fromkeys(replace(n, rank=min(n.rank + 2, 4)) for f in forms for n in known[f]))


_STRUCK = frozenset("ieepa fentanyl reciprocal".split())
_NO_AMOUNT = frozenset("rate rates percent pct flag indicator heading code number".split())
_BESIDE_LINE = re.compile(r"(?<!\d)99\d\d\.?\d\d\.?\d\d(?!\d)")  # a heading of chapter 99


def may_be_paid(text: str) -> bool:
    """Whether a heading speaks of a duty that was struck down, or of a heading of chapter 99, and may head what was paid under it."""
    words = words_of(text)
    return bool(words & _STRUCK or _BESIDE_LINE.search(text)) and not words & _NO_AMOUNT


@cache
def roles_named(text: str) -> tuple[Named, ...]:
    """The roles that a heading names in the table, else by its words."""
    read, known = heading(text), headings_by_role()
    return known.get(read.whole) or known.get(read.bare) or named_by_words(read.text)


__all__ = ["may_be_paid", "named_by_words", "roles_named", "words_of"]
