"""The modules of the package as the tests of the house read them: text and nodes, read once in a process."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "parley"


@cache
def modules() -> tuple[Path, ...]:
    """Every file of Python below src/parley, sorted."""
    return tuple(sorted(SOURCE.rglob("*.py")))


def named(path: Path) -> str:
    """A module's file as messages name it: "law/regime.py"."""
    return path.relative_to(SOURCE).as_posix()


@cache
def text_of(path: Path) -> str:
    return path.read_text("utf-8")


KINDS = (ast.Import, ast.ImportFrom, ast.If, ast.Call)  # what the tests look for; all nodes of all files are a million


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """The imports, conditions and calls of a module."""
    return kinds_in(text_of(path))


def kinds_in(text: str) -> tuple[ast.AST, ...]:
    """The imports, conditions and calls of a text of Python."""
    return tuple(node for node in ast.walk(ast.parse(text)) if isinstance(node, KINDS))
