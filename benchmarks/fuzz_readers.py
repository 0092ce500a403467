"""Every reader fed with spoilt files, guided by the lines they reach: read whole, or refused as an input error that names the file.

Run: python benchmarks/fuzz_readers.py all --seconds 3600 --turn 60 --add docs/reliability/fuzz.json      (an hour of CPU each)
     python benchmarks/fuzz_readers.py world rates --seconds 60 --seed 7 --keep FOLDER

--add adds to the figures of earlier runs, reader by reader, after each turn; a reader is never spoilt the same way twice.
A finding of an earlier run stays under `failures` of that file until whoever mends it strikes it there.

An execution writes one input (a seed of `fuzz_seeds/`, or an input that reached new lines, spoilt) into an empty folder and
reads it to an answer. A finding is anything but an answer or an input error: another exception, an error that does not name the
file, an answer that contradicts itself, more than SECONDS of processor time, more than MEMORY. Findings are told apart by their
kind and the line of parley that they come from; --keep writes the first input of each.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import _lru_cache_wrapper
from pathlib import Path
from random import Random
from types import CodeType, FrameType
from typing import Any

HERE = Path(__file__).parents[1]
for folder in (HERE / "tests" / "support", HERE / "benchmarks", HERE / "src"):
    sys.path.insert(0, str(folder))

from fuzz_mutations import Files, mutated  # noqa: E402
from fuzz_seeds import READERS  # noqa: E402
from fuzz_seeds.reader import SOURCE, Reader  # noqa: E402

from law_spoilt import Hang, within  # noqa: E402  # pyright: ignore[reportMissingImports]
from parley.errors import ParleyError  # noqa: E402

SECONDS = 30.0  # of processor time for an input that takes some milliseconds
MEMORY = 8 << 30  # bytes that are written to; the engine that draws charts reserves more addresses than that
MOST_REMEMBERED = 1_000  # answers of one function by its arguments
MOST_HELD = 400  # inputs that reached new lines
LONGEST = 3_000  # characters of an error that people read


@dataclass
class Round:
    """What the time with one reader came to.

    executions; read: those with an answer; seconds: of CPU; share: percent of the lines of the reader's modules that one run
    reached; findings: kind → what was said, and where the input is kept; earlier: findings of earlier runs.
    """

    name: str
    executions: int = 0
    read: int = 0
    seconds: float = 0.0
    share: int = 0
    findings: dict[str, str] = field(default_factory=dict)
    earlier: int = 0

    @classmethod
    def of(cls, row: list[Any]) -> Round:
        """The round that a row tells of."""
        name, executions, read, share, seconds, found = row
        return cls(name, executions, read, seconds, int(share.split()[0]), earlier=found)

    def row(self) -> list[str | int]:
        """The figures as cells of a table."""
        found = self.earlier + len(self.findings)
        return [self.name, self.executions, self.read, f"{self.share} %", round(self.seconds), found]


class Lines:
    """The lines of some modules that are reached while it is switched on, in the thread that reads."""

    def __init__(self, modules: Sequence[str]) -> None:
        files = [path for name in modules for path in sorted(SOURCE.glob(name))]
        self.reached: dict[str, set[int]] = {str(path): set() for path in files}
        self.all = {str(path): _lines_of(compile(path.read_text("utf-8"), str(path), "exec")) for path in files}
        self.all_count = sum(map(len, self.all.values()))

    @property
    def count(self) -> int:
        """How many lines were reached so far."""
        return sum(len(lines & self.all[file]) for file, lines in self.reached.items())

    def __enter__(self) -> None:
        self._switch(self._enters if self.reached else None)

    def __exit__(self, *_: object) -> None:
        self._switch(None)

    def _switch(self, trace: Any) -> None:
        """In this thread, and in those that begin in it."""
        threading.settrace(trace)
        sys.settrace(trace)

    def _enters(self, frame: FrameType, event: str, arg: object) -> Any:
        return self._passes if frame.f_code.co_filename in self.reached else None

    def _passes(self, frame: FrameType, event: str, arg: object) -> Any:
        if event == "line":
            self.reached[frame.f_code.co_filename].add(frame.f_lineno)
        return self._passes


def _lines_of(code: CodeType) -> set[int]:
    """The lines inside functions of a module: those that a call can reach."""
    inner = [c for c in code.co_consts if isinstance(c, CodeType)]
    own = {n for *_, n in code.co_lines() if n and n != code.co_firstlineno} if code.co_name != "<module>" else set()
    return own.union(*map(_lines_of, inner))


class Fuzzing:
    """The rounds with one reader: what was held stays from turn to turn. made: the figures of earlier runs, and of these."""

    def __init__(self, reader: Reader, seed: int, keep: Path | None = None, made: Round | None = None) -> None:
        self.reader, self.keep, self.made = reader, keep, made or Round(reader.name)
        self.draw = Random(f"{reader.name} {seed} {self.made.executions}")
        self.lines = Lines(reader.modules)
        self.seeds = list(reader.seeds())
        self.held, self.first = list(self.seeds), list(self.seeds)

    def turn(self, seconds: float) -> Round:
        """Spoils the reader's seeds for so many seconds of processor time."""
        begun, before = time.process_time(), self.made.seconds
        while self.first or time.process_time() < begun + seconds:
            self._one(self.first.pop(0) if self.first else self._spoilt())
            self.made.seconds = before + time.process_time() - begun
        self.made.share = max(self.made.share, round(100 * self.lines.count / max(self.lines.all_count, 1)))
        return self.made

    def _spoilt(self) -> Files:
        """A seed, or as often an input that reached new lines, spoilt."""
        return mutated(self.draw.choice(self.seeds if self.draw.random() < 0.5 else self.held), self.held, self.draw)

    def _one(self, files: Files) -> None:
        before, made = self.lines.count, self.made
        kind, said = execute(self.reader, files, made, self.lines)
        if kind and kind not in made.findings:
            made.findings[kind] = (
                f"{said[:200]!r} {_kept(files, self.keep, f'{self.reader.name}-{len(made.findings) + 1}')}"
            )
        elif not kind and self.lines.count > before and len(self.held) < MOST_HELD:
            self.held.append(files)
        if made.executions % 500 == 0:
            _forget()


