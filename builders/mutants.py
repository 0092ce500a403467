"""How many small faults the quick tests of a room notice: mutation testing, sampled by seed (docs/reliability/mutants.json).

Run: python builders/mutants.py law|trade|talks|record [--sample 300] [--seed 1] [--write] [--tests PATH ...]

A mutant is one small change of a module below (mutant_kinds.py). It is killed where a test fails, crashes or takes too long.
The score leaves out the mutants that docs/reliability/survivors.toml shows to change nothing; its interval is Wilson's, at 95 %.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib
import json
import os
import pickle
import random
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from glob import glob
from pathlib import Path
from typing import Any

from mutant_kinds import Mutant, mutants_of
from mutant_runs import Round, Verdict

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs/reliability/mutants.json"
SURVIVORS = ROOT / "docs/reliability/survivors.toml"
LEFT = ROOT / "docs/reliability/mutants-left.csv"  # what no test noticed, a row each
BUDGET = 1.0  # CPU seconds of tests for one mutant: what they do not notice survives


def _law() -> None:
    from regimes import law_of  # pyright: ignore[reportMissingImports]  # of tests/support

    law_of()


def _lines() -> None:
    from parley.law.edition import edition_of

    _law()
    for destination in ("USA", "CHN"):
        edition_of(destination, date(2025, 5, 2))


def _solves() -> None:
    from parley.trade.models import models
    from parley.trade.solve import solve
    from trade_worlds import RELIEF, shocked, small_world  # pyright: ignore[reportMissingImports]  # of tests/support

    closures: tuple[dict[str, Any], ...] = ({}, {"deficits": "balanced"}, RELIEF)
    for model in models():
        world = small_world(links=model == "caliendo_parro")
        for closure in closures:
            solve(world, shocked(world) if not closure else world.t * 1.01, model=model, **closure)


def _proves() -> None:
    from parley.talks.deviations import deviation_gains
    from parley.talks.game import nash
    from parley.trade.models import models
    from parley.trade.solve import balance, solve
    from talks_worlds import small_world  # pyright: ignore[reportMissingImports]  # of tests/support

    for model in models():
        world = balance(small_world(links=model == "caliendo_parro"), model=model)
        war = nash(world, model=model, instrument="uniform", unions=())
        x = war.board.log_tau(world.t)
        deviation_gains(war.board, solve(world, model=model), x, (-0.5, 3.0))


@dataclass(frozen=True)
class Room:
    """modules: globs below src/parley; tests: paths below tests. warm: what every test would prepare for itself, and keep.

    heat: what is slow at its first use alone (imports, checks of types), and leaves nothing behind.
    """

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    warm: Callable[[], None] = lambda: None
    heat: Callable[[], None] = lambda: None

    def paths(self) -> list[str]:
        return sorted(path for pattern in self.modules for path in glob(f"src/parley/{pattern}.py", root_dir=ROOT))


SHIPMENTS = tuple(f"law/shipments/{name}" for name in ("judge", "contributions", "base", "compile/claim_classes"))
ROOMS = {
    "law": Room(
        ("law/explain", "law/stacking", "law/entry_claims", "law/value_shares", "law/compiled", *SHIPMENTS),
        ("law", "shipments"),
        _law,
    ),
    "trade": Room(
        (
            "trade/hat",
            "trade/solve",
            "trade/problem",
            "trade/equilibrium",
            "trade/closure",
            "trade/models/*",
            "trade/closures/*",
        ),
        ("trade",),
        heat=_solves,
    ),
    "talks": Room(
        (
            "talks/deviations",
            "talks/unilateral_trials",
            "talks/marginal",
            "talks/multipliers",
            "talks/games/deadline",
            "scenario/deadline",
        ),
        ("talks", "scenario/test_deadline_table.py"),
        heat=_proves,
    ),
    "record": Room(
        (
            "record/contradictions",
            "record/clash_rules",
            "record/status",
            "record/outcomes",
            "scenario/outcomes/__init__",
        ),
        ("record", "scenario/test_outcomes.py", "scenario/test_outcomes_edges.py"),
        _law,
    ),
}


def reasons() -> dict[tuple[str, str], str]:
    """(path, change) → why no test can notice it. Raises SystemExit for an entry of a change that is none of today's."""
    found: dict[tuple[str, str], str] = {}
    for row in tomllib.loads(SURVIVORS.read_text())["survivor"] if SURVIVORS.exists() else []:
        known = {m.change for m in mutants_of(ROOT, row["path"])} if (ROOT / row["path"]).exists() else set()
        if row["change"] not in known:
            raise SystemExit(
                f"{SURVIVORS.name}: {row['path']} has no change {row['change']!r} (any more); remove the entry, or write what is there now"
            )
        found[row["path"], row["change"]] = row["reason"]
    return found


def sampled(room: Room, size: int, seed: int, only: str = "") -> tuple[list[Mutant], int]:
    """Some of a room's mutants, each as likely as any other, and how many there are; only: of paths that begin so."""
    every = [mutant for path in room.paths() if path.startswith(only) for mutant in mutants_of(ROOT, path)]
    return random.Random(seed).sample(every, min(size, len(every))), len(every)


