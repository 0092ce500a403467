"""Kills at any moment, full disks, a clock moved back: nothing acknowledged is lost, no file is half, the next run is right.

Run: python benchmarks/kills.py [SUBJECT ...] [--kills 200] [--disks 20] [--seed 0] [--results docs/reliability/kills.json]

Work is done in children of a warm process. Every second kill falls at a random moment, every other one before a random call that
opens, moves or removes a file. A disk is a file system of 4 MB with so much left free; where none can be mounted, a limit on the
size of files. After each the folder is looked at, and the work is done once more. What does not hold is printed, a sentence each.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kill_subjects import SUBJECTS, Say, Subject

from parley.errors import ParleyError

ROOT = Path(__file__).parents[1]
DISK = 4 << 20  # bytes
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "sqlite3.connect")
YEARS = 10 * 365 * 86_400.0  # seconds by which the clock is moved back
MEMORY = (
    "/dev/shm" if Path("/dev/shm").is_dir() else None
)  # where files are quick; a kill loses nothing that was written
COLUMNS = (
    "subject",
    "kills",
    "of which before a call",
    "ended first",
    "full disks",
    "of which refused",
    "clock back",
    "faults",
)


class Ended(NamedTuple):
    """How a child ended. code: −9 where it was killed; said: what it acknowledged; told: its last words."""

    code: int
    said: list[str]
    told: str
    seconds: float
    calls: int


def child(
    work: Callable[[Say], None], after: float | None = None, call: int = 0, before: Callable[[], None] | None = None
) -> Ended:
    """Does work in a child. after: seconds until it is killed; call: it kills itself before that change of a file."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        said, told, count = (Path(folder) / name for name in ("said", "told", "count"))
        began, process = time.monotonic(), os.fork()
        if not process:
            _be_child(work, call, before, said, told, count)
        status = _waited(process, None if after is None else began + after)
        lines = said.read_text("utf-8").splitlines(keepends=True) if said.exists() else []
        whole = [line.strip() for line in lines if line.endswith("\n")]
        counted = int((count.exists() and count.read_text()) or 0)
        words = told.read_text("utf-8", "replace") if told.exists() else ""
        return Ended(os.waitstatus_to_exitcode(status), whole, words[-400:], time.monotonic() - began, counted)


def _be_child(
    work: Callable[[Say], None], call: int, before: Callable[[], None] | None, said: Path, told: Path, count: Path
) -> None:
    """Never returns."""
    from parley.outputs import met

    code, calls = 1, [0]
    try:
        os.setsid()
        words = os.open(told, os.O_WRONLY | os.O_CREAT)
        os.dup2(words, 1)
        os.dup2(words, 2)
        voice = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        if before:
            before()
        sys.addaudithook(lambda event, args: _count(event, args, calls, call))
        work(partial(_say, voice))
        code = 0
    except ParleyError as error:
        os.write(2, str(error).encode())
        code = error.exit_code
    except BaseException as error:
        import traceback

        made = met(error, "")  # as the doors of parley do
        os.write(2, (str(made) if made else traceback.format_exc()).encode())
        code = made.exit_code if made else 1
    finally:
        done = calls[0]
        count.write_text(str(done))
        os._exit(code)


def _say(voice: int, text: str) -> None:
    os.write(voice, f"{text}\n".encode())


def _count(event: str, args: tuple[object, ...], calls: list[int], call: int) -> None:
    writes = event == "open" and len(args) > 2 and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)
    if writes or event in CHANGES:
        calls[0] += 1
        if calls[0] == call:
            os.kill(os.getpid(), signal.SIGKILL)


def _waited(process: int, until: float | None) -> int:
    while until is not None and time.monotonic() < until:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            return status
        time.sleep(min(0.001, max(0.0, until - time.monotonic())))
    if until is not None:
        os.kill(process, signal.SIGKILL)
    return os.waitpid(process, 0)[1]


