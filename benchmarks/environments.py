"""The tests in environments of their own: lowest and newest versions, several Pythons, from an unpacked source distribution.

Run: python benchmarks/environments.py [--python 3.11 ...] [--versions lowest newest] [--extras dev] [--seed 0] [PATH ...]

Paths choose tests; without any, the quick suite runs. Needs uv (pip install uv), which takes its package index from its own
settings. A Python that can neither be found nor installed is said in its row. --results keeps the rows for docs/reliability.md;
with --add those of other environments stay.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
RESOLUTION = {"lowest": "lowest-direct", "newest": "highest"}
TESTERS = (
    "pytest>=8.3",
    "pytest-xdist>=3.6",
    "hypothesis>=6.120",
    "beartype>=0.19; python_version < '3.14'",
    "beartype>=0.22; python_version >= '3.14'",
    "scipy>=1.14",
    "jsonschema>=4.23",
)
COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped)")
FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


class Environment(NamedTuple):
    """What is installed: a Python, the versions chosen within the bounds of pyproject.toml, the extras."""

    python: str
    versions: str
    extras: str


class Found(NamedTuple):
    """What the tests said."""

    passed: int
    skipped: int
    failed: list[str]
    said: str  # some of the versions that were had; why nothing ran


def unpacked(work: Path) -> Path:
    """The source distribution of this tree, unpacked."""
    subprocess.run([_uv(), "build", "--sdist", "-q", str(ROOT), "-o", str(work)], check=True)
    (archive,) = work.glob("*.tar.gz")
    with tarfile.open(archive) as files:
        files.extractall(work, filter="data")
    return work / archive.name.removesuffix(".tar.gz")


def wheel_of(source: Path, work: Path) -> Path:
    """The wheel that a source distribution makes."""
    subprocess.run([_uv(), "build", "--wheel", "-q", str(source), "-o", str(work)], check=True)
    (found,) = work.glob("*.whl")
    return found


def tried(env: Environment, source: Path, work: Path, paths: list[str], seed: int) -> Found:
    """Installs the distribution's wheel in an environment of its own, and runs the tests that came with it.

    A version without a wheel for that Python counts as not to be had: the next one is taken.
    """
    venv = work / "-".join(env)
    wheel = next(iter(work.glob("*.whl")), None) or wheel_of(source, work)
    into = [_uv(), "pip", "install", "-q", "--python", str(venv / "bin" / "python")]
    extras = ["--extra", env.extras] if env.extras else []
    bounds = ["--no-build", "--resolution", RESOLUTION[env.versions], "-r", str(source / "pyproject.toml"), *extras]
    steps = (
        [_uv(), "venv", "-q", "--python", env.python, str(venv)],
        [
            *into,
            *bounds,
        ],  # of the project itself: the requirements of a wheel are not direct, so their lowest would not be taken
        [*into, "--no-deps", str(wheel)],
        [*into, *TESTERS],
    )
    for step in steps:
        done = subprocess.run(step, capture_output=True, text=True)
        if done.returncode:
            (work / f"{venv.name}.log").write_text(done.stderr, encoding="utf-8")
            what = "these versions" if "pip" in step else "this Python"
            return Found(0, 0, [], f"{what} could not be had on that machine")
    own = {"XDG_CACHE_HOME": str(venv / "cache"), "PYTHONHASHSEED": str(seed), "OMP_NUM_THREADS": "1"}
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    python = str(venv / "bin" / "python")
    ran = subprocess.run([python, "-m", "pytest", "-n", "0", "-v", "--no-header", *paths], cwd=source, env={**kept, **own},
                         capture_output=True, text=True)  # fmt: skip
    (work / f"{venv.name}.log").write_text(ran.stdout + ran.stderr, encoding="utf-8")
    code = (
        "from importlib.metadata import version; print(*(f'{n} {version(n)}' for n in ('numpy', 'msgspec')), sep=', ')"
    )
    had = subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.strip()
    found = read_summary(ran.stdout, f"{venv.name}.log")
    return found._replace(said="; ".join(filter(None, (had, found.said))))


def read_summary(text: str, log: str) -> Found:
    """What pytest said: its last line of counts, and the tests that it named."""
    lines = [line for line in text.splitlines() if COUNTS.search(line) and " in " in line]
    counts = {kind.rstrip("s"): int(n) for n, kind in COUNTS.findall(lines[-1])} if lines else {}
    failed = FAILED.findall(text)
    return Found(
        counts.get("passed", 0), counts.get("skipped", 0), failed, "" if counts or failed else f"no test ran: see {log}"
    )


def _uv() -> str:
    found = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    return found if Path(found).is_file() else sys.exit("uv is not installed: pip install uv")


def main() -> None:
    """Each environment in turn: a line as it ends, and the results at last."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="*", help="tests, as pytest takes them; the quick suite where none is named")
    parser.add_argument("--python", nargs="+", default=["3.11", "3.12", "3.13", "3.14"])
    parser.add_argument("--versions", nargs="+", choices=RESOLUTION, default=list(RESOLUTION))
    parser.add_argument("--extras", nargs="+", default=["dev"], help='"" for a plain install')
    parser.add_argument("--seed", type=int, default=0, help="of the order in which Python's sets are walked")
    parser.add_argument("--work", type=Path, help="a folder that keeps the environments and what the tests said")
    parser.add_argument("--results", type=Path, help="docs/reliability/environments.json")
    parser.add_argument("--add", action="store_true", help="the results stay, but for rows of the same environments")
    asked = parser.parse_args()
    start, rows, failures = time.monotonic(), [], []
    with tempfile.TemporaryDirectory() as folder:
        work = (asked.work or Path(folder)).absolute()
        work.mkdir(parents=True, exist_ok=True)
        source = unpacked(work)
        for env in (Environment(p, v, e) for e in asked.extras for v in asked.versions for p in asked.python):
            found = tried(env, source, work, asked.paths, asked.seed)
            rows.append(
                [
                    env.python,
                    env.versions,
                    env.extras or "none",
                    found.passed,
                    found.skipped,
                    len(found.failed),
                    found.said,
                ]
            )
            failures += [f"Python {env.python}, {env.versions} versions: `{name}`." for name in found.failed]
            print(*rows[-1], *found.failed, sep="  ", flush=True)
            if asked.results and not asked.add:
                _keep(asked.results, rows, failures, time.monotonic() - start, add=False)
    if asked.results and asked.add:
        _keep(asked.results, rows, failures, time.monotonic() - start, add=True)
    sys.exit(1 if failures else 0)


def _keep(
    place: Path, rows: list[list[str | int | float | None]], failures: list[str], seconds: float, add: bool
) -> None:
    sys.path.insert(0, str(ROOT / "builders"))
    from docs_reliability import Subject, keep, keep_added  # pyright: ignore[reportMissingImports]

    what = (
        "The tests that came in the source distribution, run in environments of their own, in which it was installed. "
        "`lowest` has the lowest versions that `pyproject.toml` allows, `newest` the newest to be had."
    )
    command = (
        "python benchmarks/environments.py " + shlex.join(sys.argv[1:]).split("--work")[0].split("--results")[0].strip()
    )
    columns = ["Python", "versions", "extras", "passed", "skipped", "failed", "note"]
    found = Subject("Environments", date.today(), command, seconds, what, columns, rows, failures)
    if add:
        keep_added(found, place, alike=3)
    else:
        keep(found, place)


if __name__ == "__main__":
    main()
