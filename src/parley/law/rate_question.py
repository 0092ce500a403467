"""What `law rate` is asked and what answers it: a file of its own, since what is asked thousands of times should load nothing else.

A function takes the regime where it is kept at hand, and reads what it needs where it is not. sign: what stands before the
name of a field where a question is refused, -- on the command line.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from parley.question import DAY, Add, Destination, Drop, Known, Origin, Says, Set

if TYPE_CHECKING:
    from datetime import date

    from parley.law.answers import RateAnswer
    from parley.law.answers_range import RateRangeAnswer
    from parley.law.code_range import RateRange
    from parley.law.entry_claims import Question
    from parley.law.explain import Explanation
    from parley.law.questions import Average, Diff, Export
    from parley.law.regime import Regime


def claim_names() -> tuple[str, ...]:
    """The names of what an importer may claim."""
    from parley.law.entry_claims import CLAIMS

    return tuple(CLAIMS)


Claim = Annotated[tuple[str, ...], Says("NAME=VALUE, such as usmca=true; may be repeated", names=claim_names)]
Reading = Annotated[
    str,
    Says(
        "law; collected (by customs that day); announced (to come)", most=12, one_of=("law", "collected", "announced")
    ),
]


@dataclass(frozen=True, kw_only=True)
class Rate:
    """The rate that a product pays on a day, line by line, with the act behind each.

    \b
    Examples:
      parley law rate 8517.13.00.00 --origin CHN --on 2025-05-02
      parley law rate 8703.23.01.90 --origin MEX --on 2025-04-03 --claim usmca=true --claim us_content=0.4
      parley law rate 0402.10.10.00 --origin NZL --on 2025-05-02 --quantity 1000 --value 3500
      parley law rate 8517.62 --origin CHN --on 2025-05-02
      parley law rate 8517.12.00.50 --origin CHN --on 2019-10-01
    """

    product: Annotated[
        str,
        Says(
            "tariff code, short (4 to 8 digits) or of an older edition too", most=24, argument=True, metavar="HTS-CODE"
        ),
    ]
    origin: Origin
    destination: Destination = "USA"
    on: Annotated[
        str | None,
        Says(
            "day of entry, YYYY-MM-DD; default: the last day to which the law was read",
            most=DAY,
            form="date",
            asked="2025-05-02",
        ),
    ] = None
    known: Known = None
    claim: Claim = ()
    value: Annotated[float | None, Says("customs value in dollars: the duty is then given too", above=0)] = None
    quantity: Annotated[
        float | None, Says("units, for specific duties: the dollars; with a value the equivalent too", above=0)
    ] = None
    unit_value: Annotated[float | None, Says("dollars a unit, for specific duties", above=0)] = None
    reading: Reading = "law"
    drop: Drop = ()
    set: Set = ()
    add: Add = ()
    schedule: Annotated[Path | None, Says("an edition of the schedule as official JSON, for the base", local=True)] = (
        None
    )


def explained(asked: Rate, regime: Regime | None = None, sign: str = "") -> Explanation:
    """The explanation behind `law rate` on one line; without a day, of the last to which the destination's law was read."""
    law, read = _read(asked, regime, sign)
    return _explained(asked, law, read)


def answered(asked: Rate, regime: Regime | None = None, sign: str = "") -> Explanation | RateRange:
    """The same on any code: the explanation of its line, or the range over the lines for which it stands."""
    from parley.errors import CodeError
    from parley.law.hs_editions import is_before

    law, read = _read(asked, regime, sign)
    try:
        found = _explained(asked, law, read)
    except CodeError:
        from parley.law.code_range import range_of

        ranged = range_of(law, read, lambda one: _explained(asked, law, one))
        if ranged is None:
            raise
        return ranged
    return _as_then(law, found) if is_before(read.destination, read.on) else found


def _as_then(law: Regime, found: Explanation) -> Explanation:
    """The explanation of a line on a day before the edition that it is of, with that said."""
    from parley.law.code_lines import follow
    from parley.law.code_range import led_to, schedule_for

    schedule = schedule_for(law, found.destination)
    then = follow(schedule, found.product, found.on) if schedule else None
    return led_to(found, then) if then and then.words else found


def _read(asked: Rate, regime: Regime | None, sign: str) -> tuple[Regime, Question]:
    """The law and the question in canonical codes."""
    from parley.law.entry_claims import question, read_claims, read_stated
    from parley.law.what_if import read_changed

    called = (f"{sign}quantity", f"{sign}unit-value" if sign else "unit_value")
    claims = read_claims(read_stated(asked.claim, asked.quantity, asked.unit_value, called))
    on = asked.on or _last_day(asked.destination, asked.known)
    read = question(asked.product, asked.origin, asked.destination, on, asked.known, claims, asked.value)
    regime = (
        read_changed(asked.drop, asked.add, asked.set, read.destination, read.origin)
        if regime is None
        else changed(asked, regime)
    )
    return (_with_edition(regime, asked.schedule, read.destination) if asked.schedule else regime), read


def _explained(asked: Rate, regime: Regime, read: Question) -> Explanation:
    """One line's explanation in the reading asked for."""
    if asked.reading == "law":
        from parley.law.explain import explain

        return explain(regime, read)
    from parley.law.readings import explain_as, reading_of

    kind = reading_of(asked.reading)
    return explain_as(
        regime, kind, read.product, read.origin, read.destination, read.on, read.known, read.stated, asked.value
    )


def rate(
    asked: Rate, regime: Regime | None = None, found: Explanation | RateRange | None = None
) -> RateAnswer | RateRangeAnswer:
    """`law rate`. found: its explanation or range, where it is at hand."""
    from parley.law.answers import rate_answer
    from parley.law.explain import Explanation
    from parley.law.readings import reading_of

    found = found or answered(asked, regime)
    said = [] if asked.on else [unsaid_day(found)]
    if isinstance(found, Explanation):
        made = rate_answer(found, asked.value, reading_of(asked.reading))
        return {**made, "notes": [*said, *made["notes"]]} if said else made
    from parley.law.answers_range import range_answer

    ranged = range_answer(found, asked.value, reading_of(asked.reading))
    return {**ranged, "notes": [*said, *ranged["notes"]]} if said else ranged


def unsaid_day(found: Explanation | RateRange) -> str:
    """Which day was taken, where none was said."""
    return f"no --on: the last day to which the law of {found.destination} was read, {found.on}"


def changed(asked: Rate | Average | Diff | Export, regime: Regime | None = None) -> Regime:
    """The law with what the question drops, sets and adds: the regime at hand, or the package's."""
    from parley.law.acts import read_act
    from parley.law.what_if import read_changed, with_changes

    if regime is None:
        return read_changed(asked.drop, asked.add, asked.set)
    for path in asked.add:
        regime = regime.plus(read_act(path))
    return with_changes(regime, asked.drop, asked.set)


def _last_day(destination: str, known: str | None) -> date:
    """The day of a question without one."""
    from parley.codes import country
    from parley.law.beyond import last_day_read
    from parley.law.regime import Regime, measures_folder, read_to

    return last_day_read(Regime((), reached=read_to(measures_folder())), country(destination, "destination"), known)


def _with_edition(regime: Regime, schedule: Path, destination: str) -> Regime:
    """The regime over an edition in the official JSON."""
    from datetime import date

    from parley.law.hts_json import as_products, read_edition

    return regime.with_schedule(as_products([(date.min, read_edition(schedule))], destination))
