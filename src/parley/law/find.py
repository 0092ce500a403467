"""From words to tariff lines: a company starts from what it calls its goods, not from ten digits."""

from __future__ import annotations

import csv
import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from parley.codes import MAX_CODE_LENGTH, dotted
from parley.errors import InputError, NoAnswerError, nearest
from parley.law.products import Duty, Line, read_duty, read_products

LATEST_EDITION = date(2026, 7, 1)  # after the last edition in the package, so that codes of today are found
CLOSE = 0.8  # likeness (difflib) from which a word is taken for another, misspelt
MAX_WORDS = 200  # characters of a query
SPELLINGS = {  # British words of the trade, as the American schedule spells them
    "aluminium": "aluminum", "tyre": "tire", "colour": "color", "fibre": "fiber", "jewellery": "jewelry", "sulphur": "sulfur",
    "grey": "gray", "plough": "plow", "yoghurt": "yogurt", "whiskey": "whisky", "pyjamas": "pajamas", "tonne": "ton",
    "moulded": "molded", "lorry": "truck", "trousers": "trouser",
}  # fmt: skip


@dataclass(frozen=True)
class Match:
    """A tariff line that fits the words. rate_unit: what the base rate is a rate of; base: its text."""

    product: str
    description: str
    rate_unit: str
    base: str
    unit: str
    score: float


def find(words: str, destination: str = "USA", on: date | None = None, limit: int = 10) -> list[Match]:
    """The lines that fit words or the digits of a code, best first. Raises NoAnswerError with the nearest word."""
    words = " ".join(words.split())
    if not words or len(words) > MAX_WORDS:
        raise InputError("law find", f"{len(words)} characters", f"words or digits, 1 to {MAX_WORDS} characters")
    held = _vocabulary(destination, on or LATEST_EDITION)
    if re.fullmatch(r"[\d.\s]+", words):
        return _by_code(words, held.lines, destination)[:limit]
    return _by_words(words, held, destination, limit)


def misspelt(words: str, destination: str = "USA", on: date | None = None) -> dict[str, str]:
    """The words that no line has, each with the nearest word, for which `find` takes it; empty where none is."""
    if re.fullmatch(r"[\d.\s]+", words):
        return {}
    said = _tokens(words)
    asked = [SPELLINGS.get(stem(w), stem(w)) for w in said]
    mended = _mended(asked, _vocabulary(destination, on or LATEST_EDITION).counts)
    return {w: new for w, old, new in zip(said, asked, mended, strict=True) if new != old}


class _Vocabulary(NamedTuple):
    """The lines of a day with the words of each step, how many lines have each word, and each heading's first word."""

    lines: tuple[Line, ...]
    steps: list[list[frozenset[str]]]
    counts: Counter[str]
    leads: list[str]


@lru_cache(maxsize=4)
def _vocabulary(destination: str, on: date) -> _Vocabulary:
    lines = tuple(read_products(destination).on(on))
    steps = _steps(lines)
    return _Vocabulary(lines, steps, Counter(w for x in steps for w in frozenset().union(*x)), _firsts(lines))


def _by_code(words: str, lines: Sequence[Line], destination: str) -> list[Match]:
    digits = re.sub(r"[.\s]", "", words)[:MAX_CODE_LENGTH]
    found = [line for line in lines if line.code.startswith(digits)]
    if not found:
        near = [dotted(line.code) for line in lines if line.code.startswith(digits[:4])][:3]
        raise NoAnswerError("law find", f"no line of {destination} starts with {digits}", "",
                            f"Nearest: {', '.join(near)}" if near else "")  # fmt: skip
    return [_match(line, 1.0) for line in found]


def _by_words(words: str, held: _Vocabulary, destination: str, limit: int) -> list[Match]:
    known, counts = _headings(), held.counts
    asked = _mended([SPELLINGS.get(stem(w), stem(w)) for w in _tokens(words)], counts)
    ends = (" ".join(asked[n:]) for n in range(len(asked)))  # the last words name the good
    favoured = [h for end in ends for h in known.get(end, ())]
    made = [(_score(asked, steps, counts, len(held.lines), lead) + _favour(line, favoured), line)
            for line, steps, lead in zip(held.lines, held.steps, held.leads, strict=True)]  # fmt: skip
    best = sorted(((s, line) for s, line in made if s > 0), key=lambda pair: (-pair[0], pair[1].code))
    if not best:
        near = nearest(words, [*known, *(w for w in counts if len(w) > 3)])
        hint = f"Did you mean {near[0]}?" if near else "Try the good's material or use, or the digits of its heading"
        raise NoAnswerError("law find", f"no line of {destination} speaks of {words[:60]!r}", "", hint)
    return [_match(line, s) for s, line in best[:limit]]


