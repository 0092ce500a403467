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


GOODS = (
    "A01", "A02", "A03", "B05", "B06", "B07", "B08", "B09", "C10T12", "C13T15", "C16", "C17_18", "C19", "C20", "C21", "C22", "C23",
    "C24A", "C24B", "C25", "C26", "C27", "C28", "C29", "C301", "C302T309", "C31T33",
)  # fmt: skip
SERVICES = (
    "D", "E", "F", "G", "H49", "H50", "H51", "H52", "H53", "I", "J58T60", "J61", "J62_63", "K", "L", "M", "N", "O", "P", "Q", "R",
    "S", "T",
)  # fmt: skip
POOL = 61  # different rows: a full table is written from these, own columns scaled up


def full_size_icio(path: Path, names: tuple[str, ...], industries: tuple[str, ...] = (*GOODS, *SERVICES)) -> int:
    """Writes a table with the columns of the OECD's edition of 2025 at its full size; gives back how many numbers it holds.

    names: economies; China and Mexico are parents of two parts each, as in the extended tables. Rows TLS, VA, OUT close it.
    """
    draw = np.random.default_rng(1)
    places = (*names, "MX1", "MX2", "CN1", "CN2")
    uses = [f"{c}_{use}" for c in names for use in FINAL]
    columns = [*(f"{c}_{s}" for c in places for s in industries), *uses, "OUT"]
    S = len(industries)
    far, near = ([[f"{v:.6g}" for v in row] for row in draw.lognormal(m, 1, (POOL, len(columns)))] for m in (0.0, 4.0))
    final = [[f"{v:.6g}" for v in row] for row in draw.lognormal(8.0, 0.3, (POOL, len(FINAL)))]
    nothing = ["0"] * S
    parents = [k for k, c in enumerate(places) if c in ("CHN", "MEX")]
    owner = {"MX1": names.index("MEX"), "MX2": names.index("MEX"), "CN1": names.index("CHN"), "CN2": names.index("CHN")}
    with path.open("w", encoding="utf-8") as file:
        file.write("V1," + ",".join(columns) + "\n")
        for k, place in enumerate(places):
            home = owner.get(place, k)
            for s, industry in enumerate(industries):
                r = (k * S + s) % POOL
                row = ["0"] * len(columns) if k in parents else list(far[r])
                for p in parents:
                    row[p * S : (p + 1) * S] = nothing
                if k not in parents:
                    row[k * S : (k + 1) * S] = near[r][:S]
                    at = len(places) * S + home * len(FINAL)
                    row[at : at + len(FINAL)] = final[r]
                file.write(f"{place}_{industry},{','.join(row)}\n")
        for total in ("TLS", "VA", "OUT"):
            file.write(total + ",1.5" * len(columns) + "\n")
    return (len(places) * S + 3) * len(columns)
