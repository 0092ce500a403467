"""Times of the trade room: python benchmarks/bench_solve.py [--shared ../shared/data] [--runs 20].

One solve to a certified residual of 1e-10, set-up and certificate included, on the packaged world (81 × 28) with and
without the machinery of links, and on the 31 × 40 world of Caliendo and Parro where shared data is at hand; the wedges
of a whole tariff schedule; the import of the room. The sizes to beat are 15, 25 and 20 ms (wanted: 8, 11 and 10).
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from parley.rates import RateTable
from parley.trade.solve import balance, solve
from parley.world.grid import cell_wedges
from parley.world.icio import _by_arrow, _by_numpy, read_icio_table
from parley.world.read import read_world
from parley.world.world import World

DAY = date(2025, 5, 2)


def timed(what: str, run: Callable[[], object], runs: int) -> None:
    """Print the best and the median time of a call in milliseconds, with passes where it has them."""
    run()
    times, made = [], None
    for _ in range(runs):
        began = time.perf_counter()
        made = run()
        times.append(1000 * (time.perf_counter() - began))
    passes = getattr(made, "passes", None)
    note = f"  {passes} passes, residual {made.residual:.1e}" if passes else ""
    print(f"{what:<58} best {min(times):7.1f}  median {statistics.median(times):7.1f} ms{note}")


def war(world: World) -> np.ndarray:
    """145 percent on Chinese goods in the United States and 125 percent the other way, on top of the base rates."""
    t, us, cn = world.t.copy(), world.index("USA"), world.index("CHN")
    t[us, cn, :-1] += 1.45
    t[cn, us, :-1] += 1.25
    return t


def wall(world: World) -> np.ndarray:
    """1,000 percent by the United States on everyone."""
    t, us = world.t.copy(), world.index("USA")
    t[us, :, :-1] = 10.0
    t[us, us] = 0
    return t


def nafta(shared: Path) -> tuple[World, np.ndarray]:
    """The balanced 31 × 40 world of 1993 and its rates with those of 2005 inside NAFTA."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))
    from published_worlds import nafta_world

    world, later = nafta_world(shared)
    base = balance(world, model="caliendo_parro")
    inside = np.ix_(*2 * [[base.index(c) for c in ("MEX", "CAN", "USA")]])
    t = base.t.copy()
    t[inside] = later[inside]
    return base, t


def schedule(world: World) -> RateTable:
    """A made-up schedule of 19,000 lines by 80 origins."""
    draw, origins = np.random.default_rng(0), tuple(c for c in world.countries if c != "USA")
    lines = tuple(f"{k:010d}" for k in range(19_000))
    before, after, weight = (draw.uniform(0, 1, (len(lines), len(origins))) for _ in range(3))
    return RateTable("USA", lines, origins, before, after, weight, DAY, DAY, DAY, "made up for timing")


def icio(names: tuple[str, ...]) -> None:
    """Generate a wide table of 77 places × 45 industries (3,465²), and read it by pyarrow and by numpy."""
    places, draw = [*names[:72], "ROW", "MX1", "MX2", "CN1", "CN2"], np.random.default_rng(0)
    cells = [f"{c}_S{s:02}" for c in places for s in range(45)]
    finals = [f"{c}_{use}" for c in places[:73] for use in ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR")]
    values = draw.lognormal(0, 2, (len(cells), len(cells) + len(finals)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "icio_2022.csv"
        with path.open("w") as file:
            file.write("V1," + ",".join([*cells, *finals]) + "\n")
            for name, row in zip(cells, values, strict=True):
                file.write(name + "," + ",".join([f"{v:.8g}" for v in row]) + "\n")
        print(f"a generated table of {path.stat().st_size / 1e6:.0f} MB")
        for how, read in (("pyarrow", _by_arrow), ("numpy", _by_numpy)):
            timed(f"its numbers, by {how}", lambda read=read: read(path), 2)
        timed("the table, its parts merged", lambda: read_icio_table(path), 2)


def main() -> None:
    """Print the table of times."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--icio", action="store_true", help="also generate and read an OECD table at full size")
    asked = parser.parse_args()
    world = read_world("oecd-2022")
    balanced, with_links = balance(world), balance(read_world("oecd-2022", links=True), model="caliendo_parro")
    for name, t in (("145/125", war), ("zero tariffs", lambda w: 0 * w.t), ("1,000 % by the US", wall)):
        timed(f"81 × 28, no links, {name}", lambda t=t: solve(world, t(world)), asked.runs)
    timed("81 × 28, no links, 145/125, balanced", lambda: solve(balanced, war(world), deficits="balanced"), asked.runs)
    linked_war = war(with_links)
    timed(
        "81 × 28, links, 145/125, balanced",
        lambda: solve(with_links, linked_war, model="caliendo_parro", deficits="balanced"),
        asked.runs,
    )
    timed("81 × 28, profits, 145/125", lambda: solve(world, war(world), model="krugman"), asked.runs)
    if asked.shared.is_dir():
        base, t = nafta(asked.shared)
        timed(
            "31 × 40, links, NAFTA, balanced",
            lambda: solve(base, t, model="caliendo_parro", deficits="balanced"),
            asked.runs,
        )
    table, draw = schedule(world), np.random.default_rng(1)
    sectors = [world.sectors[k] for k in draw.integers(0, 27, len(table.products))]
    timed("two wedges of 19,000 lines × 80 origins", lambda: cell_wedges(table, world, sectors=sectors), 5)
    timed("read the packaged world", lambda: read_world("oecd-2022"), 5)
    timed("fit links to the packaged world", lambda: world.with_links(), 5)
    if asked.icio:
        icio(world.countries)
    code = [sys.executable, "-c", "import parley.trade.solve"]
    timed("import of the room, new process", lambda: subprocess.run(code, check=True), 3)


if __name__ == "__main__":
    main()
