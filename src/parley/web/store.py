"""Jobs that were acknowledged, kept in SQLite: a server that was killed takes them up again when it starts.

One file a server (WAL, synchronous = FULL): once `keep` has returned, the job is on the disk.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from parley.errors import InputError

KEPT = 64  # jobs that have ended and are still answered for
TABLE = """create table if not exists job (
    id text primary key, number integer not null, kind text not null, parts blob not null, base text not null,
    seconds real not null, state text not null, answer blob, problem blob) without rowid"""


State = Literal["running", "done", "refused", "failed", "cancelled"]


@dataclass(frozen=True)
class Kept:
    """One job as the disk has it. parts: (task, payload) by name. state: running, or how it ended."""

    id: str
    kind: str
    parts: dict[str, tuple[str, bytes]]
    base: str
    seconds: float
    state: State = "running"
    answer: bytes = b""
    problem: bytes = b"null"


class Store:
    """The file of a server's jobs. Every call opens it anew, so that any thread may call."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as file:
                file.execute(TABLE)
        except (OSError, sqlite3.Error) as error:
            raise InputError("parley serve --store", f"{path}: {error}", "a file that can be written") from None

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=10, isolation_level=None)) as file:
            file.execute("pragma journal_mode = wal")
            file.execute("pragma synchronous = full")
            yield file

    def keep(self, job: Kept) -> None:
        """Puts a job on the disk, or how it ended in place of what was there; the oldest that ended are forgotten."""
        row = (
            job.id,
            job.kind,
            msgspec.msgpack.encode(job.parts),
            job.base,
            job.seconds,
            job.state,
            job.answer,
            job.problem,
        )
        with self._open() as file:
            file.execute(
                "insert into job (id, number, kind, parts, base, seconds, state, answer, problem)"
                " values (?, (select coalesce(max(number), 0) + 1 from job), ?, ?, ?, ?, ?, ?, ?)"
                " on conflict (id) do update set state = excluded.state, answer = excluded.answer, problem = excluded.problem",
                row,
            )
            if job.state != "running":
                file.execute(
                    "delete from job where state != 'running' and number not in"
                    " (select number from job where state != 'running' order by number desc limit ?)",
                    (KEPT,),
                )

    def jobs(self) -> list[Kept]:
        """Every job of the file, the oldest first."""
        with self._open() as file:
            rows = file.execute(
                "select id, kind, parts, base, seconds, state, answer, problem from job order by number"
            ).fetchall()
        read = msgspec.msgpack.Decoder(dict[str, tuple[str, bytes]])
        return [Kept(i, kind, read.decode(parts), *rest) for i, kind, parts, *rest in rows]


def usual_place(port: int) -> Path:
    """Where a server on a port keeps its jobs: the user's state folder."""
    home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(home) / "parley" / f"jobs-{port}.sqlite"
