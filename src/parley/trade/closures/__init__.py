"""Closures beyond the default, one file each: the file's name is the name used in `solve` and in a scenario.

A file defines `KIND`, the argument of `solve` that takes it ("deficits", "capital", "revenue" or "closures"); `SAYS`, what
it is, in words; `SOURCE`, the paper; `ASSUMES`, what the user must answer for; `ADJOINT`, whether gradients and exact best
replies are derived under it; `MODELS`, the models that take it; and `Choice`, a frozen dataclass of its parameters with
`settled(world)`: the fields of the Closure that it fills, as arrays on that world.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Protocol, TypedDict, runtime_checkable

from parley.modules import names_in, read_module

if TYPE_CHECKING:
    from numpy import ndarray

    from parley.array_types import Float
    from parley.trade.closures.steady_state import Capital
    from parley.world.world import World


class Filled(TypedDict, total=False):
    """The fields of a Closure that a file of this folder fills, as `Closure` describes them."""

    local: Float[ndarray, " n"]
    of_earnings: bool
    of_output: bool
    held: bool
    capital: Capital
    scale: float
    pass_through: Float[ndarray, " n"]
    floor: Float[ndarray, " n"]


@runtime_checkable
class Choice(Protocol):
    """A closure with its parameters: `Choice` of a file of this folder."""

    def settled(self, world: World) -> Filled:
        """The fields of the Closure that it fills."""
        ...


def closures() -> list[str]:
    """The names of the closures, one for each file of this folder."""
    return names_in(__name__)


def of_kind(kind: str) -> tuple[str, ...]:
    """The names that one argument of `solve` takes from this folder."""
    return tuple(name for name in closures() if kind == read_closure(name).KIND)


def read_closure(name: str) -> ModuleType:
    """The closure of that name. Raises InputError with the nearest."""
    return read_module(__name__, name, "solve", "closure")


def name_of(choice: Choice) -> str:
    """The closure's name: that of the file that defines it."""
    return type(choice).__module__.rsplit(".", 1)[-1]
