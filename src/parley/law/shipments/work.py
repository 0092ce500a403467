"""A run's work folder: finished pieces, their sums, and a journal of them, so that a run cut off at any moment goes on.

A piece counts once its line stands in the journal; what was written behind the last such line is cut away. What a killed run
wrote is there for the next one; a power cut may lose what is not on disk yet, so that everything is put there every half
minute, and a run after another start of the machine goes on from there. The output appears under its own name in one step.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import __version__
from parley.errors import InputError
from parley.law.regime import Regime
from parley.law.shipments.entries import write_entries
from parley.law.shipments.kept_law import law_files
from parley.law.shipments.parquet_beside import Beside
from parley.law.shipments.parquet_join import one_parquet
from parley.law.shipments.shown import RESULT, own_columns
from parley.law.shipments.sql import Query
from parley.law.shipments.writing import piece_sums, synced

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from parley.law.shipments.parquet_pages import Pages
    from parley.law.shipments.run import Options

SAFE_EVERY = 30.0  # seconds

Groups = dict[tuple[int, int], list[int | float]]  # by origin and month: rows, rejects, value, cents, programmes


class Work:
    """The folder of one run beside its output; without an output, a temporary one."""

    def __init__(
        self, paths: Sequence[str], out: Any, rejects: Any, entries: Any, asked: Options, law: Regime | None
    ) -> None:
        self.out = Path(out) if out else None
        self.entries = Path(entries) if entries else None
        self.wanted = bool(rejects)
        self.rejects = Path(rejects) if rejects else self.out and self.out.with_name(self.out.name + ".rejects.csv")
        for path in (self.out, self.entries, Path(rejects) if rejects else None):
            if path is not None and not path.absolute().parent.is_dir():
                raise InputError(str(path), f"no folder {path.parent}", "a folder that exists")
            if path is not None and str(path) in paths:
                raise InputError(str(path), "it is also an input", "a name of its own for the output")
        self.journal: list[dict[str, Any]] = []  # of the finished pieces, without their sums
        self.sums: Groups = {}
        self.before: Groups = {}  # under the law that lines are held against
        self.print = _fingerprint(paths, asked, law, self.entries)
        self.home = self.out or Path(rejects or entries or "")
        self.kept = bool(out or rejects or entries)
        self.asked = asked
        self.names: Sequence[str] = ()  # the files' own columns
        self.grown: Beside | None = None  # the part that grows

    def __enter__(self) -> Work:
        self.boot, self.unsafe, self.safe_at = _boot(), [], time.monotonic()
        if not self.kept:
            self.folder = Path(tempfile.mkdtemp(prefix="parley-duties-"))
        else:
            self.folder = self.home.with_name(self.home.name + ".parley-work")
            self.folder.mkdir(exist_ok=True)
            self._take_up()
        self.resumed_rows = self.rows
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self.grown:
            self.grown.close()
        if not self.kept or kind is None or not self.journal:  # nothing is done that a later run could go on from
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def done(self) -> int:
        """How many pieces are finished."""
        return len(self.journal)

    @property
    def rows(self) -> int:
        """How many rows the finished pieces hold."""
        return sum(p["rows"] for p in self.journal)

    @property
    def as_parquet(self) -> bool:
        """Whether the output is Parquet, by its name."""
        return self.out is not None and self.out.suffix.lower() in (".parquet", ".pq")

    @property
    def shown(self) -> list[str]:
        """All columns of the output, where it has no more than the six of the result."""
        return [*own_columns(self.names, RESULT), *RESULT]

    def rows_of(self, path: str) -> int:
        """The rows of a file that are done."""
        return sum(p["rows"] for p in self.journal if p["path"] == path)

    def _take_up(self) -> None:
        """Reads the journal of an earlier run on the same question; starts anew where there is none."""
        journal = self.folder / "journal"
        lines = journal.read_text("utf-8").split("\n")[:-1] if journal.exists() else []
        if not lines or json.loads(lines[0]) != self.print:
            shutil.rmtree(self.folder)
            self.folder.mkdir()
            _append(journal, json.dumps(self.print) + "\n")
            return
        held = [json.loads(line) for line in lines[1:]]
        sure = [j for j, p in enumerate(held, 1) if p.get("safe") or (self.boot and p.get("boot") == self.boot)]
        self.journal = [self._counted(p) for p in held[: sure[-1] if sure else 0]]
        os.truncate(journal, sum(len(line.encode()) + 1 for line in lines[: len(self.journal) + 1]))
        self.unsafe = list(self.folder.glob("*.parquet"))  # the run before may not have put them on disk
        for name in ("out", "rejects"):
            held = self.folder / name
            if held.exists():
                os.truncate(held, self.journal[-1][name] if self.journal else 0)

    def remember(
        self,
        number: int,
        path: str,
        sums: list,
        reasons: dict[str, int],
        malformed: int,
        beside: Any = None,
        before: Sequence[Any] = (),
    ) -> None:
        """A piece is finished: its sums and the lengths of what was written.

        beside: what `grow` gave, where the piece stands in a part with others. before: its sums under the law that its lines
        are held against.
        """
        written = [self.folder / n for n in ("out", "rejects")]
        if beside is None and self.as_parquet:
            self._settle()
        parts = self.folder.glob(f"*-{number:06}.parquet") if self.kept else ()
        self.unsafe = [*{*self.unsafe, *parts, *([self.grown.file.path] if self.grown else [])}]
        safe = self.kept and (not self.boot or time.monotonic() - self.safe_at > SAFE_EVERY)
        if safe:
            for part in (*self.unsafe, *written):
                synced(part)
            self.unsafe, self.safe_at = [], time.monotonic()
        sizes = {p.name: p.stat().st_size if self.kept and p.exists() else 0 for p in written}
        rows = sum(r[2] for r in sums) + malformed
        line = {
            "piece": number,
            "path": path,
            "rows": rows,
            "sums": sums,
            "reasons": reasons,
            "malformed": malformed,
            "beside": beside,
            "before": before,
            "safe": safe,
            "boot": self.boot,
            **sizes,
        }
        self.journal.append(self._counted(line))
        if self.kept:
            _append(self.folder / "journal", json.dumps(line) + "\n", safe)

    def _counted(self, line: dict[str, Any]) -> dict[str, Any]:
        """A piece's line without its sums, which are added to those of the others: of many pieces they would fill memory."""
        for name, held in (("sums", self.sums), ("before", self.before)):
            for origin, month, *numbers in line[name]:
                known = held.setdefault((origin, month), [0] * len(numbers))
                known[:] = map(add, known, numbers)
        return {k: v for k, v in line.items() if k not in ("sums", "before")}

    def add(self, number: int, con: DuckDBPyConnection, parts: Sequence[tuple[Query, str]]) -> None:
        """A piece that is only summed."""
        sums = [row for q, rows in parts for row in piece_sums(con, q, f"{rows} j")]
        self.remember(number, "", sums, {}, 0)

    def finish(self, con: DuckDBPyConnection) -> None:
        """The outputs under their own names, the rows last: where they stand, the rest does too.

        What is missing here was put in its place by a run that was killed right behind that.
        """
        held = self.folder / "rejects"
        for name in ("rejects", "out"):
            synced(self.folder / name)
        if self.rejects and held.exists() and (self.wanted or any(p["reasons"] for p in self.journal)):
            os.replace(held, self.rejects)
        if self.entries:
            write_entries(con, sorted(self.folder.glob("entries-*.parquet")), self.folder / "entries.csv")
            os.replace(self.folder / "entries.csv", self.entries)
        if self.out is not None and self.as_parquet:
            self._join(con)
        elif self.out is not None and (self.folder / "out").exists():
            os.replace(self.folder / "out", self.out)

    def grow(self, number: int, source: str, first: int, results: Sequence[Pages]) -> dict[str, Any]:
        """Puts a piece's results, from row `first` of a Parquet file on, beside its own columns at the end of a part;
        gives back what is to be remembered."""
        self.grown = self.grown or self._taken_up()
        if self.grown is None or not self.grown.takes(source):
            self._settle()
            self.grown = Beside(self.folder / f"part-{number:06}.parquet", self.shown, source)
        return self.grown.add(source, first, results)

    def _taken_up(self) -> Beside | None:
        """The part that grew when an earlier run was cut off, if its last piece stands in one."""
        last = self.journal[-1]["beside"] if self.journal else None
        if not last or not (self.folder / last["file"]).exists():
            return None
        told = [p["beside"] for p in self.journal if p["beside"] and p["beside"]["file"] == last["file"]]
        return Beside(self.folder / last["file"], self.shown, told[0]["source"], told)

    def _settle(self) -> None:
        """The part that grows is a whole file now."""
        grown, self.grown = self.grown or self._taken_up(), None
        if grown:
            grown.finish()
            self.unsafe.append(grown.file.path)

    def _join(self, con: DuckDBPyConnection) -> None:
        """The parts as one file under the output's name."""
        self._settle()
        parts, whole = sorted(self.folder.glob("part-*.parquet")), self.folder / "whole.parquet"
        if len(parts) == 1:
            whole = parts[0]
        elif parts:
            one_parquet(con, parts, whole)
        if parts:  # else a run that was killed behind the next line had put it in its place
            synced(whole)
            os.replace(whole, self.out or "")


def _append(path: Path, text: str, safe: bool = True) -> None:
    """Text at the end of a file; on disk before anything else where it must be safe."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        if safe:
            os.fsync(stream.fileno())


def _boot() -> str:
    """What tells this start of the machine from others; nothing where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _fingerprint(paths: Sequence[str], asked: Options, law: Regime | None, entries: Path | None) -> list[str]:
    """What a run is about: files with sizes and times, options, law, version."""
    import msgspec

    files = [f"{p} {os.stat(p).st_size} {os.stat(p).st_mtime_ns}" if p != "-" else p for p in paths]
    packaged = [] if law else law_files()
    acts = hashlib.sha256(
        msgspec.json.encode([law.measures if law else packaged, asked.before.measures if asked.before else ()])
    ).hexdigest()
    told = {k: v for k, v in vars(asked).items() if k not in ("before", "threads", "memory")}
    return [__version__, *files, repr(sorted(told.items())), acts, str(entries or "")]


__all__ = ["Work"]
