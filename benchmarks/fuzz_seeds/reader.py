"""A reader that `fuzz_readers.py` feeds, and what seeds of several rooms share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
from fuzz_mutations import Files

from parley.world.world import World

SOURCE = Path(__file__).parents[2] / "src" / "parley"
DAY = date(2025, 5, 2)
COMMON = ("text_files.py", "csv_tables.py", "archives.py", "inputs.py")
CODES = ("CHN", "USA", "JPN")


@dataclass(frozen=True)
class Reader:
    """A reader. modules: of src/parley, whose lines count; seeds: valid inputs; read: to an answer, or an input error.

    folder: whether what is read is the folder that holds the input's files. names: whether errors name the file; a request has none.
    """

    name: str
    modules: Sequence[str]
    seeds: Callable[[], Sequence[Files]]
    read: Callable[[Path], object]
    folder: bool = False
    names: bool = True

    def written(self, files: Files, folder: Path) -> Path:
        """The place of an input once its files are written: its one file, or their folder."""
        inside = folder / "mine" if self.folder else folder
        inside.mkdir(exist_ok=True)
        for name, content in files.items():
            (inside / name).parent.mkdir(parents=True, exist_ok=True)
            (inside / name).write_bytes(content)
        return inside if self.folder else inside / next(iter(files))


@cache
def small_world() -> World:
    """Three countries, two sectors."""
    draw = np.random.default_rng(1)
    X = draw.lognormal(size=(3, 3, 2)).round(6)
    X[np.arange(3), np.arange(3)] *= 8
    t = np.full((3, 3, 2), 0.05)
    t[np.arange(3), np.arange(3)] = 0
    return World.from_arrays(CODES, ("S0", "S1"), X, t, np.array([3.0, 5.0]), flows_include_tariff=True)


def solved(world: World, t: np.ndarray) -> object:
    from parley.trade.solve import solve

    eq = solve(world, t)
    assert np.isfinite(eq.welfare_hat).all()
    return eq


def of(*names: str) -> tuple[str, ...]:
    """Modules of a reader, with the openers that all share."""
    return (*names, *COMMON)


def one(text: str, *more: str) -> Callable[[], list[Files]]:
    """Seeds of one file each."""
    return lambda: [{"mine.csv": said.encode()} for said in (text, *more)]
