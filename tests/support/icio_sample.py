"""A small input-output table in the layout of the OECD's files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

FINAL = ("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR")


SECTORS = ("A01_02", "C10T12", "D")


PLACES = ("AUS", "MEX", "CHN", "ROW", "MX1", "MX2", "CN1", "CN2")


def icio_sample(path: Path, seed: int = 2) -> dict[str, np.ndarray]:
    """Writes a table in the layout of the OECD's files and gives back what was written, by row and column name.

    Parts of Mexico and China stand behind the economies and have no final use of their own; rows TLS, VA, OUT and a
    column OUT close the table, as in the extended tables.
    """
    draw = np.random.default_rng(seed)
    cells = [f"{c}_{s}" for c in PLACES for s in SECTORS]
    columns = [*cells, *(f"{c}_{use}" for c in ("AUS", "MEX", "CHN", "ROW") for use in FINAL), "OUT"]
    values = draw.lognormal(0, 1, (len(cells), len(columns)))
    parents = [k for k, cell in enumerate(cells) if cell[:3] in ("MEX", "CHN")]
    values[parents] = 0
    values[:, parents] = 0
    values[:, len(cells) : -1] *= 4
    values[:, -1] = values[:, :-1].sum(axis=1)
    with path.open("w", encoding="utf-8") as file:
        file.write("V1," + ",".join(columns) + "\n")
        for name, row in zip(cells, values, strict=True):
            file.write(name + "," + ",".join(repr(float(v)) for v in row) + "\n")
        for total in ("TLS", "VA", "OUT"):
            file.write(total + "," + ",".join("1.5" for _ in columns) + "\n")
    return {"cells": np.array(cells), "columns": np.array(columns), "values": values}
