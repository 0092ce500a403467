"""Commands of parley run in the process of the test: what they print, with which exit code."""

from __future__ import annotations

import json
import shlex
from typing import Any, NamedTuple

import pytest

from parley.cli.main import main


class Ran(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


class Command:
    """A command, or a room's commands: words that come first, more with each call. `capsys` is the test's own."""

    def __init__(self, *first: str) -> None:
        self.first = first

    def __call__(self, capsys: pytest.CaptureFixture[str], *more: str) -> Ran:
        """Exit code, standard output and standard error."""
        with pytest.raises(SystemExit) as end:
            main([*self.first, *more])
        return Ran(int(end.value.code or 0), *capsys.readouterr())

    def out(self, capsys: pytest.CaptureFixture[str], *more: str) -> str:
        """Standard output of a command that ends well."""
        ran = self(capsys, *more)
        assert ran.code == 0, ran.err
        return ran.out

    def line(self, capsys: pytest.CaptureFixture[str], words: str) -> str:
        """Standard output of a command that ends well, given as one line."""
        return self.out(capsys, *shlex.split(words))

    def err(self, capsys: pytest.CaptureFixture[str], code: int, *more: str) -> str:
        """Standard error of a command that ends with this exit code."""
        ran = self(capsys, *more)
        assert ran.code == code, ran.err
        return ran.err

    def answer(self, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
        """The JSON of a command that ends well and has nothing to add."""
        ran = self(capsys, *more, "--json")
        assert (ran.code, ran.err) == (0, "")
        return json.loads(ran.out)


PARLEY = Command()
