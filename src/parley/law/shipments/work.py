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
from pathlib import Path
from typing import TYPE_CHECKING, Any

from parley import __version__, outputs
from parley.law.regime import Regime
from parley.law.shipments.compile.cache import law_files
from parley.law.shipments.journal import boot, read_journal, size_of, sure_lines, synced, write_line
from parley.law.shipments.sources import STDIN, File, is_remote
from parley.law.shipments.sums import Sums

if TYPE_CHECKING:
    from parley.law.shipments.options import Options

SAFE_EVERY = 30.0  # seconds


class Work:
    """The folder of one run beside its output; without an output, a temporary one."""

    def __init__(
        self, files: Sequence[File], out: Any, rejects: Any, entries: Any, asked: Options, law: Regime | None
    ) -> None:
        self.out = Path(out) if out else None
        self.entries = Path(entries) if entries else None
        self.wanted = bool(rejects)
        self.rejects = Path(rejects) if rejects else _beside(self.out)
        outputs.check_all((self.out, self.entries, self.rejects), [f.path for f in files if not is_remote(f.path)])
        self.done = 0  # pieces that are finished
        self.rows_of: dict[str, int] = {}  # of the finished pieces, by file
        self.sums = Sums.none()
        self.before = Sums.none()  # under the law that lines are held against
        self.malformed = 0
        self.groups: list[str] = []  # of a Parquet output, what an earlier run remembered
        self.kept = bool(out or rejects or entries)
        self.print = _fingerprint(files, asked, law, self.entries) if self.kept else []
        named = [p for p in (self.out, self.rejects, self.entries) if p and not outputs.is_stream(p)]
        self.home = outputs.real(named[0]) if named else None  # of what a run cut off leaves to the next one
        self.finished = False  # whether the outputs are whole, and have only to be put in their places

    def __enter__(self) -> Work:
        self.boot, self.unsafe, self.safe_at = boot(), list[Path](), time.monotonic()
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
        if self.home is None or kind is None or not self.done:  # nothing is done that a later run could go on from
            (self.folder / "journal").unlink(missing_ok=True)  # first: it may not tell of what is gone
            shutil.rmtree(self.folder, ignore_errors=True)
        said = error and outputs.met(error, self.home or self.folder)
        if said:
            raise said from None

    @property
    def rows(self) -> int:
        """How many rows the finished pieces hold."""
        return sum(self.rows_of.values())

    @property
    def as_parquet(self) -> bool:
        """Whether the output is Parquet, by its name."""
        return self.out is not None and self.out.suffix.lower() in (".parquet", ".pq")

    @property
    def places(self) -> dict[str, Path]:
        """Where each output belongs, by its name in the folder; the rows last."""
        every = {"rejects": self.rejects, "entries": self.entries, "out": self.out}
        return {name: place for name, place in every.items() if place is not None}

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
        for line in held:
            self._count(line, Sums.from_json(line["sums"]), Sums.from_json(line["before"]) if line["before"] else None)
            self.groups += line["groups"]
        if self.finished:
            return
        os.truncate(journal, ends[len(held)])
        self.unsafe = list(self.folder.glob("*.parquet"))  # the run before may not have put them on disk
        for name in ("out", "rejects"):
            if (self.folder / name).exists():
                os.truncate(self.folder / name, held[-1]["sizes"][name] if held else 0)

    def _stand(self, pieces: Sequence[dict[str, Any]]) -> bool:
        """Whether all that some pieces wrote is still there."""
        sizes = pieces[-1]["sizes"] if pieces else {}
        parts = all((self.folder / p["part"]).exists() for p in pieces if p["part"])
        return parts and all((size_of(self.folder / n) or 0) >= size for n, size in sizes.items())

    def _is_finished(self, sizes: dict[str, int]) -> bool:
        """Whether each output of a run that was killed at its very end is at its place, or ready to be put there."""
        return all(
            n in self.places and size in (size_of(self.folder / n), size_of(self.places[n]))
            for n, size in sizes.items()
        )

    def remember(
        self, path: str, sums: Sums, before: Sums | None, malformed: int, groups: Sequence[str], part: str
    ) -> None:
        """A piece is finished: its sums, what the footer of a Parquet output will say of it, its part of sums by entry."""
        written = [self.folder / n for n in ("out", "rejects")]
        self.unsafe += [self.folder / part] if part else []
        safe = self.kept and (not self.boot or time.monotonic() - self.safe_at > SAFE_EVERY)
        if safe:
            for name in (*self.unsafe, *written):
                synced(name)
            self.unsafe, self.safe_at = [], time.monotonic()
        line = {
            "piece": self.done,
            "path": path,
            "sums": sums.as_json(),
            "before": before.as_json() if before else None,
            "malformed": malformed,
            "groups": groups,
            "part": part,
            "safe": safe,
            "boot": self.boot,
            "sizes": {p.name: size_of(p) or 0 for p in written},
        }
        self._count(line, sums, before)
        if self.kept:
            write_line(self.folder / "journal", line, safe)

    def _count(self, line: dict[str, Any], sums: Sums, before: Sums | None) -> None:
        """A piece's sums to those of the others."""
        self.done += 1
        self.rows_of[line["path"]] = self.rows_of.get(line["path"], 0) + sums.rows + line["malformed"]
        self.malformed += line["malformed"]
        self.sums = self.sums.merge(sums)
        self.before = self.before.merge(before) if before else self.before

    def finish(self) -> None:
        """The outputs under their own names, the rows last: where they stand, the rest does too.

        All are whole and on disk before the first is put in its place, and the journal says so: a run that is killed from
        here on has only to put the rest there.
        """
        if not self.finished:
            made = [n for n in self.places if self._is_wanted(n)]
            for name in made:
                synced(self.folder / name)
            if self.kept:
                write_line(self.folder / "journal", {"finished": {n: size_of(self.folder / n) for n in made}})
            self.finished = True
        for name, place in self.places.items():
            if self._is_wanted(name):
                outputs.put(self.folder / name, place)

    def _is_wanted(self, name: str) -> bool:
        refused = self.wanted or self.malformed or bool(self.sums.reasons[1:].any())
        return (self.folder / name).exists() and (name != "rejects" or bool(refused))


def _beside(out: Path | None) -> Path | None:
    """Where rejects go that no name was given for; nowhere where the rows go to a device or a pipe."""
    return None if out is None or outputs.is_stream(out) else out.with_name(out.name + ".rejects.csv")


def _fingerprint(files: Sequence[File], asked: Options, law: Regime | None, entries: Path | None) -> list[str]:
    """What a run is about: files with sizes and times, options, law, version."""
    import msgspec

    named = [f"{f.path} {f.size} {f.changed} {f.extra}" if f.path != STDIN else f.path for f in files]
    packaged = [] if law else law_files()
    acts = hashlib.sha256(
        msgspec.json.encode([law.measures if law else packaged, asked.before.measures if asked.before else ()])
    ).hexdigest()
    told = {k: v for k, v in vars(asked).items() if k not in ("before", "threads", "memory")}
    return [__version__, *named, repr(sorted(told.items())), acts, str(entries or "")]


__all__ = ["Work"]
