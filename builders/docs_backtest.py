"""Write docs/backtest.md: predicted US trade held against what customs counted.

Run: python builders/docs_backtest.py [--check] [--page docs/backtest.md] [--answer FILE.json ...]

Every figure is computed by `parley.scenario.backtest.answering.backtest`; about half a minute of one core the first time.
--check compares without writing. --answer reads what `parley trade backtest --json` wrote, without and with links, in its place.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from parley.report.backtest_text import LEVELS, RULES, cell_cells, cell_rows, columns, firsts, percent

ROOT = Path(__file__).parents[1]
Row = dict[str, Any]
TOP = """# Trade held against what happened

<!-- written by builders/docs_backtest.py: do not edit by hand -->

This page holds predicted US trade against what customs counted, month by month.
`parley trade backtest` computes it; `python builders/docs_backtest.py` writes it.
It reports failures as plainly as successes.

## How

* **Windows** are months with the law of one day, held against the same months of 2024.
  They stand in [`windows.csv`](../src/parley/scenario/backtest/windows.csv).
* **Predicted** is the model's ratio of new to old value before duty, by partner and sector.
  It multiplies what was traded in the same months of 2024.
* **Statutory** reads the law as written; **paid** reads what importers pay ([how](law-paid.md)).
  No rate is fitted to duties or trade of the months shown.
* **Error** is the root mean square of log actual less log predicted, by value of 2024.
  **Relative** is the same once a common factor for all goods is taken out.
* **Slope** and **correlation** are of actual on predicted, by value.
  **Rank** and **signs** count cells alike; 0.5 of signs is chance.
* **No change**, the **own trend** of the year before, and a **common factor** need no model.
  The common factor is the growth of all goods that came about: hindsight, no forecast.
* **Choices** were written down before our code read a month after June 2025.
  [Decision 17](../decisions/0017-trade-held-against-what-happened.md) has them, and says why they were not blind.

**Horizons.** Sets are of the long run, but for BLP-decade and BLP-year.
At the horizon of a year imports answer their own duty alone, without an equilibrium.
Both came after the later months had been read, with the horizons of the package; they were not chosen by results.
"""
YOURS = """## Your own months

`--months` takes a CSV in the layout of the packaged table, and may be repeated. A file may be gzipped.
It also reads tables as customs write them: the Census API (CSV or its JSON) and DataWeb, long or with a column a month.
Countries stand by name, ISO code or Census number. Semicolons, tabs and thousands marks are read.
Imports are those for consumption at customs value, by NAICS.
Rows replace packaged figures, or add months.
Where no window is asked for, each later month is one of its own, under the law of its 15th.
So the packaged windows stay as they are, and later months stand apart.
A packaged window that holds rows of yours is named your own: the choices were frozen on packaged figures.

```csv
flow,partner,sector,month,value
imports,CHN,334,2025-12,7000000000
imports,WLD,334,2025-12,60000000000
exports,CHN,00,2025-12,9000000000
```

Sectors are three-digit NAICS codes; of exports, `00` for all goods, or chapters for `WLD`.
`WLD` is all countries together: without it, the goods of all other partners are not known.
Rows that others hold are passed over and counted: groups of countries, members beside the European Union, totals of imports.
A sector of a partner that is left out, and was traded a year before, is not known; it does not count as zero.
A faulty row is an error with its number; with `--rejects FILE` it is set aside with its reason.

```sh
parley trade backtest --months my-months.csv --window 2025-12/2026-02@2026-01-15 --rejects faults.csv
```

Partners that are together more than `WLD` are refused: bring both from one source.

The windows of 2018 and 2019 are scored once a file brings their months from 2017 on; their own trend needs 2016.
From Python:

