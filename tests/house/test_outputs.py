"""Files that commands write: a device or a pipe is written to, a link is followed, a file is replaced whole."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from parley import outputs
from parley.cli.law_plot import write_plot
from parley.cli.law_show import write_csv
from parley.cli.talks_asked import write_text
from parley.drafts import draft_of, exchange, left_behind
from parley.errors import InputError
from parley.law.refund import refunds
from parley.law.shipments.in_transit import water
from parley.law.shipments.origin_comparison import cheapest
from parley.law.shipments.run import Options, duties
from parley.report.write import write

LINES = """id,product,origin,entry_date,value
1,8517.13.00.00,CHN,2025-05-02,1000
2,9503000073,CHN,2025-05-02,1000
3,7777,CHN,2025-05-02,5
"""
ONE = Options(threads=1)
GUARDED = """
import os, sys
def guarded(move):
    def moved(source, target, **more):
        if os.path.dirname(os.path.abspath(target)) == "/dev":
            raise PermissionError(13, "a test would have replaced a device", str(target))
        return move(source, target, **more)
    return moved
os.replace, os.rename = guarded(os.replace), guarded(os.rename)
"""  # a tree that is at fault, run by root, would take the machine's devices away
COMMAND = GUARDED + "from parley.cli.main import main\nmain(sys.argv[1:])"
Writer = Callable[[str, Path], object]


def _plot(source: str, place: Path) -> None:
    points = [SimpleNamespace(on=date(2025, 5, day), by_programme={"mfn": 0.1}) for day in (1, 2)]
    told = {"weights": "equal", "known": date(2025, 5, 2), "law_version": "2025.5.2"}
    write_plot(place, SimpleNamespace(points=points, origin="CHN", destination="USA", **told), None)


def _swept(source: str, place: Path) -> None:
    pytest.importorskip("pyarrow")
    from parley.cli.trade_sweep import _parquet

    _parquet(place, ["scenario", "draw"], [("a", 1), ("b", 2)])


@pytest.fixture(autouse=True)
def _devices_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("replace", "rename"):
        monkeypatch.setattr(os, name, getattr(os, name))  # put back at the end
    exec(GUARDED, {})


WRITERS: dict[str, tuple[str, Writer]] = {
    "text": ("txt", lambda s, p: write_text(p, "text\n")),
    "page": ("html", lambda s, p: write(p, "text\n")),
    "rows": ("csv", lambda s, p: write_csv(p, [{"a": 1}])),
    "picture": ("json", _plot),
    "sweep": ("parquet", _swept),
    "duties": ("csv", lambda s, p: duties([s], p, options=ONE)),
    "duties as Parquet": ("parquet", lambda s, p: duties([s], p, options=ONE)),
    "rejects": ("csv", lambda s, p: duties([s], rejects=p, options=ONE)),
    "entries": ("csv", lambda s, p: duties([s], entries=p, options=ONE)),
    "refund": ("csv", lambda s, p: refunds([s], p, options=ONE)),
    "cheapest": ("csv", lambda s, p: cheapest([s], p, options=ONE)),
    "rates": ("csv", lambda s, p: cheapest([s], rates=p, options=ONE)),
    "water": ("csv", lambda s, p: water([s], p, options=ONE)),
    "lines": ("csv", lambda s, p: water([s], lines=p, options=ONE)),
    "refused": ("csv", lambda s, p: water([s], rejects=p, options=ONE)),
}


@pytest.fixture(params=WRITERS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Writer, str, str, bytes]:
    """A writer, its input, the ending of its file, and what it writes to a plain file."""
    ending, writer = WRITERS[request.param]
    (tmp_path / "in.csv").write_text(LINES)
    (tmp_path / "plain").mkdir()
    plain = tmp_path / "plain" / f"out.{ending}"
    writer(str(tmp_path / "in.csv"), plain)
    assert stat.S_IMODE(plain.stat().st_mode) == 0o666 & ~_umask()
    return writer, str(tmp_path / "in.csv"), ending, plain.read_bytes()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.slow
def test_a_link_is_followed_and_stays(made: tuple[Writer, str, str, bytes], tmp_path: Path) -> None:
    """Whether its file is there, with the rights and content of an earlier one, or not yet."""
    writer, source, ending, expected = made
    (tmp_path / "links").mkdir()
    (tmp_path / "kept").mkdir()
    for name, old in (("there", b"old"), ("not-there", None)):
        target, link = tmp_path / "kept" / f"{name}.{ending}", tmp_path / "links" / f"{name}.{ending}"
        if old is not None:
            target.write_bytes(old)
        link.symlink_to(Path("..") / "kept" / target.name)
        writer(source, link)
        assert link.is_symlink()
        assert (target.read_bytes(), target.is_symlink()) == (expected, False)
        assert not [p for p in tmp_path.rglob("*") if p.name.endswith((".part", ".parley-new", ".parley-work"))]


@pytest.mark.slow
def test_a_pipe_is_written_to_and_stays(made: tuple[Writer, str, str, bytes], tmp_path: Path) -> None:
    """A FIFO by its name, or by a link to it."""
    writer, source, ending, expected = made
    pipe, link = tmp_path / f"pipe.{ending}", tmp_path / f"link.{ending}"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for place in (pipe, link):
        got = _piped(pipe, lambda place=place: writer(source, place))
        assert got == expected
        assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert link.is_symlink()
    assert not list(tmp_path.glob("*.rejects.csv"))  # beside a pipe there is no place
    assert not list(tmp_path.glob("*.parley-work"))


def _piped(pipe: Path, act: Callable[[], object]) -> bytes:
    """What comes out of a FIFO while something is done. Its reader never waits for a writer that does not come."""
    got: list[bytes] = []
    handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    keeper = os.open(pipe, os.O_WRONLY)  # without it the reader would see an end before the writer came
    os.set_blocking(handle, True)

    def drain() -> None:
        while block := os.read(handle, 1 << 16):
            got.append(block)

    reader = threading.Thread(target=drain)
    reader.start()
    try:
        act()
    finally:
        os.close(keeper)
        reader.join(timeout=20)
        os.close(handle)
    return b"".join(got)


@pytest.mark.slow
def test_a_device_is_never_replaced(made: tuple[Writer, str, str, bytes]) -> None:
    writer, source, _, _ = made
    if writer is not WRITERS["picture"][1]:  # a picture's format goes by its name
        writer(source, Path("/dev/null"))
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    assert not Path("/dev/null.parley-work").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link", "-"])
def test_rows_to_standard_output_are_the_file_and_nothing_else(name: str, tmp_path: Path) -> None:
    """Through a pipe; what is said goes to standard error, by every name of standard output that is one."""
    (tmp_path / "in.csv").write_text(LINES)
    duties([str(tmp_path / "in.csv")], tmp_path / "plain.csv", options=ONE)
    if name == "link":
        name = str(tmp_path / "out.csv")
        os.symlink("/dev/stdout", name)
    done = _parley(tmp_path, "--out", name, stdout=subprocess.PIPE)
    assert done.returncode == 0, done.stderr
    expected = (tmp_path / "plain.csv").read_bytes()
    if name.startswith("/"):
        assert done.stdout[: len(expected)] == expected
    if name.startswith(("/dev", "/proc", "-")):
        assert done.stdout == expected
        assert b"3 rows, 1 without a duty" in done.stderr
        assert b"name one with --rejects" in done.stderr


@pytest.mark.slow
def test_an_open_file_is_written_where_it_stands(tmp_path: Path) -> None:
    """`{ echo first; parley … --out /dev/stdout; } > file`: what stands there stays, and is not written over."""
    (tmp_path / "in.csv").write_text(LINES)
    duties([str(tmp_path / "in.csv")], tmp_path / "plain.csv", options=ONE)
    kept = tmp_path / "kept.csv"
    with kept.open("wb") as stream:
        stream.write(b"first\n")
        stream.flush()
        before = os.fstat(stream.fileno()).st_ino
        done = _parley(tmp_path, "--out=/dev/stdout", stdout=stream.fileno())
        assert done.returncode == 0, done.stderr
        stream.seek(0, os.SEEK_END)
        stream.write(b"last\n")
    assert kept.stat().st_ino == before
    assert kept.read_bytes() == b"first\n" + (tmp_path / "plain.csv").read_bytes() + b"last\n"


@pytest.mark.slow
def test_a_command_behind_process_substitution_gets_rows_and_rejects(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(LINES)
    duties([str(tmp_path / "in.csv")], tmp_path / "plain.csv", options=ONE)
    line = '"$0" -c "$1" law duties in.csv --threads 1 --out >(cat > rows.csv) --rejects >(cat > bad.csv); wait'
    done = subprocess.run(
        ["bash", "-c", f"{line}; sleep 0.2", sys.executable, COMMAND], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    rejects = (tmp_path / "plain.csv.rejects.csv").read_text().replace(str(tmp_path / "in.csv"), "in.csv")
    assert (tmp_path / "rows.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()
    assert (tmp_path / "bad.csv").read_text() == rejects


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    rows = "".join(f"{n},9503000073,CHN,2025-05-02,{n}\n" for n in range(1, 5_000))
    (tmp_path / "in.csv").write_text(LINES.splitlines()[0] + "\n" + rows)
    line = 'set -o pipefail; "$0" -c "$1" law duties in.csv --threads 1 --out /dev/stdout | head -n 1'
    done = subprocess.run(["bash", "-c", line, sys.executable, COMMAND], cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stdout[:11]) == (0, b"id,product,"), done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("place", ["/dev/full", "/dev/fd/99"])
def test_a_device_that_takes_nothing_is_said_in_a_sentence(place: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(LINES)
    source = str(tmp_path / "in.csv")
    for _, writer in (WRITERS[n] for n in ("text", "page", "duties", "refund")):
        with pytest.raises(InputError, match="cannot be written"):
            writer(source, Path(place))


def _parley(folder: Path, *more: str, stdout: int) -> subprocess.CompletedProcess[bytes]:
    words = [sys.executable, "-c", COMMAND, "law", "duties", str(folder / "in.csv"), "--threads", "1", *more]
    return subprocess.run(words, stdout=stdout, stderr=subprocess.PIPE, cwd=folder)


@pytest.mark.slow
def test_the_rights_of_new_files_are_the_users(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(LINES)
    before = os.umask(0o027)
    try:
        for name in ("text", "page", "picture", "duties", "refund"):
            ending, writer = WRITERS[name]
            writer(str(tmp_path / "in.csv"), tmp_path / f"{name}.{ending}")
            assert stat.S_IMODE((tmp_path / f"{name}.{ending}").stat().st_mode) == 0o640
    finally:
        os.umask(before)


def test_an_output_that_is_an_input_by_another_name_is_refused(tmp_path: Path) -> None:
    source, link = tmp_path / "in.csv", tmp_path / "link.csv"
    source.write_text(LINES)
    link.symlink_to(source)
    for name, (_, writer) in WRITERS.items():
        if name not in ("text", "page", "rows", "picture", "sweep"):
            with pytest.raises(InputError, match="also an input"):
                writer(str(source), link)
    assert source.read_text() == LINES


def test_outputs_of_one_name_and_folders_are_refused_before_the_work(tmp_path: Path) -> None:
    source, one, other = tmp_path / "in.csv", tmp_path / "one.csv", tmp_path / "other.csv"
    source.write_text(LINES)
    other.symlink_to(one)
    with pytest.raises(InputError, match="two outputs of one name"):
        duties([str(source)], one, rejects=other)
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="it is a folder"):
        duties([str(source)], tmp_path / "folder")
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(InputError, match="cannot be written"):
        duties([str(source)], tmp_path / "round")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "in.csv", "other.csv", "round"]


def test_a_device_where_a_folder_is_wanted_is_said_in_a_sentence(tmp_path: Path) -> None:
    from parley.report.write import folder
    from parley.scenario.journal import Journal

    for make in (folder, lambda place: Journal(place, "key")):
        with pytest.raises(InputError, match="cannot be written"):
            make(Path("/dev/null"))
        with pytest.raises(InputError, match="cannot be written"):
            make(Path("/dev/null/below"))


def test_a_folder_that_cannot_be_made_is_said_before_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is made where it can."""
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)
    for place in (tmp_path, tmp_path / "new" / "below", tmp_path / "link" / "new", tmp_path / "link"):
        outputs.check_folder(place)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "link"]
    for place in (Path("/dev/null"), Path("/dev/null/below"), tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError, match="cannot be written"):
            outputs.check_folder(place)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match=r"Permission denied|Read-only"):
        outputs.check_folder(tmp_path / "new")


