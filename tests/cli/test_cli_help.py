"""Every command of the command line: help with an example that names it, and `--json` where it answers."""

from __future__ import annotations

from typing import Any

from commands import walked
from tables import each

Command = tuple[tuple[str, ...], Any]  # its words, and what parses its options
COMMANDS: list[Command] = [(case.values[0], case.values[1]) for case in walked()]


def _words(command: Command) -> str:
    return " ".join(command[0])


def test_help_has_an_example_of_the_command_itself() -> None:
    each(COMMANDS, _has_an_example, _words)


def _has_an_example(command: Command) -> None:
    words, node = command
    says = node.help or ""
    assert "Example" in says
    assert "parley " + " ".join(words) in says.partition("Example")[2]


def test_every_option_is_described_and_answers_come_as_json() -> None:
    each(COMMANDS, _is_described, _words)


def _is_described(command: Command) -> None:
    words, node = command
    for parameter in node.params:
        if parameter.name != "help" and not getattr(parameter, "hidden", False):
            assert getattr(parameter, "help", None), f"{parameter.name} has no words"
    if words != ("serve",):
        assert {"as_json", "json"} & {p.name for p in node.params}
