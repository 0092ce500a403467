"""The first page: a product, a country or an act by words, and what is meant by them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from parley import __version__
from parley.codes import country, dotted
from parley.errors import NoAnswerError
from parley.law import questions
from parley.report.sheet import Column, Sheet
from parley.report.words import capital
from parley.web.reading import query_of
from parley.web.suggest import Home, last_steps, lines_found, named
from parley.web.verbs import command_of, verb_of
from parley.web.view import View

FOUND = 25


def home_view(asked: Home) -> View:
    """The first page; with words, the tariff lines that fit them and the countries and acts that they name."""
    found: list[dict[str, Any]] = []
    nothing = hint = ""
    levies = country(asked.destination, "destination")
    country(asked.origin, "origin")
    if asked.words:
        try:
            found, hint = lines_found(asked, FOUND)
        except NoAnswerError as error:
            nothing = f"{capital(error.found)}. {error.hint}".strip()
    others = named(asked)
    if others and (hint or not found):  # what was typed is no misspelt product
        found, nothing, hint = [], "", ""
    suggestion = suggested(asked, levies, nothing, hint)
    context = {"found": found, "nothing": nothing, "hint": hint, "suggestion": suggestion, "groups": others}
    sheets = {"found": found_sheet(found)} if found else {}
    asks = questions.Find(words=asked.words or "toys", destination=levies, limit=FOUND)
    title = f"“{asked.words}”" if asked.words else "parley: a trade conflict, from the announcement to the answer"
    return View(
        "home.html.j2", title, "/", asked, context, sheets,
        command=(command_of(verb_of("/law/find"), asks),),
        python=f"from parley.law.find import find\n\nprint(find({asks.words!r}, {levies!r}, limit={FOUND}))",
        api=f"/api/v1/law/find?{query_of(asks)}", cite=f"parley {__version__}: tariff lines of {levies}.",
        method=("Words are matched with the descriptions of the tariff schedule and with the names of its headings; digits "
                "with the beginning of its codes. The last edition in the package is searched.",),
    )  # fmt: skip


def suggested(asked: Home, destination: str, nothing: str, hint: str) -> tuple[str, str] | None:
    """The words that were meant, with the address that asks for them: those of a refusal, or those that were looked for."""
    from parley.law.find import misspelt

    meant = re.search(r"Did you mean (.+?)\?", nothing)
    changed = misspelt(asked.words, destination) if hint else {}
    words = (
        " ".join(changed.get(w.casefold(), w) for w in asked.words.split()) if changed else meant[1] if meant else ""
    )
    return (words, f"/?{query_of(asked, words=words)}") if words else None


def found_sheet(found: Sequence[Mapping[str, Any]]) -> Sheet:
    """The tariff lines that fit."""
    columns = (
        Column("product", "tariff line", dotted),
        Column("description", "description", last_steps),
        Column("base", "base rate"),
        Column("unit", "unit"),
    )
    return Sheet("found", "Tariff lines that fit, best first", columns, tuple(found))
