"""The lines of a file with their duty as a view in DuckDB, typed by role (typed.typed_columns): what further questions are asked of.

`lines`: k_line, the typed columns, duty_rate, duty and reject_reason as results have them, and the file's own columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import outputs
from parley.drafts import work_folder
from parley.law.regime import Regime, read_regime
from parley.law.shipments.columns import Columns, read_columns
from parley.law.shipments.duckdb import connect, name_sql, text_sql
from parley.law.shipments.followed import followed_duties
from parley.law.shipments.results import RESULT
from parley.law.shipments.run import Options, Progress
from parley.law.shipments.sources import find_sources
from parley.law.shipments.totals import Report

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Lines:
    """The engine that holds the view, the folder of the run, the law, what is asked, the file's columns, who levies on some line,
    and the totals. own: the file's columns under their own names, as SQL. ranges: what hangs on codes that are followed, in words."""

    con: DuckDBPyConnection
    folder: Path
    regime: Regime
    asked: Options
    columns: Columns
    own: str
    levies: tuple[str, ...]
    report: Report
    ranges: tuple[str, ...] = ()

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What a query finds, by its columns."""
        return self.con.sql(query).to_arrow_table().to_pylist()

    def write(self, query: str, path: str | Path | None) -> None:
        """What a query finds as CSV, where a path is named."""
        if path:
            with outputs.told(path), outputs.drafted(path) as draft:
                self.con.execute(f"COPY ({query}) TO {text_sql(str(draft))} (FORMAT csv, HEADER true)")

    def judged(self, questions: str) -> str:
        """What a query asks about the lines, in columns named by role, answered by the engine: a file, as SQL names it."""
        question, answer = self.folder / "asked.parquet", self.folder / "answered.parquet"
        self.con.execute(f"COPY ({questions}) TO {text_sql(str(question))} (FORMAT parquet)")
        one = None if len(self.levies) > 1 else next(iter(self.levies), self.asked.destination or "USA")
        plain = replace(self.asked, columns={}, dates="iso", on=None, whole_dollars=False, destination=one)
        followed_duties([str(question)], answer, regime=self.regime, options=plain)
        return text_sql(str(answer))


@contextmanager
def rated_lines(
    inputs: Sequence[str], outs: Sequence[str | Path | None], regime: Regime | None, options: Options | None,
    progress: Progress | None = None, rejects: str | Path | None = None,
) -> Iterator[Lines]:  # fmt: skip
    """The lines of some files, each with its duty as it stands; rejected ones among them. outs: what else is to be written."""
    outputs.check_all(outs, find_sources([str(x) for x in inputs]))
    law, asked = regime or read_regime(), replace(options or Options(), before=None, fees=False)
    with work_folder("lines") as name:
        folder = Path(name)
        place = folder / "lines.parquet"
        found, ranges = followed_duties(inputs, place, rejects=rejects, regime=law, options=replace(asked, typed=True),
                                        progress=progress)  # fmt: skip
        con = connect(asked.threads, asked.memory, str(folder / "spill"))
        read = f"read_parquet({text_sql(str(place))}, file_row_number = true)"
        every = [n for n, *_ in con.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()]
        shown = every[: every.index(RESULT[0])]
        kept = [f'{name_sql(n)} AS "own {j}"' for j, n in enumerate(shown)]  # no heading is mistaken for what is asked
        row = f"SELECT {', '.join([*kept, *every[len(shown) : -1]])}, file_row_number AS k_line FROM {read}"
        con.execute(f"CREATE TEMP VIEW lines AS {row}")
        own = [n.removesuffix("_input") if n.removesuffix("_input") in RESULT else n for n in shown]
        columns = read_columns(own, asked.columns, "file", ("entry_date",) if asked.on else ())
        named = ", ".join(f'l."own {j}" AS {name_sql(n)}' for j, n in enumerate(own))
        who = con.execute("SELECT DISTINCT levies FROM lines WHERE levies IS NOT NULL ORDER BY 1").fetchall()
        yield Lines(con, folder, law, asked, columns, named, tuple(w for (w,) in who), found,
                    (ranges.words,) if ranges and ranges.rows else ())  # fmt: skip
