"""A full disk, a read-only folder, a limit on the size of files or a lacking right: sentences of ours, and no half of a file."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parley import drafts, outputs
from parley.cli.law_show import write_csv
from parley.errors import InputError, OutputError
from parley.law.regime import kept_rows, measures_folder, read_regime
from parley.law.releases import read_release, releases
from parley.law.shipments.run import Options, duties
from parley.report.write import write

pytestmark = pytest.mark.slow

LIMITS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.ENOTDIR, errno.EISDIR)
COMMAND = "from parley.cli.main import main\nmain()"
LINES = "product,origin,entry_date,value\n9503000073,CHN,2025-05-02,1000\n"
RATE = ("law", "rate", "9503.00.00.73", "--origin", "CHN", "--on", "2025-05-02")
FULL = Path("/dev/full")
NOBODY = 65534


@contextmanager
def refusing(monkeypatch: pytest.MonkeyPatch, number: int) -> Iterator[None]:
    """No file is put in its place, as on a disk that does not take it."""

    def refused(source: object, target: object) -> None:
        raise OSError(number, os.strerror(number), str(target))

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refused)
        yield


@pytest.mark.parametrize("number", LIMITS, ids=lambda n: errno.errorcode[n])
def test_what_keeps_a_file_from_its_place_is_said_with_what_to_do(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "out.csv"
    place.write_text("old")
    for writer in (lambda: write_csv(place, [{"a": 1}]), lambda: write(place, "text\n")):
        with refusing(monkeypatch, number), pytest.raises(OutputError, match=r"cannot be written") as found:
            writer()
        assert os.strerror(number) in found.value.found
        assert found.value.hint
        assert found.value.exit_code == 2
        assert "out.csv" in str(found.value)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("out.csv", "old")]


def test_a_full_disk_in_the_middle_of_the_work_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in.csv").write_text(LINES)
    with refusing(monkeypatch, errno.ENOSPC), pytest.raises(OutputError, match="No space left on device"):
        duties([str(tmp_path / "in.csv")], tmp_path / "out.csv", options=Options(threads=1))
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("number", LIMITS, ids=lambda n: errno.errorcode[n])
def test_of_an_error_somewhere_else_the_door_says_the_same(number: int) -> None:
    said = outputs.met(OSError(number, os.strerror(number), "some/file"), "standard output")
    assert isinstance(said, InputError)
    assert (said.where, bool(said.hint)) == ("some/file", True)
    assert outputs.met(FileNotFoundError(errno.ENOENT, "No such file or directory"), "x") is None
    assert outputs.met(ValueError("No space left on device"), "x") is None


def test_what_duckdb_says_in_words_is_understood() -> None:
    duckdb = pytest.importorskip("duckdb")
    error = duckdb.IOException('IO Error: Could not write file "x": No space left on device')
    assert isinstance(outputs.met(error, "out.csv"), OutputError)
    assert outputs.met(duckdb.IOException("IO Error: something else"), "out.csv") is None


def test_a_file_that_is_replaced_keeps_its_rights(tmp_path: Path) -> None:
    place, made = tmp_path / "place", tmp_path / "made"
    for put in (lambda: outputs.write(place, "new"), lambda: (made.write_text("new"), outputs.put(made, place))):
        place.write_text("old")
        place.chmod(0o640)
        put()
        assert (place.read_text(), place.stat().st_mode & 0o777) == ("new", 0o640)


@contextmanager
def without_roots_rights() -> Iterator[None]:
    """Root may write everywhere: for a while, as another user."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="no users of that kind")
def test_a_folder_that_can_only_be_read_is_said_in_a_sentence() -> None:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "out.csv"
        place.write_text("old")
        Path(name).chmod(0o555)
        with without_roots_rights(), pytest.raises(OutputError, match="Permission denied"):
            outputs.write(place, "new")
        Path(name).chmod(0o755)
        assert [(p.name, p.read_text()) for p in Path(name).iterdir()] == [("out.csv", "old")]


def _parley(*words: str, limit: str = "", **more: object) -> subprocess.CompletedProcess[str]:
    line = f'{limit}exec "$0" -c "$1" "${{@:2}}"'
    asked = ["bash", "-c", line, sys.executable, COMMAND, *words]
    return subprocess.run(asked, text=True, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload]


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [RATE, (*RATE, "--json"), ("--help",), ("law", "--help")], ids=len)
def test_a_standard_output_that_is_full_is_said_once(words: tuple[str, ...]) -> None:
    with FULL.open("w") as full:
        done = _parley(*words, stdout=full)
    assert (done.returncode, done.stderr.count("No space left on device")) == (2, 1), done.stderr
    assert "fault of ours" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("words", [RATE, ("law", "--help"), ("law", "measures", "list")], ids=len)
