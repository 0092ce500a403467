"""The list of measures, one measure, and one act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from parley import __version__
from parley.codes import countries
from parley.law import answering, questions
from parley.law.answers_measures import ActMeasureRow, ActRow, MeasureRow
from parley.question import Says
from parley.report.sheet import Column, Sheet
from parley.report.words import DASH, capital, day, programme, prose, rate
from parley.web.names import in_text, known_as
from parley.web.packaged import regime
from parley.web.reading import query_of
from parley.web.verbs import command_of, verb_of
from parley.web.view import View

PAGE_ROWS = 50  # of a list on one page; its file has them all
LAW_METHOD = (
    "Each row is one dated step of an act, as its file has it. It holds the rate, the goods, the origins, the first day in force "
    "and the first day out of force. It also holds the days from which the step was known. Steps of one measure share its name.",
)


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
