"""Runs one typer application and turns the library's usage errors into ours, so that every refusal reads alike."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from typer.main import get_command

from parley.cli.option_words import renewed, show_values
from parley.cli.several_days import ON
from parley.errors import InputError, did_you_mean, nearest


def run_app(app: Any, argv: list[str], name: str) -> int:
    """The exit code of one command. Usage errors become InputError: an unknown option is named with its nearest."""
    command = _command(app)
    try:
        result = command.main(_renewed(command, argv, name), prog_name=name, standalone_mode=False)
    except InputError:
        raise
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        raise _as_input_error(error, name) from None
    return result if isinstance(result, int) else 0


@cache
def _command(app: Any) -> Any:
    """The commands of an application, made once in a process."""
    command = get_command(app)
    show_values(command)
    return command


def _renewed(command: Any, argv: list[str], name: str) -> list[str]:
    """The arguments with the words of today for those of earlier versions."""
    words = [*name.split()[1:]]
    while argv[len(words) - 1 :] and (inner := getattr(command, "commands", {})):
        word = argv[len(words) - 1]
        if word not in inner:
            return argv
        command, words = inner[word], [*words, word]
    own = len(words) - 1
    today = renewed(tuple(words), argv[own:])
    _refuse_repeated(command, today)
    return [*argv[:own], *today]


def _refuse_repeated(command: Any, args: list[str]) -> None:
    """Raises InputError where an option of one value is given twice: the first was lost. What cannot be read is refused later."""
    try:
        seen = command.make_parser(command.context_class(command)).parse_args([*args])[2]
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return
    for option in {p.name: p for p in seen if seen.count(p) > 1}.values():
        if option.param_type_name == "option" and not (option.multiple or option.is_flag):
            hint = "Several days stand behind one --on, with commas" if option.opts[0] == ON else ""
            raise InputError(option.opts[0], "given twice", "one value", hint)


def _as_input_error(error: Any, name: str) -> InputError:
    where = getattr(getattr(error, "ctx", None), "command_path", None) or name
    message = str(error.format_message()).strip()
    unknown = re.match(r"No such (option|command):? ['\"]?([^'\"\s]+?)['\"]?\.?(\s|$)", message)
    if unknown:
        kind, found = unknown.group(1), unknown.group(2)
        names = _known_names(error, kind)
        return InputError(where, f"no {kind} {found!r}", ", ".join(names), did_you_mean(nearest(found, names)))
    return InputError(where, message, "", f"See: {where} --help")


def _known_names(error: Any, kind: str) -> list[str]:
    command = getattr(getattr(error, "ctx", None), "command", None)
    if kind == "command":
        return sorted(getattr(command, "commands", {}))
    return sorted(opt for p in getattr(command, "params", []) for opt in p.opts if opt.startswith("--"))
