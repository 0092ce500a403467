"""The floors rule of design §2: a module imports from its own room or from a lower floor; rooms on floor 1 are
strangers; the modules of floor 0 are one room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "parley"
FLOORS = (
    ("errors", "codes", "tables", "plain", "shapes", "html", "legal_authorities", "cache_folder", "outputs", "frozen"),
    ("law", "world", "record", "pull"),
    ("trade",),
    ("talks",),
    ("scenario",),
    ("report",),
    ("cli", "web"),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MODULES = sorted(p for p in SOURCE.rglob("*.py") if p != SOURCE / "__init__.py")


def room_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return parts[0]


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module] if node.module != "parley" else [f"parley.{a.name}" for a in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            raise AssertionError(f"{path}: relative import; write the room's name")
        rooms |= {n.split(".")[1] for n in names if n.startswith("parley.") and n.count(".") >= 1}
    return rooms - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_module_imports_only_from_its_own_room_or_a_lower_floor(path: Path) -> None:
    here = room_of(path)
    assert here in FLOOR, f"{path}: room {here!r} has no floor; add it to design and to FLOOR"
    for room in imported_rooms(path):
        assert room == here or FLOOR[room] < FLOOR[here] or FLOOR[room] == 0, f"{path}: {here} may not import {room}"
