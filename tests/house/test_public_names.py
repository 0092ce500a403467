"""The public names: documented with an example that runs, short when shown, and ready for tables."""

from __future__ import annotations

import doctest
import importlib.util
import inspect
import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import parley
from parley.codes import day
from parley.errors import DateError, InputError, WorldError
from parley.law.compiled import compile_rates

NAMES = [name for name in parley.__all__ if name != "__version__"]
ERRORS = [name for name in NAMES if name.endswith("Error")]
FUNCTIONS = [name for name in NAMES if inspect.isfunction(getattr(parley, name))]
SLOW = ("run", "nash", "respond")  # seconds


@pytest.fixture(scope="module")
def world() -> parley.World:
    return parley.read_world("oecd-2022")


@pytest.fixture(scope="module")
def eq(world: parley.World) -> Any:
    t = world.t.copy()
    t[world.index("USA"), world.index("CHN")] += 0.10
    return parley.solve(world, t)


def test_every_name_is_there_and_the_package_says_that_it_is_typed() -> None:
    assert {name for name in NAMES if getattr(parley, name) is None} == set()
    assert (Path(parley.__file__).parent / "py.typed").is_file()
    assert {"InputError", "NotSolvedError", "ParleyError"} <= set(ERRORS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_takes_gives_and_raises(name: str) -> None:
    said = inspect.getdoc(getattr(parley, name)) or ""
    assert [part for part in ("Returns", "Raises", "Examples") if f"{part}\n{'-' * len(part)}" not in said] == []
    taken = [p for p in inspect.signature(getattr(parley, name)).parameters if p not in ("fields",)]
    assert [p for p in taken if p not in said] == []


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in NAMES if n not in ERRORS]
)
def test_its_example_runs(name: str) -> None:
    value = getattr(parley, name)
    home = sys.modules[value.__module__]
    found = [t for t in doctest.DocTestFinder(recurse=False).find(value, name, module=home) if t.examples]
    assert found, f"{name} has no example"
    for test in found:
        outcome = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=sys.stderr.write)
        assert outcome.failed == 0


def test_values_are_shown_in_one_line(world: parley.World, eq: Any) -> None:
    law, one = parley.read_regime(), np.array([[0.1]])
    table = parley.RateTable("USA", ("9503000073",), ("CHN",), one, one, one, *3 * (date(2025, 5, 2),), "user")
    found = law.explain("9503.00.00.73", "CHN", "USA", "2025-05-02")
    war = parley.nash(world, ["USA", "CHN"], check=False, starts=("base",))
    record, asked, slopes = parley.read_ledger(), parley.read_scenario(), parley.gradient(eq, "USA")
    values = (law, law.measures[0], found, world, eq, eq.wedges, table, slopes, record, asked, war, war.equilibria[0])
    for value in values:
        assert len(repr(value)) < 200
        assert "\n" not in repr(value)
        assert type(value).__name__.split(".")[-1] in repr(value)
    for value in (law, world, eq, war, parley.read_ledger()):
        assert 1 < len(value.summary().splitlines()) < 80


def test_a_country_and_a_sector_are_looked_up_by_code(world: parley.World, eq: Any) -> None:
    n, s = world.index("CHN"), 3
    assert eq["CHN"]["welfare_hat"] == eq.welfare_hat[n]
    assert eq["CHN", world.sectors[s]]["P_hat"] == eq.P_hat[n, s]
    with pytest.raises(WorldError, match="USA"):
        eq["USS"]
    with pytest.raises(InputError, match="sector"):
        eq["USA", "no such"]


def test_the_levying_country_stands_in_a_notebook_even_where_others_move_more(eq: Any) -> None:
    order = np.argsort(-np.abs(eq.welfare_hat - 1))
    still = eq.world.countries[int(order[-1])]
    tau = np.ones_like(eq.wedges.tau_hat)
    tau[eq.world.index(still), 0] = 1.01
    other = replace(eq, wedges=replace(eq.wedges, tau_hat=tau))
    assert eq.levying == ("USA",)
    assert other.levying == (still,)
    for shown in (other._repr_html_(), other.summary()):
        assert still in shown
    assert f"<td>{still}</td>" not in eq._repr_html_()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_tables_become_data_frames(library: str, world: parley.World, eq: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = compile_rates(parley.read_regime(), "USA", ("CHN", "DEU"), date(2025, 5, 2), products=("9503000073",))
    found = parley.read_regime().explain("9503.00.00.73", "CHN", "USA", "2025-05-02")
    values = (eq, rates, found, parley.read_regime(), parley.read_ledger())
    if importlib.util.find_spec(library):
        for value in values:
            frame = getattr(value, f"to_{library}")()
            assert list(frame.columns) == list(value.columns())
            assert len(frame) == len(next(iter(value.columns().values()))) > 0
    assert len(world.columns()["buyer"]) == world.X.size
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(InputError, match=rf"pip install 'parley-trade\[{library}\]'"):
        getattr(found, f"to_{library}")()


@pytest.mark.parametrize("said", ["2025-05-02", 20250502, "20250502", date(2025, 5, 2), datetime(2025, 5, 2, 12)])
def test_a_day_is_iso_text_a_number_or_a_date(said: Any) -> None:
    assert day(said) == date(2025, 5, 2)
    assert type(day(said)) is date
    assert parley.Scenario(on=said).on == date(2025, 5, 2)


@pytest.mark.parametrize("said", ["2 May 2025", 2025, 20251301, True, None, 1.5, ["2025-05-02"], "2025-5-2"])
def test_what_is_no_day_is_refused_in_a_sentence(said: Any) -> None:
    with pytest.raises(DateError, match="is not a day"):
        day(said)


def test_the_two_docstrings_say_why_their_closures_differ() -> None:
    for name in ("solve", "nash"):
        said = " ".join((inspect.getdoc(getattr(parley, name)) or "").split())
        assert "world_share" in said
        assert "balanced" in said
        assert "transfer from the others" in said
