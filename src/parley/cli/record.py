"""parley record: who said, claimed, offered and did what. Parses, calls, shows."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from parley.cli.output import answers, print_json
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
    from parley.record.entry import Kind
    from parley.scenario.record_answers import entries_answer

    one_of("kind", kind, Kind.__args__)
    found = entries_answer(read(ledger), *days(on, known), checked(actor), kind)
    if as_json:
        print_json(found)
        return
    rows = found["entries"]
    show_entries(rows, f"{len(rows)} entries. [1] official text, [2] wire or newspaper, [3] copy, [4] memory.")
    show_clocks(found)


@app.command()
def claims(
    on: On = None, known: Known = None, actor: ActorOption = None, ledger: Folder = None, as_json: Json = False
) -> None:
    """What was said (not done) up to a day, with its status: asserted, corroborated, denied, measured, retracted.

    Example: parley record claims --on 2025-05-02 --known 2025-05-02 --actor CHN
    """
    from parley.scenario.record_answers import claims_answer

    found = claims_answer(read(ledger), *days(on, known), checked(actor))
    if as_json:
        print_json(found)
        return
    rows = found["entries"]
    note = f"{len(rows)} entries. Denied is not false, and corroborated is not true: see docs/record.md."
    show_entries(rows, note, [row["standing"] for row in rows])
    show_clocks(found)


@app.command()
def status(on: On = None, known: Known = None, ledger: Folder = None, as_json: Json = False) -> None:
    """Offers open, preconditions and whether law shows them met, deadlines and the days left.

    Example: parley record status --on 2025-05-02 --known 2025-05-02
    """
    from parley.scenario.record_answers import status_answer

    found = status_answer(read(ledger), None, *days(on, known))
    if as_json:
        print_json(found)
        return
    show_status(found)


@app.command()
def contradictions(on: On = None, known: Known = None, ledger: Folder = None, as_json: Json = False) -> None:
    """Conflicting statements, by rule, each with its source, and what would make both true.

    Example: parley record contradictions --known 2025-05-02
    """
    from parley.scenario.record_answers import contradictions_answer

    found = contradictions_answer(read(ledger), *days(on, known))
    if as_json:
        print_json(found)
        return
    show_pairs(found["pairs"])
    show_clocks(found)


@app.command()
def deeds(
    on: On = None, known: Known = None, actor: ActorOption = None, ledger: Folder = None, as_json: Json = False
) -> None:
    """Promises, threats and deadlines with what became of them, tested on law; counts with intervals, never one score.

    Example: parley record deeds --actor USA --known 2025-12-31
    """
    from parley.law.regime import read_regime
    from parley.scenario.record_answers import deeds_answer

    found = deeds_answer(read(ledger), read_regime(), *days(on, known), checked(actor))
    if as_json:
        print_json(found)
        return
    show_deeds(found)
    show_clocks(found)


@app.command()
@answers("parley.scenario.base:BaseAnswer")
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
    from parley.scenario.base import base_answer

    found = base_answer(read(ledger), rate, origin, destination, on, known)
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
    from parley.record.predicates import Issue
    from parley.scenario.record_answers import positions_answer

    if side and actor and side != actor:
        raise InputError("--actor", f"{actor!r}, and {side!r} before it", "one actor", "Give it once")
    one_of("issue", issue, Issue.__args__)
    found = positions_answer(read(ledger), *days(on, known), checked(actor or side), issue)
    if as_json:
        print_json(found)
        return
    show_positions(found["positions"], found["constancy"])
    show_clocks(found)


app.command()(timeline)
app.command()(add)
app.command()(schema)
