"""How a run reads its files and what it adds."""

from __future__ import annotations

from dataclasses import dataclass, field

from parley.arguments import checked_fields
from parley.codes import country, day
from parley.errors import InputError
from parley.frozen import read_only
from parley.law.readings import Reading
from parley.law.regime import Regime
from parley.law.shipments.chunks import PIECE_BYTES, PIECE_ROWS

DATES = ("iso", "us", "eu")


@checked_fields
@dataclass(frozen=True)
@read_only
class Options:
    """How a run reads its files and what it adds.

    columns: role → column name. destination: who levies, where the file does not say. on: one entry date for all.
    dates: iso, us (MM/DD/YYYY) or eu (DD/MM/YYYY). programmes, fees: more columns. mode: how all goods came, for the
    harbour fee. before: another law to hold each line against. as_scheduled: rows after the last day to which the law was
    read too, by what was scheduled then; otherwise they are refused. memory: what sums by entry may use.
    typed: what was read of each line, in columns of its own (typed.typed_columns).
    """

    columns: dict[str, str] = field(default_factory=dict)
    destination: str | None = None
    known: str | None = None
    reading: Reading = "law"
    on: str | None = None
    dates: str = "iso"
    whole_dollars: bool = False
    programmes: bool = False
    fees: bool = False
    mode: str | None = None
    before: Regime | None = None
    as_scheduled: bool = False
    typed: bool = False
    threads: int = 0
    memory: str = "1GB"
    piece_bytes: int = PIECE_BYTES
    piece_rows: int = PIECE_ROWS

    def check(self) -> None:
        """Nothing, if the options can be read. Raises InputError or CodeError."""
        if self.dates not in DATES:
            raise InputError("--dates", f"{self.dates!r}", ", ".join(DATES))
        for name, text in (("--on", self.on), ("--known", self.known)):
            if text:
                day(text, name)
        if self.destination:
            country(self.destination, "destination")
