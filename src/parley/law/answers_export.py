"""The answer of `law export`: what was written, with its type and its one builder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from parley.law.answers import Clocks, asked_clocks

if TYPE_CHECKING:
    from parley.law.panel_export import Written
    from parley.law.panel_rows import Rows
    from parley.law.regime import Regime


class ExportedFile(TypedDict):
    """A file that was written; bytes is null for a device or a pipe."""

    file: str
    bytes: int | None


class ExportAnswer(Clocks):
    """`law export`: what the files hold. lines: tariff lines of the period; origins: those of which there are rows; `on` is the last day.

    periods: spans in which no act, list, edge or edition changes for any of the origins.
    """

    destination: str
    since: date
    until: date
    rows: int
    lines: int
    origins: int
    periods: int
    columns: list[str]
    files: list[ExportedFile]
    notes: list[str]


def export_answer(
    regime: Regime, rows: Rows, made: Written, places: Sequence[Path], known: str | None, claims: Sequence[str]
) -> ExportAnswer:
    """The answer to `law export`."""
    from parley.law.beyond import note
    from parley.law.panel_export import schema
    from parley.law.products import stands_in
    from parley.outputs import is_stream

    panel = rows.panel
    since, until = panel.periods[0].start, panel.periods[-1].end - timedelta(1)
    told = asked_clocks(regime, panel.destination, until, known)
    late = [note(told["law_known_to"], until)] if told["beyond_known"] and told["law_known_to"] else []
    late += [text] if (text := stands_in(panel.destination, since)) else []
    claimed = f"claims: {', '.join(claims)}" if claims else "no preference or other claim made"
    return {
        **told,
        "destination": panel.destination,
        "since": since,
        "until": until,
        "rows": made.rows,
        "lines": len(rows.products),
        "origins": made.origins,
        "periods": len(panel.periods),
        "columns": schema(rows).names,
        "files": [{"file": str(p), "bytes": None if is_stream(p) else p.stat().st_size} for p in places],
        "notes": [
            claimed,
            "end is the first day out of an interval; the period asked for cuts the first and the last",
            *late,
        ],
    }
