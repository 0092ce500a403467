"""Ways of counting that rest on the record: rates that were threatened or announced, and averages that others published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from parley.codes import members
from parley.law.explain import OF_THE_CONFLICT
from parley.record.entry import Entry, actor
from parley.record.ledger import Ledger
from parley.record.predicates import RateIs, WillImpose, WillLower, ends_of
from parley.scenario.bases import AHEAD, Candidate, part_in_words

SAME = 5e-7  # stated rates have at most four digits after the point
AVERAGES = ("average", "average_imports", "average_exports")
Said = WillImpose | WillLower


def told_rates(seen: Ledger, origin: str, destination: str, on: date, made: Sequence[Candidate]) -> Iterator[Candidate]:
    """The rates that someone said would come by a day, each alone, on or in the place of the duties of the day, and on older ones.

    seen: the record as known. A rate counts from the day it was said until the day it was to come, that day included, for as
    long as announcements reach ahead; what was taken back is said to have been. made: the ways that law gives; a rate that
    one of them has already is left out.
    """
    held = [c.rate for c in made if c.rate is not None]
    told: list[float] = []
    for entry, said in seen.until(on).affirming(WillImpose, WillLower):
        if not _of_pair(said, origin, destination) or not _awaited(entry, said, on):
            continue
        for what, rate, lines in _ways(said, made):
            if rate > SAME and all(abs(rate - other) > SAME for other in (*held, *told)):
                told.append(rate)
                yield Candidate(_base(entry), f"{what}, {_when(seen, entry, said, on)}", rate, lines)


def _of_pair(said: Said, origin: str, destination: str) -> bool:
    return (
        said.by == destination
        and not said.product
        and (said.target == "*" or bool({*members(said.target)} & {*members(origin)}))
    )


def _awaited(entry: Entry, said: Said, on: date) -> bool:
    return entry.on >= on - AHEAD and (said.start is None or said.start >= on)


def _base(entry: Entry) -> str:
    return "threatened" if entry.kind == "threat" else "announced"


def _when(seen: Ledger, entry: Entry, said: Said, on: date) -> str:
    """Who said it, when, for which day; and whether it was taken back by the day."""
    told = "threatened" if entry.kind == "threat" else "announced"
    due = f" for {said.start}" if said.start else ", for no day"
    back = next((e.on for e in seen.until(on).answers_to(entry.id, "withdraws", "retracts")), None)
    return f"as {_who(entry)} {told} it on {entry.on}{due} ({entry.id})" + (
        f", and taken back on {back}" if back else ""
    )


def _ways(said: Said, made: Sequence[Candidate]) -> Iterator[tuple[str, float, tuple[tuple[str, float | None], ...]]]:
    """The rate, or both ends of a range: alone, with the duties added since 2025, and with these and an older list's."""
    for rate in dict.fromkeys(ends_of(said.rate, said.rate_to)):
        if rate is not None:
            yield from _ways_of(said, rate, made)


def _ways_of(
    said: Said, rate: float, made: Sequence[Candidate]
) -> Iterator[tuple[str, float, tuple[tuple[str, float | None], ...]]]:
    """The same for one end of a range."""
    name = said.programme or "the measure"
    alone = (f"{name}, as told", rate)
    yield f"{100 * rate:g} % alone", rate, (alone,)
    for way in made if said.programme else ():
        if way.base in ("added", "added_with_s301", "added_with_older") and way.rate is not None:
            kept = _kept(said, way)
            total = sum(part or 0.0 for _, part in kept) + rate
            if len(kept) == len(way.lines):
                words = f"on top of {way.words.partition(', as ')[0]}"
            else:
                words = f"in the place of {_replaced(said)}" + "".join(
                    f", with {100 * (r or 0.0):g} % by {part_in_words(w)}" for w, r in kept
                )
            yield f"{100 * rate:g} % {words}", total, (*kept, alone)


def _kept(said: Said, way: Candidate) -> tuple[tuple[str, float | None], ...]:
    """What of the day's duties stays beside the rate: all where it comes on top, else what is not of its legal authority."""
    if isinstance(said, WillImpose) and said.added:
        return way.lines
    if said.programme == "added":
        return tuple(part for part in way.lines if part[0].endswith("older lists"))
    return tuple(part for part in way.lines if part[0] != said.programme)


def _replaced(said: Said) -> str:
    return "all that was added since 2025" if said.programme == "added" else part_in_words(said.programme)


def published(
    seen: Ledger, stated: RateIs, headline: float | None, same: Callable[[date], bool]
) -> Iterator[Candidate]:
    """Averages that others give for the law of the day, and the headline additions on their averages of before 2025.

    headline: what most lines pay by the acts of 2025 and later; same: whether it was so on another day too. A figure is
    never explained by itself: an average that is the one stated is left out.
    """
    for entry, said in seen.saying(RateIs):
        day = said.on or entry.on
        if (said.origin, said.destination) != (stated.origin, stated.destination) or not said.value:
            continue
        if said.base == "average" and day < OF_THE_CONFLICT and headline is not None:
            yield _sum(entry, said, day, headline)
        elif said.base in AVERAGES and day >= OF_THE_CONFLICT and abs(said.rate - stated.rate) > SAME and same(day):
            words = f"{WEIGHTED[said.base]}, as {_who(entry)} gave it for {day} ({entry.id})"
            yield Candidate(said.base, words, said.rate, ((f"published figure ({entry.id})", said.rate),))


WEIGHTED = {
    "average": "average of unstated weights",
    "average_imports": "average weighted by imports",
    "average_exports": "average weighted by the origin's exports",
}


def _sum(entry: Entry, said: RateIs, day: date, headline: float) -> Candidate:
    older = f"the average of {day.year} as {_who(entry)} gave it ({entry.id})"
    words = f"headline additions since {OF_THE_CONFLICT.year}, exclusions ignored, on {older}"
    lines = ((f"headline additions since {OF_THE_CONFLICT.year}", headline), (older, said.rate))
    return Candidate("simple_sum", words, headline + said.rate, lines)


def _who(entry: Entry) -> str:
    return actor(entry.actor).name
