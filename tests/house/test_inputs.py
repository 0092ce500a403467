"""What comes through a pipe, a process substitution or standard input is read as a file is, whichever command reads it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from parley.errors import InputError
from parley.inputs import as_file, is_pipe
from parley.law.hts_json import read_edition
from parley.law.shipments.run import Options, duties
from parley.law.user_weights import read_file
from parley.scenario.scenario import read_scenario, shipped_folder
from parley.world.elasticity import read_set
from parley.world.read import read_world

pytestmark = pytest.mark.slow

COMMAND = "from parley.cli.main import main\nmain()"
LINES = "product,origin,entry_date,value\n9503000073,CHN,2025-05-02,1000\n"
ACT = """[act]
id = "own"
title = "An act of our own"
citation = "own"
authority = "USA"
signed = 2025-01-01

[[measure]]
id = "own"
programme = "s301"
start = 2025-01-01
rate = 0.5
origins = ["CHN"]
products = ["9503"]
"""
FLOWS = "buyer,seller,sector,spending,tariff,theta\n" + "".join(
    f"{n},{i},a,{9 if n != i else 90},{0 if n == i else 0.1},4\n" for n in ("USA", "CHN") for i in ("USA", "CHN")
)
SET = 'name = "own"\npaper = "own"\n[theta]\na = 4.0\n'
RATE = "law rate 9503.00.00.73 --origin CHN --on 2025-05-02 --json"
QUESTIONS = {
    "law rate --add": (f"{RATE} --add", ACT),
    "law average --weights": ("law average --origin CHN --on 2025-05-02 --json --weights", "product,value\n9503000073,5\n"),
    "law duties": ("law duties --threads 1 --json", LINES),
    "law cheapest": ("law cheapest --threads 1 --json", LINES),
}  # fmt: skip


def parley(line: str, folder: Path, text: str = "") -> dict:
    """What a command prints, which bash runs."""
    words = ["bash", "-c", line, sys.executable, COMMAND]
    done = subprocess.run(words, cwd=folder, input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def without_names(answer: object) -> object:
    """An answer without the names of files and the seconds of the run."""
    if isinstance(answer, dict):
        return {k: without_names(v) for k, v in answer.items() if k not in ("seconds", "rows_per_second", "weights")}
    if isinstance(answer, list):
        return [without_names(v) for v in answer]
    return None if isinstance(answer, str) and ("/" in answer or ".csv" in answer) else answer


@pytest.mark.parametrize("name", QUESTIONS)
def test_process_substitution_and_standard_input_are_read_as_the_file_is(name: str, tmp_path: Path) -> None:
    words, text = QUESTIONS[name]
    (tmp_path / "file.csv").write_text(text)
    run = f'"$0" -c "$1" {words}'
    expected = without_names(parley(f"{run} file.csv", tmp_path))
    assert without_names(parley(f"{run} <(cat file.csv)", tmp_path)) == expected
    assert without_names(parley(f"{run} /dev/stdin", tmp_path, text)) == expected


@pytest.fixture
def fed(tmp_path: Path):
    """A FIFO that another thread feeds, by its text and the ending of its name."""
    made: list[threading.Thread] = []

    def feed(text: str | bytes, name: str = "pipe") -> Path:
        place = tmp_path / f"{len(made)}-{name}"
        os.mkfifo(place)
        content = text if isinstance(text, bytes) else text.encode()
        made.append(threading.Thread(target=place.write_bytes, args=(content,), daemon=True))
        made[-1].start()
        return place

    yield feed
    for thread in made:
        thread.join(10)


def test_a_fifo_is_read_by_every_reader_of_a_file(fed, tmp_path: Path) -> None:
    assert read_file(fed("product,value\n9503000073,5\n"), "CHN") == {"9503000073": 5.0}
    assert read_set(str(fed(SET))).name == "own"
    assert read_world(str(fed(FLOWS))).countries == ("USA", "CHN")
    scenario = (shipped_folder() / "us-china-2025-05-02.toml").read_text("utf-8")
    assert read_scenario(fed(scenario)).replaced(folder="", file="") == read_scenario().replaced(folder="", file="")
    assert duties([str(fed(LINES))], options=Options(threads=1)).duty_total == 1450.0
    with pytest.raises(InputError, match="JSON"):
        read_edition(fed("no JSON"))


def test_a_copy_is_made_once_and_says_by_its_name_what_it_holds(fed) -> None:
    place = fed(b"PAR1 and more")
    first = as_file(place)
    assert (as_file(place), first.suffix, first.read_bytes()) == (first, ".parquet", b"PAR1 and more")
    assert as_file(fed("a,b\n")).suffix == ".csv"
    assert as_file(fed("[act]\n"), ".toml").suffix == ".toml"


def test_what_is_no_pipe_is_itself(tmp_path: Path) -> None:
    assert as_file(tmp_path / "not-there") == tmp_path / "not-there"
    assert as_file(tmp_path) == tmp_path
    assert not is_pipe("a\0b")
    assert as_file("/dev/null").read_bytes() == b""


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device without an end")
def test_a_device_without_an_end_is_refused() -> None:
    with pytest.raises(InputError, match="without an end"):
        as_file("/dev/zero")
