"""The wheel as users get it: `uvx parley-trade` and `pipx run parley-trade` start from it; a release has all its files."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from documents import ROOT
from tools import ran, uv

pytestmark = pytest.mark.slow
RATE = ("law", "rate", "9503.00.00.73", "--origin", "CHN", "--on", "2025-05-02", "--known", "2025-05-02")


@pytest.fixture(scope="module")
def release_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a release of this tree."""
    pytest.importorskip("packaging", reason="the dev extra is not installed")
    sys.path.insert(0, str(ROOT / "builders"))
    import release  # pyright: ignore[reportMissingImports]
    import supply  # pyright: ignore[reportMissingImports]

    folder = tmp_path_factory.mktemp("release")
    held = {row.name for row in supply.locked()}
    if uv() and {*supply.closure("web")[0]} <= held and not supply.closure("web")[1]:
        release.release(folder, "2026-11-29", ("web",))
    else:  # libraries newer than the lock: the wheel alone
        ran(uv(), "build", "-q", "--wheel", "--out-dir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def wheel(release_folder: Path) -> str:
    """Its wheel."""
    return str(next(release_folder.glob("*.whl")))


def started(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """A command outside this environment; its tools keep what they make in a folder. Skips where no registry can be reached."""
    held = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    held |= {"PIPX_HOME": str(folder / "pipx"), "PARLEY_CACHE": str(folder / "cache"), "COLUMNS": "120"}
    done = subprocess.run(words, cwd=folder, env=held, capture_output=True, text=True)
    if "dns error" in done.stderr or "Failed to fetch" in done.stderr or "NewConnectionError" in done.stderr:
        pytest.skip("no registry can be reached")
    return done


def test_uvx_starts_it_and_a_default_install_asks_for_the_extra(wheel: str, tmp_path: Path) -> None:
    words = [uv(), "tool", "run", "--from", wheel, "parley-trade"]
    told = started([*words, *RATE], tmp_path)
    assert told.returncode == 0, told.stderr
    assert "added 145.0 %" in told.stdout
    (tmp_path / "in.csv").write_text("product,origin,value,date\n9503000073,CHN,100,2025-05-02\n", "utf-8")
    refused = started([*words, "law", "duties", "in.csv"], tmp_path)
    assert refused.returncode == 2
    assert "pyarrow is not installed" in refused.stderr
    assert "pip install 'parley-trade[shipments]'" in refused.stderr


def test_pipx_starts_it(wheel: str, tmp_path: Path) -> None:
    told = started([uv(), "tool", "run", "pipx", "run", "--spec", wheel, "parley-trade", "--version"], tmp_path)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[0].startswith("parley ")


def test_a_release_has_all_its_files_under_their_checksums(release_folder: Path) -> None:
    if not (release_folder / "SHA256SUMS").exists():
        pytest.skip("libraries newer than the lock are installed: python builders/lock.py")
    stated = dict(line.split()[::-1] for line in (release_folder / "SHA256SUMS").read_text("utf-8").splitlines())
    assert {Path(name).suffix for name in stated} == {".whl", ".gz", ".json", ".md"}
    for name, digest in stated.items():
        assert sha256((release_folder / name).read_bytes()).hexdigest() == digest
