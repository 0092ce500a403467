"""Small faults in the rooms that decide (builders/mutants.py): how they are made, and a short round of them under the sharpest tests."""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from drawn import thinned

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
from mutant_kinds import Mutant, mutants_of
from mutants import LEFT, ROOMS, ROOT, reasons, sampled

SHARPEST = {
    "law": ("law/test_law_stacking_edges.py", "law/test_law_claims_edges.py", "law/test_law_explain_edges.py"),
    "trade": ("trade/test_trade_edges.py",),
    "talks": ("talks/test_talks_deadline_edges.py",),
    "record": ("record/test_record_edges.py", "record/test_record_ends.py", "record/test_record_stands.py"),
}
FILES = {"law": "law/stacking", "trade": "trade/hat", "talks": "talks/games/deadline", "record": "record/clash_rules"}


def made(tmp_path: Path, text: str) -> list[Mutant]:
    (tmp_path / "m.py").write_text(text)
    return mutants_of(tmp_path, "m.py")


@pytest.mark.parametrize(
    ("line", "becomes"),
    [
        ("return a < b", {"return ((a) <= (b))", "return not (a < b)"}),
        ("return a == b", {"return ((a) != (b))"}),
        ("return a + 2", {"return ((a) - (2))", "return a + 3", "return None"}),
        ("return 1e-9", {"return 1e-07", "return None"}),
        ("return True", {"return False"}),
        ("return min(a, b)", {"return max(a, b)", "return None"}),
        ("return sorted(a)", {"return list(sorted(a))[::-1]", "return None"}),
        ("return -a", {"return (a)", "return None"}),
        ("return f(a, k=b)", {"return f(a)", "return None"}),
        ("return a if b else c", {"return (c if b else a)", "return None"}),
        ("return a and b", {"return ((a) or (b))", "return not (a and b)"}),
        ("a += b", {"pass", "a -= b"}),
        ("raise ValueError(f'{a + 1} is above {b - 2}')", {"pass"}),
        ("x = [c for c in a if c > b]", {"x = [c for c in a if not c > b]", "x = [c for c in a if ((c) >= (b))]"}),
        ('"""Words, and no code."""', set()),
        ("x: int = a", set()),
        ("zip(a, b, strict=True)", {"pass"}),
        ("assert a > 1", set()),
    ],
)
def test_each_kind_of_small_fault(tmp_path: Path, line: str, becomes: set[str]) -> None:
    source = f"def f(a, b, c=None):\n    {line}\n"
    found = made(tmp_path, source)
    assert {m.source(source.encode()).decode().splitlines()[1].strip() for m in found} == becomes
    assert {m.within for m in found} <= {"f"}
    for m in found:
        ast.parse(m.source(source.encode()))


def test_what_runs_at_import_is_within_no_function_and_a_default_is_met_by_who_calls(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        "LIMIT = 3\nclass A:\n    size: int = 4\n    @held(1)\n    def f(self, n=5, *, m=6):\n        return self.g(7)\n",
    )
    assert [(m.was, m.within, list(m.lines)) for m in found if m.kind == "constant"] == [
        ("3", None, [1]), ("4", None, [3]), ("5", None, [5, 6]), ("6", None, [5, 6]), ("7", "A.f", [6])]  # fmt: skip


@pytest.mark.parametrize("room", thinned(ROOMS, 4))
def test_a_sample_hangs_on_its_seed_alone(room: str) -> None:
    first, every = sampled(ROOMS[room], 50, 1)
    assert first == sampled(ROOMS[room], 50, 1)[0] != sampled(ROOMS[room], 50, 2)[0]
    assert every > 300
    assert len({m.kind for m in first}) >= 6
    kinds = Counter(m.kind for m in sampled(ROOMS[room], every, 1)[0])
    assert kinds["comparison"] > 20


def test_every_reason_is_of_a_fault_that_can_be_made() -> None:
    assert all(len(reason) > 20 for reason in reasons().values())


def test_what_the_last_sample_of_a_room_left_has_a_reason_each() -> None:
    with LEFT.open(encoding="utf-8", newline="") as file:
        left = list(csv.DictReader(file))
    assert all(len(row["reason"]) > 20 for row in left)
    assert all(len({row["seed"] for row in left if row["room"] == room}) <= 1 for room in ROOMS)


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_a_short_round_of_faults_is_noticed(room: str) -> None:
    """Ten of one file under the tests of its edges: at least eight are seen."""
    only = f"src/parley/{FILES[room]}"
    tests = [f"tests/{name}" for name in SHARPEST[room]]
    run = [
        sys.executable,
        "builders/mutants.py",
        room,
        "--sample",
        "10",
        "--seed",
        "3",
        "--only",
        only,
        "--tests",
        *tests,
    ]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, timeout=300, check=True)
    row = ast.literal_eval(done.stdout.splitlines()[-1])
    assert row["sampled"] == 10
    assert row["noticed"] + row["change nothing"] >= 8, done.stdout
