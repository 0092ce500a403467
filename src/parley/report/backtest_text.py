"""The backtest in lines and tables: scores beside rules, partners, what was not tariffs. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from parley.report.words import DASH
from parley.scenario.backtest.answers import BacktestAnswer, CellRow, Level, NotTariffsRow, ScoreRow
from parley.scenario.game import Words
from parley.tabular import Table

LEVELS: dict[Level, str] = {
    "partner": "US imports by partner", "sector": "US imports by sector", "partner_sector": "US imports by partner and sector",
    "exports_partner": "US exports by partner", "exports_sector": "US exports by sector",
}  # fmt: skip
RULES = {"no_change": "no change", "own_trend": "own trend", "common_factor": "common factor"}
HEADS = ["", "all goods %", "actual %", "error", "relative", "slope", "correl.", "rank", "signs"]
MEANT = (
    "error: root mean square of log actual less log predicted, by value; relative: the same less a common factor; slope, correlation: "
    "of actual on predicted; rank, signs: cells alike. Rules: own trend is that of the year before; the common factor is hindsight."
)
MOST = 12  # partners shown: the largest


def words(found: BacktestAnswer) -> Words:
    """All of it, window by window."""
    for window in found["windows"]:
        name = window["window"]
        yield (
            f"{name}: against the same months {_years(window['years'])} before, law of {window['law']} "
            f"against {window['before']} ({KINDS[window['kind']]})"
        )
        for level in LEVELS:
            if rows := shown_scores(found, name, level):
                yield Table(HEADS, [score_cells(r) for r in rows], f"{name}: {LEVELS[level]} ({cells_in(rows)})")
        yield partner_table(found, name)
        if left := left_out(found, name):
            yield f"{name}: not known, or too small for the errors: {'; '.join(left)}."
        if lines := [r for r in found["not_tariffs"] if r["window"] == name]:
            yield lines_table(lines, name)
    for row in found["not_scored"]:
        yield f"not scored: {row['window']}: {row['reason']}"
    yield from notes(found)


def cells_in(rows: Sequence[ScoreRow]) -> str:
    """How many cells are in the errors of a level, and how many are not, in words."""
    held, out = ({r[key] for r in rows} for key in ("cells", "left_out"))
    said = [f"{min(n):,}" if len(n) == 1 else f"{min(n):,} to {max(n):,}" for n in (held, out)]
    return f"{said[0]} cells" + (f"; {said[1]} too small, or not in the dataset, left out" if max(out) else "")


def _years(count: int) -> str:
    return "a year" if count == 1 else f"{count} years"


KINDS = {
    "choices": "choices were made on months to June 2025", "once": "reported once, after the choices", "yours": "your own window",
}  # fmt: skip


def shown_scores(found: BacktestAnswer, window: str, level: Level, group: str = "all") -> list[ScoreRow]:
    """A level's rows: the first set of each horizon under each reading, the sets with least and largest error, then the rules."""
    rows = [r for r in found["scores"] if (r["window"], r["level"], r["group"]) == (window, level, group)]
    model = [r for r in rows if r["by"] == "model"]
    shown: list[ScoreRow] = []
    for reading in found["readings"]:
        own = sorted((r for r in model if r["reading"] == reading), key=lambda r: r["rmse"])
        first = [r for r in own if r["elasticities"] in firsts(found).values()]
        shown += [*first, *(r for r in (own[0], own[-1]) if r not in first)] if own else []
    return [*shown, *(r for r in rows if r["by"] != "model")]


def firsts(found: BacktestAnswer) -> dict[str | None, str]:
    """The first set of each horizon that was asked for, that of the first set of all first."""
    horizons = {r["elasticities"]: r["horizon"] for r in found["scores"] if r["elasticities"]}
    made: dict[str | None, str] = {}
    for name in found["elasticities"]:
        if name in horizons:
            made.setdefault(horizons[name], name)
    return made


def columns(found: BacktestAnswer) -> dict[tuple[str, str], str]:
    """(reading, set) of the predictions that tables of cells show, each with its heading: every reading, and other horizons by the last."""
    held = firsts(found)
    main = next(iter(held.values()), "")
    made = {(reading, main): reading for reading in found["readings"]}
    last = found["readings"][-1]
    return made | {
        (last, name): f"{last}, {str(horizon).replace('_', ' ')}" for horizon, name in held.items() if name != main
    }


