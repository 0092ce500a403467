"""Every scenario in examples/ runs, and the figures in its .expect.csv come out: path in the Answer, value, tolerance, why."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from parley.scenario.brief import run
from parley.scenario.scenario import read_scenario

FOLDER = Path(__file__).parents[1] / "examples"
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


def test_every_scenario_says_what_it_expects() -> None:
    assert SCENARIOS
    assert all(path.with_suffix(".expect.csv").is_file() for path in SCENARIOS)


def figures_that_differ(answer: dict[str, Any], path: Path) -> list[str]:
    """What an Answer says otherwise than the scenario's .expect.csv."""
    wrong = []
    for row in expected(path):
        found = float(found_at(answer, row["path"]))
        if found != pytest.approx(float(row["value"]), abs=float(row["tolerance"])):
            wrong.append(f"{row['path']}: {found}, expected {row['value']} within {row['tolerance']} ({row['why']})")
    return wrong


@pytest.mark.slow  # the shipped scenario's figures are also looked at by test_brief.py, in the quick suite
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_figures_come_out(path: Path) -> None:
    wrong = figures_that_differ(run(read_scenario(path)).as_json(), path)
    assert not wrong, "\n".join(wrong)
