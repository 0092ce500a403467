"""What is killed: each subject does a piece of work that writes, and knows what may stand after it was cut off."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
Say = Callable[[str], None]
FUTURE = 20 * 365 * 86_400.0  # seconds


class Subject:
    """Work that writes files: each is the earlier version or the new one, whole; the next run leaves the new ones and nothing else."""

    name = ""

    def prepare(self, work: Path) -> None:
        """Imports, inputs, and what a warm process has at hand."""

    def run(self, at: Path, say: Say) -> None:
        """The work, in a folder; `say` acknowledges something."""
        raise NotImplementedError

    def earlier(self, at: Path) -> None:
        """An earlier version of what the work writes."""

    def later(self, at: Path) -> None:
        """All that stands in a folder is made of the future."""
        for path in at.rglob("*"):
            os.utime(path, (time.time() + FUTURE, time.time() + FUTURE))

    def look(self, at: Path) -> dict[str, bytes]:
        """What stands in a folder, by name, but for drafts and folders of work."""
        return {n: p.read_bytes() for n, p in self._files(at).items() if not _is_draft(n)}

    def _files(self, at: Path) -> dict[str, Path]:
        return {p.relative_to(at).as_posix(): p for p in sorted(at.rglob("*")) if p.is_file() and p.name != ".filler"}

    def standing(self, at: Path, held: dict[str, bytes], reference: dict[str, bytes], said: list[str]) -> list[str]:
        """What is wrong with what stands after a run that was cut off."""
        found = self.look(at)
        names = sorted({*held, *found})
        return [f"{n} is half or lost" for n in names if found.get(n) not in (held.get(n), reference.get(n, b""))]

    def after(self, at: Path, reference: dict[str, bytes], said: list[str]) -> list[str]:
        """What is wrong once the work was done again."""
        found, faults = self.look(at), []
        faults += [f"{name} is not right" for name in reference if found.get(name) != reference[name]]
        left = [name for name in self._files(at) if name not in reference]
        return [*faults, *([f"{', '.join(left)} is left behind"] if left else [])]


def _warm(subject: Subject, work: Path) -> None:
    """Does the work once here, so that children have the law at hand; threads of libraries end with it."""
    (work / "warm").mkdir()
    subject.run(work / "warm", lambda text: None)


def _is_draft(name: str) -> bool:
    return any(part.startswith(".") or part.endswith(".parley-work") for part in Path(name).parts)


class Brief(Subject):
    """The files of a briefing, over those of another: page, JSON, tables, Markdown, workbook."""

    name = "brief"

    def prepare(self, work: Path) -> None:
        sys.path.insert(0, str(ROOT / "tests" / "support"))
        from parley.report.write import write_brief
        from report_answer import answer  # pyright: ignore[reportMissingImports]

        self.write, self.answer, self.other = write_brief, answer(), answer(title="Another question")
        for told in (self.answer, self.other):
            self.write(told, work / "warm", ("html", "json", "csv", "md"))

    def run(self, at: Path, say: Say) -> None:
        self.write(self.answer, at / "out", ("html", "json", "csv", "md"))

    def earlier(self, at: Path) -> None:
        self.write(self.other, at / "out", ("html", "json", "csv", "md"))


class Duties(Subject):
    """Rows with their duty, faults and sums by entry, in small pieces."""

    name = "duties"

    def prepare(self, work: Path) -> None:
        from parley.law.shipments.files import file_duties
        from parley.law.shipments.run import Options

        self.source, self.duties = work / "in.csv", file_duties
        self.options = Options(threads=1, piece_bytes=40_000, piece_rows=1_000)
        lines = (
            f"{n},{'0' if n % 11 == 0 else '9503000073' if n % 7 else '9503'},CHN,2025-05-0{1 + n % 9},{n}.{n % 90 + 10},E{n % 40}"
            for n in range(1, 6_001)
        )
        self.source.write_text("id,product,origin,entry_date,value,entry_number\n" + "\n".join(lines) + "\n", "utf-8")
        _warm(self, work)

    def run(self, at: Path, say: Say) -> None:
        self.duties([str(self.source)], at / "out.csv", entries=at / "entries.csv", options=self.options)

    def earlier(self, at: Path) -> None:
        for name in ("out.csv", "entries.csv", "out.csv.rejects.csv"):
            (at / name).write_text(f"an earlier {name}\n", "utf-8")


class Refunds(Subject):
    """Refunds of entries, with the declaration's folder."""

    name = "refunds"

    def prepare(self, work: Path) -> None:
        from parley.law.refund import refunds
        from parley.law.shipments.run import Options

        self.refunds, self.options, self.source = refunds, Options(threads=1), ROOT / "examples" / "refund-entries.csv"
        _warm(self, work)

    def run(self, at: Path, say: Say) -> None:
        self.refunds([str(self.source)], at / "out.csv", on="2026-07-15", cape=at / "cape", options=self.options)

    def earlier(self, at: Path) -> None:
        (at / "out.csv").write_text("an earlier out.csv\n", "utf-8")


