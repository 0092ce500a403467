"""The checker of shapes itself: a wrong shape is found at the first call and after a thousand good ones, in and out."""

from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest
from jaxtyping import TypeCheckError

from parley.rates import wedges_between
from parley.world.read import read_world

TEXT = """
from __future__ import annotations
from dataclasses import dataclass
from typing import Literal
import numpy as np
from numpy import ndarray
from parley.array_types import Float

def scaled(x: Float[ndarray, "n s"], by: Float[ndarray, " s"], how: Literal["up", "down"] = "up") -> Float[ndarray, "n s"]:
    return x * by if x[0, 0] >= 0 else (x * by)[:, :-1]

def outer(x: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
    def inner(y: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        return y if y[0] >= 0 else y[:-1]
    return inner(x)

@dataclass(frozen=True)
class One:
    x: Float[ndarray, "n s"]

@dataclass(frozen=True)
class Other:
    x: Float[ndarray, " n"]
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> ModuleType:
    """A module of one of the checked rooms, imported by the hook that conftest installed."""
    import importlib

    import parley.trade

    folder = tmp_path_factory.mktemp("room")
    (folder / "checked_example.py").write_text(TEXT, "utf-8")
    parley.trade.__path__.append(str(folder))
    try:
        return importlib.import_module("parley.trade.checked_example")
    finally:
        parley.trade.__path__.remove(str(folder))
        sys.modules.pop("parley.trade.checked_example", None)


GOOD, BY = np.ones((3, 2)), np.ones(2)


BAD = ((np.ones(3), BY), (GOOD, np.ones(3)), (GOOD.astype(int), BY), ([1.0], BY), (GOOD, BY, "sideways"))


@pytest.mark.parametrize("good_calls", [0, 1000])
def test_a_wrong_argument_is_found_before_and_after_good_calls(room: ModuleType, good_calls: int) -> None:
    for _ in range(good_calls):
        assert room.scaled(GOOD, BY).shape == (3, 2)
    for bad in BAD:
        with pytest.raises(TypeCheckError):
            room.scaled(*bad)
    with pytest.raises(TypeCheckError):
        room.scaled(GOOD, by=np.ones(1))


@pytest.mark.parametrize("name", ["scaled", "outer"])
def test_a_wrong_answer_to_arguments_of_a_known_kind_is_found(room: ModuleType, name: str) -> None:
    good = (GOOD, BY) if name == "scaled" else (np.ones(3),)
    for _ in range(3):
        getattr(room, name)(*good)
        with pytest.raises(TypeCheckError):
            getattr(room, name)(-good[0], *good[1:])


def test_a_dataclass_is_checked_and_not_taken_for_another_with_the_same_fields(room: ModuleType) -> None:
    for _ in range(2):
        assert room.One(GOOD).x is GOOD
        with pytest.raises(TypeCheckError):
            room.Other(GOOD)
        with pytest.raises(TypeCheckError):
            room.One(np.ones(3))


def test_the_numeric_rooms_are_checked() -> None:
    world = read_world("oecd-2022")
    assert wedges_between(world.t, world.t).tau_hat.shape == world.t.shape
    with pytest.raises(TypeCheckError):
        wedges_between(world.t, world.t[0])