@pytest.mark.parametrize(
    "words",
    [("trade", "decompose"), ("trade", "solve"), ("trade", "backtest"), ("brief",), ("brief", "--charts")],
    ids=str,
)
def test_commands_that_write_folders_look_before_they_work(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from parley.cli.main import main

    for module in ("scenario.baseline", "trade.world_accounts"):  # each by its own name, which no other test then keeps
        monkeypatch.setattr(f"parley.{module}.read_world", lambda *_, **__: pytest.fail("the work was begun"))
    at = ["/dev/null/below"] if "--charts" in words else ["--out", "/dev/null/below"]
    with pytest.raises(SystemExit) as stop:
        main([*words, *at])
    assert (stop.value.code, "cannot be written" in capsys.readouterr().err) == (2, True)


@pytest.mark.slow
def test_a_run_cut_off_goes_on_beside_the_file_of_a_link(tmp_path: Path) -> None:
    """The pieces that were finished are found again, whichever name the output goes by."""
    (tmp_path / "in.csv").write_text(LINES.splitlines()[0] + "\n" + "".join(
        f"{n},9503000073,CHN,2025-05-02,{n}\n" for n in range(600)))  # fmt: skip
    (tmp_path / "kept").mkdir()
    link = tmp_path / "out.csv"
    link.symlink_to(tmp_path / "kept" / "out.csv")
    options = Options(threads=1, piece_bytes=8_000)

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        duties([str(tmp_path / "in.csv")], link, options=options, progress=stop)
    again = duties([str(tmp_path / "in.csv")], tmp_path / "kept" / "out.csv", options=options)
    assert (again.resumed_rows > 0, again.rows) == (True, 600)
    assert link.is_symlink()


def test_a_file_on_another_disk_is_put_in_its_place_in_one_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, place, real = tmp_path / "made", tmp_path / "place", os.replace
    made.write_text("new")
    place.write_text("old")

    def replaced(a: str, b: str) -> None:
        if Path(a) == made:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        assert Path(b).read_text() == "old"
        real(a, b)

    monkeypatch.setattr(os, "replace", replaced)
    outputs.put(made, place)
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("place", "new")]