class Cache(Subject):
    """Acts parsed and kept: a file of the cache is whole or is made again."""

    name = "cache"

    def prepare(self, work: Path) -> None:
        from parley.law import kept_acts

        self.kept, self.folder = kept_acts, kept_acts.measures_folder()
        self.paths = sorted(self.folder.glob("cn-*.toml"))[:25]

    def run(self, at: Path, say: Say) -> None:
        os.environ["PARLEY_CACHE"] = str(at)
        if self.kept.kept_rows(self.folder, self.paths) != self.kept.read_rows(self.paths):
            raise AssertionError("the rows of the cache are not those of the acts")

    def earlier(self, at: Path) -> None:
        (at / "acts").mkdir()
        for k in range(5):
            (at / "acts" / f"{k:032}.msgpack").write_bytes(b"of an earlier parley")

    def standing(self, at: Path, held: dict[str, bytes], reference: dict[str, bytes], said: list[str]) -> list[str]:
        whole = {*held.values(), *reference.values()}
        return [f"{name} is half" for name, content in self.look(at).items() if content not in whole]

    def after(self, at: Path, reference: dict[str, bytes], said: list[str]) -> list[str]:
        left = [name for name in self._files(at) if _is_draft(name)]
        return [f"{', '.join(left)} is left behind"] if left else []


class Record(Subject):
    """Entries of a record: each is there once its number is said."""

    name = "record"

    def prepare(self, work: Path) -> None:
        from parley.record.ledger import read_ledger
        from parley.record.write import add

        self.add, self.read = add, read_ledger

    def run(self, at: Path, say: Say) -> None:
        source = {"publisher": "A paper", "tier": 2, "read": True}
        for n in range(3):
            raw = {
                "kind": "event",
                "actor": "USA",
                "on": f"2025-0{1 + n}-11",
                "text": f"An event {n}.",
                "source": source,
            }
            say(self.add(raw, at / "mine").id)

    def earlier(self, at: Path) -> None:
        self.run(at, lambda text: None)

    def standing(self, at: Path, held: dict[str, bytes], reference: dict[str, bytes], said: list[str]) -> list[str]:
        found = self.look(at)
        faults = [
            f"{name} has lost entries" for name, content in held.items() if not found.get(name, b"").startswith(content)
        ]
        return [*faults, *self._lost(at, said)]

    def after(self, at: Path, reference: dict[str, bytes], said: list[str]) -> list[str]:
        left = [name for name in self._files(at) if _is_draft(name)]
        return [*self._lost(at, said), *([f"{', '.join(left)} is left behind"] if left else [])]

    def _lost(self, at: Path, said: list[str]) -> list[str]:
        there = any((at / "mine").glob("*.toml"))
        lost = set(said) - {e.id for e in self.read(at / "mine").entries} if there else set(said)
        return [f"{', '.join(sorted(lost))} was acknowledged and is lost"] if lost else []


class Jobs(Subject):
    """Jobs of the server: each is there once it is acknowledged, and ended once that is said."""

    name = "jobs"

    def prepare(self, work: Path) -> None:
        import sqlite3

        from parley.errors import InputError
        from parley.web.store import Kept, Store

        self.store, self.kept, self.refused = Store, Kept, (InputError, sqlite3.Error)

    def run(self, at: Path, say: Say) -> None:
        store, me = self.store(at / "jobs.sqlite"), os.getpid()
        for n in range(6):
            name, parts = f"{me}-{n}", {"": ("brief", bytes(30_000))}
            store.keep(self.kept(name, "brief", parts, "base", 1.0))
            say(f"{name} running")
            store.keep(self.kept(name, "brief", parts, "base", 1.0, "done", b"answer"))
            say(f"{name} done")

    def look(self, at: Path) -> dict[str, bytes]:
        if not (at / "jobs.sqlite").exists():
            return {}
        return {job.id: job.answer for job in self.store(at / "jobs.sqlite").jobs()}

    def standing(self, at: Path, held: dict[str, bytes], reference: dict[str, bytes], said: list[str]) -> list[str]:
        found = self.look(at)
        lost = [
            line
            for line in said
            if found.get(line.split()[0]) not in ((b"", b"answer") if "running" in line else (b"answer",))
        ]
        return [f"{', '.join(lost)} was acknowledged and is lost"] if lost else []

    def after(self, at: Path, reference: dict[str, bytes], said: list[str]) -> list[str]:
        return self.standing(at, {}, reference, said)


