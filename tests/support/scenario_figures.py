"""The scenarios in examples/ and the figures in their .expect.csv: path in the Answer, value, tolerance (none: words), why."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "examples"


SCENARIOS = sorted(FOLDER.glob("*.toml"))


def expected(path: Path) -> list[dict[str, str]]:
    with path.with_suffix(".expect.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def found_at(value: Any, path: str) -> Any:
    """Follows "law.lines[label=toy].rate": keys, and the list member whose field has a value."""
    for step in path.split("."):
        key, _, test = step.partition("[")
        value = value[key] if key else value
        if test:
            name, _, wanted = test.rstrip("]").partition("=")
            value = next(row for row in value if str(row[name]) == wanted)
    return value


def figures_that_differ(answer: dict[str, Any], path: Path) -> list[str]:
    """What an Answer says otherwise than the scenario's .expect.csv."""
    wrong = []
    for row in expected(path):
        at = found_at(answer, row["path"])
        if not row["tolerance"]:  # words, or a day
            wrong += [f"{row['path']}: {at!r}, expected {row['value']!r} ({row['why']})"] if at != row["value"] else []
            continue
        found = float(at)
        if found != pytest.approx(float(row["value"]), abs=float(row["tolerance"])):
            wrong.append(f"{row['path']}: {found}, expected {row['value']} within {row['tolerance']} ({row['why']})")
    return wrong
