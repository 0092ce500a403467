"""Completion: the words are those of the commands; bash itself completes with them."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from commands import PARLEY
from parley.cli.completion import SHELLS, bash, fish, words, zsh
from parley.cli.main import GROUPS

MAKE = {"bash": bash, "zsh": zsh, "fish": fish}


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    return words()


def test_words_are_those_of_the_commands(found: dict[str, list[str]]) -> None:
    assert set(GROUPS) <= set(found[""])
    assert {"rate", "find", "average", "measures"} <= set(found["law"])
    assert {"--origin", "--destination", "--known", "--drop", "--json"} <= set(found["law rate"])
    assert {"--ranges", "--no-ranges"} <= set(found["trade solve"])


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash on this machine")
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("parley tr", {"trade"}),
        ("parley law ra", {"rate"}),
        ("parley law measures s", {"show"}),
        ("parley law rate --ori", {"--origin"}),
        ("parley law rate 8517.13 --origin CHN --dest", {"--destination"}),
        ("parley trade solve --no-r", {"--no-ranges"}),
    ],
)
def test_bash_completes(found: dict[str, list[str]], typed: str, expected: set[str]) -> None:
    said = typed.split()
    script = (
        f'{bash(found)}\nCOMP_WORDS=({typed}); COMP_CWORD={len(said) - 1}; _parley; printf "%s\\n" "${{COMPREPLY[@]}}"'
    )
    answer = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=20, check=True)
    assert set(answer.stdout.split()) == expected


@pytest.mark.parametrize("shell", SHELLS)
def test_script_is_printed_and_the_shell_can_read_it(shell: str, capsys: pytest.CaptureFixture[str], tmp_path) -> None:
    text = PARLEY.out(capsys, "completion", shell)
    assert "law" in text
    assert "--origin" in text
    if shutil.which(shell):
        file = tmp_path / "script"
        file.write_text(text)
        subprocess.run([shell, "-n", str(file)], check=True, timeout=20)


def test_unknown_shell_is_refused_with_its_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert "bash" in PARLEY.err(capsys, 2, "completion", "bsh")
