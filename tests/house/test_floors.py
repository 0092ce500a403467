"""Rules of the source. Floors: a module imports from its own room or from a lower floor; rooms on floor 1 are
strangers; the modules of floor 0 are one room. Files are written by one module alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from sources import SOURCE, kinds_in, modules, named, nodes_of
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
        "locks",
        "outputs",
        "frozen",
        "fixed",
        "tabular",
        "question",
        "refused_fields",
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


# -- who writes files ---------------------------------------------------------------------------------------------------

MOVES = {"os": ("replace", "rename", "renames"), "shutil": ("move",)}
MAKES = ("write_text", "write_bytes", "NamedTemporaryFile", "mkstemp")
BY_NAME = (
    "save",
    "savez",
    "savez_compressed",
    "write_table",
    "ParquetWriter",
    "to_csv",
    "to_parquet",
    "savefig",
    "copyfile",
)
DRAFTS = ("draft", "stream", "file")  # what is bound by `outputs.drafted`, or is open already
OWN_FOLDER = {  # these write into a folder of their own run, or add to a journal; never at a name that a user gives
    "law/shipments/rows_out.py", "law/shipments/run.py",
    "law/shipments/lines.py",
    "scenario/journal.py", "web/running.py", "world/icio.py",
    "law/shipments/followed.py", "law/shipments/followed_batch.py",  # a folder of its own run
    "law/shipments/followed_out.py",  # the draft of `outputs.drafted`
    "law/audit.py", "law/shipments/parted.py", "law/shipments/ranges.py", "law/shipments/layouts/standard_input.py",
    "law/shipments/layouts/translate.py",
    "law/shipments/layouts/remote_input.py",
    "inputs.py",  # the copy of what came through a pipe
    "law/releases.py",  # the draft of `outputs.put_folder`
    "law/panel_export.py", "web/uploads.py",  # these write the draft of `outputs.drafted`
    "law/package_build.py",  # the draft of `outputs.drafted_folder`
}  # fmt: skip


def faults_of(nodes: Iterable[ast.AST], own_folder: bool = False) -> list[int]:
    """The lines of a module that move a file over another, or write one at a name, without asking `parley.outputs`."""
    return sorted(
        node.lineno
        for node in nodes
        if (isinstance(node, ast.Call) and (_moves(node) or (not own_folder and _writes(node))))
        or (isinstance(node, ast.ImportFrom) and any(a.name in MOVES.get(node.module or "", ()) for a in node.names))
    )


def _moves(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name, of = call.func.attr, call.func.value
    if isinstance(of, ast.Name) and (of.id in MOVES or of.id == "outputs"):
        return name in MOVES.get(of.id, ())
    if isinstance(of, ast.Name) and of.id in ("dataclasses", "structs"):
        return False
    return name in ("rename", "replace") and len(call.args) == 1 and not call.keywords


def _writes(call: ast.Call) -> bool:
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = [*call.args, *(k.value for k in call.keywords if k.arg == "mode")]
    modes = [n.value for a in given for n in ast.walk(a) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    opens = "open" in (method, getattr(call.func, "id", ""))
    return (
        method in MAKES
        or _writes_by_name(call)
        or (opens and any(set(m) <= set("rwaxbt+") and set(m) & set("wax+") for m in modes))
    )


def _writes_by_name(call: ast.Call) -> bool:
    """Whether a library, or DuckDB's COPY, writes at another name than a draft's."""
    used = {n.id for a in call.args for n in ast.walk(a) if isinstance(n, ast.Name)}
    text = "".join(
        n.value for a in call.args for n in ast.walk(a) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    )
    method = getattr(call.func, "attr", "")
    copies = method in ("execute", "sql") and "COPY " in text and " TO " in text
    return (method in BY_NAME or copies) and used.isdisjoint(DRAFTS)


@pytest.mark.parametrize(
    ("line", "own_folder", "found"),
    [
        ("os.replace(a, b)", True, 1),
        ("import os as o\nPath(a).rename(b)", True, 1),
        ("part.replace(path)", True, 1),
        ("from os import replace", True, 1),
        ("shutil.move(a, b)", True, 1),
        ("path.open('wb')", False, 1),
        ("open(path, mode='a')", False, 1),
        ("path.open('r+b' if size else 'wb')", False, 1),
        ("path.write_text(text)", False, 1),
        ("np.savez(path, a=a)", False, 1),
        ("np.savez(stream, a=a)", False, 0),
        ("con.execute(f'COPY ({query}) TO {text_sql(str(place))} (FORMAT csv)')", False, 1),
        ("con.execute(f'COPY ({query}) TO {text_sql(str(draft))} (FORMAT csv)')", False, 0),
        ("path.open('wb')", True, 0),
        ("path.open('rb')\ntext.replace('a', 'b')\nmsgspec.structs.replace(m, end=None)\nday.replace(day=1)", False, 0),
    ],
)
def test_the_linter_finds_what_it_is_for(line: str, own_folder: bool, found: int) -> None:
    assert len(faults_of(kinds_in(line), own_folder)) == found


def _writes_as_it_should(path: Path) -> None:
    assert not faults_of(nodes_of(path), named(path) in OWN_FOLDER), "write by parley.outputs"


def test_one_place_alone_decides_how_a_file_is_written() -> None:
    each([path for path in modules() if named(path) != "outputs.py"], _writes_as_it_should, named)


def test_the_linters_list_holds_no_file_that_needs_no_exception() -> None:
    for name in OWN_FOLDER:
        assert faults_of(nodes_of(SOURCE / name)), name