class Run:
    """One subject: its reference, then kills, disks and the clock, with what was counted and what did not hold."""

    def __init__(self, subject: Subject, work: Path, seed: int) -> None:
        self.subject, self.work, self.draw = subject, work, random.Random(f"{seed} {subject.name}")
        self.counts, self.faults = Counter[str](), []
        subject.prepare(work)
        whole = child(lambda say: subject.run(self._folder("reference"), say))
        if whole.code:
            sys.exit(f"{subject.name}: the work itself fails: {whole.told}")
        self.took, self.calls = whole.seconds, whole.calls
        self.reference = subject.look(work / "reference")

    def _folder(self, name: str) -> Path:
        at = self.work / name
        at.mkdir(exist_ok=True)
        return at

    def _fault(self, what: str) -> None:
        self.faults.append(f"{self.subject.name}: {what}.")
        print(self.faults[-1], flush=True)

    def kill(self, number: int) -> None:
        """One kill, over an earlier version half of the time; then what stands, and the work once more."""
        at = self._folder(f"kill-{number}")
        if number % 4 > 1:
            self.subject.earlier(at)
        held, call = self.subject.look(at), 0
        if number % 2:
            call = self.draw.randint(1, max(1, self.calls))
        after = None if call else self.draw.uniform(0.0, 1.1 * self.took)
        ended = child(lambda say: self.subject.run(at, say), after, call)
        how = f"killed before change {call}" if call else f"killed after {after:.3f} s"
        if ended.code == 0:
            self.counts["ended first"] += 1
            self.took = 0.9 * self.took + 0.1 * ended.seconds
        elif ended.code == -signal.SIGKILL:
            self.counts["kills"] += 1
            self.counts["before a call"] += bool(call)
        else:
            self._fault(f"{how} (seed draw {number}) it ended with {ended.code}: {ended.told.strip()}")
        self.judged(at, held, ended, how)
        shutil.rmtree(at)

    def judged(self, at: Path, held: dict[str, bytes], ended: Ended, how: str) -> None:
        """What stands after a run that did not end, and after the next one."""
        for sentence in self.subject.standing(at, held, self.reference, ended.said):
            self._fault(f"{how}, {sentence}")
        again = child(lambda say: self.subject.run(at, say))
        if again.code:
            self._fault(f"{how}, the next run ends with {again.code}: {again.told.strip()}")
            return
        for sentence in self.subject.after(at, self.reference, [*ended.said, *again.said]):
            self._fault(f"{how}, after the next run {sentence}")

    def disk(self, number: int) -> None:
        """One run with little space; refused in a sentence or done, and right once there is space."""
        at = self._folder(f"disk-{number}")
        with small_disk(at, int(2 ** self.draw.uniform(9, 22))) as (limit, release):
            with suppress(OSError, ParleyError):
                self.subject.earlier(at)
            held = self.subject.look(at)
            ended = child(lambda say: self.subject.run(at, say), before=limit)
            how = f"on a full disk (draw {number})"
            self.counts["disks"] += 1
            self.counts["refused"] += ended.code == 2
            if ended.code not in (0, 2):
                self._fault(f"{how} it ended with {ended.code}: {ended.told.strip()}")
            release()
            self.judged(at, held, ended, how)
        shutil.rmtree(at, ignore_errors=True)

    def clock(self) -> None:
        """One run by a clock that is moved back: all that stands is of the future."""
        at = self._folder("clock")
        self.subject.earlier(at)
        self.subject.later(at)
        ended = child(lambda say: self.subject.run(at, say), before=_move_back)
        self.counts["clock"] += 1
        if ended.code:
            self._fault(f"with the clock moved back it ended with {ended.code}: {ended.told.strip()}")
        for sentence in self.subject.after(at, self.reference, ended.said):
            self._fault(f"with the clock moved back {sentence}")


def _move_back() -> None:
    now, ns = time.time, time.time_ns
    time.time = lambda: now() - YEARS
    time.time_ns = lambda: ns() - int(YEARS * 1e9)


