"""The package with a file more or another text of one, for tests that add one thing and look for it everywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import parley
from documents import ROOT

PACKAGE = Path(parley.__file__).parent
sys.path.insert(0, str(ROOT / "builders"))


def copied_with(folder: Path, files: Mapping[str, str]) -> Path:
    """A folder with the package by links, but for the files given by their path in it."""
    for name, text in files.items():
        _apart(folder / "parley", PACKAGE, Path(name).parts)
        path = folder / "parley" / name
        path.unlink(missing_ok=True)  # the link, never what it leads to
        path.write_text(text, "utf-8")
    return folder


def _apart(made: Path, real: Path, parts: tuple[str, ...]) -> None:
    """A folder of links to what is in another, and so on along the way to a file."""
    if made.is_symlink():
        made.unlink()
    if not made.exists():
        made.mkdir()
        for path in real.iterdir():
            if path.name != "__pycache__":
                (made / path.name).symlink_to(path)
    if len(parts) > 1:
        _apart(made / parts[0], real / parts[0], parts[1:])


def ran(copy: Path, *words: str) -> str:
    """What a run of Python prints in which the copy is the package."""
    paths = os.pathsep.join(str(p) for p in (copy, ROOT / "builders", ROOT / "tests" / "support"))
    given = {**os.environ, "PYTHONPATH": paths, "PARLEY_CACHE": str(copy / "cache"), "COLUMNS": "240"}
    made = subprocess.run([sys.executable, *words], env=given, cwd=copy, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-800:]
    return made.stdout


def asked(copy: Path, code: str) -> Any:
    """What a piece of Python prints as JSON there."""
    return json.loads(ran(copy, "-c", code))


def command(copy: Path, *words: str) -> str:
    """What a command prints there."""
    return ran(copy, "-m", "parley.cli.main", *words)


def docs_table(name: str) -> str:
    """The table of a registry as its builder writes it into the docs."""
    from docs_registries import table  # pyright: ignore[reportMissingImports]

    return table(name)
