"""Worlds as arrays, flows, folders and input-output tables; elasticities."""

from __future__ import annotations

import io
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from fuzz_mutations import Files

from fuzz_seeds.reader import CODES, SOURCE, Reader, of, small_world, solved
from icio_sample import icio_sample  # pyright: ignore[reportMissingImports]


def _arrays(**more: Any) -> bytes:
    world, stream = small_world(), io.BytesIO()
    held = {"countries": world.countries, "sectors": world.sectors, "flows": world.X, "tariffs": world.t, "theta": world.theta,
            "flows_include_tariff": True, "name": "mine", "year": 2020, **more}  # fmt: skip
    np.savez_compressed(stream, **{name: np.asarray(values) for name, values in held.items()})  # pyright: ignore[reportArgumentType]
    return stream.getvalue()


def _linked() -> bytes:
    inputs = np.full((3, 2, 2), 0.5)
    return _arrays(value_added_share=np.full((3, 2), 0.6), io_share=inputs, fit_links=True)


def _wiod() -> bytes:
    draw, stream = np.random.default_rng(3), io.BytesIO()
    final = draw.lognormal(2, 1, (6, 9))
    np.savez(
        stream,
        countries=CODES,
        industries=("c3", "c20"),
        inter=draw.lognormal(0, 1, (6, 6)),
        final=final,
        output=final.sum(1),
    )
    return stream.getvalue()


def _flows() -> str:
    rows = small_world().columns()
    names = ("buyer", "seller", "sector", "spending", "rate")
    lines = (",".join(map(str, row)) for row in zip(*(rows[n] for n in names), ("3.0", "5.0") * 9, strict=True))
    return "\n".join(("buyer,seller,sector,spending,tariff,theta", *lines)) + "\n"


def _world(path: Path) -> object:
    from parley.world.read import read_world

    world = read_world(path)
    assert np.isfinite(world.X).all()
    assert np.isfinite(world.t).all()
    return solved(world, world.t)


def _folder() -> Files:
    shares = "".join(f"{c},{s},0.6,0.5\n" for c in CODES for s in ("S0", "S1"))
    inputs = "".join(f"{c},{k},{s},0.5\n" for c in CODES for k in ("S0", "S1") for s in ("S0", "S1"))
    return {
        "flows.csv": _flows().encode(),
        "sectors.csv": b"sector,theta\nS0,3\nS1,5\n",
        "shares.csv": f"country,sector,value_added_share,final_share\n{shares}".encode(),
        "inputs.csv": f"country,input,user,io_share\n{inputs}".encode(),
    }


@cache
def icio() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        icio_sample(Path(folder, "a.csv"))
        return Path(folder, "a.csv").read_bytes()


def zipped(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def _table(path: Path) -> object:
    from parley.world.read import read_world

    own = path.parent / "set.toml"  # one elasticity for every sector of whatever the table holds
    own.write_text(
        'name = "own"\npaper = "none"\ntable = ""\ncolumn = ""\nconcordance = ""\nread = false\nevery_sector = 4.0\n'
    )
    world = read_world(path, str(own))
    assert np.isfinite(world.X).all()
    assert (world.X >= 0).all()
    return world


def _elasticity(path: Path) -> object:
    from parley.world.elasticity import GOODS, read_elasticities, read_set

    found = read_set(str(path))
    theta = read_elasticities(
        str(path), GOODS[:3] if found.every_sector or found.epsilon else tuple(list(found.theta)[:3])
    )
    assert np.isfinite(theta).all()
    assert (theta > 0).all()
    return theta


def _elasticities() -> list[Files]:
    folder = SOURCE / "world/elasticities"
    return [{"mine.toml": (folder / f"{name}.toml").read_bytes()} for name in ("U4", "CP", "BLP-decade")]


READERS = (
    Reader("elasticities", of("world/elasticity.py"), _elasticities, _elasticity),
    Reader("world", of("world/read.py", "world/world.py", "world/accounts.py"), lambda: [
        {"mine.npz": _arrays()}, {"mine.npz": _linked()}, {"mine.csv": _flows().encode()}], _world),
    Reader("world-folder", of("world/read.py", "world/world.py", "world/accounts.py"), lambda: [_folder()], _world, True),
    Reader("icio", of("world/icio.py", "world/tabular_input.py"), lambda: [
        {"mine.csv": icio()}, {"mine.zip": zipped(("ICIO2022.csv", icio()))}, {"mine.npz": _wiod()}], _table),
)  # fmt: skip
