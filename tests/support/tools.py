"""Programs of others that tests run: taken from the path, else installed for the session from a registry, else the test skips."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest


def uv() -> str:
    """The installer of the dev extra. Skips where it is not installed."""
    try:
        from uv import find_uv_bin  # pyright: ignore[reportMissingImports]
    except ImportError:
        found = shutil.which("uv")
        return found or pytest.skip("uv is not installed: it is in the dev extra")
    return str(find_uv_bin())


def ran(*words: str | Path, cwd: Path) -> str:
    """What a program said. Fails where it did."""
    told = subprocess.run([*map(str, words)], cwd=cwd, capture_output=True, text=True, check=False)
    assert told.returncode == 0, f"{told.stdout}\n{told.stderr}"
    return told.stdout + told.stderr


def python_tool(requirement: str, folder: Path) -> Path:
    """The programs of a Python package, in an environment of its own: it may need other versions than parley does."""
    ran(uv(), "venv", "-q", folder, cwd=folder.parent)
    _installed([uv(), "pip", "install", "-q", "--python", str(folder), requirement], folder)
    return next(folder / name for name in ("bin", "Scripts") if (folder / name).is_dir())


def node_tools(packages: Sequence[str], folder: Path) -> Path:
    """The programs of npm packages. Skips where node is not installed."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"private": True}), "utf-8")
    _installed([npm, "install", "--silent", "--no-audit", "--no-fund", *packages], folder)
    return folder / "node_modules" / ".bin"


def _installed(words: list[str], folder: Path) -> None:
    """Nothing once a program is installed. Skips where no registry can be reached."""
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode and any(
        w in done.stderr for w in ("ENOTFOUND", "ETIMEDOUT", "ECONNREFUSED", "dns error", "Failed to fetch")
    ):
        pytest.skip("no registry can be reached")
    assert done.returncode == 0, done.stderr
