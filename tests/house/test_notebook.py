"""Values print well in a notebook, everything escaped; and the quickstart notebook runs."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

import parley
from parley.html import table

ROOT = Path(__file__).parents[2]


class Balanced(HTMLParser):
    """Counts what is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read(text: str) -> str:
    parser = Balanced()
    parser.feed(text)
    assert not parser.open
    return text


def test_cells_are_escaped() -> None:
    found = read(table("<b>", ["<i>"], [["<script>", "a & b"]], "<note>"))
    assert "<script>" not in found
    assert "&lt;script&gt;</td><td>a &amp; b" in found


def test_a_rate_shows_its_lines_and_sum() -> None:
    found = parley.read_regime().explain("8517.13.00.00", "CHN", "USA", "2025-05-02", "2025-05-02")
    text = read(found._repr_html_())
    assert all(line.measure in text for line in found.lines)
    assert "<td>total</td><td>20.0</td>" in text


def test_an_equilibrium_and_an_outcome_show_figures_with_certificates() -> None:
    import numpy as np

    flows = np.full((2, 2, 1), 10.0) + 40 * np.eye(2)[:, :, None]
    world = parley.World.from_arrays(
        ["AAA", "BBB"], ["all"], flows, np.zeros((2, 2, 1)), np.full(1, 4.0), flows_include_tariff=True
    )
    t = np.zeros((2, 2, 1))
    t[0, 1, 0] = 0.1
    eq = parley.solve(world, t)
    text = read(eq._repr_html_())
    assert f"{100 * (eq.welfare_hat[0] - 1):,.3f}" in text
    assert f"{eq.residual:.1e}" in text
    war = parley.nash(world, players=["AAA", "BBB"], instrument="uniform")
    shown = read(war._repr_html_())
    assert f"{100 * war.tariffs[0, 1, 0]:.1f}" in shown
    assert "Largest gain by changing only its own rates" in shown


@pytest.mark.slow
def test_quickstart_notebook_runs(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed: pip install '.[dev]'")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed: pip install '.[dev]'")
    book = nbformat.read(ROOT / "docs" / "quickstart.ipynb", as_version=4)
    nbformat.validate(book)
    assert all(not cell.get("outputs") for cell in book.cells)  # outputs are made, not kept
    nbclient.NotebookClient(
        book, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    pages = [
        o.data["text/html"]
        for c in book.cells
        if c.cell_type == "code"
        for o in c.outputs
        if "text/html" in o.get("data", {})
    ]
    assert len(pages) >= 3
    assert any("Largest market-clearing error" in page for page in pages)
