"""The lines of a file with their duty as a view in DuckDB, typed by role (typed.typed_columns): what further questions are asked of.

`lines`: k_line, the typed columns, duty_rate, duty and reject_reason as results have them, and the file's own columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import outputs
from parley.law.regime import Regime
from parley.law.shipments.columns import Columns, read_columns
from parley.law.shipments.duckdb import connect, name_sql, text_sql
from parley.law.shipments.followed import followed_duties
from parley.law.shipments.results import RESULT
from parley.law.shipments.run import Options, Progress
from parley.law.shipments.totals import Report

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Lines:
    """The engine that holds the view, the law, the file's columns, who levies on some line, and the totals. own: the file's
    columns under their own names, as SQL. ranges: what hangs on codes that are followed, in words."""

    con: DuckDBPyConnection
    regime: Regime
    columns: Columns
    own: str
    levies: tuple[str, ...]
    report: Report
    ranges: tuple[str, ...] = ()

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What a query finds, by its columns."""
        found = self.con.execute(query)
        names = [c[0] for c in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def write(self, query: str, path: str | Path | None) -> None:
        """What a query finds as CSV, where a path is named."""
        if path:
            with outputs.told(path), outputs.drafted(path) as draft:
                self.con.execute(f"COPY ({query}) TO {text_sql(str(draft))} (FORMAT csv, HEADER true)")

    def judged(self, questions: str, folder: Path, asked: Options) -> str:
        """What a query asks about the lines, in columns named by role, answered by the engine: a file, as SQL names it."""
        question, answer = folder / "asked.parquet", folder / "answered.parquet"
        self.con.execute(f"COPY ({questions}) TO {text_sql(str(question))} (FORMAT parquet)")
        one = None if len(self.levies) > 1 else next(iter(self.levies), asked.destination or "USA")
        plain = replace(_once(asked), columns={}, dates="iso", on=None, whole_dollars=False, destination=one)
        followed_duties([str(question)], answer, regime=self.regime, options=plain)
        return text_sql(str(answer))


def _once(asked: Options) -> Options:
    return replace(asked, before=None, fees=False)


def rated_lines(
    inputs: Sequence[str], folder: Path, regime: Regime, asked: Options, progress: Progress | None = None,
    rejects: str | Path | None = None,
) -> Lines:  # fmt: skip
    """The lines of some files, each with its duty as it stands; rejected ones among them. The folder is for the run."""
    place = folder / "lines.parquet"
    once = replace(_once(asked), typed=True)
    found, ranges = followed_duties(inputs, place, rejects=rejects, regime=regime, options=once, progress=progress)
    con = connect(asked.threads, asked.memory, str(folder / "spill"))
    read = f"read_parquet({text_sql(str(place))}, file_row_number = true)"
    every = [n for n, *_ in con.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()]
    shown = every[: every.index(RESULT[0])]
    kept = ", ".join(
        f'{name_sql(n)} AS "own {j}"' for j, n in enumerate(shown)
    )  # no heading is mistaken for what is asked
    row = f"SELECT {', '.join([kept, *every[len(shown) : -1]])}, file_row_number AS k_line FROM {read}"
    con.execute(f"CREATE TEMP VIEW lines AS {row}")
    own = [n.removesuffix("_input") if n.removesuffix("_input") in RESULT else n for n in shown]
    columns = read_columns(own, asked.columns, "file", ("entry_date",) if asked.on else ())
    named = ", ".join(f'l."own {j}" AS {name_sql(n)}' for j, n in enumerate(own))
    who = con.execute("SELECT DISTINCT levies FROM lines WHERE levies IS NOT NULL ORDER BY 1").fetchall()
    return Lines(con, regime, columns, named, tuple(w for (w,) in who), found,
                 (ranges.words,) if ranges and ranges.rows else ())  # fmt: skip
