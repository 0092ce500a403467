"""Sets of trade elasticities: one TOML file each, with the paper and the table they are from.

A set covers the sectors of oecd-2022, and those of other classifications by what they hold: ICIO editions, WIOD's industries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError, unknown_name
from parley.inputs import is_pipe
from parley.text_files import FileKind, converted, parse_toml, read_text

if TYPE_CHECKING:
    from parley.world.world import World

DEFAULT = "U4"
Horizon = Literal["year", "decade", "long_run"]
HORIZONS: tuple[Horizon, ...] = ("year", "decade", "long_run")
SOLVED_HORIZONS = HORIZONS[1:]  # with an equilibrium
LONG_RUN: Horizon = "long_run"  # of cross sections: what trade comes to in the end
SET = FileKind("a TOML with name, paper and [theta] by sector", ending=".toml")
NOT_STATED = "not stated"  # of elasticities of one's own
SERVICES = "SERVICES"
GOODS = (
    "A01", "A02", "A03", "B05", "B06", "B07", "B08", "B09", "C10T12", "C13T15", "C16", "C17_18", "C19", "C20", "C21",
    "C22", "C23", "C24A", "C24B", "C25", "C26", "C27", "C28", "C29", "C301", "C302T309", "C31T33",
)  # fmt: skip
# Groups of the OECD's inter-country tables of other editions (ISIC Rev. 4), and WIOD's industries (ISIC Rev. 3).
MERGED = {
    "A01_02": ("A01", "A02"), "B05_06": ("B05", "B06"), "B07_08": ("B07", "B08"), "C24": ("C24A", "C24B"),
    "C30": ("C301", "C302T309"),
}  # fmt: skip
WIOD_SECTORS = {
    "c1": ("A01", "A02", "A03"), "c2": ("B05", "B06", "B07", "B08", "B09"), "c3": ("C10T12",), "c4": ("C13T15",),
    "c5": ("C13T15",), "c6": ("C16",), "c7": ("C17_18",), "c8": ("C19",), "c9": ("C20", "C21"), "c10": ("C22",),
    "c11": ("C23",), "c12": ("C24A", "C24B", "C25"), "c13": ("C28",), "c14": ("C26", "C27"),
    "c15": ("C29", "C301", "C302T309"), "c16": ("C31T33",),
}  # fmt: skip
_SERVICE_OF_WIOD = re.compile(r"c(1[7-9]|2\d|3[0-5])")
_SERVICE_OF_ISIC = re.compile(r"[D-U](\d{2}([T_]\d{2})?)?")  # sections D (energy) to U, as the OECD groups them


class ElasticitySet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One published set. theta: trade elasticity by sector code. read: whether we checked the figures in the paper.

    paper, table, column: where the figures stand. concordance: how they were brought to these sectors.
    every_sector: the elasticity of any sector that theta does not name, where the set is one number for all.
    horizon: how long after the tariff. epsilon: the elasticity of imports before duty to 1 + t, where the paper has that: the
    model's theta, of shares with duty, is |epsilon| − 1, and where that is not positive the set gives import responses alone.
    """

    name: str
    paper: str
    theta: dict[str, float] = {}
    table: str = ""
    column: str = ""
    read: bool = False
    concordance: str = ""
    every_sector: float | None = None
    horizon: Horizon = LONG_RUN
    epsilon: float | None = None

    @property
    def partial(self) -> bool:
        """Whether the model has no equilibrium at this elasticity: theta = |epsilon| − 1 is not positive."""
        return self.epsilon is not None and abs(self.epsilon) <= 1

    def __post_init__(self) -> None:
        if self.epsilon is not None and (self.theta or self.every_sector is not None or not self.epsilon < 0):
            raise ValueError("epsilon is below zero and stands alone: theta follows from it")
        bad = {
            k: v for k, v in (*self.theta.items(), ("every_sector", self.every_sector)) if v is not None and not v > 0
        }
        if bad:
            sector, value = next(iter(bad.items()))
            raise ValueError(f"{sector} is {value}; a trade elasticity is positive")
        if not self.theta and self.every_sector is None and self.epsilon is None:
            raise ValueError("no elasticity: give [theta] by sector, or every_sector")

    def at(self, sector: str) -> float | None:
        """The sector's own, else the plain mean over the sectors of oecd-2022 that it holds, else every_sector's."""
        if sector in self.theta:
            return self.theta[sector]
        parts = parts_of(sector)
        if parts and all(part in self.theta for part in parts):
            return sum(self.theta[part] for part in parts) / len(parts)
        return self.every_sector if self.epsilon is None or self.partial else abs(self.epsilon) - 1


