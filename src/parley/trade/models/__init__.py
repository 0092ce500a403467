"""Models of trade, one file each: the file's name is the name used in a scenario.

A model file defines `Iteration(problem)` with `start()`, `from_equilibrium(near)`, `step(x)` → (f, residual) and
`state(x)` → State; `SAYS`: what it is, in words, with its paper; `LINKS` and `PROFITS`: whether it uses a world's
input-output shares, and whether sales earn profits; and `labour_share(world)`. Where `Iteration.together` is defined,
many scenarios are stepped side by side (batch.py).
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

from parley.modules import names_in, read_module

if TYPE_CHECKING:
    from numpy import ndarray

    from parley.array_types import Float
    from parley.world.world import World


def models() -> list[str]:
    """The names of the models, one for each file of this folder."""
    return names_in(__name__)


def read_model(name: str) -> ModuleType:
    """The model of that name. Raises InputError with the nearest."""
    return read_module(__name__, name, "trade", "model")


def wage_bill(world: World, module: ModuleType) -> Float[ndarray, " n"]:
    """Labour income of the baseline under a model: value added, less profits where sellers earn them."""
    return (module.labour_share(world) * world.base.S).sum(axis=1) if module.PROFITS else world.base.VA