def test_what_breaks_off_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.write_text("old")

    def break_off() -> None:
        with outputs.drafted(place) as draft:
            draft.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("place", "old")]


def test_the_next_writer_sweeps_what_a_killed_one_left_and_nothing_else(tmp_path: Path) -> None:
    """Drafts of processes that live, of other files and of other machines stay."""
    place, gone = tmp_path / "place", subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine = draft_of(place)
    killed, other, far = (
        mine.with_name(mine.name.replace(f"-{os.getpid()}-", f"-{gone.pid}-").replace(*change))
        for change in (("", ""), (".place.", ".places."), (mine.name.split("-")[0][-8:], "00000000"))
    )
    for path in (mine, killed, other, far):
        path.write_text("half")
    assert left_behind(place) == [killed]
    outputs.write(place, "whole")
    assert {p.name for p in tmp_path.iterdir()} == {p.name for p in (mine, other, far, place)}
    folder = tmp_path / "folder"
    killed = draft_of(folder).with_name(draft_of(folder).name.replace(f"-{os.getpid()}-", f"-{gone.pid}-"))
    killed.mkdir()
    with outputs.drafted_folder(folder) as draft:
        (draft / "file").write_text("whole")
    assert (killed.exists(), folder.is_dir()) == (False, True)


def test_a_text_that_no_file_holds_is_refused_and_what_stood_stays(tmp_path: Path) -> None:
    """Half of a sign, as a command line in another encoding gives it."""
    place = tmp_path / "place"
    outputs.write(place, "whole")
    with pytest.raises(InputError, match=r"'.udcff'.*Allowed: text in UTF-8"):
        outputs.write(place, "a text \udcff of bytes")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("place", "whole")]