def digest(paths: list[Path]) -> str:
    sums = hashlib.sha256()
    for path in sorted(paths):
        sums.update(str(path).encode() + path.read_bytes())
    return sums.hexdigest()[:16]


def verdicts(name: str, mutants: list[Mutant], tests: list[str], budget: float) -> list[Verdict]:
    """Every mutant's; the coverage of the same tree and tests is kept in the folder of temporary files."""
    room = ROOMS[name]
    chosen = tests or [f"tests/{test}" for test in room.tests]
    files = [path for top in ("src", "tests") for path in (ROOT / top).rglob("*.py")]
    kept = (
        Path(tempfile.gettempdir())
        / f"mutants-{name}-{digest(files)}-{hashlib.sha256(' '.join(chosen).encode()).hexdigest()[:8]}.pickle"
    )
    sys.path.insert(0, str(ROOT / "tests/support"))
    for heavy in ("numpy", "msgspec", "pyarrow", "hypothesis", "beartype", "jaxtyping"):  # once, before any copy
        importlib.import_module(heavy)
    asked = Round(ROOT, chosen, room.paths(), mutants, room.warm, budget, room.heat)
    if kept.exists():
        asked.coverage = pickle.loads(kept.read_bytes())
    else:
        kept.write_bytes(pickle.dumps(asked.cover()))
    return list(asked.run())


Cell = str | int | float


def row_of(name: str, found: list[Verdict], every: int, seed: int) -> list[Cell]:
    from parley.record.shares import wilson  # not before the last copy that imports parley anew is made

    known = reasons()
    same = [v for v in found if not v.by and (v.mutant.path, v.mutant.change) in known]
    killed, of = sum(v.by is not None for v in found), len(found) - len(same)
    low, high = wilson(killed, of)
    return [
        name,
        every,
        len(found),
        seed,
        killed,
        len(same),
        round(100 * killed / max(of, 1), 1),
        f"{100 * low:.1f} to {100 * high:.1f}",
    ]


COLUMNS = ["room", "possible changes", "sampled", "seed", "noticed", "change nothing", "score, %", "95 % interval"]
WHAT = (
    "Small faults, one at a time, in the code that decides: law, equilibria, deviations, contradictions. "
    "The score is the share that a room's quick tests notice, among those that change anything. "
    "A fault meets tests of one CPU second at most, the likeliest first. "
    "The last row of a room is a sample that no test was written for; earlier rows led to tests."
)


def write(row: list[Cell], left: list[Verdict], seconds: float) -> None:
    """Put one room's row, and what was not noticed there, in the place of those of its last run with this seed."""
    room, seed = str(row[0]), int(row[3])
    kept = json.loads(OUT.read_text()) if OUT.exists() else {"rows": [], "failures": [], "seconds": 0}
    names, others = list(ROOMS), [r for r in kept["rows"] if (r[0], r[3]) != (room, seed)]
    rows = sorted([*others, row], key=lambda r: (names.index(str(r[0])), int(r[3])))
    mark = f"{room}, seed {seed}: "
    told = [f"{mark}{len(left)} faults were not noticed; {LEFT.relative_to(ROOT)} says why."] if left else []
    page = {
        "title": "Faults that the tests notice",
        "day": str(date.today()),
        "command": "python builders/mutants.py ROOM --sample 300 --seed SEED --write",
        "seconds": round(kept["seconds"] + seconds),
        "what": WHAT,
        "columns": COLUMNS,
        "rows": rows,
        "failures": sorted([*(f for f in kept["failures"] if not f.startswith(mark)), *told]),
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(page, indent=1, ensure_ascii=False) + "\n")
    lines = [["room", "seed", "file", "line", "change", "run by a quick test", "reason"]]
    if LEFT.exists():  # of each room the last sample: who ran it writes the reasons
        with LEFT.open(newline="") as file:
            lines += [line for line in list(csv.reader(file))[1:] if line[0] != room]
    lines += [
        [room, str(seed), v.mutant.path, str(v.mutant.line), v.mutant.change, "yes" if v.covered else "no", ""]
        for v in left
    ]
    with LEFT.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([lines[0], *sorted(lines[1:])])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--sample", type=int, default=300, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="*", default=[], help="pytest paths in the place of the room's")
    parser.add_argument("--budget", type=float, default=BUDGET, help="CPU seconds of tests for one mutant")
    parser.add_argument("--only", default="", help="only files whose path from the root begins so")
    parser.add_argument("--write", action="store_true", help=f"keep the result in {OUT.relative_to(ROOT)}")
    asked = parser.parse_args()
    mutants, every = sampled(ROOMS[asked.room], asked.sample, asked.seed, asked.only)
    found = verdicts(asked.room, mutants, asked.tests, asked.budget)
    known = reasons()
    left = [v for v in found if not v.by and (v.mutant.path, v.mutant.change) not in known]
    told = [
        f"{v.mutant.path}:{v.mutant.line}: {v.mutant.change}" + ("" if v.covered else " (no quick test runs it)")
        for v in left
    ]
    print("\n".join(sorted(told)))
    row = row_of(asked.room, found, every, asked.seed)
    print(dict(zip(COLUMNS, row, strict=True)))
    if asked.write:
        write(row, left, sum(os.times()[:4]))


if __name__ == "__main__":
    main()
