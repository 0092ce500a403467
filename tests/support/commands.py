"""Commands of parley run in the process of the test: what they print, with which exit code."""

from __future__ import annotations

import json
import shlex
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import pytest
from typer.main import get_command

from parley.cli.main import GROUPS, main


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

    def answer(self, capsys: pytest.CaptureFixture[str], *more: str, silent: bool = False) -> dict[str, Any]:
        """The JSON of a command that ends well; silent: nothing may stand on standard error, not even progress."""
        ran = self(capsys, *more, "--json")
        assert ran.code == 0, ran.err
        assert not (silent and ran.err)
        return json.loads(ran.out)


PARLEY = Command()


@cache
def walked() -> tuple[Any, ...]:
    """Every command with its words."""
    nodes = [((room,), get_command(import_module(f"parley.cli.{room}").app)) for room in GROUPS]
    found = []
    while nodes:
        words, node = nodes.pop()
        inner = getattr(node, "commands", None)
        if inner is None:
            found.append(pytest.param(words, node, id=" ".join(words)))
        else:
            nodes += [((*words, name), child) for name, child in inner.items()]
    return tuple(found)
