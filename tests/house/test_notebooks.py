"""The gallery of examples/notebooks: one short notebook for each kind of user; each runs, and says something that is asserted."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
SECONDS = ("central-bank-economist", "customs-broker", "doctoral-student", "ministry-analyst")  # whole worlds, files
PAGE = (ROOT / "docs" / "python.md").read_text("utf-8")


def marks(path: Path) -> list[pytest.MarkDecorator]:
    return [pytest.mark.slow] if path.stem in SECONDS else []


def test_there_is_one_for_each_of_ten_users_and_the_page_names_it() -> None:
    assert len(BOOKS) == 10
    assert [path.name for path in BOOKS if f"(../examples/notebooks/{path.name})" not in PAGE] == []


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem, marks=marks(p)) for p in BOOKS])
def test_a_notebook_is_short_and_runs(path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed: pip install '.[dev]'")
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    cells = [cell for cell in book.cells if cell.cell_type == "code"]
    assert 3 <= len(cells) <= 6
    assert all(not cell.get("outputs") for cell in cells)  # outputs are made, not kept
    assert any(isinstance(node, ast.Assert) for cell in cells for node in ast.walk(ast.parse(cell.source)))
    monkeypatch.setenv("PARLEY_EXAMPLES", str(ROOT / "examples"))
    monkeypatch.chdir(tmp_path)
    held: dict[str, object] = {"__name__": path.stem}
    for cell in cells:
        *first, last = ast.parse(cell.source).body
        exec(compile(ast.Module(first, []), path.name, "exec"), held)
        if isinstance(last, ast.Expr):  # shown as a notebook shows it
            shown = eval(compile(ast.Expression(last.value), path.name, "eval"), held)
            assert repr(shown)
        else:
            exec(compile(ast.Module([last], []), path.name, "exec"), held)
    assert list(tmp_path.iterdir()) == []