def fuzz(reader: Reader, seconds: float, seed: int, keep: Path | None = None) -> Round:
    """One turn with a reader, of so many seconds of processor time."""
    return Fuzzing(reader, seed, keep).turn(seconds)


def execute(reader: Reader, files: Files, made: Round, lines: Lines) -> tuple[str, str]:
    """Reads an input; the kind of finding, empty where there is none, and what was said."""
    made.executions += 1
    with tempfile.TemporaryDirectory(prefix="parley-fuzz-") as folder:
        try:
            place = reader.written(files, Path(folder))
            with within(SECONDS, reader.name), lines:
                reader.read(place)
        except ParleyError as error:
            return _fault_of(error, (*map(_stem, files), Path(folder).name, "mine") if reader.names else ("",)), str(
                error
            )
        except Hang:
            return f"more than {SECONDS:.0f} seconds", ""
        except Exception as error:
            return f"{type(error).__name__} at {_line_of_ours(error)}", str(error)
    made.read += 1
    return "", ""


def _stem(name: str) -> str:
    return Path(name).stem


def _fault_of(error: ParleyError, names: Sequence[str]) -> str:
    """What is wrong with an error of ours: a kind that no input causes, its length, or that it has none of some names."""
    text = str(error)
    if error.exit_code == 1:
        return f"{type(error).__name__}, a fault of ours, at {_line_of_ours(error)}"
    if len(text) > LONGEST:
        return f"an error of more than {LONGEST} characters at {_line_of_ours(error)}"
    if error.exit_code == 2 and not any(name in text for name in names):
        return f"an error that names no file, at {_line_of_ours(error)}"
    return ""