```python
from parley.scenario.backtest.answering import backtest

found = backtest(["2025-05/06"], readings=["statutory"], elasticities=["U4"])
china = next(r for r in found["rows"] if r["level"] == "partner" and r["partner"] == "CHN")
assert china["predicted_pct"] < -30 and china["actual_pct"] < -30
```
"""


def page(plain: Row, linked: Row) -> str:
    """The whole page."""
    parts = (
        _scores(plain, linked),
        _verdicts(plain),
        _windows(plain),
        _not_tariffs(plain),
        [YOURS],
        _limits(plain),
    )
    return TOP + "\n" + "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---|" + "---:|" * (len(heads) - 1)
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def pick(found: Row, **asked: object) -> list[Row]:
    """The scores that have these values."""
    return [r for r in found["scores"] if all(r[k] == v for k, v in asked.items())]


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _scores(plain: Row, linked: Row) -> Iterator[str]:
    """Errors by window: models and rules, one table a level."""
    yield "## Errors\n"
    yield "The lowest error of a window is bold; the common factor is hindsight and left out of that."
    yield "“Least” and “most” are the elasticity sets with the least and the largest error.\n"
    for level, title in LEVELS.items():
        windows = plain["windows"]
        yield f"### {title}\n"
        yield from _table(["", *(w["window"] for w in windows)], _by_window(plain, linked, level))


def _by_window(plain: Row, linked: Row, level: str) -> list[list[str]]:
    first, names = plain["elasticities"][0], [w["window"] for w in plain["windows"]]
    columns = [_column(plain, linked, level, name, first) for name in names]
    made = []
    for key in columns[0]:
        cells = []
        for column in columns:
            best = min(v for k, (v, _) in column.items() if k != RULES["common_factor"])
            value, text = column[key]
            cells.append(f"**{text}**" if value == best and key != RULES["common_factor"] else text)
        made.append([key, *cells])
    return made


def _column(plain: Row, linked: Row, level: str, window: str, first: str) -> dict[str, tuple[float, str]]:
    """Errors of one window by a row's name, each with its text."""
    made: dict[str, tuple[float, str]] = {}
    for reading in plain["readings"]:
        asked = {"window": window, "level": level, "group": "all", "by": "model", "reading": reading}
        own = sorted(pick(plain, **asked), key=lambda r: r["rmse"])
        with_links = pick(linked, **asked, elasticities=first)
        by_set = {r["elasticities"]: r for r in own}
        shown = {
            **{f"{name}, {reading}": by_set[name] for name in firsts(plain).values()}, f"{first} with links, {reading}": with_links[0],
            f"least, {reading}": own[0], f"most, {reading}": own[-1],
        }  # fmt: skip
        for name, row in shown.items():
            text = _two(row["rmse"]) + (f" {row['elasticities']}" if name.startswith(("least", "most")) else "")
            made[name] = row["rmse"], text
    for by, name in RULES.items():
        (row,) = pick(plain, window=window, level=level, group="all", by=by)
        made[name] = row["rmse"], _two(row["rmse"])
    return made


def _verdicts(plain: Row) -> Iterator[str]:
    """What the errors say, counted."""
    yield "## What came out\n"
    yield "How often an error is lower than that of a rule; “relative” is against no change, each less a common factor.\n"
    best: list[str] = []
    made: list[list[str]] = []
    for level, title in LEVELS.items():
        counted = [
            _counts(plain, level, name, reading) for name in firsts(plain).values() for reading in plain["readings"]
        ]
        made += [[title, *row] for row in counted]
        top = max(counted, key=lambda row: (int(row[1].split()[0]) + int(row[2].split()[0]), row[0]))
        best.append(
            f"* {title}: {top[0]} does best. It is below no change in {top[1]} windows, and below the own trend in {top[2]}."
        )
    heads = ["", "prediction", "below no change", "below own trend", "relative", "rank, lowest to highest", "signs"]
    yield from _table(heads, made)
    yield from best
    yield ""
    yield from _later(plain)


def _counts(plain: Row, level: str, name: str, reading: str) -> list[str]:
    """One prediction at one level: in how many windows it beats each rule, and its ranks and signs."""
    rows = pick(plain, level=level, group="all", by="model", reading=reading, elasticities=name)
    of = f" of {len(rows)}"
    beats = [sum(r["rmse"] < _rule(plain, r, by)["rmse"] for r in rows) for by in ("no_change", "own_trend")]
    relative = sum(r["rmse_common"] < _rule(plain, r, "no_change")["rmse_common"] for r in rows)
    ends = [[r[k] for r in rows if r[k] is not None] for k in ("rank", "signs")]
    spans = [f"{min(e):.2f} to {max(e):.2f}" if e else "–" for e in ends]
    return [f"{name}, {reading}", *(f"{b}{of}" for b in (*beats, relative)), *spans]


def _rule(found: Row, row: Row, by: str) -> Row:
    return pick(found, window=row["window"], level=row["level"], group=row["group"], by=by)[0]


def _later(plain: Row) -> Iterator[str]:
    """Windows open to choices beside those reported once."""
    kinds = {w["window"]: w["kind"] for w in plain["windows"]}
    yield "Mean error by partner, windows open to choices and windows reported once:\n"
    made = []
    for reading in plain["readings"]:
        for name in firsts(plain).values():
            rows = pick(plain, level="partner", group="all", by="model", reading=reading, elasticities=name)
            made.append([f"{name}, {reading}", *_means(rows, kinds)])
    for by, name in RULES.items():
        made.append([name, *_means(pick(plain, level="partner", group="all", by=by), kinds)])
    yield from _table(["", "choices", "once"], made)


def _means(rows: Sequence[Row], kinds: dict[str, str]) -> list[str]:
    held = {kind: [r["rmse"] for r in rows if kinds[r["window"]] == kind] for kind in ("choices", "once")}
    return [_two(sum(v) / len(v)) if v else "–" for v in held.values()]


