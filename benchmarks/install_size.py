"""What an install brings: packages, megabytes and seconds in a fresh environment, beside another tree's, and whether the first job runs.

Run: python benchmarks/install_size.py [TREE] [--beside OTHER] [--extra NAME]... [--write docs/reliability/size.json]

Each install is pip's own, from the registry that pip is set up with. Seconds are processor seconds of pip and of the job;
megabytes are 10^6 bytes of files, without pip itself and without compiled Python.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

APART = ("pip", "setuptools", "pkg_resources", "_distutils_hack", "distutils-precedence.pth")
WHAT = (
    "A default install brings what the main job needs: the briefing with its charts. What reads files of shipments is an extra "
    "(decisions/0022). Each row is a fresh environment, made by pip in the same run; megabytes are without pip and compiled Python."
)


class Size(NamedTuple):
    """What one install brought. pip, job: processor seconds of the install and of the first job there; job None: not run."""

    what: str
    packages: int
    megabytes: float
    pip: float
    job: float | None
    largest: str


def spent(words: list[str], cwd: Path, **environment: str) -> float:
    """Processor seconds of a command. Raises where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    held = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")} | environment
    done = subprocess.run(words, cwd=cwd, env=held, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def weights(packages: Path) -> dict[str, int]:
    """Bytes by the folder or file on the top of an environment's packages."""
    found: dict[str, int] = {}
    for path in packages.rglob("*"):
        top = path.relative_to(packages).parts[0]
        if path.is_file() and "__pycache__" not in path.parts and top.partition("-")[0] not in APART:
            name = "_".join(w for w in top.partition("-")[0].partition(".")[0].split("_") if w)
            found[name] = found.get(name, 0) + path.stat().st_size
    return found


def size_of(tree: Path, extra: str, what: str, job: bool = True) -> Size:
    """What an install of a tree brings, in an environment that goes again."""
    with tempfile.TemporaryDirectory(prefix="parley-size-") as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "venv", folder / "env"], check=True)
        run = folder / "env" / "bin" / "python"
        asked = f"{tree}[{extra}]" if extra else str(tree)
        pip = spent([str(run), "-m", "pip", "install", "-q", "--no-compile", asked], folder)
        packages = next((folder / "env" / "lib").glob("python*")) / "site-packages"
        by_name = weights(packages)
        count = sum(not p.name.startswith(APART) for p in packages.glob("*.dist-info"))
        largest = sorted(by_name.items(), key=lambda row: -row[1])[:4]
        words = [str(run), "-m", "parley.cli.main", "brief", "--out", "out"]
        seconds = spent(words, folder, PARLEY_CACHE=str(folder / "cache")) if job else None
        if job and "<svg" not in (folder / "out" / "brief.html").read_text("utf-8"):
            raise SystemExit("the briefing has no chart")
    shown = ", ".join(f"{n} {b / 1e6:.0f}" for n, b in largest)
    return Size(what, count, sum(by_name.values()) / 1e6, pip, seconds, shown)


def main() -> None:
    """Measures, shows and, where asked, writes the page's figures."""
    asking = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asking.add_argument("tree", nargs="?", type=Path, default=Path(__file__).parents[1], help="the tree to install")
    asking.add_argument("--beside", type=Path, help="another tree, measured in the same run")
    asking.add_argument("--extra", action="append", default=[], help="an extra, measured without the first job")
    asking.add_argument("--write", type=Path, help="the JSON of docs/reliability")
    asking.add_argument("--seed", type=int, default=1, help="nothing here is drawn; taken as every runner takes it")
    asked = asking.parse_args()
    found = [size_of(asked.beside.resolve(), "", "default, before")] if asked.beside else []
    found.append(size_of(asked.tree.resolve(), "", "default"))
    found += [size_of(asked.tree.resolve(), extra, f"with [{extra}]", job=False) for extra in asked.extra]
    columns = ["install", "packages", "MB", "CPU s of pip", "CPU s of the first briefing", "largest, MB"]
    rows = [
        [s.what, s.packages, round(s.megabytes), round(s.pip, 1), None if s.job is None else round(s.job, 1), s.largest]
        for s in found
    ]
    for row in [columns, *rows]:
        print(" | ".join("" if cell is None else str(cell) for cell in row))
    if asked.write:
        words = [
            "python benchmarks/install_size.py",
            *(["--beside OTHER"] if asked.beside else []),
            *(f"--extra {e}" for e in asked.extra),
        ]
        made = {"title": "Size of an install", "day": str(datetime.date.today()), "command": " ".join(words),
                "seconds": round(sum(s.pip + (s.job or 0) for s in found)), "what": WHAT, "columns": columns, "rows": rows,
                "failures": []}  # fmt: skip
        asked.write.parent.mkdir(parents=True, exist_ok=True)
        asked.write.write_text(json.dumps(made, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