def elasticity_sets(horizon: Horizon = LONG_RUN) -> list[str]:
    """The names of the packaged sets of a horizon, the default first."""
    return [name for name, held in _packaged_sets().items() if held == horizon]


@cache
def _packaged_sets() -> dict[str, Horizon]:
    """{name: horizon} of every packaged set, the default first."""
    folder = resources.files("parley.world").joinpath("elasticities")
    found = [Path(file.name).stem for file in folder.iterdir() if file.name.endswith(".toml")]
    ordered = sorted(found, key=lambda name: (name != DEFAULT, name))
    return {name: parsed_set(folder.joinpath(f"{name}.toml").read_text("utf-8"), name).horizon for name in ordered}


def every_set() -> list[str]:
    """The names of the packaged sets of all horizons."""
    return list(_packaged_sets())


def horizon_of(name: str) -> str:
    """The horizon of a set by name; of elasticities that are no named set: not stated."""
    if name in _packaged_sets():
        return _packaged_sets()[name]
    return read_set(name).horizon if is_own(name) else NOT_STATED


def horizon_in_words(horizon: str) -> str:
    """A horizon as a sentence names it: long run, decade, horizon not stated."""
    return f"horizon {NOT_STATED}" if horizon == NOT_STATED else horizon.replace("_", " ")


def set_of_horizon(horizon: str) -> str:
    """The set that stands for a horizon: the default of the long run, else the only one. Raises InputError."""
    if horizon not in HORIZONS:
        raise unknown_name("horizon", "horizon", horizon, HORIZONS)
    return next(name for name, held in _packaged_sets().items() if held == horizon)


def is_own(name: str) -> bool:
    """Whether a set is named by the path of the user's own file: a TOML, or a pipe."""
    return name.endswith(".toml") or is_pipe(name)


def set_in_words(name: str) -> str:
    """A set as an answer names it: the user's own by the name in its file and the file, without the folder."""
    return f"{read_set(name).name} ({Path(name).name})" if is_own(name) else name


def read_set(name: str) -> ElasticitySet:
    """A packaged set by name, or the user's own by the path of its TOML. Raises InputError with the nearest name."""
    if is_own(name):
        return parsed_set(read_text(name, SET, f"elasticities {name}"), name)
    if name not in _packaged_sets():
        raise unknown_name("elasticities", "set", name, list(_packaged_sets()))
    return _packaged(name)


@cache
def _packaged(name: str) -> ElasticitySet:
    """A packaged set, read once."""
    return parsed_set(resources.files("parley.world").joinpath("elasticities", f"{name}.toml").read_text("utf-8"), name)


def parsed_set(text: str, name: str) -> ElasticitySet:
    """The set of a TOML text; name: what it is called where it is refused. Raises InputError."""
    return converted(parse_toml(text, SET, f"elasticities {name}"), ElasticitySet, SET, f"elasticities {name}")


def covers(name: str, sectors: tuple[str, ...]) -> bool:
    """Whether a set has an elasticity for each of these sectors."""
    held = read_set(name)
    return all(held.at(sector) is not None for sector in sectors)


