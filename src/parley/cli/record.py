"""parley record: who said, claimed, offered and did what. Parses, calls, shows."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from parley.cli.output import print_json
from parley.cli.record_files import add, schema, timeline
from parley.cli.record_options import ACTOR_HELP, ActorOption, Folder, Json, Known, On, checked, days, one_of, read
from parley.cli.record_show import (
    show_base,
    show_clocks,
    show_deeds,
    show_entries,
    show_pairs,
    show_positions,
    show_status,
)

HELP = "Who said, claimed, offered and did what, and on which source, as known on any day."
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=HELP)


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
    from parley.scenario.clocks import record_clocks

    one_of("kind", kind, Kind.__args__)
    on_day, known_day = days(on, known)
    held = read(ledger)
    seen = held.known(known_day).until(on_day or known_day).of(checked(actor))
    rows, told = [entry_row(e) for e in seen.entries if kind in (None, e.kind)], record_clocks(held, on_day, known_day)
    if as_json:
        print_json({**told, "entries": rows})
        return
    show_entries(rows, f"{len(rows)} entries. [1] official text, [2] wire or newspaper, [3] copy, [4] memory.")
    show_clocks(told)


@app.command()
def claims(
    on: On = None, known: Known = None, actor: ActorOption = None, ledger: Folder = None, as_json: Json = False
) -> None:
    """What was said (not done) up to a day, with its status: asserted, corroborated, denied, measured, retracted.

    Example: parley record claims --on 2025-05-02 --known 2025-05-02 --actor CHN
    """
    from parley.record.assertions import claims as find
    from parley.scenario.clocks import record_clocks

    on_day, known_day = days(on, known)
    held = read(ledger)
    rows, told = find(held, on_day, known_day, checked(actor)), record_clocks(held, on_day, known_day)
    if as_json:
        print_json({**told, "entries": rows})
        return
    show_entries(rows, f"{len(rows)} entries. Denied is not false, and corroborated is not true: see docs/record.md.")
    show_clocks(told)


@app.command()
def status(on: On = None, known: Known = None, ledger: Folder = None, as_json: Json = False) -> None:
    """Offers open, preconditions and whether law shows them met, deadlines and the days left.

    Example: parley record status --on 2025-05-02 --known 2025-05-02
    """
    from parley.scenario.clocks import record_clocks
    from parley.scenario.deeds import law_status

    held, when = read(ledger), days(on, known)
    found = law_status(held, None, *when) | record_clocks(held, *when)
    if as_json:
        print_json(found)
        return
    show_status(found)


@app.command()
def contradictions(on: On = None, known: Known = None, ledger: Folder = None, as_json: Json = False) -> None:
    """Conflicting statements, by rule, each with its source, and what would make both true.

    Example: parley record contradictions --known 2025-05-02
    """
    from parley.record.contradictions import contradictions as find
    from parley.scenario.clocks import record_clocks

    on_day, known_day = days(on, known)
    held = read(ledger)
    pairs, told = find(held, on_day, known_day), record_clocks(held, on_day, known_day)
    if as_json:
        print_json({**told, "pairs": pairs})
        return
    show_pairs(pairs)
    show_clocks(told)


@app.command()
def deeds(
    on: On = None, known: Known = None, actor: ActorOption = None, ledger: Folder = None, as_json: Json = False
) -> None:
    """Promises, threats and deadlines with what became of them, tested on law; counts with intervals, never one score.

    Example: parley record deeds --actor USA --known 2025-12-31
    """
    from parley.law.regime import read_regime
    from parley.scenario.clocks import record_clocks
    from parley.scenario.deeds import counts, counts_by_actor, deadline_slips
    from parley.scenario.deeds import deeds as find

    (on_day, known_day), held, regime = days(on, known), read(ledger), read_regime()
    wanted = checked(actor)
    every = find(held, regime, on_day, known_day)
    made = [d for d in every if wanted is None or wanted in (d.party, d.voice)]
    slips = deadline_slips(held, known_day, regime, on_day, made=every)
    rows, told = [d.row() for d in made], record_clocks(held, on_day, known_day)
    found = {**told, "deeds": rows, "counts": counts(made),
             "counts_by_actor": counts_by_actor(made), "deadline_slips": slips}  # fmt: skip
    if as_json:
        print_json(found)
        return
    show_deeds(found)
    show_clocks(told)


@app.command()
def base(
    rate: Annotated[str, typer.Argument(metavar="RATE", help="the quoted rate in percent, such as 145")],
    origin: Annotated[str, typer.Option("--origin", help="whose goods")] = "CHN",
    destination: Annotated[str, typer.Option("--destination", help="the country that charges the duty")] = "USA",
    on: Annotated[str, typer.Option("--on", help="the day it is said to hold")] = "2025-05-02",
    known: Known = None,
    ledger: Folder = None,
    as_json: Json = False,
) -> None:
    """Which way of counting fits a quoted rate: additions alone, with Section 301, everything due, averages …

    Example: parley record base 145 --origin CHN --destination USA --on 2025-05-02
    """
    from parley.scenario.base import check_base
    from parley.scenario.clocks import record_clocks

    held = read(ledger)
    found = check_base(rate, origin, destination, on, known, None, held)
    found |= record_clocks(held, *days(on, known))
    if as_json:
        print_json(found)
        return
    show_base(found)
    show_clocks(found)


@app.command()
def positions(
    side: Annotated[Optional[str], typer.Argument(metavar="[ACTOR]", help="a voice or a side")] = None,  # noqa: UP045
    actor: Annotated[Optional[str], typer.Option("--actor", help=f"{ACTOR_HELP}; the same as the argument")] = None,  # noqa: UP045
    issue: Annotated[Optional[str], typer.Option("--issue", help="one issue, such as unilateral-tariffs")] = None,  # noqa: UP045
    on: On = None,
    known: Known = None,
    ledger: Folder = None,
    as_json: Json = False,
) -> None:
    """Every stated position by side and issue over time, changes marked: did it stay the same?

    Example: parley record positions --actor CHN --issue unilateral-tariffs
    """
    from parley.errors import InputError
    from parley.record.assertions import constancy
    from parley.record.assertions import positions as find
    from parley.record.predicates import Issue
    from parley.scenario.clocks import record_clocks

    if side and actor and side != actor:
        raise InputError("--actor", f"{actor!r}, and {side!r} before it", "one actor", "Give it once")
    one_of("issue", issue, Issue.__args__)
    on_day, known_day = days(on, known)
    held = read(ledger)
    rows, told = find(held, checked(actor or side), issue, known_day, on_day), record_clocks(held, on_day, known_day)
    if as_json:
        print_json({**told, "positions": rows, "constancy": constancy(rows)})
        return
    show_positions(rows, constancy(rows))
    show_clocks(told)


app.command()(timeline)
app.command()(add)
app.command()(schema)