@contextmanager
def small_disk(at: Path, free: int) -> Iterator[tuple[Callable[[], None] | None, Callable[[], None]]]:
    """A small file system with so many bytes left; (what the child does first, what gives the space back)."""
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(at)], capture_output=True)
    if done.returncode:  # not ours to mount: files may not grow
        limit = (free, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        yield (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)), (lambda: None)
        return
    filler = at / ".filler"
    try:
        with suppress(OSError), filler.open("wb", buffering=0) as stream:
            stream.write(bytes(max(0, DISK - free)))
        yield None, lambda: filler.unlink(missing_ok=True)
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def counted(name: str, kills: int, disks: int, seed: int, minutes: float) -> tuple[list[str | int], list[str]]:
    """A row of the page, and what did not hold. minutes: after which no further kill and no further disk is begun."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        run = Run(SUBJECTS[name](), Path(folder), seed)
        number, end = 0, time.monotonic() + 60 * minutes
        while run.counts["kills"] < kills and number < 3 * kills + 10 and time.monotonic() < end:
            run.kill(number)
            number += 1
        for number in range(disks):
            if number < 2 or time.monotonic() < end:
                run.disk(number)
        run.clock()
    order = ("kills", "before a call", "ended first", "disks", "refused", "clock")
    return [name, *(run.counts[key] for key in order), len(run.faults)], run.faults


def _apart(name: str, asked: argparse.Namespace) -> tuple[list[str | int], list[str]]:
    """One subject in a process of its own, which imports nothing before it forks but what that subject needs."""
    reader, writer = os.pipe()
    if not os.fork():
        try:
            with os.fdopen(writer, "w") as stream:
                json.dump(counted(name, asked.kills, asked.disks, asked.seed, asked.minutes), stream)
            os._exit(0)
        except BaseException:
            import traceback

            traceback.print_exc()
        os._exit(1)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        text = stream.read()
    os.wait()
    if not text:
        sys.exit(f"{name}: not run to its end")
    row, faults = json.loads(text)
    return row, faults


def main() -> None:
    """The subjects in turn."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []], help=", ".join(SUBJECTS))
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--disks", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=1e6, help="at most, of each subject")
    parser.add_argument("--results", type=Path, help="rows of other subjects stay in it")
    asked = parser.parse_args()
    failed = 0
    for name in asked.subjects or SUBJECTS:
        began = time.monotonic()
        row, faults = _apart(name, asked)
        failed += len(faults)
        print(*(f"{head}: {cell}" for head, cell in zip(COLUMNS, row, strict=True)), sep="  ", flush=True)
        if asked.results:
            _keep(asked, row, faults, time.monotonic() - began)
    sys.exit(1 if failed else 0)


def _keep(asked: argparse.Namespace, row: list[str | int], faults: list[str], seconds: float) -> None:
    """A subject's row in the place of its earlier one."""
    sys.path.insert(0, str(ROOT / "builders"))
    from docs_reliability import Subject as Result  # pyright: ignore[reportMissingImports]
    from docs_reliability import keep, subjects  # pyright: ignore[reportMissingImports]

    before = [s for s in subjects(asked.results.parent) if s.title == "Kills, full disks and the clock"]
    rows = [r for s in before for r in s.rows if r[0] != row[0]]
    failures = [f for s in before for f in s.failures if not f.startswith(f"{row[0]}:")]
    what = (
        "Work was killed at random moments and before random changes of files. It ran on file systems of 4 MB with little space, "
        "and with the clock ten years back. A fault is something acknowledged that is lost, or a file that is half. "
        "So is an error of ours in the place of a sentence, or a next run that is not right."
    )
    command = f"python benchmarks/kills.py --kills {asked.kills} --disks {asked.disks} --seed {asked.seed}"
    taken = sum(s.seconds for s in before) + seconds
    made = Result("Kills, full disks and the clock", date.today(), command, taken, what, list(COLUMNS),
                  sorted([*rows, row], key=lambda r: str(r[0])), [*failures, *faults])  # fmt: skip
    keep(made, asked.results)


if __name__ == "__main__":
    main()