def _line_of_ours(error: BaseException) -> str:
    """The innermost line of parley in a traceback."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if str(SOURCE) in f.filename]
    return f"{Path(frames[-1].filename).relative_to(SOURCE)}:{frames[-1].lineno}" if frames else "the reader's test"


def _kept(files: Files, keep: Path | None, name: str) -> str:
    if keep is None:
        return ""
    for file, content in files.items():
        place = keep / name / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return str(keep / name)


def _forget() -> None:
    """Empties what is remembered of very many files: a run of hours reads a new path each time."""
    for held in gc.get_objects():
        if isinstance(held, _lru_cache_wrapper) and held.cache_info().currsize > MOST_REMEMBERED:
            held.cache_clear()


def report(rounds: Sequence[Round], command: str, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The page's table, as docs/reliability.md takes it. before: that of earlier runs, whose rows and open findings stay."""
    made: dict[str, list[Any]] = {row[0]: row for row in (before or {}).get("rows", ())} | {
        r.name: r.row() for r in rounds
    }
    commands = dict.fromkeys([*(before or {}).get("command", "").splitlines(), command])
    found = [*(before or {}).get("failures", ()), *(f"{r.name}: {kind}." for r in rounds for kind in r.findings)]
    return {
        "title": "Readers fed with spoilt files",
        "day": date.today().isoformat(),
        "command": "\n".join(commands),
        "seconds": sum(row[4] for row in made.values()),
        "what": "Each execution reads one spoilt file, guided by the lines of the reader that it reaches. It must be read to an "
        "answer or refused by an input error that names the file. Seeds are valid files; a test asserts that each is read whole. "
        "Executions, seconds and findings add up over runs; lines are those of the run that reached most.",
        "columns": ["reader", "executions", "read to an answer", "lines of the reader reached", "seconds of CPU", "findings"],
        "rows": [made[name] for name in READERS if name in made] or [r.row() for r in rounds],
        "failures": list(dict.fromkeys(found)),
    }  # fmt: skip


def main() -> None:
    """Fuzz the readers that are named, and print or write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="+", metavar="READER", help=f"all, or of {', '.join(READERS)}")
    parser.add_argument("--seconds", type=float, default=10.0, help="of processor time for each, with earlier runs")
    parser.add_argument("--turn", type=float, default=1e9, help="seconds of a reader before it is the next one's turn")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the first input of each finding")
    parser.add_argument("--add", type=Path, help="where the page's figures are, and go")
    asked = parser.parse_args()
    names = list(READERS) if asked.readers == ["all"] else asked.readers
    unknown = [name for name in names if name not in READERS]
    if unknown:
        parser.error(f"no reader {unknown[0]!r}; there are {', '.join(READERS)}")
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    warnings.simplefilter("ignore")  # of names twice in the archives that are made
    with tempfile.TemporaryDirectory(
        prefix="parley-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None
    ) as folder:
        tempfile.tempdir = folder
        sys.exit(any(r.findings for r in run(names, asked)))


def run(names: Sequence[str], asked: argparse.Namespace) -> list[Round]:
    """Turns with each reader, least fed first, until each has its time; the figures are written after every turn."""
    before = json.loads(asked.add.read_text("utf-8")) if asked.add and asked.add.exists() else {"rows": []}
    earlier = {row[0]: Round.of(row) for row in before["rows"]}
    held = [Fuzzing(READERS[name], asked.seed, asked.keep, earlier.get(name)) for name in names]
    shown, rounds = set[str](), [one.made for one in held]
    command = (
        f"python benchmarks/fuzz_readers.py {' '.join(asked.readers)} --seconds {asked.seconds:g} --seed {asked.seed}"
    )
    while left := [one for one in held if one.made.seconds < asked.seconds]:
        for one in sorted(left, key=lambda one: one.made.seconds):
            made = one.turn(min(asked.turn, asked.seconds - one.made.seconds))
            print(*made.row(), sep="\t", flush=True)
            for kind in made.findings.keys() - shown:
                print(f"    {kind}: {made.findings[kind]}", flush=True)
            shown |= made.findings.keys()
            if asked.add:
                asked.add.parent.mkdir(parents=True, exist_ok=True)
                told = json.dumps(report(rounds, f"{command} --add {asked.add}", before), ensure_ascii=False, indent=1)
                asked.add.write_text(told + "\n", "utf-8")
    return rounds


if __name__ == "__main__":
    main()
