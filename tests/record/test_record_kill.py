"""Writing under fault: a killed writer loses nothing that it acknowledged, and leaves a ledger that reads."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from parley.record.ledger import read_ledger

WRITER = """
import sys
from parley.record.write import add_all
source = {"publisher": "A paper", "tier": 2, "read": True}
for n in range(int(sys.argv[2])):
    on = f"2025-{1 + n % 3:02d}-{1 + n // 3 % 25:02d}"
    raw = {"kind": "event", "actor": "USA", "on": on, "text": f"{sys.argv[3]} {n}.", "source": source}
    print(add_all([raw], sys.argv[1])[0].id, flush=True)
"""


def writer(folder: Path, entries: int, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), str(entries), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)


@pytest.mark.slow
def test_after_twenty_kills_nothing_acknowledged_is_lost_and_every_file_reads(tmp_path: Path) -> None:
    chance, acknowledged = random.Random(9), set()
    for run in range(20):
        process = writer(tmp_path, 10_000, f"run {run}")
        assert process.stdout is not None
        first = process.stdout.readline().strip()  # it writes: from here on the kill may fall anywhere
        time.sleep(chance.uniform(0.0, 0.15))
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        acknowledged |= {
            first,
            *(line.strip() for line in process.stdout.read().splitlines(keepends=True) if "\n" in line),
        }
        held = {e.id for e in read_ledger(tmp_path).entries}
        assert acknowledged <= held
        assert len(held) <= len(acknowledged) + run + 1  # at most one written and not yet acknowledged a kill
    assert len(acknowledged) >= 20


@pytest.mark.slow
def test_writers_at_the_same_time_lose_none_of_their_entries(tmp_path: Path) -> None:
    pytest.importorskip("fcntl", reason="no lock between writers on this system")
    processes = [writer(tmp_path, 12, f"writer {n}") for n in range(3)]
    told = [line for p in processes for line in p.communicate(timeout=120)[0].split()]
    assert all(p.returncode == 0 for p in processes)
    assert len(told) == len(set(told)) == 36
    assert {e.id for e in read_ledger(tmp_path).entries} == set(told)
