"""Every reader's seeds are read whole, a short round of spoilt ones finds nothing, and what a reader does wrong would be found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from fuzz_mutations import Files, mutated  # pyright: ignore[reportMissingImports]
from fuzz_readers import Lines, Round, execute, fuzz, report  # pyright: ignore[reportMissingImports]
from fuzz_seeds import READERS  # pyright: ignore[reportMissingImports]
from fuzz_seeds.reader import Reader  # pyright: ignore[reportMissingImports]

from drawn import SEED
from parley.errors import InputError, ParleyError
from parley.text_files import FileKind, read_toml

pytest.importorskip("starlette", reason="the web extra is not installed: pip install 'parley-trade[web]'")
pytest.importorskip("openpyxl", reason="openpyxl is not installed: pip install 'parley-trade[xlsx]'")
HERE = Path(__file__).parents[2]
GOOD: Files = {"mine.toml": b"a = 1\n"}


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_every_seed_is_read_whole(name: str) -> None:
    reader = READERS[name]
    seeds, made = reader.seeds(), Round(name)
    assert seeds
    for files in seeds:
        assert execute(reader, files, made, Lines(())) == ("", "")
    assert made.read == made.executions == len(seeds)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, reader in READERS.items() if reader.names])
def test_a_name_without_a_file_is_an_input_error_of_every_reader(name: str, tmp_path: Path) -> None:
    """A folder where a file is meant and the other way round, no file, a name that is too long, a name with a zero byte."""
    reader = READERS[name]
    ending = "" if reader.folder else Path(next(iter(reader.seeds()[0]))).suffix
    other = tmp_path / f"other{ending}"
    if reader.folder:
        other.write_text("x")
    else:
        other.mkdir()
    for place in (
        other,
        tmp_path / f"gone{ending}",
        tmp_path / ("x" * 300 + ending),
        Path(f"{tmp_path}/mi\0ne{ending}"),
    ):
        with pytest.raises(ParleyError) as refusal:
            reader.read(place)
        assert refusal.value.exit_code > 1


@pytest.mark.slow
def test_a_short_round_of_spoilt_files_finds_nothing(tmp_path: Path) -> None:
    """A third of a second of processor time each, as the command runs, by another seed every day; docs/reliability.md has long runs."""
    words = [
        sys.executable,
        HERE / "benchmarks/fuzz_readers.py",
        "all",
        "--seconds",
        "0.33",
        "--seed",
        SEED,
        "--add",
        tmp_path / "a.json",
    ]
    ran = subprocess.run(list(map(str, words)), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = json.loads((tmp_path / "a.json").read_text("utf-8"))["rows"]
    assert [row[0] for row in rows] == list(READERS)
    assert all(row[-1] == 0 for row in rows)


def of_toml(path: Path) -> object:
    return read_toml(path, FileKind("a table"))


def bare(path: Path) -> object:
    return of_toml(path)["a"] + 1  # pyright: ignore[reportIndexIssue]


def nameless(path: Path) -> object:
    try:
        return of_toml(path)
    except InputError as error:
        raise InputError("a file", error.found) from None


@pytest.mark.parametrize(
    ("read", "found"), [(bare, "Error at"), (nameless, "an error that names no file"), (of_toml, "")]
)
def test_a_bare_exception_and_an_error_without_the_file_are_found(read: object, found: str) -> None:
    made = fuzz(Reader("planted", ("text_files.py",), lambda: [GOOD], read), 0.1, seed=1)
    assert made.read > 0
    assert any(found in kind for kind in made.findings) == bool(found)
    assert len(report([made], "a command")["failures"]) == len(made.findings)


def test_an_input_is_spoilt_the_same_way_again() -> None:
    whole = [files for name in ("measures", "schedule", "layout") for files in READERS[name].seeds()]
    one, two = ([mutated(whole[k % 5], whole, draw) for k in range(200)] for draw in (Random(3), Random(3)))
    assert one == two
    assert sum(files not in whole for files in one) > 150
