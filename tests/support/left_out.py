"""Tests that are left out: of shared data, which are absent from a public clone, and of libraries that are not installed.

Shared data are tables that stand beside the checkout and are not ours to pass on.
"""

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


def without_library(report: pytest.CollectReport) -> pytest.CollectReport:
    """The report of a file of tests: skipped with a reason where a library of an extra, or of the tests, is not installed."""
    from parley.extras import EXTRAS

    error = getattr(getattr(report, "call", None), "excinfo", None)
    cause = error.value.__cause__ if error else None
    name = (getattr(cause, "name", None) or "").partition(".")[0]
    if isinstance(cause, ModuleNotFoundError) and name in {"anyio", *(m for ms in EXTRAS.values() for m in ms)}:
        report.outcome = "skipped"
        report.longrepr = (report.nodeid, 1, f"Skipped: {name} is not installed: pip install -e '.[dev]'")
    return report
