"""docs/replication.md is what its builder makes, and says what the papers say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_page_is_built_from_the_data(shared_data: Path):
    sys.path.insert(0, str(ROOT / "builders"))
    docs_replication = pytest.importorskip("docs_replication")
    assert docs_replication.build(shared_data) == (ROOT / "docs/replication.md").read_text("utf-8")


def test_one_sector_gains_are_those_of_the_handbook():
    """Costinot and Rodríguez-Clare (2014), one sector: United States 1.8 % (recalled, not read by us)."""
    text = (ROOT / "docs/replication.md").read_text("utf-8")
    assert "| USA | 1.8 |" in text
    assert "recalled" in text