def score_cells(row: ScoreRow) -> list[str]:
    """One row as text."""
    name = RULES.get(row["by"]) or f"{row['elasticities']}, {row['reading']}"
    totals = [f"{row['predicted_pct']:+.1f}", f"{row['actual_pct']:+.1f}"]
    figures = [row[k] for k in ("rmse", "rmse_common", "slope", "correlation", "rank", "signs")]
    return [name, *totals, *(DASH if f is None else f"{f:.2f}" for f in figures)]


def cell_rows(found: BacktestAnswer, window: str, level: Level = "partner") -> list[dict[tuple[str, str], CellRow]]:
    """The cells of a window by the predictions that are shown, the largest first."""
    made: dict[tuple[str | None, str | None], dict[tuple[str, str], CellRow]] = {}
    for r in found["rows"]:
        if (r["window"], r["level"]) == (window, level):
            made.setdefault((r["partner"], r["sector"]), {})[r["reading"], r["elasticities"]] = r
    return sorted(made.values(), key=lambda by: -next(iter(by.values()))["base_usd"])


def partner_table(found: BacktestAnswer, window: str) -> Table:
    """The largest partners: predicted by each reading, and what happened."""
    shown = columns(found)
    heads = ["imports from", "$ bn before", *(f"{name} %" for name in shown.values()), "actual %", "own trend %"]
    made = [cell_cells(by, shown) for by in cell_rows(found, window)[:MOST] if next(iter(by.values()))["base_usd"]]
    return Table(heads, made, f"{window}: the largest partners, predicted and actual")


def left_out(found: BacktestAnswer, window: str) -> list[str]:
    """How many partners and sectors of a window are in no error, by level."""
    made: list[str] = []
    for level in ("partner", "sector", "exports_partner", "exports_sector"):
        rows = [next(iter(by.values())) for by in cell_rows(found, window, level)]
        lost = [r for r in rows if not r["counted"]]
        if lost:
            made.append(f"{LEVELS[level]}: {len(lost)} of {len(rows)}")
    return made


def cell_cells(by: dict[tuple[str, str], CellRow], shown: Iterable[tuple[str, str]]) -> list[str]:
    """One cell as text: name, value before, predictions, what happened, the own trend."""
    row = next(iter(by.values()))
    return [
        row["name"], f"{row['base_usd'] / 1e9:.1f}", *(ranged(by[key]) for key in shown), percent(row["actual_pct"]),
        percent(row["own_trend_pct"]),
    ]  # fmt: skip


def ranged(row: CellRow) -> str:
    """A prediction with its range, where there is one."""
    if row["predicted_pct"] is None or row["low_pct"] == row["high_pct"]:
        return percent(row["predicted_pct"])
    return f"{percent(row['predicted_pct'])} ({percent(row['low_pct'])} … {percent(row['high_pct'])})"


def percent(value: float | None) -> str:
    """A change in percent with its sign."""
    return DASH if value is None else f"{value:+.0f}"


def lines_table(rows: Sequence[NotTariffsRow], window: str) -> Table:
    """What was not tariffs, in one window."""
    made = [[r["name"], f"{r['base_usd'] / 1e9:.1f}", percent(r["actual_pct"]), f"{r['points']:+.1f}"] for r in rows]
    return Table(["", "$ bn before", "actual %", "points of all imports"], made, f"{window}: what was not tariffs")


def notes(found: BacktestAnswer) -> Iterator[str]:
    """What all of it rests on."""
    yield MEANT
    if found["rows"]:
        yield f"Ranges: {found['rows'][0]['spans']}."
    horizons = ", ".join(f"{horizon}: {name}" for horizon, name in firsts(found).items())
    yield f"{found['model']} on {found['world']}; horizons and their first sets: {horizons or 'none'}. Rule: {found['rule']}."
    if found["months_known"]:
        known = f", as published by {found['known']}" if found["known"] else ""
        yield f"Months from {found['months_known'][0]} to {found['months_known'][1]}{known}; law {found['law_version']}."
    if found["own_rows"] or found["rejected"]:
        beside = f", {found['own_beside']} passed over that others hold" if found["own_beside"] else ""
        yield f"Your own figures: {found['own_rows']} used{beside}, {found['rejected']} set aside."
    yield "limits: " + "; ".join(found["limits"])
