"""Every command of the command line: help with an example that names it, and `--json` where it answers."""

from __future__ import annotations

from typing import Any

import pytest

from commands import walked


@pytest.mark.parametrize(("words", "node"), walked())
def test_help_has_an_example_of_the_command_itself(words: tuple[str, ...], node: Any) -> None:
    says = node.help or ""
    assert "Example" in says
    assert "parley " + " ".join(words) in says.partition("Example")[2]


@pytest.mark.parametrize(("words", "node"), walked())
def test_every_option_is_described_and_answers_come_as_json(words: tuple[str, ...], node: Any) -> None:
    for parameter in node.params:
        if parameter.name != "help" and not getattr(parameter, "hidden", False):
            assert getattr(parameter, "help", None), f"{' '.join(words)}: {parameter.name} has no words"
    if words != ("serve",):
        assert {"as_json", "json"} & {p.name for p in node.params}