def _windows(found: Row) -> Iterator[str]:
    """Each window: its scores with and without what was not tariffs, partners, sectors, exports."""
    for w in found["windows"]:
        yield f"## {w['window']}: law of {w['law']}\n"
        yield f"{w['note'][0].upper()}{w['note'][1:]}. {KINDS[w['kind']]}\n"
        yield from _table(
            [
                "",
                "cells",
                "all goods, predicted %",
                "actual %",
                "error",
                "relative",
                "slope",
                "correlation",
                "rank",
                "signs",
            ],
            [_score(r) for level in LEVELS for r in _shown(found, w["window"], level)],
        )
        for level, title in LEVELS.items():
            if level != "partner_sector":
                yield from _rows(found, w["window"], level, title)


KINDS = {"choices": "Choices were open on these months.", "once": "Reported once.", "yours": "A window of your own."}


def _shown(found: Row, window: str, level: str) -> list[Row]:
    """The first set under each reading, all goods and without what was not tariffs."""
    first = found["elasticities"][0]
    return [
        r
        for group in ("all", "without")
        for reading in found["readings"]
        for r in pick(found, window=window, level=level, group=group, by="model", reading=reading, elasticities=first)
    ]


def _score(row: Row) -> list[str]:
    name = f"{LEVELS[row['level']][3:]}, {row['reading']}" + (
        ", without what was not tariffs" if row["group"] == "without" else ""
    )
    figures = [row[k] for k in ("rmse", "rmse_common", "slope", "correlation", "rank", "signs")]
    return [name, str(row["cells"]), f"{row['predicted_pct']:+.1f}", f"{row['actual_pct']:+.1f}", *map(_two, figures)]


def _rows(found: Row, window: str, level: str, title: str) -> Iterator[str]:
    shown = columns(found)
    heads = [title, "$ bn in 2024", *(f"{name}, %" for name in shown.values()), "actual %", "own trend %"]
    yield from _table(heads, [cell_cells(by, shown) for by in cell_rows(found, window, level)])


def _not_tariffs(found: Row) -> Iterator[str]:
    yield "## What was not tariffs\n"
    yield "These goods moved for other causes. They are shown, and no rule is tuned to them."
    yield "Points are what a line adds to the growth of all imports.\n"
    lines = {r["what"]: r["name"] for r in found["not_tariffs"]}
    held = {(r["window"], r["what"]): r for r in found["not_tariffs"]}
    yield from _table(
        ["actual %, points", *(w["window"] for w in found["windows"])],
        [
            [
                name,
                *(
                    f"{percent(held[w['window'], what]['actual_pct'])}, {held[w['window'], what]['points']:+.1f}"
                    for w in found["windows"]
                ),
            ]
            for what, name in lines.items()
        ],
    )
    yield "Goods were stocked before the duties came, and missed after. Imports against the same month of 2024, percent:\n"
    names = {r["what"]: r["name"] for r in found["months"]}
    rows: dict[str, dict[str, Row]] = {}
    for r in found["months"]:
        rows.setdefault(r["month"], {})[r["what"]] = r
    yield from _table(
        ["month", *names.values()], [[m, *(percent(own[w]["actual_pct"]) for w in names)] for m, own in rows.items()]
    )


def _limits(found: Row) -> Iterator[str]:
    yield "## What parley cannot foresee\n"
    yield "The model answers one question: where trade comes to rest under other duties, all else the same."
    yield "It knows nothing of total demand, of a boom in servers for AI, or of gold that moves for its price."
    yield "It has no time in it, so it sees neither the goods stocked before a date nor the slow change of suppliers after it."
    yield "Where these are larger than tariffs, as for most partners but China, its ranking of partners is no forecast."
    yield "With long-run elasticities it overstates the first year: the sets of a year and a decade err less by partner."
    yield "Use it for what a law does, beside the same world without that law.\n"
    yield "Limits of this test:\n"
    yield from (f"* {text[0].upper()}{text[1:]}." for text in found["limits"])


def main() -> None:
    """Writes the page, or says whether it is what would be written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--page", type=Path, default=ROOT / "docs/backtest.md")
    parser.add_argument("--answer", type=Path, nargs=2)
    asked = parser.parse_args()
    if asked.answer:
        plain, linked = (json.loads(path.read_text(encoding="utf-8")) for path in asked.answer)
    else:
        from parley.scenario.backtest.answering import backtest

        def say(text: str) -> None:
            print(text, file=sys.stderr)

        plain = backtest(say=say)
        linked = backtest(model="caliendo_parro", elasticities=plain["elasticities"][:1], say=say)
    text = page(dict(plain), dict(linked))
    if asked.check:
        if asked.page.read_text(encoding="utf-8") != text:
            sys.exit(f"{asked.page} differs from what ships: python builders/docs_backtest.py")
        return
    asked.page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
