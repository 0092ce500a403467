"""The commands of `parley record` that make or read files: the timeline in every format, adding entries, the schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from parley.cli.asked import asks
from parley.cli.output import JSON_HELP, print_json
from parley.cli.record_show import show_timeline
from parley.record import questions

if TYPE_CHECKING:
    from parley.record.answers import AddedEntries
    from parley.record.export import ClaimsGraph
    from parley.record.ledger import Toml, TomlTable
    from parley.scenario.record_answers import TimelineAnswer

Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
Folder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--ledger", help=questions.FOLDER),
]
FORMATS = ("table", "json", "csv", "html", "jsonld", "ics")
FORMAT_HELP = "table, json, csv, html (a page), jsonld (schema.org Claim) or ics (deadlines)"
SAYS_HELP = 'a predicate as TOML: { is = "talks_ongoing", parties = ["CHN", "USA"], value = false }; may be repeated'
RELATES_HELP = "an earlier entry and how this one bears on it, such as 2025-04-30-01:denies; may be repeated"
OUT_HELP = "write to this file instead of the terminal"


@asks(questions.Timeline)
def timeline(
    asked: questions.Timeline,
    form: Annotated[str, typer.Option("--format", help=FORMAT_HELP)] = "table",
    out: Annotated[Optional[Path], typer.Option("--out", help=OUT_HELP)] = None,  # noqa: UP045
    as_json: Json = False,
) -> None:
    """As the question says."""
    from parley.errors import unknown_name
    from parley.scenario import record_answering

    if form not in FORMATS:
        raise unknown_name("--format", "format", form, FORMATS)
    form = "json" if as_json else form
    if form in ("jsonld", "ics"):
        text = _exchanged(form, asked)
    else:
        found = record_answering.timeline(asked, sign="--")
        if form == "table" and out is None:
            show_timeline(found["entries"], found["rates"])
            return
        text = _text(form, found)
    if out is None:
        typer.echo(text, nl=False)
        return
    from parley.report.write import write

    print(f"wrote {write(out, text)}")


def _exchanged(form: str, asked: questions.Timeline) -> str:
    """The claims as JSON-LD, or the deadlines as a calendar."""
    from parley.errors import InputError
    from parley.record import export
    from parley.record.ledger import read_ledger
    from parley.scenario.record_answering import days, voice

    ledger, when, actor = read_ledger(asked.ledger), days(asked, "--"), voice(asked.actor, "--")

    if form == "ics" and actor:
        raise InputError(
            "--actor", f"{actor!r} with ics", "no actor", "A deadline set by one voice may be moved by another"
        )
    seen = ledger.known(when[1]).of(actor)
    return export.deadlines_ics(seen, *when) if form == "ics" else _json_text(export.claims_jsonld(seen, *when))


def _text(form: str, found: TimelineAnswer) -> str:
    """The timeline in one format, as the text of a file."""
    if form == "csv":
        from parley.record.export import timeline_csv

        return timeline_csv(found["entries"], found["rates"])
    if form == "html":
        from parley.report.timeline import timeline_page

        return timeline_page(found)
    if form == "json":
        return _json_text(found)
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as lines:
        show_timeline(found["entries"], found["rates"])
    return lines.getvalue()


def _json_text(answer: TimelineAnswer | ClaimsGraph) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def add(
    file: Annotated[Optional[Path], typer.Argument(metavar="FILE", help="TOML with [[entry]] tables")] = None,  # noqa: UP045
    ledger: Folder = None,
    kind: Annotated[str, typer.Option("--kind", help="event, statement, claim …")] = "",
    actor: Annotated[str, typer.Option("--actor", help="who; see docs/record.md")] = "",
    behalf: Annotated[str, typer.Option("--behalf", help="the side it binds, such as CHN")] = "",
    on: Annotated[str, typer.Option("--on", help="the day it happened")] = "",
    known: Annotated[str, typer.Option("--known", help="the first day it was public; default: the same day")] = "",
    precision: Annotated[str, typer.Option("--precision", help="day, week or approx")] = "",
    text: Annotated[str, typer.Option("--text", help="what happened, in your words")] = "",
    quote: Annotated[str, typer.Option("--quote", help="short verbatim public words")] = "",
    target: Annotated[str, typer.Option("--target", help="at whom")] = "",
    channel: Annotated[str, typer.Option("--channel", help="act, spokesperson, interview, press …")] = "",
    says: Annotated[Optional[list[str]], typer.Option("--says", help=SAYS_HELP)] = None,  # noqa: UP045
    relates: Annotated[Optional[list[str]], typer.Option("--relates", help=RELATES_HELP)] = None,  # noqa: UP045
    publisher: Annotated[str, typer.Option("--publisher", help="the source's publisher")] = "",
    published: Annotated[str, typer.Option("--published", help="the source's day of publication")] = "",
    tier: Annotated[int, typer.Option("--tier", help="1 official, 2 wire or newspaper, 3 copy, 4 memory")] = 4,
    address: Annotated[str, typer.Option("--address", help="where the source was read")] = "",
    note: Annotated[str, typer.Option("--note", help="what of the source was read")] = "",
    was_read: Annotated[bool, typer.Option("--read", help="the source's text was read")] = False,
    as_json: Json = False,
) -> None:
    """Validate, number, format and write an entry, from a file or from options. Nothing enters without a source.

    Example: parley record add --ledger my-record --kind claim --actor cn-mofcom --on 2025-05-02
    --text "The ministry says …" --publisher "AFP" --tier 2 --read
    """
    from parley.errors import InputError
    from parley.record.entry import entry_row
    from parley.record.ledger import FOLDER, read_tables
    from parley.record.write import add_all

    words = {"kind": kind, "actor": actor, "on": on, "known": known, "text": text, "quote": quote, "target": target,
             "behalf": behalf, "precision": precision, "channel": channel}  # fmt: skip
    raw: TomlTable = {name: value for name, value in words.items() if value}
    raw |= _listed(says, relates)
    if file and (raw or publisher):
        given = next(iter(raw), "publisher")
        raise InputError("record add", f"a file and --{given}", "a file, or options", "Give one of them")
    if publisher:
        source = {"date": published, "address": address, "note": note}
        raw["source"] = {
            "publisher": publisher,
            "tier": tier,
            "read": was_read,
            **{k: v for k, v in source.items() if v},
        }
    added = add_all(read_tables(file), ledger, file.name) if file else add_all([raw], ledger)
    if as_json:
        answer: AddedEntries = {"entries": [entry_row(e) for e in added]}
        print_json(answer)
        return
    for entry in added:
        print(f"added {entry.id} to {(ledger or FOLDER) / f'{entry.on:%Y-%m}.toml'}: {entry.text}")


def _listed(says: list[str] | None, relates: list[str] | None) -> TomlTable:
    """--says as tables of TOML, --relates as ID:HOW."""
    from parley.text_files import FileKind, parse_toml

    said = FileKind('a table of TOML, such as { is = "talks_ongoing", parties = ["CHN", "USA"], value = false }')
    predicates: list[Toml] = [parse_toml(f"one = {text}", said, f"--says {text[:60]!r}")["one"] for text in says or []]
    parted = [text.partition(":") for text in relates or []]
    relations: list[Toml] = [{"to": to, "how": how} for to, _, how in parted]
    found: TomlTable = {"says": predicates, "relates": relations}
    return {name: rows for name, rows in found.items() if rows}


def schema(
    out: Annotated[Optional[Path], typer.Option("--out", help="write to this file, for an editor")] = None,  # noqa: UP045
    as_json: Json = False,
) -> None:
    """The JSON Schema of a month's file, for editors that complete and check TOML.

    Example: parley record schema --out my-record/record.schema.json
    """
    from parley.record.write import schema as make

    del as_json  # it is JSON in either case
    if out is None:
        print_json(make())
        return
    from parley.record.write import schema_text
    from parley.report.write import write

    print(f"wrote {write(out, schema_text())}")
