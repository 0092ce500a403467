"""The query of each destination that a piece asks about, over tables of law that are compiled when first asked for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from parley.codes import country, day
from parley.law.edition import read_schedule
from parley.law.explain import is_beyond
from parley.law.regime import Regime, measures_folder, read_regime, read_to
from parley.law.shipments.columns import Columns
from parley.law.shipments.destinations import destination_of, refused
from parley.law.shipments.duckdb import load
from parley.law.shipments.kept_law import kept_or_made, law_key
from parley.law.shipments.sql import Query, typed
from parley.law.shipments.sql_duty import claim_code
from parley.law.shipments.tables import Compiler, LawTables, compiler

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from parley.law.shipments.run import Options

FEW = 2000  # rows up to which only their own codes are compiled


def last_day_answered(asked: Options, destination: str, law: Regime | None) -> date | None:
    """The last day whose rows have a duty: that to which the law was read; None where any day is answered as scheduled.

    An earlier day of knowledge asks for what was scheduled then, so it has an answer for every day.
    """
    held = law or Regime((), reached=read_to(measures_folder()))
    read, known = held.law_known_to(destination), day(asked.known) if asked.known else None
    return read if read and not asked.as_scheduled and is_beyond(read, date.max, known) else None


class Questions:
    """The law of a run, compiled by destination; it grows as pieces ask for more. columns, kinds: those of the file."""

    def __init__(self, con: DuckDBPyConnection, law: Regime | None, asked: Options) -> None:
        self.con, self.law, self.asked = con, law, asked  # law: None is the packaged one, read when it is compiled
        self.columns: Columns | None = None
        self.kinds: dict[str, str] = {}
        self._compilers: dict[tuple, tuple[Compiler | None, set[int], LawTables]] = {}

    def of(self, source: str, law: Regime | None = None) -> list[tuple[Query, str]]:
        """The query of each destination in a piece, with the rows that it is asked about."""
        assert self.columns
        if self.asked.destination or "destination" not in self.columns.of:
            return [(self.query(country(self.asked.destination or "USA"), source, law), source)]
        u = f"u{self.columns.names.index(self.columns.of['destination'])}"
        found = self.con.execute(f"SELECT DISTINCT CAST({u} AS VARCHAR) FROM {source} r").fetchall()
        by_country: dict[str, list[str | None]] = {}
        for (text,) in found:
            by_country.setdefault(destination_of(text), []).append(text)
        if len(by_country) == 1 and "" not in by_country:
            return [(self.query(next(iter(by_country)), source, law), source)]
        parts = []
        for name, texts in sorted(by_country.items()):
            listed = ", ".join("'" + t.replace("'", "''") + "'" for t in texts if t is not None) or "''"
            null = f" OR {u} IS NULL" if None in texts else ""
            rows = f"(SELECT * FROM {source} r WHERE CAST({u} AS VARCHAR) IN ({listed}){null})"
            query = self.query(name or "USA", rows, law)
            parts.append((query if name else refused(query), rows))
        return parts

    def query(self, destination: str, rows: str, law: Regime | None = None) -> Query:
        """The query for a destination; compiles what its rows ask for, or the whole schedule where none are given."""
        side = "before_" if law else ""
        key, prefix = (destination, side), f"{side}{destination.lower()}_"
        held = self._compilers.get(key)
        part = held[0].only if held and held[0] else None  # the codes that were compiled; None: all
        if held is None or part is not None:
            only = self._few_codes(destination, rows) if rows else None
            if held is None or part is None or only is None or not only <= part:
                held = self._compile(destination, law, only, prefix)
                self._compilers[key] = held
        made, codes, tables = held
        until = last_day_answered(self.asked, destination, law or self.law)
        query = self._asked(tables, prefix, until)
        if made is None or not made.splits:
            return query
        code = claim_code(query, made.splits, "")
        asked = {c for (c,) in self.con.execute(f"SELECT DISTINCT {code} FROM ({typed(query, rows)}) t").fetchall()}
        if not asked <= codes:
            codes |= asked
            tables = made.tables(sorted(codes))
            load(self.con, tables, prefix)
            self._compilers[key] = (made, codes, tables)
        return self._asked(tables, prefix, until)

    def _compile(
        self, destination: str, law: Regime | None, only: frozenset[str] | None, prefix: str
    ) -> tuple[Compiler | None, set[int], LawTables]:
        """The law's tables, loaded; those of a whole schedule without claims are kept in the user's cache."""
        assert self.columns
        known = day(self.asked.known) if self.asked.known else None
        law, reading, claims = law or self.law, self.asked.reading, self.columns.claims

        def make() -> tuple[Compiler, LawTables]:
            made = compiler(law or read_regime(), destination, known, reading, claims, only)
            tables = made.tables()
            load(self.con, tables, prefix)
            return made, tables

        if only is None and not claims:
            tables = kept_or_made(
                self.con, law_key(law, destination, known, reading), prefix, destination, lambda: make()[1]
            )
            return None, set(), tables
        made, tables = make()
        return made, set(), tables

    def _asked(self, tables: LawTables, prefix: str, until: date | None) -> Query:
        assert self.columns
        types = {role: self.kinds[name] for role, name in self.columns.of.items()}
        return Query(self.columns, types, tables, on=self.asked.on, whole_dollars=self.asked.whole_dollars,
                     dates=self.asked.dates, prefix=prefix, programmes=self.asked.programmes, until=until)  # fmt: skip

    def _few_codes(self, destination: str, rows: str) -> frozenset[str] | None:
        """The schedule's codes that a small piece can mean: compiling those takes a moment. None for a large piece."""
        assert self.columns
        u = f"u{self.columns.names.index(self.columns.of['product'])}"
        texts = self.con.execute(f"SELECT CAST({u} AS VARCHAR) FROM {rows} r LIMIT {FEW + 1}").fetchall()
        if len(texts) > FEW:
            return None
        digits = {"".join(c for c in (text or "")[:30] if c.isdigit()) for (text,) in texts}
        near = {d[:8] for d in digits} | {f"0{d}"[:8] for d in digits}
        lines = read_schedule(destination).lines
        return frozenset(x.code for x in lines if x.code[:8] in near) or frozenset({lines[0].code})  # never no table
