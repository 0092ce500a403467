"""Writes synthetic shipments from a seed: realistic in shape, invented in every figure, the same bytes for a seed.

    python builders/shipments.py 1000000 shipments.parquet [--seed 1] [--faults 0.01] [--claims]

Products, origins and their frequency follow the shape of trade (few of each carry most lines); days run from January
2025 to April 2026; values are log-normal. --faults: the share of lines with a code, country, day or value that is none.
"""

from __future__ import annotations

import argparse
import re
from datetime import date
from pathlib import Path

import numpy as np

ORIGINS: list[str] = [*"CHN MEX CAN DEU VNM JPN KOR TWN IND ITA THA GBR FRA BRA MYS IDN CHE BGD IRL TUR".split()]
FIRST, DAYS = date(2025, 1, 2), 480
PIECE = 1_000_000


def write_shipments(rows: int, path: Path, seed: int = 1, faults: float = 0.0, claims: bool = False) -> None:
    """A CSV or Parquet file of so many lines."""
    import duckdb

    from parley.law.products import read_products

    lines = [x for x in read_products("USA").on(date(2025, 5, 2)) if x.code[:2] not in ("98", "99")]
    con = duckdb.connect()
    _register(con, "products", code=[x.code for x in lines], unit=[re.split("[,;]", x.unit)[0] for x in lines])
    _register(con, "origins", iso=ORIGINS)
    con.execute("CREATE TABLE shipments (id BIGINT, entry VARCHAR, product VARCHAR, origin VARCHAR, entry_date VARCHAR, "
                "value VARCHAR, quantity DOUBLE, unit VARCHAR, usmca BOOLEAN, steel_share DOUBLE)")  # fmt: skip
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(lines))
    for first in range(0, rows, PIECE):
        _piece(con, rng, order, first, min(PIECE, rows - first), faults)
    shown = "*" if claims else "* EXCLUDE (usmca, steel_share)"
    if not faults and path.suffix == ".parquet":
        shown += " REPLACE (CAST(entry_date AS DATE) AS entry_date, CAST(value AS DOUBLE) AS value)"
    con.execute(f"COPY (SELECT {shown} FROM shipments ORDER BY id) TO '{path}'")


def _register(con, name: str, **columns: list[str]) -> None:
    con.register("incoming", {"place": np.arange(len(next(iter(columns.values())))),
                              **{n: np.array(v, dtype=object) for n, v in columns.items()}})  # fmt: skip
    con.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
    con.unregister("incoming")


def _piece(con, rng: np.random.Generator, order: np.ndarray, first: int, count: int, faults: float) -> None:
    """One million lines or fewer."""
    rank = np.minimum((len(order) * rng.random(count) ** 2.5).astype(np.int64), len(order) - 1)
    value = np.round(rng.lognormal(8.0, 1.5, count) + 0.01, 2)
    con.register("drawn", {
        "id": np.arange(first + 1, first + count + 1), "entry": (first + np.arange(count)) // 4,
        "p": order[rank], "o": np.minimum(rng.geometric(0.16, count) - 1, len(ORIGINS) - 1),
        "d": rng.integers(0, DAYS, count), "v": value, "q": np.round(value / rng.lognormal(2.0, 1.0, count) + 0.1, 1),
        "u": rng.random(count) < 0.8, "s": np.round(rng.random(count), 2),
        "bad": np.where(rng.random(count) < faults, rng.integers(1, 5, count), 0),
    })  # fmt: skip
    con.execute(f"""INSERT INTO shipments SELECT id, 'E' || lpad(entry::VARCHAR, 9, '0'),
 CASE WHEN bad = 1 THEN '9999999999' ELSE code END, CASE WHEN bad = 2 THEN 'Atlantis' ELSE iso END,
 CASE WHEN bad = 3 THEN '2025-02-30' ELSE (DATE '{FIRST}' + d::INTEGER)::VARCHAR END,
 CASE WHEN bad = 4 THEN 'n/a' ELSE v::VARCHAR END, q, nullif(unit, ''),
 CASE WHEN iso IN ('CAN', 'MEX') THEN u END, CASE WHEN code[:2] IN ('72', '73', '76', '84') THEN s END
 FROM drawn JOIN products ON products.place = p JOIN origins ON origins.place = o ORDER BY id""")
    con.unregister("drawn")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--claims", action="store_true")
    asked = parser.parse_args()
    write_shipments(asked.rows, asked.path, asked.seed, asked.faults, asked.claims)
