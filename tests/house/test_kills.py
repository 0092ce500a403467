"""A short round of benchmarks/kills.py: kills, a full disk, a clock moved back. The whole: python benchmarks/kills.py"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from documents import ROOT

SHORT = {"record": 8, "jobs": 6, "uploads": 4, "cache": 4, "brief": 3, "sweep": 2, "duties": 2, "refunds": 1}


def short_round(name: str, kills: int, disks: int) -> str:
    command = [
        sys.executable,
        str(ROOT / "benchmarks" / "kills.py"),
        name,
        "--kills",
        str(kills),
        "--disks",
        str(disks),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.parametrize("name", SHORT)
def test_a_short_round_of_kills_and_full_disks_holds(name: str) -> None:
    told = short_round(name, SHORT[name], 2)
    assert f"kills: {SHORT[name]} " in told
    assert told.rstrip().endswith("faults: 0")


@pytest.mark.slow
def test_a_writer_that_is_not_whole_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runner itself: a subject that writes in place, and acknowledges before it writes, has faults."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import kills  # pyright: ignore[reportMissingImports]
    from kill_subjects import Say, Subject  # pyright: ignore[reportMissingImports]

    class InPlace(Subject):
        name = "in place"

        def run(self, at: Path, say: Say) -> None:
            with (at / "out").open("wb", buffering=0) as stream:
                stream.write(b"first half")
                (at / "note").write_text("between", "utf-8")
                stream.write(b" second half")

    run = kills.Run(InPlace(), tmp_path, 0)
    for number in range(1, 12, 2):  # before a change of a file
        run.kill(number)
    assert run.counts["kills"] > 0
    assert any("out is half" in fault for fault in run.faults)
