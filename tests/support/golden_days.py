"""What the briefing of each example says in words, without a solve: title, what changed, what comes, deadline, options, record.

Run: PYTHONPATH=src python tests/support/golden_days.py   (writes tests/scenario/golden_days.json; look at every line that moves)
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from parley.record.ledger import read_ledger
from parley.scenario.headline import LABELS, in_law
from parley.scenario.levy import regime_of
from parley.scenario.scenario import read_scenario
from parley.scenario.situation import found, situation_of

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests/scenario/golden_days.json"
DAYS = sorted((ROOT / "examples").glob("*.toml"))


def words_of(path: Path) -> dict[str, Any]:
    """The words of one example."""
    scenario = read_scenario(path)
    scenario = found(scenario) if scenario.found else scenario
    told = situation_of(scenario, regime_of(scenario), read_ledger()).as_json()
    due = scenario.deadline
    return {
        "title": scenario.title,
        **dict(zip(LABELS[1:3], in_law(told), strict=True)),
        "deadline": f"{due.by}, {due.on}" if due else None,
        "step": scenario.signal.step if scenario.signal else None,
        "options": {p: [o["name"] for o in own] for p, own in told["options"].items()},
        "record": {
            "offers": [x["id"] for x in told["offers"]],
            "preconditions": [f"{x['id']} {x['state']}" for x in told["preconditions"]],
            "deadlines": [f"{x['id']}, {x['on']}" for x in told["deadlines"]],
            "agreements": [x["id"] for x in told["agreements"]],
            "rulings": [x["id"] for x in told["rulings"]],
        },
    }


if __name__ == "__main__":
    made = {path.stem: words_of(path) for path in DAYS}
    GOLDEN.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
