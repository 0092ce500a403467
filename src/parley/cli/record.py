"""parley record: who said, claimed, offered and did what. Parses, calls, shows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from parley.cli.output import JSON_HELP, KNOWN_HELP, percent, print_json, print_table
from parley.cli.record_show import (
    made_of,
    show_deeds,
    show_entries,
    show_pairs,
    show_status,
    source_of,
    text_of,
    when,
)

HELP = "Who said, claimed, offered and did what, on which source; as known on any day."
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=HELP)

On = Annotated[Optional[str], typer.Option("--on", help="up to this day; default: the knowledge day")]  # noqa: UP045
Known = Annotated[Optional[str], typer.Option("--known", help=KNOWN_HELP)]  # noqa: UP045
ActorOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--actor", help="one voice (cn-mofcom) or everyone who speaks for a side (CHN)"),
]
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
Folder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--ledger", help="a folder of entries of your own; default: the packaged record"),
]


def _days(on: str | None, known: str | None) -> tuple[date | None, date | None]:
    from parley.codes import day

    return (day(on, "--on") if on else None), (day(known, "--known") if known else None)


def _ledger(folder: Path | None) -> Any:
    from parley.record.ledger import read_ledger

    return read_ledger(folder)


def _checked(actor_id: str | None) -> str | None:
    from parley.record.actors import actor

    return actor(actor_id, "--actor").id if actor_id else None


def _one_of(name: str, value: str | None, allowed: tuple[str, ...]) -> None:
    """Refuses a value that is not allowed, with the nearest that is."""
    from parley.errors import unknown_name

    if value is not None and value not in allowed:
        raise unknown_name(f"--{name}", name, value, allowed)


@app.command("list")
def list_(
    on: On = None,
    known: Known = None,
    actor: ActorOption = None,
    kind: Annotated[Optional[str], typer.Option("--kind", help="event, claim, offer, deadline …")] = None,  # noqa: UP045
    ledger: Folder = None,
    as_json: Json = False,
) -> None:
    """Every entry up to a day, as known on a day.

    Example: parley record list --known 2025-05-02 --kind claim
    """
    from parley.record.entry import Kind, entry_row

    _one_of("kind", kind, Kind.__args__)
    on_day, known_day = _days(on, known)
    seen = _ledger(ledger).known(known_day).until(on_day or known_day).of(_checked(actor))
    rows = [entry_row(e) for e in seen.entries if kind in (None, e.kind)]
    show_entries({"on": on_day, "known": known_day, "entries": rows}, as_json)


@app.command()
def claims(
    on: On = None, known: Known = None, actor: ActorOption = None, ledger: Folder = None, as_json: Json = False
) -> None:
    """What was said (not done) up to a day, with its standing: asserted, corroborated, denied, measured, retracted.

    Example: parley record claims --on 2025-05-02 --known 2025-05-02 --actor CHN
    """
    from parley.record.claims import claims as find

    on_day, known_day = _days(on, known)
    rows = find(_ledger(ledger), on_day, known_day, _checked(actor))
    if as_json:
        print_json({"on": on_day, "known": known_day, "entries": rows})
        return
    cells = [[when(r), r["actor"], text_of(r), r["standing"], source_of(r["source"]), r["id"]] for r in rows]
    print_table(["day", "who", "said", "standing", "source", "entry"], cells)


@app.command()
def status(on: On = None, known: Known = None, ledger: Folder = None, as_json: Json = False) -> None:
    """Offers open, preconditions and whether law shows them met, deadlines and the days left.

    Example: parley record status --on 2025-05-02 --known 2025-05-02
    """
    from parley.scenario.deeds import law_status

    found = law_status(_ledger(ledger), None, *_days(on, known))
    if as_json:
        print_json(found)
        return
    show_status(found)


@app.command()
def contradictions(on: On = None, known: Known = None, ledger: Folder = None, as_json: Json = False) -> None:
    """Pairs that cannot both be read as they stand, by rule, with both sources and what would reconcile them.

    Example: parley record contradictions --known 2025-05-02
    """
    from parley.record.contradictions import contradictions as find

    on_day, known_day = _days(on, known)
    pairs = find(_ledger(ledger), on_day, known_day)
    if as_json:
        print_json({"on": on_day, "known": known_day, "pairs": pairs})
        return
    show_pairs(pairs)


@app.command()
def deeds(
    on: On = None, known: Known = None, actor: ActorOption = None, ledger: Folder = None, as_json: Json = False
) -> None:
    """Promises, threats and deadlines with what became of them, tested on law; counts with intervals, never one score.

    Example: parley record deeds --actor USA --known 2025-12-31
    """
    from parley.law.regime import read_regime
    from parley.scenario.deeds import counts, deadline_slips
    from parley.scenario.deeds import deeds as find

    (on_day, known_day), held, regime = _days(on, known), _ledger(ledger), read_regime()
    wanted = _checked(actor)
    made = [d for d in find(held, regime, on_day, known_day) if wanted is None or wanted in (d.party, d.voice)]
    slips = deadline_slips(held, known_day, regime, on_day)
    rows = [d.row() for d in made]
    found = {"on": on_day, "known": known_day, "deeds": rows, "counts": counts(made), "deadline_slips": slips}
    if as_json:
        print_json(found)
        return
    show_deeds(found)


@app.command()
def base(
    rate: Annotated[str, typer.Argument(metavar="RATE", help="the stated rate in percent, such as 145")],
    origin: Annotated[str, typer.Option("--origin", help="whose goods")] = "CHN",
    destination: Annotated[str, typer.Option("--destination", help="who levies")] = "USA",
    on: Annotated[str, typer.Option("--on", help="the day it is said to hold")] = "2025-05-02",
    known: Known = None,
    ledger: Folder = None,
    as_json: Json = False,
) -> None:
    """Which way of counting makes a stated rate right: additions alone, with Section 301, everything due, averages …

    Example: parley record base 145 --origin CHN --destination USA --on 2025-05-02
    """
    from parley.scenario.base import check_base

    found = check_base(rate, origin, destination, on, known, None, _ledger(ledger))
    if as_json:
        print_json(found)
        return
    rows = [
        [{True: "yes", False: "no", None: "–"}[c["fits"]], c["base"], c["words"], percent(c["rate"], 2), made_of(c)]
        for c in found["candidates"]
    ]
    title = f"{percent(found['stated'], 2)} % on goods of {found['origin']} in {found['destination']} on {found['on']}"
    said = "; ".join(f"{s['entry']} ({s['actor']}: {s['base'] or 'no base named'})" for s in found["said_in"])
    note = found["reason"] or f"fits: {', '.join(dict.fromkeys(found['fits']))}"
    print_table(["fits", "base", "counted as", "%", "made of"], rows, title=title, note=note)
    if said:
        print(f"Stated in: {said}")


@app.command()
def positions(
    actor: Annotated[Optional[str], typer.Argument(metavar="[ACTOR]", help="a voice or a side")] = None,  # noqa: UP045
    issue: Annotated[Optional[str], typer.Option("--issue", help="one issue, such as unilateral-tariffs")] = None,  # noqa: UP045
    known: Known = None,
    ledger: Folder = None,
    as_json: Json = False,
) -> None:
    """Every stated position by side and issue over time, changes marked.

    Example: parley record positions CHN --issue unilateral-tariffs
    """
    from parley.record.claims import positions as find
    from parley.record.predicates import Issue

    _one_of("issue", issue, Issue.__args__)
    known_day = _days(None, known)[1]
    rows = find(_ledger(ledger), _checked(actor), issue, known_day)
    if as_json:
        print_json({"known": known_day, "positions": rows})
        return
    mark = {True: "changed", False: "same", None: "first"}
    cells = [[r["party"], r["issue"], r["on"], mark[r["changed"]], r["stance"], r["entry"]] for r in rows]
    print_table(["party", "issue", "day", "", "position", "entry"], cells)


@app.command()
def timeline(
    on: On = None,
    known: Known = None,
    form: Annotated[
        str, typer.Option("--format", help="table, csv, jsonld (schema.org Claim) or ics (deadlines)")
    ] = "table",
    ledger: Folder = None,
    as_json: Json = False,
) -> None:
    """Acts and words on one axis; or the same for other programs.

    Example: parley record timeline --known 2025-05-02 --format ics > deadlines.ics
    """
    from parley.record import export

    _one_of("format", form, ("table", "csv", "jsonld", "ics"))
    held, (on_day, known_day) = _ledger(ledger), _days(on, known)
    rows = export.timeline(held, on_day, known_day)
    if as_json:
        print_json({"on": on_day, "known": known_day, "entries": rows})
    elif form == "csv":
        print(export.timeline_csv(rows), end="")
    elif form == "jsonld":
        print_json(export.claims_jsonld(held, on_day, known_day))
    elif form == "ics":
        typer.echo(export.deadlines_ics(held, on_day, known_day), nl=False)
    else:
        cells = [
            [when(r)] + ([text_of(r), ""] if r["lane"] == "acts" else ["", f"{r['actor']}: {text_of(r)}"]) for r in rows
        ]
        print_table(["day", "acts", "words"], cells)


@app.command()
def add(
    file: Annotated[Optional[Path], typer.Argument(metavar="[FILE]", help="TOML with [[entry]] tables")] = None,  # noqa: UP045
    ledger: Folder = None,
    kind: Annotated[str, typer.Option("--kind", help="event, statement, claim …")] = "",
    actor: Annotated[str, typer.Option("--actor", help="who; see docs/record.md")] = "",
    on: Annotated[str, typer.Option("--on", help="the day it happened")] = "",
    known: Annotated[str, typer.Option("--known", help="the first day it was public; default: the same day")] = "",
    text: Annotated[str, typer.Option("--text", help="what happened, in your words")] = "",
    quote: Annotated[str, typer.Option("--quote", help="short verbatim public words")] = "",
    target: Annotated[str, typer.Option("--target", help="at whom")] = "",
    publisher: Annotated[str, typer.Option("--publisher", help="the source's publisher")] = "",
    tier: Annotated[int, typer.Option("--tier", help="1 official, 2 wire or newspaper, 3 copy, 4 memory")] = 4,
    address: Annotated[str, typer.Option("--address", help="where the source was read")] = "",
    read: Annotated[bool, typer.Option("--read", help="the source's text was read")] = False,
    as_json: Json = False,
) -> None:
    """Validate, number, format and write an entry, from a file or from options. Nothing enters without a source.

    Example: parley record add --ledger my-record --kind claim --actor cn-mofcom --on 2025-05-02
    --text "The ministry says …" --publisher "AFP" --tier 2 --read
    """
    from parley.record.entry import entry_row
    from parley.record.ledger import read_tables
    from parley.record.write import add_all

    options = {"kind": kind, "actor": actor, "on": on, "known": known, "text": text, "quote": quote, "target": target}
    raw: dict[str, Any] = {name: value for name, value in options.items() if value}
    if publisher:
        raw["source"] = {"publisher": publisher, "tier": tier, "read": read}
        raw["source"] |= {"address": address} if address else {}
    added = add_all(read_tables(file) if file else [raw], ledger)
    if as_json:
        print_json({"entries": [entry_row(e) for e in added]})
        return
    for entry in added:
        print(f"added {entry.id} to {entry.on:%Y-%m}.toml: {entry.text}")


@app.command()
def schema() -> None:
    """The JSON Schema of a month's file, for editors that complete and check TOML.

    Example: parley record schema > record.schema.json
    """
    from parley.record.write import schema as make

    print_json(make())
