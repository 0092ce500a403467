"""The page of a file whose work is done: its figures first, then how to read them, the tables, and the same command elsewhere."""

from __future__ import annotations

import csv
import shlex
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

import msgspec

from parley import __version__
from parley.law.answers import FileClocks
from parley.report.sheet import Column, Sheet
from parley.report.sheets_trade import between
from parley.report.words import DASH, capital, number, rate
from parley.web import scenario_sheets, scenario_view
from parley.web.answer_parts import facts, inner_facts, tables
from parley.web.answer_words import field_first
from parley.web.ask_view import ABOUT, LONG, WIDE, Nothing
from parley.web.form_fields import by_label
from parley.web.upload_kinds import Kind
from parley.web.uploads import Upload
from parley.web.view import View

REJECTS, MOST_REFUSED = "rejects.csv", 5_000  # rows of it on the page
OF_THE_RUN = ("seconds", "rows_per_second", "resumed_rows", "files", "notes")  # of no use to a reader, or shown apart
CLOCKS = frozenset((*FileClocks.__annotations__, "reading", "beyond_known"))
RULES = frozenset(("ruling", "deadlines", "interest_rates"))  # of law, alike for every file
CELLS = ("row", "column", "found", "allowed", "nearest", "reason")
METHOD = ("The figures are those of this command, which was run on the file in a folder of its own.",)


def upload_view(upload: Upload) -> View:
    """The page of a file whose work is done."""
    found = found_of(upload)
    made = _solved(found) if "countries" in found else _rated(upload, found)
    line = command_of(upload)
    fields = upload.kind.form(upload.given)
    notes = [_note(by_label(text, [f["name"] for f in fields]), upload.name) for text in found.get("notes") or ()]
    return View(
        "file.html.j2", upload.kind.title, f"/files/{upload.id}", Nothing(),
        {**made, "here": "/files", "upload": upload, "job": upload.job.row(), "notes": notes, "fields": fields},
        {sheet.name: sheet for sheet in made["tables"]}, made["charts"], (line,),
        cite=f"parley {__version__}, law {found.get('law_version')}: {line}.", method=METHOD,
    )  # fmt: skip


def _note(text: str, file: str) -> str:
    """A note as a sentence; one that begins with the file's name keeps that."""
    return text if text.startswith(file) else capital(text)


def answer_of(upload: Upload) -> bytes:
    """The answer as JSON, with the user's own name of the file; nothing until it is done."""
    return upload.named(upload.job.answer)


def found_of(upload: Upload) -> Mapping[str, Any]:
    """The answer of a file's work; empty until it is done."""
    return msgspec.json.decode(answer_of(upload) or b"{}")


def _solved(trade: Mapping[str, Any]) -> dict[str, Any]:
    """What the solve of a scenario shows: tiles, map and ranking, every country, and the trade between the parties."""
    about = {k: v for k, v in trade.items() if k != "notes" and not isinstance(v, (dict, list))}
    return {
        "tiles": scenario_view.tiles(trade, None),
        "charts": scenario_view.charts_of(trade),
        "tables": [scenario_sheets.countries(trade), *filter(None, [between(trade)])],
        **_in_parts({}, about),
    }


def _rated(upload: Upload, found: Mapping[str, Any]) -> dict[str, Any]:
    """What a file of goods shows: its totals, the rows that were refused, and the tables of the answer."""
    told = dict(upload.kind.tells)
    said = (*told, *OF_THE_RUN, *(k for k, v in found.items() if v in ("", [], {}, *upload.kind.writes.values())))
    kept = {k: v for k, v in found.items() if k not in said or (v == [] and k == "missing")}
    about = {k: v for k, v in kept.items() if k in ABOUT | CLOCKS | RULES}
    rest = {k: v for k, v in kept.items() if k not in about}
    return {
        "tiles": [tile(found[k], says) for k, says in told.items() if found.get(k) is not None] + mean_rates(found),
        "charts": {},
        "tables": [*refused_rows(upload), *(_arranged(upload.kind, sheet) for sheet in tables(rest)), *tables(about)],
        **_in_parts(rest, about),
    }


def _arranged(kind: Kind, sheet: Sheet) -> Sheet:
    """A table under its caption, with the columns first that answer what was asked."""
    caption, first = kind.tables.get(sheet.name, (sheet.caption, ()))
    order = sorted(sheet.columns, key=lambda c: first.index(c.key) if c.key in first else len(first))
    return replace(sheet, caption=caption, columns=tuple(order))


def _in_parts(rest: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, Any]:
    """An answer's single values as the page of any command shows them."""
    return {
        "facts": facts(rest),
        "inner": inner_facts({**rest, **about}),
        "about_facts": facts(about),
        "about": [sheet.name for sheet in tables(about)],
        "long": LONG,
        "wide": WIDE,
    }


def tile(value: float, says: str) -> dict[str, str]:
    """A count, or dollars to the cent, with its words; of one, in the singular."""
    of, space, rest = says.partition(" ")
    one = of.removesuffix("s") if value == 1 and isinstance(value, int) else of
    return {"value": number(value, 2 if isinstance(value, float) else 0), "label": one + space + rest}


def mean_rates(found: Mapping[str, Any]) -> list[dict[str, str]]:
    """The average on its last day, where the answer is one."""
    points = found.get("points") or []
    known = [(key, says) for key, says in (("rate", "mean rate"), ("base_rate", "of which ordinary rates"))]
    return [
        {"value": f"{rate(points[-1][key], 2)} %", "label": says}
        for key, says in known
        if points and points[-1][key] is not None
    ]


def refused_rows(upload: Upload) -> Iterator[Sheet]:
    """The rows that have no duty, each with its reason; the first ones of a great many."""
    names = [name for name, _ in upload.results() if name == REJECTS]
    for name in names:
        with (upload.folder / name).open(encoding="utf-8", newline="") as file:
            rows = tuple(islice(csv.DictReader(file), MOST_REFUSED))
        if rows:
            labels = [part.called for part in upload.kind.parts]
            caption = "Rows without a duty" + (f", the first {MOST_REFUSED:,}" if len(rows) == MOST_REFUSED else "")
            says = partial(_cell, labels)
            yield Sheet("rejects", caption, tuple(Column(key, key, says) for key in CELLS if key in rows[0]), rows)


def _cell(labels: Collection[str], text: str | None) -> str:
    return by_label(field_first(text), labels) if text else DASH


def command_of(upload: Upload) -> str:
    """The same question as it is typed where the file stands."""
    argv = upload.kind.argv(upload.name, upload.given)
    return shlex.join(["parley", *argv[:-1]])
