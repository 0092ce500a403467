"""The verbs of the interface: each with its address, its question, what answers it, and how it is asked on the command line."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from parley.web import answers, questions


@dataclass(frozen=True)
class Verb:
    """One question by address. where: "loop" (a millisecond), "thread" (a tenth of a second), or the task of a worker."""

    path: str
    question: type[msgspec.Struct]
    answer: Callable[[Any], Mapping[str, Any]]
    where: str
    command: str
    positional: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The first line of the question's docstring."""
        return (self.question.__doc__ or "").strip().splitlines()[0]


VERBS = (
    Verb("/law/find", questions.Find, answers.find, "thread", "parley law find", ("words",)),
    Verb("/law/rate", questions.Rate, answers.rate, "loop", "parley law rate", ("product",)),
    Verb("/law/average", questions.Average, answers.average, "average", "parley law average"),
    Verb("/law/timeline", questions.Timeline, answers.timeline, "thread", "parley law timeline"),
    Verb("/law/measures", questions.Measures, answers.measures, "thread", "parley law measures list"),
    Verb("/law/measure", questions.Measure, answers.measure, "thread", "parley law measures show", ("id",)),
    Verb("/law/act", questions.Act, answers.act, "thread", ""),
    Verb("/trade/worlds", questions.Worlds, answers.worlds, "worlds", "parley trade worlds"),
    Verb(
        "/trade/elasticities", questions.Elasticities, answers.elasticities, "elasticities", "parley trade elasticities"
    ),
    Verb("/record/status", questions.Standing, answers.standing, "thread", "parley record status"),
    Verb("/record/list", questions.Entries, answers.entries, "thread", "parley record list"),
    Verb("/record/claims", questions.Claims, answers.claims, "thread", "parley record claims"),
    Verb(
        "/record/contradictions",
        questions.Contradictions,
        answers.contradictions,
        "thread",
        "parley record contradictions",
    ),
    Verb("/record/deeds", questions.Deeds, answers.deeds, "thread", "parley record deeds"),
    Verb("/record/positions", questions.Positions, answers.positions, "thread", "parley record positions", ("actor",)),
    Verb("/record/timeline", questions.Axis, answers.record_timeline, "thread", "parley record timeline"),
)
REQUIRED = ("origin", "on", "since", "until")  # written out even where they have the page's default


def command_of(verb: Verb, asked: Any) -> str:
    """The same question as a command line."""
    words = [verb.command]
    words += [shlex.quote(str(getattr(asked, n))) for n in verb.positional if getattr(asked, n, None)]
    for field in msgspec.structs.fields(asked):
        value = getattr(asked, field.name)
        if field.name in verb.positional or value in (None, (), ""):
            continue
        if value == field.default and field.name not in REQUIRED:
            continue
        many = value if isinstance(value, tuple) else (value,)
        words += [f"--{field.name.replace('_', '-')} {shlex.quote(_text(v))}" for v in many]
    return " ".join(words)


def _text(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def verb_of(path: str) -> Verb:
    """The verb at an address under /api/v1."""
    return next(v for v in VERBS if v.path == path)
