"""What is meant while it is typed: tariff lines by words, codes or Chinese names; countries; acts."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from parley.codes import countries, dotted
from parley.errors import InputError, NoAnswerError
from parley.law.find_text import trade_words
from parley.web.law_views import Home, last_steps, lines_found
from parley.web.packaged import regime
from parley.web.reading import query_of
from parley.web.rendering import rendered

MOST = {"Tariff lines": 8, "Countries": 4, "Acts": 4}


class Suggestion(NamedTuple):
    """Something that is meant: what it is called, what it is in a few words, and its page."""

    name: str
    says: str
    link: str


def suggest_page(asked: Home) -> str:
    """The suggestions as a piece of a page; empty where nothing is meant."""
    named = {"Countries": sellers(asked), "Acts": acts(asked.words)} if asked.words else {}
    sure = any(named.values())
    found = {"Tariff lines": lines(asked, sure), **named} if asked.words else {}
    kept = {name: rows[: MOST[name]] for name, rows in found.items() if rows}
    return rendered("suggest.html.j2", groups=kept)


def lines(asked: Home, sure: bool) -> list[Suggestion]:
    """The tariff lines that fit, each with its rate's page. sure: something else is meant, so that no word is mended."""
    try:
        found, mended = lines_found(replace(asked, words=completed(asked.words)), MOST["Tariff lines"])
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
    """The countries of which a name, an alias or the code begins so, each as the origin of the same question."""
    said = asked.words.strip().casefold()
    named = ((c, (c.iso3, c.name, *c.aliases)) for c in countries().values())
    fit = [c for c, names in named if any(word_begins(name, said) for name in names)]
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