@pytest.mark.parametrize("in_one_step", [True, False])
def test_a_folder_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_one_step: bool) -> None:
    """In one step where the system has it: then there is no moment without a folder of that name."""
    folder, moves = tmp_path / "folder", list[str]()
    monkeypatch.setattr(outputs, "exchange", exchange if in_one_step else lambda one, other: False)
    rename = os.rename
    monkeypatch.setattr(os, "rename", lambda one, other: (moves.append(Path(one).name), rename(one, other)))
    for n in range(2):
        with outputs.drafted_folder(folder) as draft:
            (draft / f"file {n}").write_text("whole")
    assert [p.name for p in tmp_path.rglob("*")] == ["folder", "file 1"]
    if sys.platform == "linux":
        assert ("folder" in moves) != in_one_step


def test_folders_of_work_of_killed_processes_are_swept_and_no_others(tmp_path: Path) -> None:
    """Whatever work was killed: its folder goes when the next process begins any."""
    code = (
        "import os, signal; from parley.drafts import *\n"
        "one, other = kept_work_folder('duties'), work_folder('files')\n"
        "print(one.name, os.path.basename(other.name), flush=True); os.kill(os.getpid(), int(os.environ['BY']))"
    )

    def left(by: int) -> list[str]:
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                             env={**os.environ, "TMPDIR": str(tmp_path), "BY": str(by)})  # fmt: skip
        return ran.stdout.split()

    mine = ["parley-duties-mine", f"parley-duties-00000000-{2**22 + 1}-abcdefgh", left(9)[0].replace("parley", "other")]
    for name in mine:
        (tmp_path / name).mkdir()
    (tmp_path / left(9)[0].replace("duties", "file")).write_text("a file of that name")
    found = left(9)
    assert {p.name for p in tmp_path.iterdir() if p.is_dir()} == {*mine, *found}
