"""Write the tables of docs/data.md from the manifests, the elasticity sets and the acts that ship, between two markers.

Run: python builders/docs_data.py [--check] [--page docs/data.md]

A test runs --check: the page may not differ from what ships.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOME = ROOT / "src" / "parley"
BEGIN = "<!-- written by builders/docs_data.py: do not edit by hand -->"
END = "<!-- end of what builders/docs_data.py writes -->"
TABLES = (
    "law/schedule", "law/weights", "law/tracked", "law/refunds", "law/fees", "law/filing", "law/treatment", "law/releases",
    "law/shipments/layouts/tables", "world/sources", "report/outlines", "scenario/backtest",
)  # fmt: skip


def generated(home: Path = HOME) -> str:
    """Everything between the markers: tables with a manifest entry, product lists by source, elasticity sets, entries by hand."""
    parts = [_tables(home), _lists(home), _elasticities(home), _by_hand(home)]
    return "\n\n".join(parts)


def with_tables(page: str, tables: str) -> str:
    """The page with the text between its markers replaced."""
    head, mark, rest = page.partition(BEGIN)
    if not mark or END not in rest:
        raise SystemExit(f"docs/data.md needs the two markers\n{BEGIN}\n{END}")
    return f"{head}{BEGIN}\n\n{tables}\n\n{END}{rest.partition(END)[2]}"


def _manifest(home: Path, folder: str) -> dict[str, dict]:
    return json.loads((home / folder / "manifest.json").read_text("utf-8"))


def _tables(home: Path) -> str:
    rows = [
        (f"`{folder}/{name}`", _rows(e), _both(e, "source"), _both(e, "terms"), _vintage(e), f"`{e['builder']}`")
        for folder in TABLES
        for name, e in sorted(_manifest(home, folder).items())
    ]
    return "## Tables\n\n" + _table(("table", "rows", "source", "terms", "vintage", "builder"), rows)


def _both(entry: dict, field: str) -> str:
    second = entry.get(f"{field}_shares")
    return f"{entry[field]}. {second}" if second else entry[field]


def _vintage(entry: dict) -> str:
    days = entry.get("edition_days", {}).values()
    guessed = sum("approximate" in day for day in days)
    return entry["vintage"] + (f"; {len(days)} editions, {guessed} of them with an approximate day" if days else "")


def _rows(entry: dict) -> str:
    return f"{entry['rows']:,}"


def _lists(home: Path) -> str:
    held = _manifest(home, "law/measures")
    groups: dict[tuple[str, str, str], list[str]] = {}
    for name, e in held.items():
        groups.setdefault((e["source"], e["terms"], e["builder"]), []).append(name)
    total = sum(e["rows"] for e in held.values())
    head = f"## Product lists beside the acts\n\n`law/measures/*.csv` holds {len(held)} lists with {total:,} rows."
    rows = []
    for (source, terms, builder), names in sorted(groups.items(), key=lambda g: -len(g[1])):
        when = ", ".join(dict.fromkeys(held[n]["vintage"] for n in names))
        files = " · ".join(f"`{n}` {_rows(held[n])}" for n in sorted(names))
        kind = "list" if len(names) == 1 else "lists"
        rows.append((f"{len(names)} {kind}", source, terms, when, f"`{builder}`", files))
    return f"{head}\n\n{_table(('lists', 'source', 'terms', 'vintage', 'builder', 'files and their rows'), rows)}"


def _elasticities(home: Path) -> str:
    sets = [tomllib.loads(p.read_text("utf-8")) for p in sorted((home / "world/elasticities").glob("*.toml"))]
    rows = [
        (
            f"`{s['name']}`",
            s["paper"],
            f"{s['table']}, {s['column']}",
            len(s["theta"]) if "theta" in s else "all",
            "yes" if s["read"] else "no",
        )
        for s in sets
    ]
    words = (
        "`builders/world_oecd_2022.py` writes `world/elasticities/*.toml`. The figures are the papers'.\n"
        "The last column says whether we checked them against the paper itself, or took them from the prepared set."
    )
    return f"## Elasticity sets\n\n{words}\n\n{_table(('set', 'paper', 'table', 'sectors', 'checked against the paper'), rows)}"


def _by_hand(home: Path) -> str:
    acts = [tomllib.loads(p.read_text("utf-8")) for p in sorted((home / "law/measures").glob("*.toml"))]
    read = sum(bool(a["act"].get("read")) for a in acts)
    steps = sum(len(a.get("measure", ())) for a in acts)
    entries = _count(home, "record/ledger/*.toml", "entry")
    figures = _count(home, "scenario/published-averages.toml", "figure")
    rows = [
        (
            "`law/measures/*.toml`",
            f"{len(acts)} acts, {steps:,} steps",
            f"each act's own citation; {read} read, {len(acts) - read} cited and not read (`read = false`)",
        ),
        (
            "`record/ledger/*.toml`",
            f"{entries} entries",
            "each entry's own source, with its tier and whether it was read",
        ),
        (
            "`scenario/published-averages.toml`",
            f"{figures} figures",
            "averages that others published, each with its source",
        ),
        (
            "`scenario/outcomes/decisions.csv`",
            f"{_lines(home / 'scenario/outcomes/decisions.csv')} rows",
            "what governments chose, each with its source and address; the coding is ours (`builders/outcomes.py`)",
        ),
        (
            "`scenario/outcomes/deals.csv`",
            f"{_lines(home / 'scenario/outcomes/deals.csv')} rows",
            "who announced a deal when in 2025, each with its source (`builders/outcomes.py`)",
        ),
        (
            "`scenario/rounds.csv`",
            f"{_lines(home / 'scenario/rounds.csv')} rows",
            "rounds of tariffs: the eve of each, and the first act on which it rests",
        ),
        (
            "`scenario/backtest/sectors.csv`",
            f"{_lines(home / 'scenario/backtest/sectors.csv')} rows",
            "sectors of the backtest: NAICS or HS chapters, and the dataset's sectors that hold the same goods; ours, by their names",
        ),
        (
            "`scenario/backtest/windows.csv`",
            f"{_lines(home / 'scenario/backtest/windows.csv')} rows",
            "windows of the backtest: months, and the day of the law; ours ([why](../decisions/0017-trade-held-against-what-happened.md))",
        ),
        ("`countries.csv`", f"{_lines(home / 'countries.csv')} rows", "ISO 3166-1; Schedule C of the Census Bureau"),
        ("`law/claims.csv`", f"{_lines(home / 'law/claims.csv')} rows", "our own words for what importers may claim"),
        (
            "`law/find_words_chinese.csv`",
            f"{_lines(home / 'law/find_words_chinese.csv')} rows",
            "our own: Chinese words for headings",
        ),
        ("`law/find_words.csv`", f"{_lines(home / 'law/find_words.csv')} rows", "our own words for tariff headings"),
        (
            "`law/measures/cited-days.csv`",
            f"{_lines(home / 'law/measures/cited-days.csv')} rows",
            "the day of each order, proclamation and notice that the law names, with its source",
        ),
        (
            "`law/measures/read-to.csv`",
            f"{_lines(home / 'law/measures/read-to.csv')} rows",
            "the last day to which each authority's law was read, and what that rests on",
        ),
        (
            "`scenario/rounds.csv`",
            f"{_lines(home / 'scenario/rounds.csv')} rows",
            "the eve of each round of tariffs, and the first act on which that rests",
        ),
    ]
    four = "The acts of the country rates (EO 14257, 14266, 14316, 14326) are written by `builders/us_acts_country_rates.py`."
    return f"## Written by hand\n\nFacts with citations. {four}\n\n{_table(('files', 'size', 'source'), rows)}"


def _count(home: Path, pattern: str, table: str) -> int:
    return sum(len(tomllib.loads(p.read_text("utf-8")).get(table, ())) for p in home.glob(pattern))


def _lines(path: Path) -> int:
    """Rows of a CSV without its comments and header."""
    return sum(not line.startswith("#") for line in path.read_text("utf-8").splitlines()) - 1


def _table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [[str(cell).replace("|", "/") for cell in row] for row in (header, *rows)]
    rule = ["---"] * len(lines[0])
    return "\n".join("| " + " | ".join(line) + " |" for line in (lines[0], rule, *lines[1:]))


def main() -> None:
    """Writes the page, or with --check exits with 1 where it is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 where the page is out of date")
    parser.add_argument("--page", type=Path, default=ROOT / "docs" / "data.md")
    asked = parser.parse_args()
    old = asked.page.read_text("utf-8")
    new = with_tables(old, generated())
    if asked.check:
        sys.exit(0 if old == new else f"{asked.page} is out of date: run python builders/docs_data.py")
    part = asked.page.with_name(asked.page.name + ".part")
    part.write_text(new, encoding="utf-8")
    os.replace(part, asked.page)


if __name__ == "__main__":
    main()
