"""What is read does not change: every mapping, list and field of every public value refuses to be changed, and is nobody else's."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy import ndarray

import parley
from parley.frozen import kept
from parley.trade.closures.endogenous import Choice as EndogenousDeficits
from parley.trade.solve import solve
from parley.world.world import World


def small_world() -> World:
    """Two countries and two sectors, with a deficit and rates."""
    flows = np.array([[[60.0, 40.0], [30.0, 9.0]], [[20.0, 12.0], [70.0, 50.0]]])
    rates = np.zeros_like(flows)
    rates[0, 1], rates[1, 0] = 0.1, 0.05
    return World.from_arrays(("USA", "CHN"), ("a", "b"), flows, rates, [4.0, 6.0], flows_include_tariff=True)


def changes(value: Any) -> list[Callable[[], Any]]:
    """Every way to change a mapping or a list in place."""
    if isinstance(value, dict):
        key = next(iter(value), "USA")
        return [
            lambda: value.__setitem__(key, 0), lambda: value.__delitem__(key), lambda: value.update({key: 0}), lambda: value.pop(key, None),
            value.popitem, value.clear, lambda: value.setdefault("new", 0), lambda: value.__ior__({key: 0}),
        ]  # fmt: skip
    return [
        lambda: value.append(0), lambda: value.extend([0]), lambda: value.insert(0, 0), lambda: value.pop(), value.clear, value.reverse,
        value.sort, lambda: value.__setitem__(0, 0), lambda: value.__delitem__(0), lambda: value.__iadd__([0]), lambda: value.__imul__(2),
        lambda: value.remove(0),
    ]  # fmt: skip


def parts_of(value: Any, place: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """(place, value) of a value and of all that it holds: fields, items and mappings."""
    if id(value) in seen or value is None or isinstance(value, (str, int, float, date, type, ndarray)):
        return
    seen.add(id(value))
    yield place, value
    if isinstance(value, Mapping):
        inner = [(f"{place}[{key!r}]", v) for key, v in value.items()]
    elif isinstance(value, (tuple, list, frozenset)):
        inner = [(f"{place}[{k}]", v) for k, v in enumerate(value)]
    else:
        names = (
            getattr(value, "__struct_fields__", None) or [f.name for f in dataclasses.fields(value)]
            if is_value(value)
            else []
        )
        inner = [(f"{place}.{name}", getattr(value, name)) for name in names]
    for at, part in inner:
        yield from parts_of(part, at, seen)


def is_value(value: Any) -> bool:
    return dataclasses.is_dataclass(value) or hasattr(value, "__struct_fields__")


@cache
def answers() -> dict[str, Any]:
    """A value of every public type beside those with arrays alone, by name."""
    w, law = small_world(), parley.read_regime()
    claimed = law.explain("8703.23.01.10", "MEX", "USA", on=20250502, claims={"usmca": True})
    local = solve(w, 1.5 * w.t, deficits=EndogenousDeficits({"USA": 0.2, "CHN": 0.2}))
    war = parley.nash(w, check=False)
    return {
        "Outcome": war, "Regime": law, "Explanation": claimed, "Ledger": parley.read_ledger(), "Scenario": parley.read_scenario(),
        "Rows": parley.data(), "table": parley.table([{"a": 1, "b": [1, 2], "c": {"d": [3]}}]), "endogenous": local,
        "pickled": pickle.loads(pickle.dumps(war)), "copied": copy.deepcopy(claimed),
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["Outcome", "Regime", "Explanation", "Ledger", "Scenario", "Rows", "table", "endogenous", "pickled", "copied"],
)
def test_no_mapping_list_or_field_of_a_public_value_can_be_changed(name: str) -> None:
    for place, part in parts_of(answers()[name], name, set()):
        if isinstance(part, (dict, list)):
            for act in changes(part):
                with pytest.raises(TypeError, match="does not change"):
                    act()
        elif is_value(part):
            field = (getattr(part, "__struct_fields__", None) or [f.name for f in dataclasses.fields(part)])[0]
            for act in (lambda p=part, f=field: setattr(p, f, None), lambda p=part, f=field: delattr(p, f)):
                with pytest.raises(AttributeError):
                    act()
        else:
            assert isinstance(part, (tuple, frozenset, bytes, Path)) or callable(part), place


def test_what_does_not_change_is_read_copied_and_written_as_the_plain_one() -> None:
    held = kept({"a": [1, {"b": 2}], "c": {3}})
    assert held == {"a": [1, {"b": 2}], "c": {3}}
    assert msgspec.json.encode(held["a"]) == json.dumps(held["a"]).replace(" ", "").encode()
    assert pickle.loads(pickle.dumps(held)) == copy.deepcopy(held) == held
    free = dict(held)
    free["a"] = [*held["a"], 3]
    assert held["a"] == [1, {"b": 2}]
    with pytest.raises(TypeError, match=r"dict\(it\) is a copy that may"):
        held["a"][1]["b"] = 3


def test_what_the_caller_does_to_his_mappings_and_lists_later_changes_nothing_here() -> None:
    claims, rows = {"usmca": True}, [{"a": [1]}]
    found, table = (
        parley.read_regime().explain("8703.23.01.10", "MEX", "USA", on=20250502, claims=claims),
        parley.table(rows),
    )
    claims["usmca"] = False
    rows[0]["a"].append(2)
    assert found.claims["usmca"] is True
    assert table.columns() == {"a": [[1]]}
