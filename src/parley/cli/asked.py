"""A question as options: what its fields say is what the command line takes. What a command prints and writes is its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import MISSING
from inspect import Parameter, signature
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from parley.cli.option_words import DAY
from parley.errors import InputError
from parley.question import Part, Says, held, parts_of
from parley.refused_fields import naming

Question = TypeVar("Question")
VALUES = {"date": DAY, "country": "COUNTRY"}  # what stands for a value, by the form of a field


def asks(kind: type[Question]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a command of a function whose first parameter is a question: the question's options stand before its other ones."""

    def named(run: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(run, include_extras=True)
        own = list(signature(run).parameters.values())[1:]
        more = [parameter(p.name, hints[p.name], p.default) for p in own]

        def command(**given: Any) -> None:
            with naming(kind, given):
                run(read(kind, given), **{p.name: given[p.name] for p in own})

        command.__name__, command.__doc__ = run.__name__, kind.__doc__
        command.__dict__["__signature__"] = signature(run).replace(parameters=[*options(kind), *more])
        command.__dict__["__question__"] = kind
        return command

    return named


def read(kind: type[Question], given: dict[str, Any]) -> Question:
    """The question of what typer read. Raises InputError where a number does not exceed what it must: typer knows ends alone."""
    parts = parts_of(kind)
    for part in parts:
        number, least = given[part.name], part.says.above
        if number is not None and least is not None and not number > least:
            raise InputError(part.option, f"{number:g}", f"a number above {least:g}")
    return kind(**{p.name: held(p, given[p.name]) for p in parts})


def options(kind: type) -> list[Parameter]:
    """The fields of a question as parameters."""
    return [option(part) for part in parts_of(kind)]


def parameter(name: str, kind: Any, default: Any) -> Parameter:
    """A parameter by name."""
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def option(part: Part) -> Parameter:
    """A field as an option or argument: a tuple may be repeated, a switch that is off by default has no --no-."""
    says, kind, default = part.says, part.kind, part.default
    if part.many:
        typed, default = (list[kind], MISSING) if default is MISSING else (list[kind] | None, None)
    elif says.metavar.endswith("..."):
        typed = list[str]
    else:
        typed = kind | None if part.optional else kind
    default = Parameter.empty if default is MISSING else default
    shown = says.metavar.removesuffix("...") or VALUES.get(says.form) or _choice(says)
    if says.argument:
        made: Any = typer.Argument(metavar=shown, help=help_of(part))
    else:
        word = f"{part.option}/--no-{part.option[2:]}" if part.default is True else part.option
        low, high = (says.low, says.high) if kind in (int, float) else (None, None)
        made = typer.Option(*word.split(), metavar=shown, help=help_of(part), min=low, max=high)
    return parameter(part.name, Annotated[typed, made], default)


def _choice(says: Says) -> str | None:
    """The words of a choice, where they stand with the field."""
    words = says.one_of if isinstance(says.one_of, tuple) else ()
    return "|".join((*words, "FILE") if words and says.or_file else words) or None


def help_of(part: Part) -> str:
    """The words of a field on the command line."""
    says = part.says
    first = re.split("[;:]", says.text, maxsplit=1)[0]
    return f"{first}, or {says.or_file}{says.text[len(first) :]}" if says.or_file else says.text
