"""From words to tariff lines: a company starts from what it calls its goods, not from ten digits."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from parley.arguments import checked
from parley.codes import MAX_CODE_LENGTH, country_name, country_spellings, dotted, name_in_text
from parley.errors import InputError, NoAnswerError, nearest
from parley.law.find_text import (
    HEADS,
    IDLE,
    Named,
    chinese_headings,
    is_chinese,
    joined,
    named,
    nearest_word,
    spelled,
    stem,
    tokens,
    trade_words,
)
from parley.law.products import Duty, Line, read_duty, read_products
from parley.question import Count

LATEST_EDITION = date(2026, 7, 1)  # after the last edition in the package, so that codes of today are found
MAX_WORDS = 200  # characters of a query
HEADING = 4  # digits
OF_PARTS = 0.4  # of its score, to a line of parts where none are asked for
LENGTHS = (4, 6, 8, 10)  # digits of a heading of find_words.csv
# The lead of a trade word's headings: as the whole query, and as a part of it (at its end; elsewhere). The text of a line that
# has two rare words comes to 40 to 80. Set on tests/law/find_goods.csv and find_goods_2.csv; find_goods_held_out.csv was not looked at.
# KIN: the share of it that other lines of the same four digits get.
WHOLE, PART, ELSEWHERE, KIN = 1000.0, 20.0, 0.3, 0.6


@dataclass(frozen=True)
class Match:
    """A tariff line that fits the words. rate_unit: what the base rate is a rate of, or why none is known; base: its text."""

    product: str
    description: str
    rate_unit: str
    base: str
    unit: str
    score: float


@checked
def find(words: str, destination: str = "USA", on: date | None = None, limit: Count = 10) -> list[Match]:
    """The lines that fit words or the digits of a code, best first. Raises NoAnswerError with the nearest word."""
    words = " ".join(words.split())
    if not words or len(words) > MAX_WORDS:
        raise InputError("words", f"{len(words)} characters", f"words or digits, 1 to {MAX_WORDS} characters")
    held = _vocabulary(destination, on or LATEST_EDITION)
    if re.fullmatch(r"[\d.\s]+", words):
        return _by_code(words, held, destination)[:limit]
    if is_chinese(words):
        return _by_chinese(words, held, destination, limit)
    return _by_words(words, held, destination, limit)


def hint_of(words: str, destination: str = "USA", on: date | None = None) -> str | None:
    """What was looked for in place of what was written: a word misspelt, a code of another edition; None where nothing was."""
    if re.fullmatch(r"[\d.\s]+", words):
        return _followed(words, _vocabulary(destination, on or LATEST_EDITION), destination)[1] or None
    changed = misspelt(words, destination, on)
    if not changed:
        return None
    return "; ".join(f"no line says {old!r}: {new!r} was looked for" for old, new in changed.items())


def misspelt(words: str, destination: str = "USA", on: date | None = None) -> dict[str, str]:
    """The words that no line has, each with the nearest word, for which `find` takes it; empty where none is."""
    if is_chinese(words) or re.fullmatch(r"[\d.\s]+", words):
        return {}
    said = tokens(words)
    asked = [spelled(w) for w in said]
    mended = _mended(asked, _vocabulary(destination, on or LATEST_EDITION).counts)
    return {w: new for w, old, new in zip(said, asked, mended, strict=True) if new != old}


class _Vocabulary(NamedTuple):
    """The lines of a day with the words of each step, how many lines have each word, each heading's first word.

    places: word → the places of the lines that have it; below: digits of a heading → those of its lines.
    parts: whether a line is of parts.
    """

    on: date
    lines: tuple[Line, ...]
    steps: list[list[frozenset[str]]]
    counts: Counter[str]
    leads: list[str]
    places: dict[str, list[int]]
    below: dict[str, list[int]]
    parts: list[bool]


@lru_cache(maxsize=4)
def _vocabulary(destination: str, on: date) -> _Vocabulary:
    lines = tuple(read_products(destination).on(on))
    steps = _steps(lines)
    places: dict[str, list[int]] = {}
    below: dict[str, list[int]] = {}
    for k, (line, each) in enumerate(zip(lines, steps, strict=True)):
        for word in frozenset().union(*each):
            places.setdefault(word, []).append(k)
        for n in LENGTHS:
            below.setdefault(line.code[:n], []).append(k)
    counts = Counter({word: len(held) for word, held in places.items()})
    parts = [": Parts" in line.description for line in lines]
    return _Vocabulary(on, lines, steps, counts, _firsts(lines), places, below, parts)


def _by_code(words: str, held: _Vocabulary, destination: str) -> list[Match]:
    digits = re.sub(r"[.\s]", "", words)[:MAX_CODE_LENGTH]
    found = [line for line in held.lines if line.code.startswith(digits)]
    if not found:
        codes = frozenset(_followed(words, held, destination)[0])
        found = [line for line in held.lines if line.code in codes]
    if not found:
        near = [dotted(line.code) for line in held.lines if line.code.startswith(digits[:HEADING])][:3]
        raise NoAnswerError("words", f"no line of {name_in_text(destination)} starts with {digits}", "",
                            f"Nearest: {', '.join(near)}" if near else "")  # fmt: skip
    return [_match(line, 1.0) for line in found]


def _followed(words: str, held: _Vocabulary, destination: str) -> tuple[tuple[str, ...], str]:
    """The lines to which a code that starts none leads, and how."""
    from parley.law.code_lines import follow

    digits = re.sub(r"[.\s]", "", words)
    found = follow(read_products(destination), digits, held.on)
    return (found.lines, found.words) if found and found.way not in ("line", "heading") else ((), "")


def _by_chinese(words: str, held: _Vocabulary, destination: str, limit: int) -> list[Match]:
    headings = _held_headings(chinese_headings(words), held)
    found = [held.lines[k] for h in headings for k in held.below.get(h, ())]
    if not found:
        hint = "Chinese words are those of customs' lists of main goods; try another, an English word or digits"
        raise _none(words, f"no line of {name_in_text(destination)} is known by {words[:60]!r}", hint)
    return [_match(line, WHOLE) for line in dict.fromkeys(found)][:limit]


def _by_words(words: str, held: _Vocabulary, destination: str, limit: int) -> list[Match]:
    known, counts = trade_words(), held.counts
    asked = joined(_mended([spelled(w) for w in tokens(words)], counts), known)
    sought = [w for w in asked if w not in HEADS and w not in IDLE] or asked
    leads = [_lead(x, held) for x in named(asked, known)]
    made = [(_score(sought, k, held) + _favour(k, leads, held), held.lines[k]) for k in _places(sought, leads, held)]
    best = sorted(((s, line) for s, line in made if s > 0), key=lambda pair: (-pair[0], pair[1].code))
    if not best:
        near = nearest(words, [*known, *(w for w in counts if len(w) > 3)])
        hint = f"Did you mean {near[0]}?" if near else "Try the good's material or use, or the digits of its heading"
        raise _none(words, f"no line of {name_in_text(destination)} speaks of {words[:60]!r}", hint)
    return [_match(line, s) for s, line in best[:limit]]


def _none(words: str, found: str, hint: str) -> NoAnswerError:
    """That no line fits, and what to do: a country, whose goods are asked for by origin, is told for what it is."""
    code = country_spellings().get(words.casefold())
    if code:
        hint = (
            f"{country_name(code)} is where goods come from: name a good, and --origin {code} where its rate is asked"
        )
    return NoAnswerError("words", found, "", hint)


def _held_headings(headings: Sequence[str], held: _Vocabulary) -> list[str]:
    """The headings, each once; one that the schedule does not have by its six digits, by its four."""
    return list(dict.fromkeys(h if h in held.below else h[:HEADING] for h in headings))


def _places(sought: Sequence[str], leads: Sequence[_Lead], held: _Vocabulary) -> list[int]:
    """The places of the lines that have one of the words, or stand below a favoured heading."""
    headings = {h for x in leads for h in x.by_heading}
    return sorted(
        {k for w in sought for k in held.places.get(w, ())} | {k for h in headings for k in held.below.get(h, ())}
    )


def _mended(asked: list[str], counts: Mapping[str, int]) -> list[str]:
    """The words, those that no line and no trade word has replaced by the nearest one."""
    names = {w for name in trade_words() for w in name.split()} | {w for w in counts if len(w) > 3}
    idle = {*HEADS, *IDLE}
    return [
        w if w in names or w in counts or w in idle or w.isdecimal() else nearest_word(w, names, counts) for w in asked
    ]


def _steps(lines: Sequence[Line]) -> list[list[frozenset[str]]]:
    """The words of each step of each description; steps repeat, so each is cut into words once."""
    held: dict[str, frozenset[str]] = {}
    stems: dict[str, str] = {}
    made = []
    for line in lines:
        texts = line.description.split(": ")
        for text in texts:
            if text not in held:
                held[text] = frozenset(stems.setdefault(w, stem(w)) for w in tokens(text))
        made.append([held[text] for text in texts])
    return made


def _firsts(lines: Sequence[Line]) -> list[str]:
    """The first word of each heading: what it is about ("Bananas, including plantains"; "Beer made from malt")."""
    held: dict[str, str] = {}
    made = []
    for line in lines:
        head = line.description.partition(": ")[0]
        if head not in held:
            held[head] = next((stem(w) for w in tokens(head)), "")
        made.append(held[head])
    return made


def _score(asked: Sequence[str], k: int, held: _Vocabulary) -> float:
    """Rare words count more (log of inverse frequency), words in the last steps too, and words that stand together.

    A heading that begins with a word asked for is about it.
    """
    steps, lead = held.steps[k], held.leads[k]
    weight = {w: math.log(1 + len(held.lines) / held.counts[w]) for w in asked if any(w in step for step in steps)}
    if not weight:
        return 0.0
    total = 0.0
    for word, w in weight.items():
        depth = next(d for d, step in enumerate(reversed(steps)) if word in step)
        total += w * (1 + 1 / (1 + depth)) / (1 + len(steps[-1 - depth])) ** 0.25
    together = [[w for word, w in weight.items() if word in step] for step in steps[1:]]
    total += max((sum(found) for found in together if len(found) > 1), default=0.0)
    total += 2 * weight.get(lead, 0.0)
    if held.parts[k] and "part" not in asked:
        total *= OF_PARTS
    return total * (len(weight) / len(set(asked))) ** 2


class _Lead(NamedTuple):
    """The leads of a trade word's headings, by their digits, and the query's other words, which choose among their lines."""

    by_heading: dict[str, float]
    others: tuple[str, ...]


def _lead(x: Named, held: _Vocabulary) -> _Lead:
    """Decisive where a trade word is the whole query, else less than what the other words may add.

    Of one trade word the first heading leads; where it is but a part of the query, hardly, so that the other words choose.
    """
    headings = _held_headings(x.headings, held)
    if x.share == 1.0:
        return _Lead({h: WHOLE * 0.8**n for n, h in enumerate(headings)}, ())
    lead = PART * x.share * (1.0 if x.last else ELSEWHERE)
    kin = {h[:HEADING]: lead * KIN for h in reversed(headings)}
    return _Lead(kin | {h: lead * 0.95**n for n, h in enumerate(headings)}, x.others)


def _favour(k: int, leads: Sequence[_Lead], held: _Vocabulary) -> float:
    """The best lead that a line has, with what the other words of the query say of it."""
    code = held.lines[k].code
    found = ((max(x.by_heading.get(code[:n], 0.0) for n in LENGTHS), x.others) for x in leads)
    return max((lead + (_score(others, k, held) if others else 0.0) for lead, others in found if lead), default=0.0)


def _match(line: Line, score: float) -> Match:
    duty = read_duty(line.general)
    unit = rate_unit(duty) if line.general else line.reason or rate_unit(duty)
    return Match(line.code, line.description, unit, line.general, line.unit, score)


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
    words = [(h, word) for word, headings in trade_words().items() for h in headings[:1] if code.startswith(h)]
    return max(words, key=lambda pair: len(pair[0]))[1] if words else None