def _mended(asked: list[str], counts: Mapping[str, int]) -> list[str]:
    """The words, those that no line has replaced by the nearest one; unchanged where no line has any of them."""
    names = {w for name in _headings() for w in name.split()} | {w for w in counts if len(w) > 3}
    if not any(w in names or w in counts for w in asked):
        return asked
    return [w if w in names or w in counts else _near(w, names) for w in asked]


def _near(word: str, names: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(word, sorted(names), 1, CLOSE)), word)


def _steps(lines: Sequence[Line]) -> list[list[frozenset[str]]]:
    """The words of each step of each description; steps repeat, so each is cut into words once."""
    held: dict[str, frozenset[str]] = {}
    stems: dict[str, str] = {}
    made = []
    for line in lines:
        texts = line.description.split(": ")
        for text in texts:
            if text not in held:
                held[text] = frozenset(stems.setdefault(w, stem(w)) for w in _tokens(text))
        made.append([held[text] for text in texts])
    return made


def _firsts(lines: Sequence[Line]) -> list[str]:
    """The first word of each heading: what it is about ("Bananas, including plantains"; "Beer made from malt")."""
    held: dict[str, str] = {}
    made = []
    for line in lines:
        head = line.description.partition(": ")[0]
        if head not in held:
            held[head] = next((stem(w) for w in _tokens(head)), "")
        made.append(held[head])
    return made


def _score(asked: Sequence[str], steps: Sequence[frozenset[str]], counts: Counter[str], size: int, lead: str) -> float:
    """Rare words count more (log of inverse frequency), words in the last steps too, and words that stand together.

    lead: the heading's first word; a heading that begins with a word asked for is about it.
    """
    weight = {word: math.log(1 + size / counts[word]) for word in asked if any(word in step for step in steps)}
    if not weight:
        return 0.0
    total = 0.0
    for word, w in weight.items():
        depth = next(d for d, step in enumerate(reversed(steps)) if word in step)
        total += w * (1 + 1 / (1 + depth)) / (1 + len(steps[-1 - depth])) ** 0.25
    together = [[w for word, w in weight.items() if word in step] for step in steps[1:]]
    total += max((sum(found) for found in together if len(found) > 1), default=0.0)
    total += 2 * weight.get(lead, 0.0)
    return total * (len(weight) / len(set(asked))) ** 2


def _favour(line: Line, headings: Sequence[str]) -> float:
    """A lead for the headings that a trade word stands for, the first of them most."""
    return next((1000.0 - 100.0 * n for n, heading in enumerate(headings) if line.code.startswith(heading)), 0.0)


def _headings() -> dict[str, tuple[str, ...]]:
    """Trade words with the headings that they stand for: find_words.csv beside this file."""
    text = resources.files("parley.law").joinpath("find_words.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {" ".join(stem(w) for w in _tokens(r["words"])): tuple(r["headings"].split(";")) for r in rows}


def _tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def stem(word: str) -> str:
    """A word without its plural: toys → toy, batteries → battery."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes", "toes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _match(line: Line, score: float) -> Match:
    duty = read_duty(line.general)
    return Match(line.code, line.description, rate_unit(duty), line.general, line.unit, score)


def rate_unit(duty: Duty) -> str:
    """What a rate is a rate of: a fraction of customs value, dollars a unit, or both."""
    if not duty.readable:
        return "not a plain rate"
    units = [f"dollars per {unit}" for d in (duty, *duty.parts) for _, unit in d.specific]
    ad_valorem = duty.ad_valorem or not units
    return " + ".join([*(["fraction of customs value"] if ad_valorem else []), *dict.fromkeys(units)])


def everyday_word(code: str) -> str | None:
    """What people call the goods of a code: the first word listed for its longest heading; None where none is.

    Examples
    --------
    >>> everyday_word("8517130000")
    'smartphone'
    """
    named = [(h, word) for word, headings in _headings().items() for h in headings[:1] if code.startswith(h)]
    return max(named, key=lambda pair: len(pair[0]))[1] if named else None
