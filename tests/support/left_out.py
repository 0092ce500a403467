"""Tests that read shared data: tables that stand beside the checkout, are not ours to pass on, and are absent from a public clone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("PARLEY_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
WHY = "no ../shared/data beside this checkout: its reference tables are not shipped with parley"


def mark_shared(items: Iterable[pytest.Item]) -> None:
    """Every test that asks for the fixture `shared_data`, itself or by another fixture, bears the mark `shared`."""
    for item in items:
        if "shared_data" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")


def sentence(skipped: Iterable[object]) -> str | None:
    """What the summary says of the tests that were left out for want of shared data; None where there are none."""
    count = sum("shared" in getattr(report, "keywords", ()) for report in skipped)
    if not count:
        return None
    tests = "1 test" if count == 1 else f"{count} tests"
    return (
        f"left out: {tests} marked `shared`: {WHY}. PARLEY_SHARED_DATA names another folder; "
        '`-m "not shared"` does not collect them.'
    )
