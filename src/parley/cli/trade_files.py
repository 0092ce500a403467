"""What the trade commands say while they work, and the files that they leave."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from parley.cli.progress import has_terminal, say

if TYPE_CHECKING:
    from parley.scenario.answers import Ranges, RatesAnswer, SolveAnswer
    from parley.trade.answers import DrawsAnswer

EVERY = 1.0  # seconds between two lines of progress where nobody watches a terminal


def progress() -> Callable[[str], None]:
    """Says on standard error what is being done, at most once a second; a terminal's line is written over."""
    last, terminal = [time.monotonic()], has_terminal()

    def tell(text: str) -> None:
        now = time.monotonic()
        if text and now - last[0] >= (0.1 if terminal else EVERY):
            last[0] = now
            say(f"\r\x1b[K{text}" if terminal else f"parley: {text}\n")
        elif not text and terminal:
            say("\r\x1b[K")

    return tell


def csv_text(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV; a missing number is an empty field; text that a sheet would take for a formula is escaped."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{value}"
    if isinstance(value, float):
        return "" if value != value else repr(float(value))
    return value


def write_trade(answer: SolveAnswer | RatesAnswer, out: Path) -> list[Path]:
    """The answer of `trade solve` as JSON, its countries as CSV, and its draws as CSV and chart."""
    from parley.json_values import plain
    from parley.report.write import as_json, folder, write

    countries: Mapping[str, Mapping[str, object]] = answer["countries"]
    figures = [key for key in next(iter(countries.values())) if key != "name"]
    texts = {
        "trade.json": as_json(plain(answer)),
        "trade-countries.csv": csv_text(
            ["country", "name", *figures, "welfare_low", "welfare_high"],
            ([c, row["name"], *(row[k] for k in figures), *_ends(answer["range"], c)] for c, row in countries.items()),
        ),
    }
    if answer["draws"]:
        texts |= _draws(answer, answer["draws"])
    folder(out)
    return [write(out / name, text) for name, text in texts.items()]


def _ends(spread: Ranges, country: str) -> list[float | None]:
    found = spread.get(country, {}).get("welfare_pct")
    return [found["low"], found["high"]] if found else [None, None]


def _draws(answer: SolveAnswer | RatesAnswer, draws: DrawsAnswer) -> dict[str, str]:
    from parley.report.draws_chart import draws_chart, standalone

    held = draws["quantiles"]
    names = list(next(iter(next(iter(held.values())).values())))
    rows = ([c, k, *found.values()] for c, figures in held.items() for k, found in figures.items())
    shown = [*answer["most_affected"]["gain"], *reversed(answer["most_affected"]["lose"])]
    parties = [c for c in answer["parties"] if c in held]
    title = f"change of welfare, percent; {draws['count']} draws of elasticities"
    chart = draws_chart(held, list(dict.fromkeys([*parties, *shown])), title)
    return {"trade-draws.csv": csv_text(["country", "indicator", *names], rows), "trade-draws.svg": standalone(chart)}
