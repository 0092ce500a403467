"""Models of trade, one file each: the file's name is the name used in a scenario.

A model file defines `Iteration(problem)` with `start()`, `from_equilibrium(near)`, `step(x)` → (f, residual) and
`state(x)` → State; `SAYS`: what it is, in words, with its paper; `LINKS` and `PROFITS`: whether it uses a world's
input-output shares, and whether sales earn profits; and `labour_share(world)`. Where `Iteration.together` is defined,
many scenarios are stepped side by side (batch.py).
"""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING

from parley.errors import unknown_name

if TYPE_CHECKING:
    from numpy import ndarray

    from parley.array_types import Float
    from parley.world.world import World


def models() -> list[str]:
    """The names of the models, one for each file of this folder."""
    return sorted(found.name for found in iter_modules(__path__))


def read_model(name: str) -> ModuleType:
    """The model of that name. Raises InputError with the nearest."""
    found = sys.modules.get(f"{__name__}.{name}")  # the folder is read when a model is first asked for
    if found is not None:
        return found
    if name not in models():
        raise unknown_name("trade", "model", name, models())
    return import_module(f"{__name__}.{name}")


def wage_bill(world: World, module: ModuleType) -> Float[ndarray, " n"]:
    """Labour income of the baseline under a model: value added, less profits where sellers earn them."""
    return (module.labour_share(world) * world.base.S).sum(axis=1) if module.PROFITS else world.base.VA
