"""What the trade commands say while they work, and the files that they leave."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

EVERY = 1.0  # seconds between two lines of progress where nobody watches a terminal


def progress() -> Callable[[str], None]:
    """Says on standard error what is being done, at most once a second; a terminal's line is written over."""
    last, terminal = [time.monotonic()], sys.stderr.isatty()

    def tell(text: str) -> None:
        now = time.monotonic()
        if text and now - last[0] >= (0.1 if terminal else EVERY):
            last[0] = now
            sys.stderr.write(f"\r\x1b[K{text}" if terminal else f"parley: {text}\n")
            sys.stderr.flush()
        elif not text and terminal:
            sys.stderr.write("\r\x1b[K")

    return tell


def csv_text(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """Rows as CSV; a missing number is an empty field; text that a sheet would take for a formula is escaped."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    if isinstance(value, float):
        return "" if value != value else repr(float(value))
    return value


def write_trade(answer: dict[str, Any], out: Path) -> list[Path]:
    """The answer of `trade solve` as JSON, its countries as CSV, and its draws as CSV and chart."""
    from parley.report.write import as_json, folder, write

    countries = answer["countries"]
    figures = [key for key in next(iter(countries.values())) if key != "name"]
    texts = {
        "trade.json": as_json(answer),
        "trade-countries.csv": csv_text(
            ["country", "name", *figures, "welfare_low", "welfare_high"],
            ([c, row["name"], *(row[k] for k in figures), *_ends(answer["range"], c)] for c, row in countries.items()),
        ),
    }
    if answer["draws"]:
        texts |= _draws(answer)
    folder(out)
    return [write(out / name, text) for name, text in texts.items()]


def _ends(spread: dict[str, Any], country: str) -> list[Any]:
    found = spread.get(country, {}).get("welfare_pct", {})
    return [found.get("low"), found.get("high")]


def _draws(answer: dict[str, Any]) -> dict[str, str]:
    from parley.report.draws_chart import draws_chart, standalone

    held = answer["draws"]["quantiles"]
    names = list(next(iter(next(iter(held.values())).values())))
    rows = ([c, k, *(found[q] for q in names)] for c, figures in held.items() for k, found in figures.items())
    shown = [*answer["most_affected"]["gain"], *reversed(answer["most_affected"]["lose"])]
    parties = [c for c in answer.get("parties", ()) if c in held]
    title = f"change of welfare, percent; {answer['draws']['count']} draws of elasticities"
    chart = draws_chart(held, list(dict.fromkeys([*parties, *shown])), title)
    return {"trade-draws.csv": csv_text(["country", "indicator", *names], rows), "trade-draws.svg": standalone(chart)}
