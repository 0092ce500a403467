"""Commands run in a process of its own, with the law and the record of the package, or with what of them was known on a day.

`python known_cut.py DAY|whole < commands.json`: a list of argument lists in, a list of [exit code, what was printed] out. In a
world cut off at a day no act, row, end, entry, source or ruling is there that came later, whatever a command asks.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from typing import Any

import msgspec


def cut_row(row: Any, day: date) -> Any | None:
    """A row of law as it could be read on a day; None where it could not be. Of an act's own words `act_as_known` is the rule."""
    from parley.law.as_known import act_as_known

    if row.learnt > day:
        return None
    gone = {} if (row.end_known or row.learnt) <= day else dict.fromkeys(("end", "end_known", "collected_end"))
    gone |= dict.fromkeys(("end_hour", "terminated_by"), "") if gone else {}
    edges = [e for e in row.yields_to if (e.known or date.min) <= day]
    return msgspec.structs.replace(
        row,
        **gone,
        known_end=row.known_end if row.known_end and row.known_end <= day else None,
        yields_to=tuple(
            msgspec.structs.replace(e, known_end=e.known_end if e.known_end and e.known_end <= day else None)
            for e in edges
        ),
        act=act_as_known(row.act, day),
    )


def cut_law(day: date) -> None:
    from parley.law import acts

    whole = acts.read_acts

    def read_acts(*asked: Any, **more: Any) -> tuple[Any, ...]:
        rows: Iterable[Any] = whole(*asked, **more)
        return tuple(cut for row in rows if (cut := cut_row(row, day)) is not None)

    acts.read_acts = read_acts


def cut_record(day: date) -> None:
    from parley.record import ledger

    whole = ledger.read_month

    def read_month(path: Any) -> tuple[Any, ...]:
        return tuple(e.as_known(day) for e in whole(path) if e.known <= day)

    ledger.read_month = read_month


def ran(argv: list[str]) -> tuple[int, str]:
    from parley.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main(argv)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue() or err.getvalue()
    return 0, out.getvalue()


if __name__ == "__main__":
    if sys.argv[1] != "whole":
        cut_law(date.fromisoformat(sys.argv[1]))
        cut_record(date.fromisoformat(sys.argv[1]))
    print(json.dumps([ran(argv) for argv in json.load(sys.stdin)]))