def test_a_reader_that_has_gone_and_a_closed_output_are_quiet(words: tuple[str, ...], tmp_path: Path) -> None:
    for tail in ("| true", ">&-"):
        line = f'set -o pipefail; "$0" -c "$1" "${{@:2}}" {tail}'
        done = subprocess.run(["bash", "-c", line, sys.executable, COMMAND, *words], text=True, capture_output=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), tail


def test_files_that_are_gone_after_the_work_are_not_named(tmp_path: Path) -> None:
    """A limit that stops the translation of a file, a workbook or the lines of refunds: nobody could name those elsewhere."""
    (tmp_path / "in.csv").write_text(LINES)
    (tmp_path / "other.csv").write_text(
        "HTS Number;COO;Entry Date;Entered Value\n9503000073;CN;2 May 2025;1.000,50\n" * 2
    )
    for number in (errno.ENOSPC, errno.EFBIG):
        with drafts.work_folder("refund") as folder:
            said = outputs.refused(Path(folder) / "rated.parquet", OSError(number, os.strerror(number)))
        assert said.where == "temporary files"
        assert "TMPDIR" in (said.hint or "")
    for words in (("law", "duties", "other.csv", "--out", "out.csv"), ("law", "duties", "in.csv", "--out", "out.xlsx")):
        done = _parley(*words, limit="ulimit -f 0; ", cwd=tmp_path, stdout=subprocess.DEVNULL)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert "temporary files" in done.stderr
    assert not list(tmp_path.glob("out.*"))


def test_a_workbook_that_the_disk_refuses_is_said_once(tmp_path: Path) -> None:
    """openpyxl's archive complains again when it is forgotten: it is made in memory."""
    pytest.importorskip("openpyxl")
    (tmp_path / "in.csv").write_text(LINES + LINES.splitlines()[1] + "\n")
    done = _parley("law", "duties", "in.csv", "--threads", "1", "--out", "out.xlsx", limit="ulimit -f 4; ", cwd=tmp_path,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
@pytest.mark.parametrize("tail", ["2>/dev/full", "2>&-", "2>&- >&-"])
def test_nobody_listening_to_progress_or_errors_stops_no_work(tail: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(LINES)
    for words, code in ((("law", "duties", "in.csv", "--threads", "1", "--out", "out.csv"), 0), (("law", "rate"), 2)):
        line = f'"$0" -c "$1" "${{@:2}}" {tail}'
        asked = ["bash", "-c", line, sys.executable, COMMAND, *words]
        assert subprocess.run(asked, cwd=tmp_path, stdout=subprocess.DEVNULL).returncode == code
    assert "1450" in (tmp_path / "out.csv").read_text()


def test_a_limit_on_the_size_of_files_is_said_in_a_sentence(tmp_path: Path) -> None:
    rows = "".join(f"9503000073,CHN,2025-05-02,{n}\n" for n in range(5_000))
    (tmp_path / "in.csv").write_text(LINES.splitlines()[0] + "\n" + rows)
    done = _parley("law", "duties", "in.csv", "--threads", "1", "--out", "out.csv", limit="ulimit -f 16; ",
                   cwd=tmp_path, stdout=subprocess.DEVNULL)  # fmt: skip
    assert (done.returncode, "File too large" in done.stderr) == (2, True), done.stderr
    assert "ulimit -f" in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_without_room_in_the_cache_a_question_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    paths = sorted(measures_folder().glob("*.toml"))[:3]
    name = releases()[0]
    expected = (kept_rows(measures_folder(), paths), read_release(name).measures)
    for number in (errno.ENOSPC, errno.EROFS):
        monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / errno.errorcode[number]))
        read_release.cache_clear()
        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", _never(number))
            patch.setattr(os, "mkdir", _never_below(tmp_path / errno.errorcode[number], number, os.mkdir))
            assert kept_rows(measures_folder(), paths) == expected[0]
            assert [m.id for m in read_release(name).measures] == [m.id for m in expected[1]]
    read_release.cache_clear()


def test_a_cache_that_is_no_folder_changes_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    law = read_regime(authority="USA", origin="CHN")
    monkeypatch.setenv("PARLEY_CACHE", "/dev/null")
    assert read_regime(authority="USA", origin="CHN").measures == law.measures
    (tmp_path / "in.csv").write_text(LINES)
    assert duties([str(tmp_path / "in.csv")], options=Options(threads=1)).duty_total == 1450.0


def _never(number: int) -> object:
    def never(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return never


def _never_below(home: Path, number: int, make: object) -> object:
    def made(path: object, *more: object, **others: object) -> object:
        if str(path).startswith(str(home)):
            raise OSError(number, os.strerror(number), str(path))
        return make(path, *more, **others)  # type: ignore[operator]

    return made
