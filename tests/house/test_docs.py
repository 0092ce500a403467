"""docs/*.md as tests: their commands and Python run, their links lead somewhere, their tables are those that ship.

The commands of docs/record.md are run by test_record_cli.py.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from commands import PARLEY
from documents import ROOT, blocks, commands, named_files, relative_links, squeezed
from parley.codes import PROGRAMMES
from parley.law.entry_claims import CLAIMS
from parley.law.measure import Act, Measure, Yields

DOCS = sorted((ROOT / "docs").glob("*.md"))
RUN = [page for page in DOCS if page.name != "record.md"]
LINKED = [ROOT / "README.md", *DOCS, *sorted((ROOT / "decisions").glob("*.md"))]
QUICK = ("quickstart",)  # the other pages run with the slow tests


def marks(page: Path, command: str = "") -> list[pytest.MarkDecorator]:
    solved = command.startswith(("parley trade", "parley talks"))
    return [] if page.stem in QUICK and not solved else [pytest.mark.slow]


CONSOLES = [
    pytest.param(page, *each, id=f"{page.stem}: {each[0][:60]}", marks=marks(page, each[0]))
    for page in RUN
    for each in commands(page)
]
PYTHON = [
    pytest.param(page, code, id=f"{page.stem} {n}", marks=marks(page))
    for page in RUN
    for n, code in enumerate(blocks(page, "python"))
]
WIDE = "240"  # columns: rows of a table are not broken, so that a line of a page can be a whole row

sys.path.insert(0, str(ROOT / "builders"))
from docs_registries import REGISTRIES  # pyright: ignore[reportMissingImports]  # noqa: E402
from docs_registries import page as with_table  # noqa: E402


@pytest.mark.parametrize(("page", "command", "lines"), CONSOLES)
def test_command_prints_its_lines(page: Path, command: str, lines: list[str], capsys, monkeypatch, tmp_path) -> None:
    assert lines, "a command without a line of its output shows nothing"
    for name, text in named_files(page).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("COLUMNS", WIDE)
    monkeypatch.chdir(tmp_path)
    found = squeezed(PARLEY.line(capsys, command))
    for line in lines:
        assert squeezed(line) in found


@pytest.mark.parametrize(("page", "code"), PYTHON)
def test_python_runs(page: Path, code: str, monkeypatch, tmp_path) -> None:
    for name, text in named_files(page).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, page.name, "exec"), {})


def test_links_lead_to_files() -> None:
    assert LINKED
    assert not [(page, to) for page in LINKED for to in relative_links(page) if not (page.parent / to).exists()]


def test_index_lists_every_page() -> None:
    folder = ROOT / "docs"
    pages = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.suffix in (".md", ".ipynb")}
    assert pages - {"README.md"} == set(relative_links(folder / "README.md"))
    decided = {p.name for p in (ROOT / "decisions").glob("*.md")}
    assert decided - {"README.md"} == set(relative_links(ROOT / "decisions" / "README.md"))


def test_tables_of_data_page_are_those_that_ship() -> None:
    from docs_data import generated, with_tables  # pyright: ignore[reportMissingImports]

    page = (ROOT / "docs" / "data.md").read_text("utf-8")
    assert page == with_tables(page, generated()), "run python builders/docs_data.py"


MODULE = re.compile(r"[\w/]*\b\w+\.py\b")
STATED = [*DOCS, ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "decisions").glob("*.md")),
          *sorted((ROOT / "builders").glob("*.py")), *sorted((ROOT / "src").rglob("*.py"))]  # fmt: skip


@pytest.mark.slow
def test_every_module_that_a_page_or_a_file_names_is_there() -> None:
    """A former name stands behind "was" or "were" alone; `trade/solve.py` is a file of that room, `solve.py` one of any."""
    files = [*STATED, *(path for room in ("tests", "benchmarks", "examples") for path in (ROOT / room).rglob("*.py"))]
    there = {"/".join(path.relative_to(ROOT).parts[k:]) for path in files for k in range(len(path.parts))}
    lost = [
        f"{page.relative_to(ROOT)}: {name}"
        for page in STATED
        for name in MODULE.findall(re.sub(r"\(?\bwere? .*?\)|\(was .*?\)", "", page.read_text("utf-8")))
        if name not in ("GAME.py", "__init__.py") and name.lstrip("/") not in there
    ]
    assert lost == []


@pytest.mark.parametrize("name", REGISTRIES)
def test_the_table_of_a_registry_is_that_of_its_rows(name: str) -> None:
    page = (ROOT / "docs" / REGISTRIES[name].page).read_text("utf-8")
    assert page == with_table(name, page), "run python builders/docs_registries.py"


def test_table_of_layouts_is_that_of_the_folder() -> None:
    from docs_files import page  # pyright: ignore[reportMissingImports]

    text = (ROOT / "docs" / "files.md").read_text("utf-8")
    assert text == page(text), "run python builders/docs_files.py"


def test_every_packaged_table_stands_on_the_data_page() -> None:
    page = (ROOT / "docs" / "data.md").read_text("utf-8")
    home = ROOT / "src" / "parley"
    tables = [f for kind in ("*.csv", "*.csv.gz", "*.npz") for f in home.rglob(kind)]
    assert len(tables) > 70
    assert not [f.name for f in tables if f.name not in page]


def test_every_builder_stands_on_the_data_page() -> None:
    page = (ROOT / "docs" / "data.md").read_text("utf-8")
    runnable = [f.name for f in (ROOT / "builders").glob("*.py") if "__main__" in f.read_text("utf-8")]
    assert not [name for name in runnable if f"python builders/{name}" not in page]


@pytest.mark.parametrize("kind", [Act, Measure, Yields], ids=lambda kind: kind.__name__)
def test_law_page_names_every_field(kind: type) -> None:
    page = (ROOT / "docs" / "law.md").read_text("utf-8")
    fields = [name for name in kind.__struct_fields__ if name not in ("act", "folder")]  # type: ignore[attr-defined]
    assert not [name for name in fields if f"`{name}`" not in page]


def test_law_page_names_every_claim_and_programme() -> None:
    page = (ROOT / "docs" / "law.md").read_text("utf-8")
    assert not [name for name in (*CLAIMS, *PROGRAMMES) if f"`{name}`" not in page]


def test_nafta_figures_of_the_method_page(shared_data: Path) -> None:
    """Exact hats beside the published parts, and what logs in the place of percent changes would give."""
    import numpy as np

    from parley.trade.indicators import decomposition, foreign_flows
    from parley.trade.solve import balance, solve
    from published_worlds import nafta_world

    world, later = nafta_world(shared_data)
    base = balance(world, model="caliendo_parro")
    partners = [base.index(c) for c in ("MEX", "CAN", "USA")]
    t, inside = base.t.copy(), np.ix_(partners, partners)
    t[inside] = later[inside]
    eq = solve(base, t, model="caliendo_parro", deficits="balanced")
    np.testing.assert_allclose(100 * (eq.welfare_hat[partners] - 1), [0.01, -0.11, 0.07], atol=0.005)
    parts = decomposition(eq)
    total = (parts["terms_of_trade"] + parts["volume_of_trade"])[partners]
    np.testing.assert_allclose(total, [1.31, -0.06, 0.08], atol=0.005)
    trade, log_c = foreign_flows(eq).base, np.log(eq.c_hat)
    gained = (trade.sum(axis=0) * log_c).sum(axis=1) - np.einsum("nis,is->n", trade, log_c)
    assert round(float(100 * (gained / base.base.income)[partners[0]]), 2) == -0.42
    assert round(float(parts["terms_of_trade"][partners[0]]), 2) == -0.41


def test_glossary_is_that_of_the_product() -> None:
    from docs_glossary import page  # pyright: ignore[reportMissingImports]

    assert (ROOT / "docs" / "glossary.md").read_text("utf-8") == page(), "run python builders/docs_glossary.py"


@pytest.mark.slow
def test_numbers_that_changed_are_those_that_two_laws_give(tmp_path: Path) -> None:
    """The page as it stands passes the builder's check; a page with one digit changed does not."""
    page = ROOT / "docs" / "numbers-changed.md"
    asked = [sys.executable, str(ROOT / "builders" / "docs_numbers.py"), "--check", "--page"]
    found = subprocess.run([*asked, str(page)], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    spoilt = tmp_path / page.name
    spoilt.write_text(page.read_text("utf-8").replace("| 113.95 |", "| 113.96 |", 1), "utf-8")
    assert spoilt.read_text("utf-8") != page.read_text("utf-8")
    found = subprocess.run([*asked, str(spoilt)], capture_output=True, text=True, check=False)
    assert (found.returncode, "differs from what ships" in found.stderr) == (1, True)
