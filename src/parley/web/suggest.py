"""What is meant by words, also while they are typed: tariff lines by words, codes or Chinese names; countries; acts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from parley.codes import countries, country, country_spellings, dotted
from parley.errors import InputError, NoAnswerError
from parley.law import answering, questions
from parley.law.find_text import trade_words
from parley.question import DAY, Destination, Origin, Says
from parley.scenario.asked_scenario import LATEST
from parley.web.packaged import regime
from parley.web.reading import query_of
from parley.web.rendering import rendered
from parley.web.scenarios import known_of

MOST_LINES, MOST_NAMED = 8, 4


@dataclass(frozen=True, kw_only=True)
class Home:
    """Where one starts: a day, a knowledge day, and a product in words or digits."""

    words: Annotated[str, Says("words, or the first digits of a code", most=200)] = ""
    origin: Origin = "CHN"
    destination: Destination = "USA"
    on: Annotated[str, Says("day of entry, YYYY-MM-DD", most=DAY, form="date")] = "2025-05-02"
    known: Annotated[
        str, Says("information cut-off, YYYY-MM-DD; default: everything in the package", most=DAY, form="date")
    ] = ""


def lines_found(asked: Home, most: int) -> tuple[list[dict[str, Any]], str]:
    """The tariff lines that fit, each with the address of its rate; and what was looked for instead. Raises NoAnswerError."""
    levies, sells = country(asked.destination, "destination"), country(asked.origin, "origin")
    known = known_of(asked)
    seen = None if known == LATEST else known
    made = answering.find(questions.Find(words=asked.words, destination=levies, limit=most))
    return [{**match, "link": f"/rate?{query_of(_rate_of(match['product'], sells, levies, asked.on, seen))}"}
            for match in made["matches"]], made["hint"] or ""  # fmt: skip


def _rate_of(product: str, origin: str, destination: str, on: str, known: str | None) -> questions.Rate:
    return questions.Rate(product=product, origin=origin, destination=destination, on=on, known=known)


def last_steps(text: str) -> str:
    """The last steps of a description."""
    return ": ".join(text.split(": ")[-3:])


class Suggestion(NamedTuple):
    """Something that is meant: what it is called, what it is in a few words, and its page."""

    name: str
    says: str
    link: str


def suggest_page(asked: Home) -> str:
    """The suggestions as a piece of a page; empty where nothing is meant."""
    others = named(asked)
    found = lines(asked, bool(others)) if asked.words else []
    groups = {"Tariff lines": found, **others} if found else others
    return rendered("suggest.html.j2", groups=groups)


def named(asked: Home) -> dict[str, list[Suggestion]]:
    """What is meant beside tariff lines: the first countries and acts, each kind under its name where there are any."""
    found = {"Countries": sellers(asked), "Acts": acts(asked.words)} if asked.words else {}
    return {kind: rows[:MOST_NAMED] for kind, rows in found.items() if rows}


def lines(asked: Home, sure: bool) -> list[Suggestion]:
    """The tariff lines that fit, each with its rate's page. sure: something else is meant, so that no word is mended."""
    try:
        found, mended = lines_found(replace(asked, words=completed(asked.words)), MOST_LINES)
    except (NoAnswerError, InputError):
        return []
    if sure and mended:
        return []
    return [Suggestion(dotted(x["product"]), last_steps(x["description"]), x["link"]) for x in found]


def completed(words: str) -> str:
    """The trade word that begins so, where there is one; the words as they are typed otherwise."""
    said = " ".join(words.casefold().split())
    return next((name for name in trade_words() if said and name.startswith(said)), words)


def sellers(asked: Home) -> list[Suggestion]:
    """The countries of which a name in any language or the code begins so, each as the origin of the same question."""
    said = asked.words.strip().casefold()
    elsewhere = {code for name, code in country_spellings().items() if name.startswith(said)}
    fit = [
        c
        for c in countries().values()
        if c.iso3 in elsewhere or any(word_begins(n, said) for n in (c.name, *c.aliases))
    ]
    links = {c: query_of(asked, words="", origin=c.iso3) for c in fit}
    return [Suggestion(c.name, f"goods from there: {c.iso3}", f"/?{link}") for c, link in links.items()]


def acts(words: str) -> list[Suggestion]:
    """The acts whose title, citation or name has all of the words."""
    said = words.casefold().split()
    return [row for text, row in _acts() if all(word in text for word in said)]


def word_begins(name: str, said: str) -> bool:
    """Whether a word of a name, or what follows it, begins as was said."""
    folded = name.casefold()
    return folded.startswith(said) or f" {said}" in folded


@lru_cache(maxsize=1)
def _acts() -> list[tuple[str, Suggestion]]:
    """Every act of the package by the text that is searched, the newest first."""
    found = {m.act.id: m.act for m in regime().measures}
    rows = sorted(found.values(), key=lambda act: act.signed, reverse=True)
    return [
        (f"{a.id} {a.title} {a.citation}".casefold(), Suggestion(a.title, a.citation, f"/act?id={a.id}")) for a in rows
    ]
