"""The law of 2024 against the duty that customs charged: the page is current, and the share does not fall."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
# Shares found on 2024, rounded down to the tenth of a percent; they may rise, never fall.
FULLY_TAKEN_UP = 0.959
BY_ORIGIN = {"EUU": 0.997, "JPN": 0.998, "VNM": 0.993, "IND": 0.992, "TWN": 0.988, "CHN": 0.831}


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("law_charged", ROOT / "builders" / "law_charged.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules["law_charged"] = made
    spec.loader.exec_module(made)
    return made


@pytest.mark.slow
def test_the_page_is_what_its_builder_writes(builder: ModuleType) -> None:
    assert (ROOT / "docs" / "law-charged.md").read_text("utf-8") == builder.page()


@pytest.mark.slow
def test_where_programmes_are_fully_taken_up_the_charge_is_the_law(builder: ModuleType) -> None:
    c = builder.cells()
    free = ~np.isnan(c.rate) & (c.kind == "nothing to claim")
    assert builder.share(c, free) >= FULLY_TAKEN_UP
    assert c.value[free].sum() > 2.0e12  # two thirds of all imports: the set is no choice of easy cells
    for origin, least in BY_ORIGIN.items():
        assert builder.share(c, free & (np.array(c.partner) == origin)) >= least, origin


@pytest.mark.slow
def test_customs_rarely_charged_more_than_the_law(builder: ModuleType) -> None:
    """A rate of ours that is too low would show as a charge above it: quotas that ran out are the exception."""
    c = builder.cells()
    above = ~np.isnan(c.rate) & (c.charged - c.rate > builder.CLOSE) & (c.kind != "quota")
    assert c.value[above].sum() / c.value.sum() < 0.002
