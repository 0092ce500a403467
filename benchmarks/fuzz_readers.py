"""Every reader fed with spoilt files, guided by the lines they reach: read whole, or refused as an input error that names the file.

Run: python benchmarks/fuzz_readers.py all --seconds 3600 --json docs/reliability/fuzz.json      (an hour of CPU each)
     python benchmarks/fuzz_readers.py world rates --seconds 60 --seed 7 --keep FOLDER

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
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
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
MEMORY = 8 << 30  # bytes of address space
MOST_REMEMBERED = 1_000  # answers of one function by its arguments
MOST_HELD = 400  # inputs that reached new lines
LONGEST = 3_000  # characters of an error that people read


@dataclass
class Round:
    """What a time with one reader came to.

    asked: seconds of CPU; executions; read: those with an answer; reached, lines: of the reader's modules; findings: kind → what
    was said, and where the input is kept.
    """

    name: str
    asked: float = 0.0
    executions: int = 0
    read: int = 0
    seconds: float = 0.0
    reached: int = 0
    lines: int = 0
    findings: dict[str, str] = field(default_factory=dict)

    def row(self) -> list[str | int]:
        """The figures as cells of a table."""
        share = f"{100 * self.reached / max(self.lines, 1):.0f} %"
        return [self.name, self.executions, self.read, share, round(self.seconds), len(self.findings)]


class Lines:
    """The lines of some modules that are reached while it is switched on, in the thread that reads."""

    def __init__(self, modules: Sequence[str]) -> None:
        files = [path for name in modules for path in sorted(SOURCE.glob(name))]
        self.reached: dict[str, set[int]] = {str(path): set() for path in files}
        self.all = {str(path): _lines_of(compile(path.read_text("utf-8"), str(path), "exec")) for path in files}

    @property
    def count(self) -> int:
        """How many lines were reached so far."""
        return sum(len(lines & self.all[file]) for file, lines in self.reached.items())

    def __enter__(self) -> None:
        sys.settrace(self._enters if self.reached else None)

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

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


def fuzz(reader: Reader, seconds: float, seed: int, keep: Path | None = None) -> Round:
    """Spoils a reader's seeds for so many seconds of processor time."""
    draw, made, lines = Random(f"{reader.name} {seed}"), Round(reader.name, seconds), Lines(reader.modules)
    held: list[Files] = list(reader.seeds())
    begun = time.process_time()
    for files in _inputs(held, draw, begun + seconds):
        before = lines.count
        kind, said = execute(reader, files, made, lines)
        if kind and kind not in made.findings:
            made.findings[kind] = f"{said[:200]!r} {_kept(files, keep, f'{reader.name}-{len(made.findings) + 1}')}"
        elif not kind and lines.count > before and len(held) < MOST_HELD:
            held.append(files)
        if made.executions % 500 == 0:
            _forget()
    made.seconds, made.reached, made.lines = time.process_time() - begun, lines.count, sum(map(len, lines.all.values()))
    return made


def _inputs(held: list[Files], draw: Random, until: float) -> Iterator[Files]:
    """The seeds as they are, then spoilt: each as often as the inputs that reached new lines."""
    seeds = list(held)
    yield from seeds
    while time.process_time() < until:
        yield mutated(draw.choice(seeds if draw.random() < 0.5 else held), held, draw)


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


def report(rounds: Sequence[Round], command: str) -> dict[str, Any]:
    """The page's table of a run, as docs/reliability.md takes it."""
    found = [f"{r.name}: {kind}." for r in rounds for kind in r.findings]
    return {
        "title": "Readers fed with spoilt files",
        "day": date.today().isoformat(),
        "command": command,
        "seconds": round(sum(r.seconds for r in rounds)),
        "what": "Each execution reads one spoilt file, guided by the lines of the reader that it reaches. It must be read to an "
        "answer or refused by an input error that names the file. Seeds are valid files; a test asserts that each is read whole. "
        f"This run took {rounds[0].asked:g} seconds of CPU for each reader; `--seconds 3600` takes an hour each.",
        "columns": ["reader", "executions", "read to an answer", "lines of the reader reached", "seconds of CPU", "findings"],
        "rows": [r.row() for r in rounds],
        "failures": found,
    }  # fmt: skip


def main() -> None:
    """Fuzz the readers that are named, and print or write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readers", nargs="+", metavar="READER", help=f"all, or of {', '.join(READERS)}")
    parser.add_argument("--seconds", type=float, default=10.0, help="of processor time for each")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the first input of each finding")
    parser.add_argument("--json", type=Path, help="where the page's figures go")
    asked = parser.parse_args()
    names = list(READERS) if asked.readers == ["all"] else asked.readers
    unknown = [name for name in names if name not in READERS]
    if unknown:
        parser.error(f"no reader {unknown[0]!r}; there are {', '.join(READERS)}")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    warnings.simplefilter("ignore")  # of names twice in the archives that are made
    rounds = []
    for name in names:
        rounds.append(fuzz(READERS[name], asked.seconds, asked.seed, asked.keep))
        print(*rounds[-1].row(), sep="\t", flush=True)
        for kind, said in rounds[-1].findings.items():
            print(f"    {kind}: {said}", flush=True)
    if asked.json:
        command = f"python benchmarks/fuzz_readers.py {' '.join(asked.readers)} --seconds {asked.seconds:g} --seed {asked.seed}"
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(report(rounds, command), ensure_ascii=False, indent=1) + "\n", "utf-8")
    sys.exit(any(r.findings for r in rounds))


if __name__ == "__main__":
    main()
