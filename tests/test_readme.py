"""README.md as a test: every console block is run, and the line under its command is in the output; its Python runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from parley.cli.main import main

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```console\n\$ parley (.+)\n(.+)\n```", README.read_text("utf-8"))
COMMANDS = re.findall(r"^parley (.+?)(?:\s{2,}#.*)?$", README.read_text("utf-8"), re.MULTILINE)
PYTHON = re.findall(r"```python\n(.+?)```", README.read_text("utf-8"), re.DOTALL)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_readme_has_the_eleven_statements_and_the_effect() -> None:
    assert len(BLOCKS) == 12


@pytest.mark.parametrize(("command", "line"), BLOCKS, ids=lambda x: x[:50])
def test_command_prints_its_line(command: str, line: str, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    with pytest.raises(SystemExit) as stop:
        main(command.split())
    assert not stop.value.code
    assert squeezed(line) in squeezed(capsys.readouterr().out)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS, ids=lambda x: x[:50])
def test_what_if_runs(command: str, capsys, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(README.parent)
    where = ["--out", str(tmp_path)] if command.startswith("brief") and "--out" not in command else []
    argv = [str(tmp_path / "out") if word == "out" else word for word in command.split()]
    with pytest.raises(SystemExit) as stop:
        main([*argv, *where])
    assert not stop.value.code
    assert capsys.readouterr().out


@pytest.mark.parametrize("code", PYTHON)
def test_python_runs(code: str) -> None:
    exec(compile(code, "README.md", "exec"), {})
