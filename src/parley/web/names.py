"""What the law calls by an id or a condition, as people know it: legal authorities, measures, acts, rulings and entry claims."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from parley.codes import country_name
from parley.law.entry_claims import CLAIMS, Value
from parley.law.measure import Measure
from parley.report.words import DASH, day, is_day, programme, rate
from parley.web.packaged import regime

LONG = 80  # letters of a name
_ID = re.compile(r"\b[a-z]{2}(?:-[a-z0-9]+){2,}\b")
_CONDITION = re.compile(rf"\b({'|'.join(CLAIMS)}) (= (?:true|false)|(?:<=|>=|<|>|=) ?[\d.-]*\d)")
_BY = re.compile(r"\bby ([a-z0-9-]+)((?: \([^)]*\))?): (.+?)(\. |\.?$)")  # named, and described after it
_SECTION = re.compile(r"Sections? \d+")
_SIGNS = {"<": ("before", "below"), "<=": ("up to", "at most"), ">": ("after", "above"), ">=": ("from", "at least")}


def label(m: Measure) -> str:
    """A measure as people know it: the beginning of what its file says of it, else what it does to whose goods."""
    return _parted(m.reason)[0] or _described(m)


def _described(m: Measure) -> str:
    """A measure without words of its own: its authority, whether it leaves goods out, its conditions, origins and heading."""
    parts = [condition(name, wanted) for name, wanted in m.when.items()]
    parts += [f"goods of {', '.join(map(country_name, m.origins))}"] if "*" not in m.origins else []
    does = f"{programme(m.programme)}{', left out' if m.combine == 'zero' else ''}"
    return ": ".join(filter(None, (does, "; ".join(parts)))) + (f" ({m.heading})" if m.heading else "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """The earliest label of a measure that tells no figure, else its earliest; the citation of an act; the first name of a ruling."""
    from parley.law.refunds.ruling import find_ruling, rulings

    law = regime()
    rows = [(m, label(m)) for m in sorted(law.measures, key=lambda m: m.start)[::-1]]
    plain = {m.id: text for m, text in rows if not re.search(r"\d", _SECTION.sub("", text))}
    acts = {m.act.id: m.act.citation or m.act.title for m in law.measures}
    courts = {name: find_ruling(name, law).title.partition(";")[0] for name in rulings()}
    return {**acts, **courts, **{m.id: text for m, text in rows}, **plain}


def known_as(name: str) -> str:
    """An authority, measure, act or ruling as people know it; a name that is none of these stays as it is."""
    return _names().get(name) or programme(name)


def line_name(name: str, reason: str | None) -> str:
    """A measure by what a row of it says of itself, which is that of its day; a name that is no measure's as it is known."""
    return _parted(reason)[0] if reason and name in _names() else known_as(name)


def names_in(lines: Iterable[Mapping[str, Any]]) -> Callable[[str], str]:
    """How the measures of an answer's lines are called."""
    said = {x["measure"]: line_name(x["measure"], x["reason"]) for x in lines}
    return lambda name: said.get(name) or known_as(name)


def beyond_names(lines: Iterable[Mapping[str, Any]]) -> Callable[[str | None], str]:
    """What is left of a line's reason where it begins with the name of its measure."""
    named = {x["reason"] for x in lines if x["measure"] in _names()}
    return lambda reason: in_text(_parted(reason)[1] if reason in named else reason)


def _parted(reason: str | None) -> tuple[str, str]:
    """The name that a reason begins with, its first sentence or the first part of a long one; and the rest."""
    first, stop, rest = (reason or "").partition(". ")
    ends = (f for f in re.finditer(r"[:;] ", first) if first.count("(", 0, f.start()) == first.count(")", 0, f.start()))
    if len(first) > LONG and (cut := next(ends, None)):
        first, rest = first[: cut.start()], first[cut.end() :] + stop + rest
    return first.rstrip("."), rest


def condition(name: str, wanted: Value) -> str:
    """What a measure asks of an entry claim, in words: true → a postal shipment; ">= 0.2" → US content at least 20 %."""
    claim = CLAIMS[name]
    if isinstance(wanted, bool):
        return claim.sentence if wanted is claim.default else claim.label if wanted else f"not {claim.label}"
    value = str(wanted).lstrip("<>= ")
    before, below = _SIGNS.get(str(wanted).removesuffix(value).strip(), ("on", "of"))
    return f"{claim.label} {before} {day(value)}" if is_day(value) else f"{claim.label} {below} {rate(float(value))} %"


def in_text(text: str | None) -> str:
    """A sentence of the law's answers for people: names for ids, words for conditions on claims."""
    text = re.sub(r"\b(only|not) where (?=[a-z_0-9]+ [=<>])", r"\1 if declared: ", text or DASH)
    text = _CONDITION.sub(_said, text)
    text = _BY.sub(lambda f: f"by “{f[3]}”{f[2]}{f[4]}" if f[1] in _names() else f[0], text)
    return _ID.sub(lambda f: f"“{_names()[f[0]]}”" if f[0] in _names() else f[0], text)


def _said(found: re.Match[str]) -> str:
    wanted = found[2].removeprefix("= ")
    return condition(found[1], {"true": True, "false": False}.get(wanted, wanted))
