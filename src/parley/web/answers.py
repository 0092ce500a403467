"""From a question to its answer: one plain object, the same as `--json` prints. The rooms compute; nothing is computed here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from parley.errors import InputError, unknown_name
from parley.law import answers_changes as law_changes
from parley.law import answers_measures as law
from parley.law.answers import AverageAnswer, RateAnswer, average_answer, rate_answer
from parley.record.answers import RateSeries
from parley.scenario.record_answers import (
    ClaimsAnswer,
    ContradictionsAnswer,
    DeedsAnswer,
    EntriesAnswer,
    PositionsAnswer,
    StatusAnswer,
    TimelineAnswer,
    claims_answer,
    contradictions_answer,
    deeds_answer,
    entries_answer,
    positions_answer,
    status_answer,
    timeline_answer,
)
from parley.web import questions as q
from parley.web.packaged import ledger, regime
from parley.world.answers import ElasticitiesAnswer, WorldsAnswer

if TYPE_CHECKING:
    from parley.law.explain import Explanation
    from parley.law.measure import Measure as Row
    from parley.law.regime import Regime

PERIOD = 1100  # days: three years of change points at most in one average


@lru_cache(maxsize=4096)
def rows_for(destination: str, origin: str, product: str) -> Regime:
    """The regime of the rows that could ever cover a product from an origin: `explain` on it is `explain` on the whole."""
    from parley.law.measure import read_list
    from parley.law.products import SCHEDULES
    from parley.law.readings import rows_on

    def may_cover(m: Row) -> bool:
        listed = m.products or [row.product for row in read_list(m.folder, m.product_list)]
        return any(p == "*" or product.startswith(p) or p.startswith(product) for p in listed)

    rows = rows_on(regime(), origin, destination)
    kept = tuple(m for m in rows if destination not in SCHEDULES or may_cover(m))
    return replace(regime(), measures=kept)  # how far the law was read, and the rest, stay as they are


def find(asked: q.Find) -> law.FindAnswer:
    """`law find`."""
    from parley.codes import country

    return law.find_answer(asked.words, country(asked.destination, "destination"), None, asked.limit)


def changed(drops: tuple[str, ...], base: Regime) -> Regime:
    """A regime with measures dropped, as by --drop."""
    from parley.law.regime import read_drop

    for text in drops:
        base = base.without(*read_drop(text))
    return base


def explained(asked: q.Rate) -> Explanation:
    """The explanation behind `law rate`."""
    from parley.codes import country
    from parley.codes import product as code
    from parley.law.entry_claims import read_stated
    from parley.law.readings import explain_as, reading_of

    levies, sells = country(asked.destination, "destination"), country(asked.origin, "origin")
    rows = changed(asked.drop, regime()) if asked.drop else rows_for(levies, sells, code(asked.product))
    claims = read_stated(asked.claim, asked.quantity, asked.unit_value)
    return explain_as(
        rows, reading_of(asked.reading), asked.product, sells, levies, asked.on, asked.known, claims, asked.value
    )


def rate(asked: q.Rate) -> RateAnswer:
    """`law rate`."""
    from parley.law.readings import reading_of

    return rate_answer(explained(asked), asked.value, reading_of(asked.reading))


def average(asked: q.Average) -> AverageAnswer:
    """`law average`. It imports arrays: the server asks a worker."""
    from parley.codes import day
    from parley.law.average import average as mean
    from parley.law.readings import reading_of

    if asked.weights not in ("imports", "simple"):
        raise unknown_name("weights", "weights", asked.weights, ("imports", "simple"))
    if (asked.on is None) == (asked.since is None and asked.until is None):
        raise InputError("law average", "one day or a period", "on, or since and until")
    if asked.since and asked.until and (day(asked.until, "until") - day(asked.since, "since")).days > PERIOD:
        raise InputError("until", f"a period of more than {PERIOD} days", "a shorter period")
    read, rows = reading_of(asked.reading), changed(asked.drop, regime())
    found = mean(rows, asked.origin, asked.destination, asked.on, since=asked.since, until=asked.until, known=asked.known,
                 weights=asked.weights, reading=read)  # type: ignore[arg-type]  # fmt: skip
    return average_answer(found, read)


def timeline(asked: q.Timeline) -> law_changes.LawTimelineAnswer:
    """`law timeline`."""
    from parley.law.readings import reading_of
    from parley.law.timeline import timeline as steps_of

    read = reading_of(asked.reading)
    steps_found = steps_of(regime(), asked.origin, asked.destination, asked.since, asked.until, asked.known, read)
    return law_changes.timeline_answer(regime(), steps_found, asked.destination, asked.until, asked.known, read)


def measures(asked: q.Measures) -> law.MeasuresAnswer:
    """`law measures list`."""
    rows = law.measures_on(regime(), asked.programme, asked.on, asked.known)
    return law.measures_answer(rows, asked.on, asked.known)


def measure(asked: q.Measure) -> law.MeasureAnswer:
    """`law measures show`."""
    return law.measure_answer(law.steps_of(regime(), asked.id))


def act(asked: q.Act) -> law.ActAnswer:
    """One act with its rows."""
    return law.act_answer(regime(), asked.id)


def worlds(asked: q.Worlds) -> WorldsAnswer:
    """`trade worlds`."""
    from parley.world.catalogue import worlds_answer

    del asked
    return worlds_answer()


def elasticities(asked: q.Elasticities) -> ElasticitiesAnswer:
    """`trade elasticities`, of a packaged world."""
    from parley.web.scenarios import packaged_world
    from parley.world.catalogue import elasticities_answer

    return elasticities_answer(packaged_world(asked.world))


def _days(asked: q.Standing | q.Positions) -> tuple[date | None, date | None]:
    from parley.codes import day

    return (day(asked.on, "on") if asked.on else None), (day(asked.known, "known") if asked.known else None)


def _actor(name: str | None) -> str | None:
    from parley.record.actors import actor

    return actor(name, "actor").id if name else None


def standing(asked: q.Standing) -> StatusAnswer:
    """`record status`."""
    return status_answer(ledger(), regime(), *_days(asked))


def entries(asked: q.Entries) -> EntriesAnswer:
    """`record list`."""
    from parley.record.entry import Kind

    if asked.kind is not None and asked.kind not in Kind.__args__:
        raise unknown_name("kind", "kind", asked.kind, Kind.__args__)
    return entries_answer(ledger(), *_days(asked), _actor(asked.actor), asked.kind)


def claims(asked: q.Claims) -> ClaimsAnswer:
    """`record claims`."""
    return claims_answer(ledger(), *_days(asked), _actor(asked.actor))


def contradictions(asked: q.Contradictions) -> ContradictionsAnswer:
    """`record contradictions`."""
    return contradictions_answer(ledger(), *_days(asked))


def deeds(asked: q.Deeds) -> DeedsAnswer:
    """`record deeds`."""
    return deeds_answer(ledger(), regime(), *_days(asked), _actor(asked.actor))


def positions(asked: q.Positions) -> PositionsAnswer:
    """`record positions`."""
    from parley.record.predicates import Issue

    if asked.issue is not None and asked.issue not in Issue.__args__:
        raise unknown_name("issue", "issue", asked.issue, Issue.__args__)
    return positions_answer(ledger(), *_days(asked), _actor(asked.actor), asked.issue)


def record_timeline(asked: q.Axis) -> TimelineAnswer:
    """`record timeline`: acts and words on one axis, and the rates as steps."""
    on, known = _days(asked)
    return timeline_answer(ledger(), on, known, _actor(asked.actor), steps(on, known))


@lru_cache(maxsize=64)
def steps(on: date | None, known: date | None) -> list[RateSeries]:
    """The added duties of both sides as steps up to a day; they ask the law of a hundred days, so they are kept."""
    from parley.scenario.rate_series import rate_steps

    return rate_steps(ledger(), regime(), on, known)
