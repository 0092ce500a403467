"""Home, the list of measures, one measure, and one act."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from parley import __version__
from parley.codes import countries, country, dotted
from parley.errors import NoAnswerError
from parley.law import answering, questions
from parley.law.answers_measures import ActMeasureRow, ActRow, MeasureRow
from parley.question import DAY, Destination, Origin, Says
from parley.report.sheet import Column, Sheet
from parley.report.words import DASH, capital, day, programme, prose, rate
from parley.scenario.asked_scenario import LATEST
from parley.web.names import in_text, known_as
from parley.web.packaged import regime
from parley.web.reading import query_of
from parley.web.scenarios import known_of
from parley.web.verbs import command_of, verb_of
from parley.web.view import View

FOUND = 25
PAGE_ROWS = 50  # of a list on one page; its file has them all
LAW_METHOD = (
    "Each row is one dated step of an act, as its file has it. It holds the rate, the goods, the origins, the first day in force "
    "and the first day out of force. It also holds the days from which the step was known. Steps of one measure share its name.",
)


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


def home_view(asked: Home) -> View:
    """The first page; with words, the tariff lines that fit them."""
    found: list[dict[str, Any]] = []
    nothing = hint = ""
    levies = country(asked.destination, "destination")
    country(asked.origin, "origin")
    if asked.words:
        try:
            found, hint = lines_found(asked, FOUND)
        except NoAnswerError as error:
            nothing = f"{capital(error.found)}. {error.hint}".strip()
    suggestion = suggested(asked, levies, nothing, hint)
    sheets = {"found": found_sheet(found)} if found else {}
    asks = questions.Find(words=asked.words or "toys", destination=levies, limit=FOUND)
    title = f"“{asked.words}”" if asked.words else "parley: a trade conflict, from the announcement to the answer"
    return View(
        "home.html.j2", title, "/", asked, {"found": found, "nothing": nothing, "hint": hint, "suggestion": suggestion}, sheets,
        command=(command_of(verb_of("/law/find"), asks),),
        python=f"from parley.law.find import find\n\nprint(find({asks.words!r}, {levies!r}, limit={FOUND}))",
        api=f"/api/v1/law/find?{query_of(asks)}", cite=f"parley {__version__}: tariff lines of {levies}.",
        method=("Words are matched with the descriptions of the tariff schedule and with the names of its headings; digits "
                "with the beginning of its codes. The last edition in the package is searched.",),
    )  # fmt: skip


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


def last_steps(text: str) -> str:
    """The last steps of a description."""
    return ": ".join(text.split(": ")[-3:])


@dataclass(frozen=True, kw_only=True)
class ListedMeasures(questions.Measures):
    """Every packaged measure with its steps, page by page."""

    words: Annotated[str, Says("words that the measure, its goods, origins, rate or act must have", most=200)] = ""
    page: Annotated[int, Says("which page of the list", low=1, high=1000)] = 1


def measures_view(asked: questions.Measures) -> View:
    """The list of measures: those that fit, a page of them, and the file of all that fit. A question without pages has one."""
    bare = questions.Measures(programme=asked.programme, on=asked.on, known=asked.known)
    sheet = measures_sheet("measures", "Measures", answering.measures(bare, regime())["measures"])
    words, page = (asked.words, asked.page) if isinstance(asked, ListedMeasures) else ("", 0)
    rows = tuple(row for row in sheet.rows if fits(row, words))
    size = PAGE_ROWS if page else max(1, len(rows))
    pages = max(1, -(-len(rows) // size))
    at = min(max(1, page), pages)
    from parley.codes import PROGRAMMES

    context = {
        "count": len(rows), "pages": pages, "at": at, "shown": rows[(at - 1) * size : at * size],
        "programmes": PROGRAMMES, "acts": acts(rows),
        "links": {word: f"/measures?{query_of(asked, page=n)}" for word, n in (beside(at, pages) if page else {}).items()},
    }  # fmt: skip
    return View(
        "measures.html.j2", "Measures and acts", "/measures", asked, context, {"measures": replace(sheet, rows=rows)},
        command=(command_of(verb_of("/law/measures"), bare),), python=MEASURES_PYTHON,
        api=f"/api/v1/law/measures?{query_of(bare)}".rstrip("?"), cite=f"parley {__version__}: measures of the package.",
        method=LAW_METHOD,
    )  # fmt: skip


def fits(row: Mapping[str, Any], words: str) -> bool:
    """Whether a row has all of the words, wherever."""
    act = row["act"]
    shown = (
        row["id"],
        programme(row["programme"]),
        row["does"],
        row["goods"],
        row["whose"],
        row["source"],
        row["reason"],
    )
    text = " ".join((*shown, act["title"], act["citation"])).casefold()
    return all(word in text for word in words.casefold().split())


def beside(at: int, pages: int) -> dict[str, int]:
    """The pages to which a page of a list leads, by what they are."""
    found = {"First": 1, "Previous": at - 1, "Next": at + 1, "Last": pages}
    return {word: n for word, n in found.items() if 1 <= n <= pages and n != at}


MEASURES_PYTHON = (
    "import parley\n\nfor m in parley.read_regime().measures:\n    print(m.id, m.rate, m.start, m.end, m.source)"
)


def acts(rows: Sequence[Mapping[str, Any]]) -> list[ActRow]:
    """The acts behind rows, each once, in order of signature."""
    found = {m["act"]["id"]: m["act"] for m in rows}
    return sorted(found.values(), key=lambda a: (a["signed"], a["id"]))


def rate_words(row: ActMeasureRow) -> str:
    """What a row does: adds a rate, tops up to one, stands in place of the base, or leaves goods out."""
    if row["combine"] == "zero":
        return "exclusion"
    text = row["expression"] or (f"{rate(row['rate'], 4)} %" if row["rate"] is not None else DASH)
    if row["combine"] == "replace":
        return f"{text} in lieu of the base"
    return text if row["combine"] == "add" else f"{row['combine']} {text}"


def goods(row: ActMeasureRow) -> str:
    """Which goods a row covers, in a few words."""
    if row["product_list"]:
        return "list " + row["product_list"].removesuffix(".csv")
    return "all goods" if "*" in row["products"] else some(row["products"], 6)


def listed_goods(text: str) -> str:
    """The goods of a row: of a list its kind alone, as its name is that of a file."""
    return "listed goods" if text.startswith("list ") else text


def origins(row: ActMeasureRow) -> str:
    """Whose goods a row covers."""
    text = "all" if "*" in row["origins"] else some(row["origins"], 8)
    return text + (f" except {some(row['origins_except'], 8)}" if row["origins_except"] else "")


def some(names: Sequence[str], most: int) -> str:
    """The first names, and how many there are in all where that is more."""
    return ", ".join(names[:most]) + (f" … ({len(names)} in all)" if len(names) > most else "")


def measures_sheet(name: str, caption: str, rows: Sequence[ActMeasureRow | MeasureRow]) -> Sheet:
    """Rows of acts as a table: people read words, the file has the raw values beside them."""
    made = tuple({**m, "does": rate_words(m), "goods": goods(m), "whose": origins(m)} for m in rows)
    columns = (
        Column("id", "measure", known_as),
        Column("programme", "legal authority", programme),
        Column("does", "rate"),
        Column("goods", "goods", listed_goods),
        Column("whose", "origins", prose),
        Column("start", "first day in force", day),
        Column("end", "first day out of force", day),
        Column("known", "known from", day),
        Column("source", "source"),
        Column("reason", "what", in_text),
    )
    return Sheet(name, caption, columns, made)


def measure_view(asked: questions.Measure) -> View:
    """One measure with its steps."""
    found = answering.measure(asked, regime())
    sheet = measures_sheet("steps", "Its steps", found["steps"])
    name, authority, *others, what = sheet.columns
    sheet = replace(
        sheet, columns=(*others[3:5], what, *others[:3], *others[5:], name, authority)
    )  # these two stand above
    context = {"steps": found["steps"], "acts": acts(found["steps"])}
    title = capital(known_as(asked.id))
    python = f"import parley\n\nprint([m for m in parley.read_regime().measures if m.id == {asked.id!r}])"
    return View(
        "measure.html.j2", title, "/measure", asked, context, {"steps": sheet},
        command=(command_of(verb_of("/law/measure"), asked),), python=python, api=f"/api/v1/law/measure?{query_of(asked)}",
        cite=f"parley {__version__}: measure {asked.id}; " + "; ".join(a["citation"] for a in acts(found["steps"])) + ".",
        method=LAW_METHOD,
    )  # fmt: skip


def measure_links(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The pages of the measures that rows name under `id` or `measure`; a row that is of none has no page."""
    known = {m.id for m in regime().measures}
    named = (row.get("id") or row.get("measure") for row in rows)
    return {name: f"/measure?{urlencode({'id': name})}" for name in named if name in known}


def act_view(asked: questions.Act) -> View:
    """One act with its rows."""
    found = answering.act(asked, regime())
    sheet = measures_sheet("rows", "What it does, step by step", found["measures"])
    python = f"import parley\n\nprint([m for m in parley.read_regime().measures if m.act.id == {asked.id!r}])"
    return View(
        "act.html.j2", found["act"]["title"], "/act", asked, {"act": found["act"], "links": measure_links(sheet.rows)}, {"rows": sheet},
        command=(f"parley cite --act {asked.id}",), python=python, api=f"/api/v1/law/act?{query_of(asked)}",
        cite=f"{found['act']['title']}, {found['act']['citation']}.", method=LAW_METHOD,
    )  # fmt: skip


def country_choices() -> list[tuple[str, str]]:
    """Every country by name, for the lists that complete what is typed."""
    return [(c.iso3, c.name) for c in countries().values()]