class Uploads(Subject):
    """Files that users send: once one is acknowledged it is whole in its folder, and its job is kept."""

    name = "uploads"

    def prepare(self, work: Path) -> None:
        from parley.web import upload_kinds, uploads
        from parley.web.settings import Settings
        from parley.web.store import Store

        self.uploads, self.settings, self.store = uploads, Settings(), Store
        self.kind = next(kind for kind in upload_kinds.KINDS if kind.name == "duties")
        self.content = b"id,product,origin,entry_date,value\n" + b"1,9503000073,CHN,2025-05-02,10\n" * 8_000

    def run(self, at: Path, say: Say) -> None:
        import asyncio

        asyncio.run(self._sent(at, say))

    async def _sent(self, at: Path, say: Say) -> None:
        import io
        import tempfile

        from parley.web.jobs import Jobs as Running

        tempfile.tempdir = str(at)
        settings = self.settings

        class Idle:
            def __init__(self) -> None:
                self.settings = settings

            async def run(self, *_: object) -> bytes:
                return b"{}"

        idle: Any = Idle()
        jobs = Running(idle, self.store(at / "jobs.sqlite"))
        taken = self.uploads.Uploads(jobs)
        for n in range(4):
            found = await taken.add(self.kind, f"{n}.csv", io.BytesIO(self.content), {})
            await jobs.acknowledge(found.job)
            say(f"{found.folder.relative_to(at).as_posix()} {found.job.id}")

    def look(self, at: Path) -> dict[str, bytes]:
        return {}

    def standing(self, at: Path, held: dict[str, bytes], reference: dict[str, bytes], said: list[str]) -> list[str]:
        return self._lost(at, said, ("running", "done"))

    def after(self, at: Path, reference: dict[str, bytes], said: list[str]) -> list[str]:
        """The next start removes what was sent for jobs that have ended, and nothing else."""
        kept = self.store(at / "jobs.sqlite").jobs()
        needed = b" ".join(payload for job in kept for _, payload in job.parts.values()).decode()
        left = [path.name for path in at.glob(".jobs.sqlite.*.files") if path.name not in needed]
        return [*self._lost(at, said, ("running",)), *([f"{', '.join(left)} is left behind"] if left else [])]

    def _lost(self, at: Path, said: list[str], states: tuple[str, ...]) -> list[str]:
        """Acknowledged jobs that are not kept, or that are without their file in some states; files that are half."""
        jobs = {j.id: j for j in self.store(at / "jobs.sqlite").jobs()} if (at / "jobs.sqlite").exists() else {}
        faults = []
        for folder, name in (line.split() for line in said):
            file = at / folder / "input.csv"
            whole = file.exists() and file.read_bytes() == self.content
            if name not in jobs or (jobs[name].state in states and not whole):
                faults.append(f"{folder} was acknowledged and is lost")
        half = [p for p in at.rglob("input.csv") if p.read_bytes() != self.content]
        return [*faults, *(f"{p.name} is half" for p in half)]


class Sweep(Subject):
    """A sweep over a small dataset: finished chunks are kept, and the results are the same; its workers are of this process."""

    name = "sweep"

    def prepare(self, work: Path) -> None:
        sys.path.insert(0, str(ROOT / "tests" / "support"))
        sys.path.insert(0, str(ROOT / "tests" / "trade"))
        from test_trade_sweep import folder_of  # pyright: ignore[reportMissingImports]

        from parley.cli import trade_sweep
        from parley.scenario import sweep_run

        folder = work / "in"
        folder.mkdir()
        self.path, self.cli = folder_of(folder, 6), trade_sweep
        self.module: Any = sweep_run

    def run(self, at: Path, say: Say) -> None:
        from parley.scenario.sweep import read_sweep
        from parley.scenario.sweep_results import summary

        self.module._solved = lambda plan, left, *_: ((c, self.module.solve_chunk(plan, c)) for c in left)
        plan = read_sweep(self.path)
        found, _ = self.module.run_sweep(plan, at / "out", workers=1)
        self.cli._write(plan, found, summary(plan, found), at / "out", ["csv", "json", "parquet"])

    def look(self, at: Path) -> dict[str, bytes]:
        return {name: content for name, content in super().look(at).items() if not name.endswith("journal.jsonl")}

    def after(self, at: Path, reference: dict[str, bytes], said: list[str]) -> list[str]:
        faults = super().after(at, reference, said)
        return [f for f in faults if f != "out/journal.jsonl is left behind"]

    def earlier(self, at: Path) -> None:
        (at / "out").mkdir()
        (at / "out" / "results.csv").write_text("an earlier results.csv\n", "utf-8")


SUBJECTS = {kind.name: kind for kind in (Brief, Cache, Duties, Jobs, Record, Refunds, Sweep, Uploads)}
