"""A column of the chapter 98 and 99 headings of each line, in the order of filing."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from parley.codes import day
from parley.law.entry_claims import CLAIMS, Value, read_claims
from parley.law.headings import headings_due
from parley.law.products import AGREEMENTS
from parley.law.regime import Regime, read_regime
from parley.law.same_days import SameDays
from parley.law.shipments.duckdb import name_sql, register

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from parley.law.shipments.run import Options

HEADINGS = "headings"
_KEY = "concat_ws('|', {})"


def add_headings(con: DuckDBPyConnection, law: Regime | None, asked: Options) -> None:
    """Adds the column to the table `shown`, behind its measures; empty for lines without a duty and outside the United States."""
    names = [n for n, *_ in con.execute("DESCRIBE shown").fetchall()]
    stated = [n for n in names if n in CLAIMS and CLAIMS[n].kind != "money"] + [n for n in ("spi",) if n in names]
    on = f"DATE '{asked.on}'" if asked.on else "TRY_CAST(entry_date AS DATE)"
    parts = [
        "product",
        "origin",
        f"CAST({on} AS VARCHAR)",
        *(f"coalesce(CAST({name_sql(n)} AS VARCHAR), '')" for n in stated),
    ]
    buyer = "true" if "destination" not in names else "coalesce(destination, 'USA') = 'USA'"
    buyer = buyer if asked.destination in (None, "USA") else "false"
    short = ' AND "range" IS NULL' if "range" in names else ""
    whole = f"reject_reason IS NULL AND {buyer}{short}"
    key = _KEY.format(", ".join(parts))
    found = con.execute(f"SELECT DISTINCT {key}, {', '.join(parts)} FROM shown WHERE {whole}").fetchall()
    told = _Headings(law or read_regime(), asked)
    texts = [told.of(product, origin, date.fromisoformat(text), dict(zip(stated, claims, strict=True)))
             for _, product, origin, text, *claims in found]  # fmt: skip
    register(con, "filed", key=[k for k, *_ in found], text=texts)
    after = names.index("measures") + 1 if "measures" in names else len(names)
    columns = ", ".join(
        [
            *(f"s.{name_sql(n)}" for n in names[:after]),
            f"f.text AS {HEADINGS}",
            *(f"s.{name_sql(n)}" for n in names[after:]),
        ]
    )
    con.execute(f"CREATE TABLE filed_shown AS SELECT {columns} FROM (SELECT *, CASE WHEN {whole} THEN {key} END AS z_key FROM shown) s "
                "LEFT JOIN filed f ON f.key = s.z_key")  # fmt: skip
    con.execute("DROP TABLE shown; ALTER TABLE filed_shown RENAME TO shown")


class _Headings:
    """The headings of goods, each asked once for days on which nothing differs. Lives as long as the run."""

    def __init__(self, law: Regime, asked: Options) -> None:
        self.days = SameDays(law, asked.reading, day(asked.known, "--known") if asked.known else None)
        self._found = cache(self._due)

    def of(self, product: str, origin: str, on: date, stated: dict[str, str]) -> str:
        """The headings of a line, with points, joined by ";"."""
        return self._found(product, origin, self.days.first(origin, on), tuple(sorted(_claims(stated, origin).items())))

    def _due(self, product: str, origin: str, on: date, claims: tuple[tuple[str, Value], ...]) -> str:
        found = headings_due(self.days.regime, product, origin, on, self.days.seen(on), dict(claims))
        return ";".join(d.shown for d in found)


def _claims(stated: dict[str, str], origin: str) -> dict[str, Value]:
    """The claims of a line's own columns, its programme indicator among them."""
    spi = stated.get("spi", "").strip().upper()
    own = {n: v.lower() if CLAIMS[n].kind == "flag" else v for n, v in stated.items() if n != "spi" and v}
    own |= {p.claim: "true" for p in AGREEMENTS if spi in p.symbols and origin in p.origins and p.claim not in own}
    return read_claims(own)


__all__ = ["HEADINGS", "add_headings"]
