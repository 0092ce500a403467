"""A run's work folder: what its finished pieces wrote, and one file of their sums, so that a run cut off at any moment goes on.

The file `state` is replaced whole once all that it tells of is on disk: every other minute, and where a run ends in an orderly
way. It holds the size and a checksum of each file then; what was written later is cut away, and where one is not what it was the
run begins anew. An output appears under its own name in one step.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from parley import __version__, outputs
from parley.drafts import Written, checksum, kept_work_folder
from parley.law.kept_arrays import of_files
from parley.law.regime import Regime
from parley.law.shipments.compile.law import packed, unpacked
from parley.law.shipments.options import Options
from parley.law.shipments.results import drop_older
from parley.law.shipments.sources import STDIN, File, is_remote
from parley.law.shipments.totals import Sums

SAFE_EVERY = 120.0  # seconds of work that a kill may cost
STATE = "state"
CHANGED = "{} is not what the run that was cut off had written: all rows were computed anew"


@dataclass
class State:
    """question: what the run is about. Of its finished pieces: how many, rows by file, sums under each law. files: those that
    hold what they wrote."""

    question: list[str]
    pieces: int = 0
    rows_of: dict[str, int] = field(default_factory=dict)
    sums: list[Sums] = field(default_factory=list)
    files: dict[str, Written] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows the finished pieces hold."""
        return sum(self.rows_of.values())

    @property
    def refused(self) -> bool:
        """Whether some row has no duty."""
        return bool(self.sums[0].reasons[1:].any())


class Work:
    """The folder of one run beside its output; without an output, a temporary one."""

    def __init__(
        self, files: Sequence[File], out: Any, rejects: Any, entries: Any, asked: Options, law: Regime | None
    ) -> None:
        self.out, self.entries = Path(out) if out else None, Path(entries) if entries else None
        self.wanted = bool(rejects)
        beside = (
            self.out.with_name(self.out.name + ".rejects.csv") if self.out and not outputs.is_stream(self.out) else None
        )
        self.rejects = Path(rejects) if rejects else beside
        outputs.check_all((self.out, self.entries, self.rejects), [f.path for f in files if not is_remote(f.path)])
        named = [p for p in (self.out, self.rejects, self.entries) if p and not outputs.is_stream(p)]
        self.home = outputs.real(named[0]) if named else None  # of what a run cut off leaves to the next one
        question = _question(files, asked, law, self.entries) if named else []
        self.state = State(question, sums=[Sums.none()] * (2 if asked.before else 1))
        self.safe_at, self.resumed_rows, self.notes = time.monotonic(), 0, list[str]()

    def __enter__(self) -> Work:
        if self.home is None:
            self.folder = kept_work_folder("duties")
        else:
            self.folder = self.home.with_name(self.home.name + ".parley-work")
            with outputs.told(self.home):
                self.folder.mkdir(exist_ok=True)
            self._take_up()
        self.resumed_rows = self.state.rows
        return self

    def __exit__(self, kind: object, error: BaseException | None, *_: object) -> None:
        if self.home is None or kind is None or not (self.folder / STATE).exists():
            (self.folder / STATE).unlink(missing_ok=True)  # first: it may not tell of what is gone
            shutil.rmtree(self.folder, ignore_errors=True)
        said = error and outputs.met(error, self.home or self.folder)
        if said:
            raise said from None

    def _take_up(self) -> None:
        """Goes on from what an earlier run on the same question left, if all of it is there."""
        with suppress(OSError, ValueError):  # also where a file is gone: it was put in its place before the run ended
            held = unpacked((self.folder / STATE).read_bytes(), State)
            if held.question == self.state.question:
                changed = [self.folder / n for n, w in held.files.items() if checksum(self.folder / n, w[0]) != w[1]]
                self.notes = [CHANGED.format(path) for path in changed[:1]]
                self.state = self.state if changed else held
        for path in [p for p in self.folder.iterdir() if p.name != STATE or not self.state.pieces]:
            if path.name in self.state.files:
                os.truncate(path, self.state.files[path.name][0])
            elif path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    @property
    def is_due(self) -> bool:
        """Whether the run has gone on long enough since its state was last kept."""
        return self.home is not None and time.monotonic() - self.safe_at > SAFE_EVERY

    def keep(self) -> None:
        """The state of the run and all that it tells of, on disk. Files of the folder are closed."""
        if self.home is None or not self.state.pieces:
            return
        files = [p for p in self.folder.iterdir() if p.is_file() and p.name != STATE]
        with outputs.told(self.home):
            for path in files:  # they only grow, so that what was written before is not read again
                size, before = _on_disk(path), self.state.files.get(path.name, (0, 0))
                self.state.files[path.name] = size, checksum(path, size, before)
            outputs.replace(self.folder / STATE, packed(self.state))
        self.safe_at = time.monotonic()

    def count(self, path: str, sums: Sequence[Sums]) -> None:
        """A piece is finished: its sums to those of the others."""
        state = self.state
        state.pieces += 1
        state.rows_of[path] = state.rows_of.get(path, 0) + sums[0].rows
        state.sums = [a.merge(b) for a, b in zip(state.sums, sums, strict=True)]

    def finish(self, rows: Path | None) -> None:
        """The outputs under their own names, the rows last: where they stand, the rest does too."""
        rejects = self.rejects if self.state.refused or self.wanted else None
        places = ((self.folder / "rejects", rejects), (self.folder / "entries", self.entries), (rows, self.out))
        made = [(path, place) for path, place in places if path and place and path.exists()]
        with outputs.told(self.home or self.folder):
            for path, _ in made:
                _on_disk(path)
        if self.rejects and not self.state.refused:
            drop_older(self.rejects)
        for path, place in made:
            outputs.put(path, place)


def _on_disk(path: Path) -> int:
    """The size of a file that is safely on disk."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())
    return path.stat().st_size


def _question(files: Sequence[File], asked: Options, law: Regime | None, entries: Path | None) -> list[str]:
    """What a run is about: files with sizes and times, options, law, version."""
    named = [f"{f.path} {f.size} {f.changed} {f.extra}" if f.path != STDIN else f.path for f in files]
    acts = [law.measures if law else of_files(), asked.before.measures if asked.before else ()]
    told = {k: v for k, v in vars(asked).items() if k not in ("before", "threads", "memory")}
    return [__version__, *named, repr(sorted(told.items())), hashlib.sha256(msgspec.json.encode(acts)).hexdigest(),
            str(entries or "")]  # fmt: skip
