"""README.md as a test: every console block is run, and the line under its command is in the output; its Python runs."""

from __future__ import annotations

import re

import pytest

from commands import PARLEY
from documents import ROOT, blocks, commands, squeezed

README = ROOT / "README.md"
BLOCKS = [(command, line) for command, lines in commands(README) for line in lines]
COMMANDS = re.findall(r"^parley (.+?)(?:\s{2,}#.*)?$", README.read_text("utf-8"), re.MULTILINE)


def test_readme_has_the_eleven_statements_and_the_effect() -> None:
    assert len(BLOCKS) == 12


SOLVES = ("talks deadline", "trade solve")  # seconds each: they run with the slow tests


@pytest.mark.parametrize(
    ("command", "line"),
    [pytest.param(*b, marks=[pytest.mark.slow] if b[0] in SOLVES else []) for b in BLOCKS],
    ids=lambda x: x[:50],
)
def test_command_prints_its_line(command: str, line: str, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    assert squeezed(line) in squeezed(PARLEY.line(capsys, command))


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=lambda x: x[:50])
def test_what_if_runs(command: str, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    where = f" --out {tmp_path}" if command.startswith("brief") and "--out" not in command else ""
    command = re.sub(r"--out out\b", f"--out {tmp_path / 'out'}", command)
    assert PARLEY.line(capsys, command + where)


@pytest.mark.parametrize("code", blocks(README, "python"))
def test_python_runs(code: str) -> None:
    exec(compile(code, "README.md", "exec"), {})
