"""Sets of trade elasticities: one TOML file each, with the paper and the table they are from."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy import ndarray

from parley.errors import InputError, unknown_name
from parley.shapes import Float

if TYPE_CHECKING:
    from parley.world.world import World

DEFAULT = "U4"


class ElasticitySet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One published set. theta: trade elasticity by sector code. read: whether we checked the figures in the paper."""

    name: str
    paper: str
    theta: dict[str, float]
    table: str = ""
    read: bool = False
    concordance: str = ""


def elasticity_sets() -> list[str]:
    """The names of the packaged sets, the default first."""
    folder = resources.files("parley.world").joinpath("elasticities")
    found = sorted(Path(file.name).stem for file in folder.iterdir() if file.name.endswith(".toml"))
    return sorted(found, key=lambda name: (name != DEFAULT, name))


def read_set(name: str) -> ElasticitySet:
    """A packaged set by name, or the user's own by the path of its TOML. Raises InputError with the nearest name."""
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise InputError("elasticities", f"no file {name!r}", "a TOML with name, paper and [theta] by sector")
        text = path.read_text("utf-8")
    elif name in elasticity_sets():
        text = resources.files("parley.world").joinpath("elasticities", f"{name}.toml").read_text("utf-8")
    else:
        raise unknown_name("elasticities", "set", name, elasticity_sets())
    try:
        return msgspec.convert(tomllib.loads(text), ElasticitySet)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InputError(f"elasticities {name}", str(error), "name, paper and [theta] by sector") from None


def read_elasticities(name: str, world: World | tuple[str, ...]) -> Float[ndarray, " s"]:
    """theta[s] of a set at a world's sectors (or at the sectors given)."""
    sectors = world if isinstance(world, tuple) else world.sectors
    held = read_set(name)
    missing = [sector for sector in sectors if sector not in held.theta]
    if missing:
        raise InputError(
            f"elasticities {name}",
            f"no value for sector {missing[0]!r}" + (f" and {len(missing) - 1} more" if len(missing) > 1 else ""),
            f"sectors {', '.join(list(held.theta)[:6])} …",
            "Give theta of your own: world.with_theta",
        )
    return np.array([held.theta[sector] for sector in sectors])
