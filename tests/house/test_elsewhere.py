"""What other systems lack is not needed: commands run without the modules of POSIX, and standard output is known by its sign."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from parley import outputs

LACKING = ("fcntl", "resource", "pwd", "grp", "termios", "uvloop")  # on Windows
EVERY_MODULE = """
import sys
for name in {barred!r}: sys.modules[name] = None
from importlib import import_module
from pkgutil import walk_packages
import parley
count = 0
for found in walk_packages(parley.__path__, "parley."):
    if found.name == "parley.mcp.server":  # its library asks for the system's name, which this process cannot change
        continue
    import_module(found.name)
    count += 1
print(count, flush=True)
from parley.cli.main import main
for words in ["record status --on 2025-05-02", "doctor"]:
    try:
        main(words.split())
    except SystemExit as end:
        assert not end.code, words
"""


@pytest.mark.slow
def test_every_module_and_some_commands_run_without_posix(tmp_path: Path) -> None:
    held = os.environ | {"PARLEY_CACHE": str(tmp_path)}
    words = [sys.executable, "-c", EVERY_MODULE.format(barred=LACKING)]
    done = subprocess.run(words, capture_output=True, text=True, env=held)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.splitlines()[0]) > 400


def test_an_entry_is_added_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from parley import locks

    monkeypatch.setattr(locks, "fcntl", None)
    with locks.locked_folder(tmp_path / "ledger", wait=True) as ours:
        assert ours
        (tmp_path / "ledger" / "2025-05.toml").write_text("", "utf-8")
    assert (tmp_path / "ledger" / "2025-05.toml").exists()


def test_standard_output_is_known_where_there_is_no_folder_of_open_files() -> None:
    assert outputs.is_stream("-")
    assert outputs.is_standard_output("-")
    assert not outputs.is_stream("--")
    assert not outputs.is_stream("./-")


def test_a_lock_is_held_by_one_and_outlives_no_folder_that_its_holder_removes(tmp_path: Path) -> None:
    from parley.locks import locked_folder

    folder = tmp_path / "work"
    with locked_folder(folder) as one, locked_folder(folder) as other:
        assert (one, other) == (True, False)
        folder.rmdir()
        with locked_folder(folder) as third:
            assert third
            assert folder.is_dir()
