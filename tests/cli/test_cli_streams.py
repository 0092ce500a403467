"""Streams that lack a sign degrade and never die; JSON loses nothing on them; a reader that has gone is no fault."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from commands import PARLEY, walked
from documents import ROOT
from parley.cli.main import main
from parley.cli.streams import NAME, PLAIN, degrade, json_text

sys.path.insert(0, str(ROOT / "benchmarks"))
import walk  # pyright: ignore

SIGNS = "".join(map(chr, PLAIN)) + "é½ﬁ中…\N{GRINNING FACE}\ud800 \udcff"
RATE = ("law", "rate", "9503.00.00.73", "--origin", "CHN", "--on", "2025-05-02")


def printed(monkeypatch: pytest.MonkeyPatch, encoding: str, *words: str) -> tuple[int, str]:
    """Exit code and standard output of a command whose stream knows so many signs."""
    held = io.BytesIO()
    with monkeypatch.context() as patch, io.TextIOWrapper(held, encoding) as stream:
        patch.setattr(sys, "stdout", stream)
        with pytest.raises(SystemExit) as end:
            main([*words])
        return int(end.value.code or 0), held.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "koi8-r", "gb18030", "utf-8"])
def test_no_sign_stops_a_stream(encoding: str) -> None:
    degrade()
    held = SIGNS.encode(encoding, NAME)
    assert held.endswith(b"\xff"), "the bytes of a file's name stay"
    assert f"before {SIGNS[:-1]} after".encode(encoding, NAME).decode(encoding).startswith("before ")
    assert "2 − 1 → 1 × é …".encode("ascii", NAME) == b"2 - 1 -> 1 x e ..."


def test_a_handler_that_the_user_names_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    own, strict = (io.TextIOWrapper(io.BytesIO(), "ascii", how) for how in ("replace", "strict"))
    monkeypatch.setattr(sys, "stdout", own)
    monkeypatch.setattr(sys, "stderr", strict)
    degrade()
    assert (own.errors, strict.errors) == ("replace", NAME)
    monkeypatch.setattr(sys, "stdout", None)  # closed by the caller
    degrade()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_words_degrade_and_json_loses_nothing(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in (RATE, (*RATE, "--json")):
        code, found = printed(monkeypatch, encoding, *words)
        whole = printed(monkeypatch, "utf-8", *words)[1]
        assert code == 0
        assert not whole.isascii()
        assert found.count("\n") == whole.count("\n")
        if words[-1] == "--json":
            assert json.loads(found) == json.loads(whole)


def test_an_error_is_said_in_json_of_its_stream() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    assert json.loads(json_text({"found": SIGNS}, stream)) == {"found": SIGNS}
    with pytest.raises(ValueError, match="JSON"):
        json_text(float("nan"), stream)


@pytest.mark.parametrize("words", [RATE, (*RATE, "--json"), ("--help",), ("law", "rate", "--help"), ("data", "list")])
def test_a_reader_that_has_gone_is_no_fault(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with monkeypatch.context() as patch, os.fdopen(writer, "w") as stream:
        patch.setattr(sys, "stdout", stream)
        with pytest.raises(SystemExit) as end:
            main([*words])
        assert end.value.code == 0


def test_the_walk_has_a_line_of_every_command() -> None:
    lines = [tuple(line.split()) for line in walk.LINES]
    for case in walked():
        words = case.values[0]
        named = any(line[: len(words)] == words for line in lines)
        assert named != (" ".join(words) in walk.LEFT_OUT), words


@pytest.mark.slow
def test_a_part_of_the_walk_leaves_the_same_bytes_everywhere(tmp_path: Path) -> None:
    """The whole of it: python benchmarks/walk.py"""
    quick = ("law rate", "law find", "law diff --feed", "law average --origin CHN --since 2025-01-01 --until 2025-05-31",
             "record status", "record timeline", "record add", "cite", "law refund-status")  # fmt: skip
    found, plain = walk.compared([line for line in walk.LINES if line.startswith(quick)], tmp_path)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert sum(len(left.files) for left in plain) >= 3


@pytest.mark.parametrize("said", ["0", "00", ""])
def test_a_terminal_without_a_width_shows_the_whole_answer(
    said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", said)
    assert "us-ieepa-fentanyl-cn" in PARLEY.line(capsys, "law rate 9503000073 --origin CHN --on 2025-05-02")


def test_what_is_wrong_with_standard_input_names_no_copy(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    for content in (b"product,origin,entry_date,value\n", b"a,b\n1,2\n", b"\x00\x01\x02", b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        said = PARLEY.err(capsys, 2, "law", "duties", "-")
        assert "parley-files" not in said
        assert "standard input" in said
