"""A run's work folder: finished pieces, their sums, and a journal of them, so that a run cut off at any moment goes on.

A piece counts once its line stands in the journal; what was written behind the last such line is cut away. What a killed run
wrote is there for the next one; a power cut may lose what is not on disk yet, so that everything is put there every half
minute, and a run after another start of the machine goes on from there. The output appears under its own name in one step.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import __version__, outputs
from parley.law.regime import Regime
from parley.law.shipments.entries import write_entries
from parley.law.shipments.gather_read import has_pyarrow
from parley.law.shipments.journal import boot, read_journal, size_of, sure_lines, synced, write_line
from parley.law.shipments.kept_law import law_files
from parley.law.shipments.parquet_beside import Beside
from parley.law.shipments.parquet_join import one_parquet
from parley.law.shipments.shown import RESULT, own_columns
from parley.law.shipments.sql import Query
from parley.law.shipments.writing import piece_sums

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
        self.rejects = Path(rejects) if rejects else _beside(self.out)
        outputs.check_all((self.out, self.entries, self.rejects), paths)
        self.journal: list[dict[str, Any]] = []  # of the finished pieces, without their sums
        self.sums: Groups = {}
        self.before: Groups = {}  # under the law that lines are held against
        self.print = _fingerprint(paths, asked, law, self.entries)
        self.kept = bool(out or rejects or entries)
        files = [p for p in (self.out, self.rejects, self.entries) if p and not outputs.is_stream(p)]
        self.home = outputs.real(files[0]) if files else None  # of what a run cut off leaves to the next one
        self.asked = asked
        self.names: Sequence[str] = ()  # the files' own columns
        self.grown: Beside | None = None  # the part that grows
        self.cut_off: list[dict[str, Any]] = []  # of that part, what an earlier run remembered
        self.finished = False  # whether the outputs are whole, and have only to be put in their places

    def __enter__(self) -> Work:
        self.boot, self.unsafe, self.safe_at = boot(), [], time.monotonic()
        if self.home is None:
            self.folder = Path(tempfile.mkdtemp(prefix="parley-duties-"))
            if self.kept:
                write_line(self.folder / "journal", self.print)
        else:
            self.folder = self.home.with_name(self.home.name + ".parley-work")
            with outputs.told(self.home):
                self.folder.mkdir(exist_ok=True)
            self._take_up()
        self.resumed_rows = self.rows
        return self

    def __exit__(self, kind: object, error: BaseException | None, *_: object) -> None:
        if self.grown:
            self.grown.close()
        if self.home is None or kind is None or not self.journal:  # nothing is done that a later run could go on from
            (self.folder / "journal").unlink(missing_ok=True)  # first: it may not tell of what is gone
            shutil.rmtree(self.folder, ignore_errors=True)
        said = error and outputs.met(error, self.home or self.folder)
        if said:
            raise said from None

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
        """Reads the journal of an earlier run on the same question; starts anew where there is none, or not all of its files."""
        journal = self.folder / "journal"
        lines, ends = read_journal(journal)
        held = [p for p in lines[1:] if "piece" in p]
        if lines and lines[0] == self.print and len(held) < len(lines) - 1 and self._is_finished(lines[-1]["finished"]):
            self.finished = True
        elif lines and lines[0] == self.print and len(held) == len(lines) - 1:
            held = held[: sure_lines(held, self.boot)]
        else:
            held, lines = [], []
        if not lines or not (self.finished or self._stand(held)):
            shutil.rmtree(self.folder)
            self.folder.mkdir()
            write_line(journal, self.print)
            return
        self.journal = [self._counted(p) for p in held]
        if self.finished:
            return
        os.truncate(journal, ends[len(held)])
        self.unsafe = list(self.folder.glob("*.parquet"))  # the run before may not have put them on disk
        for name in ("out", "rejects"):
            if (self.folder / name).exists():
                os.truncate(self.folder / name, held[-1][name] if held else 0)
        last = held[-1]["beside"] if held else None
        self.cut_off = [p["beside"] for p in held if last and p["beside"] and p["beside"]["file"] == last["file"]]

    def _stand(self, pieces: Sequence[dict[str, Any]]) -> bool:
        """Whether all that some pieces wrote is still there."""
        least = {n: pieces[-1][n] for n in ("out", "rejects")} if pieces else {}
        for p in pieces:
            least |= {p["beside"]["file"]: p["beside"]["size"]} if p["beside"] else dict.fromkeys(p["parts"], 0)
        grown = (n for n, size in least.items() if size or n not in ("out", "rejects"))  # these need not be there
        return all((size_of(self.folder / n) or -1) >= least[n] for n in grown)

    def _is_finished(self, sizes: dict[str, int]) -> bool:
        """Whether each output of a run that was killed at its very end is at its place, or ready to be put there."""
        return all(
            n in self.places and size in (size_of(self.folder / n), size_of(self.places[n]))
            for n, size in sizes.items()
        )

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
        parts = sorted(self.folder.glob(f"*-{number:06}.parquet")) if self.kept else []
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
            "parts": [] if beside else [p.name for p in parts],
            "before": before,
            "safe": safe,
            "boot": self.boot,
            **sizes,
        }
        self.journal.append(self._counted(line))
        if self.kept:
            write_line(self.folder / "journal", line, safe)

    def _counted(self, line: dict[str, Any]) -> dict[str, Any]:
        """A piece's line without what would fill memory: its sums, which are added to those of the others, and row groups."""
        for name, held in (("sums", self.sums), ("before", self.before)):
            for origin, month, *numbers in line[name]:
                known = held.setdefault((origin, month), [0] * len(numbers))
                known[:] = map(add, known, numbers)
        beside = line["beside"] and {**line["beside"], "groups": ()}
        return {k: v for k, v in line.items() if k not in ("sums", "before")} | {"beside": beside}

    def add(self, number: int, con: DuckDBPyConnection, parts: Sequence[tuple[Query, str]]) -> None:
        """A piece that is only summed."""
        sums = [row for q, rows in parts for row in piece_sums(con, q, f"{rows} j")]
        self.remember(number, "", sums, {}, 0)

    def finish(self, con: DuckDBPyConnection) -> None:
        """The outputs under their own names, the rows last: where they stand, the rest does too.

        All are whole and on disk before the first is put in its place, and the journal says so: a run that is killed from
        here on has only to put the rest there.
        """
        if not self.finished:
            made = self._outputs(con)
            for name in made:
                synced(self.folder / name)
            if self.kept:
                write_line(self.folder / "journal", {"finished": {n: size_of(self.folder / n) for n in made}})
            self.finished = True
        for name, place in self.places.items():
            if (self.folder / name).exists() and (name != "rejects" or self._are_rejects_wanted):
                outputs.put(self.folder / name, place)

    def _outputs(self, con: DuckDBPyConnection) -> list[str]:
        """Makes whole files of what the pieces wrote; their names here."""
        if self.as_parquet:
            self._join(con)
        if self.entries:
            write_entries(con, sorted(self.folder.glob("entries-*.parquet")), self.folder / "entries")
        return [n for n in self.places if (self.folder / n).exists() and (n != "rejects" or self._are_rejects_wanted)]

    @property
    def places(self) -> dict[str, Path]:
        """Where each output belongs, by its name in the folder; the rows last."""
        every = {"rejects": self.rejects, "entries": self.entries, "out": self.out}
        return {name: place for name, place in every.items() if place is not None}

    @property
    def _are_rejects_wanted(self) -> bool:
        return self.wanted or any(p["reasons"] for p in self.journal)

    def grow(self, number: int, source: str, first: int, results: Sequence[Pages]) -> dict[str, Any]:
        """Puts a piece's results, from row `first` of a Parquet file on, beside its own columns at the end of a part;
        gives back what is to be remembered."""
        self.grown = self.grown or self._taken_up()
        if self.grown is None or not self.grown.takes(source):
            self._settle()
            self.grown = Beside(self.folder / f"part-{number:06}.parquet", self.shown, source)
        return self.grown.add(source, first, results)

    def _taken_up(self) -> Beside | None:
        """The part that grew when an earlier run was cut off, once, if its last piece stands in one."""
        told, self.cut_off = self.cut_off, []
        return Beside(self.folder / told[0]["file"], self.shown, told[0]["source"], told) if told else None

    def _settle(self) -> None:
        """The part that grows is a whole file now."""
        grown, self.grown = self.grown or self._taken_up(), None
        if grown:
            grown.finish()
            self.unsafe.append(grown.file.path)

    def _join(self, con: DuckDBPyConnection) -> None:
        """The parts of Parquet as one file."""
        self._settle()
        named = dict.fromkeys(n for p in self.journal for n in ([p["beside"]["file"]] if p["beside"] else p["parts"]))
        parts = [self.folder / n for n in named if n.startswith("part-")]
        if len(parts) == 1:
            synced(parts[0])
            outputs.put(parts[0], self.folder / "out")
        elif parts:
            one_parquet(con, parts, self.folder / "out")


def _beside(out: Path | None) -> Path | None:
    """Where rejects go that no name was given for; nowhere where the rows go to a device or a pipe."""
    return None if out is None or outputs.is_stream(out) else out.with_name(out.name + ".rejects.csv")


def _fingerprint(paths: Sequence[str], asked: Options, law: Regime | None, entries: Path | None) -> list[str]:
    """What a run is about: files with sizes and times, options, law, version."""
    import msgspec

    files = [f"{p} {os.stat(p).st_size} {os.stat(p).st_mtime_ns}" if p != "-" else p for p in paths]
    packaged = [] if law else law_files()
    acts = hashlib.sha256(
        msgspec.json.encode([law.measures if law else packaged, asked.before.measures if asked.before else ()])
    ).hexdigest()
    told = {k: v for k, v in vars(asked).items() if k not in ("before", "threads", "memory")}
    told["gathers"] = has_pyarrow()  # pieces are of other sizes without it
    return [__version__, *files, repr(sorted(told.items())), acts, str(entries or "")]


__all__ = ["Work"]
