"""What a right call is, and the small worlds of the calls whose misuse is tried."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import numpy as np

import parley

DAY = date(2025, 5, 2)


class Late(NamedTuple):
    """A wrong value that is made when it is tried."""

    make: Callable[[], Any]

    def __call__(self) -> Any:
        return self.make()


@dataclass(frozen=True)
class Call:
    """A right call, by name of argument.

    samples: right values of arguments that the call leaves out. free: arguments that take any text. wrong: further misuse, by
    argument. unasked: arguments whose values are not checked one by one. dear: whether the right call takes seconds. right_too:
    values of the table that are no misuse of an argument.
    """

    function: Callable[..., Any]
    right: Mapping[str, Any] = field(default_factory=dict)
    samples: Mapping[str, Any] = field(default_factory=dict)
    free: tuple[str, ...] = ()
    wrong: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unasked: tuple[str, ...] = ()
    dear: bool = False
    right_too: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, str]:
        """{argument: its annotation as text}, those of a method without itself."""
        found = inspect.signature(self.function).parameters.values()
        named = [p for p in found if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
        held = getattr(self.function, "__annotations__", {})  # a struct's are those of its class
        return {p.name: str(held.get(p.name, "object")) for p in named if p.name not in ("self", *self.unasked)}


@cache
def small_world(codes: tuple[str, ...] = ("USA", "CHN", "VNM")) -> parley.World:
    """Three countries and two sectors, with a deficit, rates and no links."""
    flows = np.array(
        [[[90.0, 60.0], [20.0, 9.0], [3, 4]], [[8.0, 12.0], [70.0, 80.0], [2, 3]], [[2, 2], [3, 3], [20, 15]]]
    )
    rates = np.where(np.eye(3)[:, :, None] > 0, 0.0, 0.1) * np.ones(2)
    return parley.World.from_arrays(codes, ("a", "b"), flows, rates, [4.0, 6.0], flows_include_tariff=True)


@cache
def other_world() -> parley.World:
    """A world of two countries."""
    flows, rates = np.full((2, 2, 2), 5.0), np.zeros((2, 2, 2))
    return parley.World.from_arrays(("CAN", "MEX"), ("a", "b"), flows, rates, [4.0, 6.0], flows_include_tariff=True)


def raised(by: float = 0.1) -> np.ndarray:
    """The small world's rates, one of them higher."""
    t = small_world().t.copy()
    t[0, 1] += by
    return t


def cells(value: float) -> np.ndarray:
    """A value in every foreign cell of the small world, and one of no effect on own goods."""
    return np.where(np.eye(3)[:, :, None] > 0, float(value >= 1), value) * np.ones(2)
