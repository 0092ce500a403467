"""The options that the commands of `parley record` share, and how they are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from parley.cli.output import JSON_HELP, KNOWN_HELP

if TYPE_CHECKING:
    from parley.record.ledger import Ledger

ACTOR_HELP = "one voice (cn-mofcom) or everyone who speaks for a side (CHN)"
On = Annotated[Optional[str], typer.Option("--on", help="up to this day; default: the day of --known")]  # noqa: UP045
Known = Annotated[Optional[str], typer.Option("--known", help=KNOWN_HELP)]  # noqa: UP045
ActorOption = Annotated[Optional[str], typer.Option("--actor", help=ACTOR_HELP)]  # noqa: UP045
Json = Annotated[bool, typer.Option("--json", help=JSON_HELP)]
Folder = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--ledger", help="a folder of entries of your own; default: the packaged record"),
]


def days(on: str | None, known: str | None) -> tuple[date | None, date | None]:
    """--on and --known as days."""
    from parley.codes import day

    return (day(on, "--on") if on else None), (day(known, "--known") if known else None)


def read(folder: Path | None) -> Ledger:
    """The ledger of --ledger, the packaged one by default."""
    from parley.record.ledger import read_ledger

    return read_ledger(folder)


def checked(actor_id: str | None) -> str | None:
    """The id of --actor, or a refusal with the nearest."""
    from parley.record.entry import actor

    return actor(actor_id, "--actor").id if actor_id else None


def one_of(name: str, value: str | None, allowed: tuple[str, ...]) -> None:
    """Refuses a value that is not allowed, with the nearest that is."""
    from parley.errors import unknown_name

    if value is not None and value not in allowed:
        raise unknown_name(f"--{name}", name, value, allowed)
