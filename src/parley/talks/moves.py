"""Which rates a game moves and which stay, in words and numbers, and the base that payoffs are measured against."""

from __future__ import annotations

from datetime import date

import numpy as np

from parley.talks.answers import RatesMoved
from parley.talks.instruments import INSTRUMENTS, Instruments
from parley.world.world import World

BASE, GIVEN = "those of the base", "as given"


def moves_in_words(instrument: str, others: str = BASE) -> str:
    """Which rates a player moves, and what stays."""
    return f"{INSTRUMENTS[instrument]}, in place of the player's own; all other rates stay {others}"


def rates_moved(board: Instruments, given: bool = False) -> RatesMoved:
    """The cells that move: whose, on whose goods, in which sectors."""
    world = board.world
    s, _, i = np.unravel_index(board.cells, world.t.transpose(2, 0, 1).shape)
    sectors = [world.sectors[k] for k in np.unique(s)]
    partners = [board.territories[k] for k in np.unique(board.territory[i])]
    who, whom, what = _listed(board.players), _listed(partners), _listed(sectors)
    everybody = set(board.territories) <= {*partners, *(board.players if len(board.players) == 1 else ())}
    whom = "all partners" if everybody else whom
    what = "all sectors" if len(sectors) == len(world.sectors) else f"sectors {what}"
    says = f"duties of {who} on goods of {whom} in {what}: {moves_in_words(board.instrument, GIVEN if given else BASE)}"
    return {"players": list(board.players), "partners": partners, "sectors": sectors, "rates": len(board.owner),
            "says": says}  # fmt: skip


def _listed(names: tuple[str, ...] | list[str], most: int = 6) -> str:
    """Names in a line; beyond a few, how many more."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def base_in_words(world: World, day: date | str | None) -> str:
    """What payoffs are measured against, and what rates that do not move stay at."""
    of = f", of {world.year}" if world.year else ""
    return f"the tariffs in force on {day}" if day else f"the rates of the dataset {world.name}{of}"
