"""The floors rule: a module imports from its own room or from a lower floor; rooms on floor 1 are
strangers; the modules of floor 0 are one room."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from sources import SOURCE, modules, named, nodes_of
from tables import each

FLOORS = (
    (
        "errors",
        "codes",
        "rates",
        "json_values",
        "array_types",
        "html",
        "cache_folder",
        "kept_starts",
        "inputs",
        "text_files",
        "csv_tables",
        "archives",
        "drafts",
        "outputs",
        "frozen",
        "fixed",
        "tabular",
        "question",
        "arguments",
        "argument_kinds",
        "argument_values",
        "checked_struct",
        "struct_faults",
        "modules",
        "extras",
    ),
    ("law", "world", "record", "pull"),
    ("trade",),
    ("talks",),
    ("scenario",),
    ("report",),
    ("cli", "web"),
    ("mcp",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
MODULES = [p for p in modules() if p != SOURCE / "__init__.py"]


def room_of(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return parts[0]


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in nodes_of(path):
        names = []
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module] if node.module != "parley" else [f"parley.{a.name}" for a in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            raise AssertionError(f"{path}: relative import; write the room's name")
        rooms |= {n.split(".")[1] for n in names if n.startswith("parley.") and n.count(".") >= 1}
    return rooms - {"__version__"}


def _stays_on_its_floor(path: Path) -> None:
    here = room_of(path)
    assert here in FLOOR, f"room {here!r} has no floor; add it to design and to FLOOR"
    for room in imported_rooms(path):
        assert room == here or FLOOR[room] < FLOOR[here] or FLOOR[room] == 0, f"{here} may not import {room}"


def test_module_imports_only_from_its_own_room_or_a_lower_floor() -> None:
    each(MODULES, _stays_on_its_floor, named)


def imported_modules(path: Path) -> set[Path]:
    """The files of the package that a file takes names from, when it is loaded or later; for type checkers alone left out."""
    nodes = nodes_of(path)
    guards = [n for n in nodes if isinstance(n, ast.If) and "TYPE_CHECKING" in ast.dump(n.test)]
    unseen = {id(x) for guard in guards for x in ast.walk(guard)}
    found = set()
    for node in (n for n in nodes if id(n) not in unseen):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("parley"):
            found |= {file_of(f"{node.module}.{a.name}") or file_of(node.module or "") for a in node.names}
        elif isinstance(node, ast.Import):
            found |= {file_of(a.name) for a in node.names}
    return {f for f in found if f and f != path}


@cache
def file_of(module: str) -> Path | None:
    """The file of a module of the package; None of others, and of packages."""
    first, *parts = module.split(".")
    path = SOURCE.joinpath(*parts).with_suffix(".py") if parts and first == "parley" else None
    return path if path and path.is_file() else None


def test_no_files_go_in_a_circle() -> None:
    left = {path: imported_modules(path) for path in MODULES}
    while ends := [path for path, others in left.items() if not others & left.keys()]:
        for path in ends:
            del left[path]
    assert not left, f"circles among {sorted(str(p.relative_to(SOURCE)) for p in left)}"
