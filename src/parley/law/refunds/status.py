"""Where the refunds of a ruling stand on a day: the route of every state of an entry, or of one entry by its days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from parley.arguments import checked
from parley.codes import day
from parley.errors import InputError, unknown_name
from parley.law.answers import file_clocks
from parley.law.answers_refund import RefundStatusAnswer, StatusRow, ruling_row
from parley.law.refunds.claims import Question, last_days, with_deadlines
from parley.law.refunds.deadlines import ages, deadlines, expected
from parley.law.refunds.evidence import Held
from parley.law.refunds.result import PLANNING, reason_of
from parley.law.refunds.ruling import AGES, FLAGS, find_ruling, struck_by
from parley.law.regime import Regime, read_regime

if TYPE_CHECKING:
    from parley.law.questions import RefundStatus

ANY = "any"


@checked
def refund_status(asked: RefundStatus, regime: Regime | None = None, sign: str = "") -> RefundStatusAnswer:
    """`law refund-status`. Raises InputError: an unknown ruling or flag, a ruling not yet known, days out of order."""
    law = regime or read_regime()
    last = law.law_known_to("USA") or date.max
    if asked.ruling.endswith(".toml"):
        raise InputError(f"{sign}ruling", "a file", "the id of a packaged ruling; law refund takes a file")
    found = find_ruling(asked.ruling, law)
    on, known = (
        day(text, f"{sign}{name}") if text else last for name, text in (("on", asked.on), ("known", asked.known))
    )
    if found.known > known:
        raise InputError(f"{sign}known", f"{found.id} was not known on {known}", f"a day from {found.known} on")
    if asked.flag and asked.flag not in FLAGS:
        raise unknown_name(f"{sign}flag", "flag", asked.flag, filter(None, FLAGS))
    entered, stated = _days(asked, on, sign)
    liquidated = expected(entered, stated)
    struck = struck_by(found, law)
    question = Question(found, struck, Held({}, {}, ()), on, known, sued=asked.sued)
    assumed = bool(np.isnat(stated)[0] and not np.isnat(liquidated)[0])
    return {
        **file_clocks("USA", on, known),
        "ruling": ruling_row(found, known),
        "struck": list(struck),
        "entered": entered.tolist()[0],
        "liquidated": liquidated.tolist()[0],
        "liquidation_assumed": assumed,
        "states": list(_states(question, asked.flag, entered, liquidated)),
        "deadlines": {d.name: d.told for d in deadlines()},
        "notes": [PLANNING],
    }


def _days(asked: RefundStatus, on: date, sign: str) -> tuple[np.ndarray, np.ndarray]:
    """The days of entry and of liquidation as arrays of one, NaT where none is given. Raises InputError where out of order."""
    given = [day(text, f"{sign}{name}") if text else None
             for name, text in (("entered", asked.entered), ("liquidated", asked.liquidated))]  # fmt: skip
    entered, liquidated = given
    if entered and entered > on:
        raise InputError(f"{sign}entered", f"{entered} is after the day of the status, {on}", "a day up to it")
    if entered and liquidated and liquidated < entered:
        raise InputError(f"{sign}liquidated", f"{liquidated} is before the entry of {entered}", "a day after it")
    first, second = (np.array([x or "NaT"], "datetime64[D]") for x in given)
    return first, second


def _states(q: Question, flag: str | None, entered: np.ndarray, liquidated: np.ndarray) -> Iterator[StatusRow]:
    """The route of each state; of one entry, of its own alone. Ages that go the same way by the same rule are one row."""
    if not np.isnat(liquidated)[0]:
        age = int(ages(q.on, liquidated, np.array([False]), q.known)[0])
        code = FLAGS.index(flag or "") * len(AGES) + age
        held = {
            "entry_date": entered,
            "liquidation_date": liquidated,
            "denial_date": np.array(["NaT"], "datetime64[D]"),
        }
        days = {**with_deadlines(held), "liquidation_expected": liquidated}
        yield _row(q, flag or "", age, AGES[age], last_days(q, np.array([code]), days).tolist()[0])
        return
    for name in (flag,) if flag else FLAGS:
        first = FLAGS.index(name) * len(AGES)
        same = all(route is q.routes[first] for route in q.routes[first : first + len(AGES)])
        for age in range(1 if same else len(AGES)):
            yield _row(q, name, age, ANY if same else AGES[age], None)


def _row(q: Question, flag: str, age: int, called: str, act_by: date | None) -> StatusRow:
    way, why, source = reason_of(q, FLAGS.index(flag) * len(AGES) + age)
    return {"flag": flag, "age": called, "route": way, "reason": why, "source": source, "act_by": act_by}