def sets_beside(named: str, sectors: tuple[str, ...]) -> list[str]:
    """The packaged sets that range beside elasticities: of their horizon, or of the long run where they state none, if they
    cover the sectors."""
    horizon = horizon_of(named)
    wanted = horizon if horizon in SOLVED_HORIZONS else LONG_RUN
    return [name for name, held in _packaged_sets().items() if held == wanted and covers(name, sectors)]


def read_elasticities(name: str, world: World | tuple[str, ...]) -> Float[ndarray, " s"]:
    """theta[s] of a set at a world's sectors (or at the sectors given), by `ElasticitySet.at`."""
    sectors = world if isinstance(world, tuple) else world.sectors
    held = read_set(name)
    if held.partial:
        raise InputError(
            f"elasticities {name}",
            f"theta is {abs(held.epsilon or 0) - 1:.2f}: imports before duty answer a tariff by {held.epsilon} within the {held.horizon}",
            "a theta above 0: below it no equilibrium, no welfare and no game exists in these models",
            "Ask for import responses: parley trade solve --horizon year",
        )
    found = {sector: held.at(sector) for sector in sectors}
    missing = [sector for sector, theta in found.items() if theta is None]
    if missing:
        raise InputError(
            f"elasticities {name}",
            f"no value for sector {missing[0]!r}" + (f" and {len(missing) - 1} more" if len(missing) > 1 else ""),
            f"sectors {', '.join(list(held.theta)[:6])} …",
            "Write a set of your own (a TOML with [theta] by sector) and give its path",
        )
    return np.array([found[sector] for sector in sectors], dtype=float)


def ranged(world: World) -> dict[str, Float[ndarray, " s"]]:
    """theta[s] by name of what a range spans at a world's sectors: `sets_beside`, and the world's own where they are no packaged
    set."""
    made = {name: read_elasticities(name, world) for name in sets_beside(world.elasticities, world.sectors)}
    return made if world.elasticities in _packaged_sets() else made | {world.elasticities: world.theta}


@cache
def published_spread() -> tuple[float, float]:
    """(spread, common) of the packaged sets over the goods sectors, rounded to two digits.

    With y = log theta less its mean over sets, by sector: spread² = the mean variance over sets, and common = the variance
    over sets of the mean of y over sectors, over spread². A description of how papers differ, not of sampling error.
    """
    log = np.log([read_elasticities(name, GOODS) for name in elasticity_sets()])
    y = log - log.mean(axis=0)
    variance = y.var(axis=0, ddof=1).mean()
    return round(float(np.sqrt(variance)), 2), round(float(y.mean(axis=1).var(ddof=1) / variance), 2)


def parts_of(sector: str) -> tuple[str, ...]:
    """The sectors of oecd-2022 that a sector code stands for; none where the code is unknown to us."""
    if sector in GOODS or sector == SERVICES:
        return (sector,)
    for known in (MERGED, WIOD_SECTORS):
        if sector in known:
            return known[sector]
    service = _SERVICE_OF_WIOD.fullmatch(sector) or _SERVICE_OF_ISIC.fullmatch(sector)
    return (SERVICES,) if service else ()


def holder_of(sectors: Iterable[str]) -> dict[str, str]:
    """{sector of oecd-2022: the first of these sectors that holds it}: where a product of it belongs in their world."""
    found: dict[str, str] = {}
    for sector in sectors:
        for part in parts_of(sector):
            found.setdefault(part, sector)
    return found


def spans_of(sets: Iterable[str], of: str = "elasticity sets") -> str:
    """What a figure's low and high span, in words: over which sets, and what stays the same."""
    names = sorted(map(set_in_words, sets))
    if len(names) == 1:
        return f"one of the {of} alone ({names[0]}): low and high are the same"
    said = f"lowest to highest over {len(names)} {of} ({', '.join(names)})" if names else f"none of the {of}"
    return f"{said}. Flows, law, model and closure stay the same, and nothing is drawn at random"
