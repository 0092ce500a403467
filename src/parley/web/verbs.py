"""The verbs of the interface: each with its address, its question, what answers it, and how it is asked on the command line."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parley.law import answering as law
from parley.law import questions as of_law
from parley.question import offered, said
from parley.record import questions as of_record
from parley.refused_fields import naming
from parley.scenario import questions as of_scenario
from parley.scenario import record_answering as record
from parley.scenario import situation_answering as situation
from parley.trade import answering as trade
from parley.trade import questions as of_trade
from parley.web.packaged import ledger, regime, rows_of, steps
from parley.web.scenarios import check_packaged

PERIOD = 1100  # days: three years of change points at most in one average


def _law(asked: Any) -> tuple[Any, ...]:
    return (regime(),)


def _averages(asked: Any) -> tuple[Any, ...]:
    from parley.world.grid import sector_of_line

    return (regime(), sector_of_line, PERIOD)


def _packaged(asked: Any) -> tuple[Any, ...]:
    """Nothing, once what is named is in the package."""
    check_packaged(asked.world, getattr(asked, "elasticities", None))
    return ()


def _record(asked: Any) -> tuple[Any, ...]:
    return (ledger(),)


def _both(asked: Any) -> tuple[Any, ...]:
    return (ledger(), regime())


def _alone(asked: Any) -> tuple[Any, ...]:
    return ()


@dataclass(frozen=True)
class Verb:
    """One question by address. where: "loop" (a millisecond), "thread" (a tenth of a second), or the task of a worker.

    held: what the server keeps of the law and the record for the answer, in the order of its parameters.
    rows: the list of the answer that may be asked in parts.
    """

    path: str
    question: type
    answer: Callable[..., Mapping[str, Any]]
    where: str
    command: str
    held: Callable[[Any], tuple[Any, ...]] = _alone
    rows: str = ""

    @property
    def summary(self) -> str:
        """The first line of what the question says of itself."""
        return said(self.question).splitlines()[0]

    def answered(self, asked: Any) -> Mapping[str, Any]:
        """The answer, from what the server keeps."""
        with naming(self.question, {p.name: getattr(asked, p.name) for p in offered(self.question)}):
            return self.answer(asked, *self.held(asked))


VERBS = (
    Verb("/law/find", of_law.Find, law.find, "thread", "parley law find"),
    Verb("/law/rate", of_law.Rate, law.rate, "loop", "parley law rate", lambda asked: (rows_of(asked),)),
    Verb("/law/average", of_law.Average, law.average, "average", "parley law average", _averages),
    Verb("/law/timeline", of_law.Timeline, law.timeline, "thread", "parley law timeline", _law, rows="steps"),
    Verb("/law/treatment", of_law.Treatment, law.treatment, "thread", "parley law treatment", _law),
    Verb("/law/measures", of_law.Measures, law.measures, "thread", "parley law measures list", _law, rows="measures"),
    Verb("/law/measure", of_law.Measure, law.measure, "thread", "parley law measures show", _law),
    Verb("/law/act", of_law.Act, law.act, "thread", "", _law, rows="measures"),
    Verb("/situation", of_scenario.Situation, situation.answer, "thread", "parley situation"),
    Verb("/trade/worlds", of_trade.Worlds, trade.worlds, "worlds", "parley trade worlds", _packaged),
    Verb("/trade/elasticities", of_trade.Elasticities, trade.elasticities, "elasticities", "parley trade elasticities", _packaged),
    Verb("/record/status", of_record.Status, record.status, "thread", "parley record status", _both),
    Verb("/record/list", of_record.Entries, record.entries, "thread", "parley record list", _record, rows="entries"),
    Verb("/record/claims", of_record.Claims, record.claims, "thread", "parley record claims", _record, rows="entries"),
    Verb("/record/contradictions", of_record.Contradictions, record.contradictions, "thread", "parley record contradictions", _record,
         rows="pairs"),
    Verb("/record/deeds", of_record.Deeds, record.deeds, "thread", "parley record deeds", _both, rows="deeds"),
    Verb("/record/positions", of_record.Positions, record.positions, "thread", "parley record positions", _record, rows="positions"),
    Verb("/record/timeline", of_record.Timeline, record.timeline, "thread", "parley record timeline",
         lambda asked: (ledger(), steps(*record.days(asked))), rows="entries"),
)  # fmt: skip


def command_of(verb: Verb, asked: Any) -> str:
    """The same question as a command line: what is asked here is written out where the command line would take another."""
    return line_of(verb.command, asked)


def line_of(command: str, asked: Any) -> str:
    """A command with what a question asks, less what the command line takes where nothing is written."""
    given = {p: getattr(asked, p.name) for p in offered(type(asked))}
    words = [shlex.quote(str(v)) for p, v in given.items() if p.says.argument and v]
    for part, value in given.items():
        if part.says.argument or value in (None, (), "", False) or value == part.default:
            continue
        many = value if part.many else (value,)
        words += [part.option if v is True else f"{part.option} {shlex.quote(_text(v))}" for v in many]
    return " ".join([command, *words])


def _text(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def verb_of(path: str) -> Verb:
    """The verb at an address under /api/v1."""
    return next(v for v in VERBS if v.path == path)
