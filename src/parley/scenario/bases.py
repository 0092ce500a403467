"""The usual ways of counting a duty, each recomputed from law: additions alone, with Section 301, sums and averages.

Among them rates that were announced and are not law on the day: for a later day, or for that day and replaced before it came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from parley.codes import PROGRAMMES, dotted, label
from parley.errors import ParleyError
from parley.frozen import read_only
from parley.law.explain import OF_THE_CONFLICT, Explanation
from parley.law.kept_answers import kept_answer
from parley.law.measure import covers_origin
from parley.law.readings import change_days, seen_on
from parley.law.regime import Regime
from parley.scenario.commitments import PROBES

if TYPE_CHECKING:
    from numpy import ndarray

SUBHEADING = 6  # digits of the international classification, over which the WTO takes simple means
EXAMPLES = {"USA": {"a toy": "9503000073", "a smartphone": "8517130000", "a laptop": "8471300100",
                    "a cotton T-shirt": "6109100012"}}  # fmt: skip
LISTS_1_TO_3 = 0.25  # 83 FR 28710, 83 FR 40823, 84 FR 20459: the rate of the large Section 301 lists
MOST_RATES = 6  # of a programme: more would let almost any figure fit
NO_EXPORT_WEIGHTS = "needs the origin's exports to the world as weights; this package holds import weights alone"
AHEAD = timedelta(days=400)  # announcements reach a year ahead at most: the truce of November 2025 ran for one
A_DAY = timedelta(days=1)
SAME = 1e-9


@dataclass(frozen=True)
class Candidate:
    """One base and what it gives: rate as a fraction (None where it cannot be computed), and its lines."""

    base: str
    words: str
    rate: float | None
    lines: tuple[tuple[str, float | None], ...]
    reason: str = ""


@dataclass(frozen=True)
@read_only
class LineDuties:
    """Every line's duties on one day, by line k: base, and by programme the older additions and those since 2025."""

    products: tuple[str, ...]
    base: ndarray
    older: ndarray
    old: dict[str, ndarray]
    new: dict[str, ndarray]

    @property
    def added(self) -> ndarray:
        """What the acts of 2025 and later add, line by line."""
        import numpy as np

        return sum(self.new.values(), np.zeros(len(self.products)))


def candidates(regime: Regime, origin: str, destination: str, on: date, known: date | None) -> tuple[Candidate, ...]:
    """Every usual base, computed from law: additions alone, with Section 301, line by line, sums, and averages."""
    return kept_answer("bases", regime, destination, (origin, on, known), tuple[Candidate, ...],
                       lambda: tuple(_candidates(regime, origin, destination, on, known)))  # fmt: skip


def _candidates(regime: Regime, origin: str, destination: str, on: date, known: date | None) -> Iterator[Candidate]:
    duties = _line_duties(regime, origin, destination, on, known)
    yield _added(duties)
    yield _highest(duties)
    yield from _with_older(duties, destination)
    yield from _programmes(duties)
    yield from _tops(duties)
    yield from announced(regime, origin, destination, on, known)
    yield from _examples(regime, origin, destination, on, known)
    yield from _sums(regime, duties, origin, destination, on, known)
    yield from _averages(regime, duties, origin, destination, on, known)
    yield Candidate("average_exports", "average weighted by the origin's exports", None, (), NO_EXPORT_WEIGHTS)


def _line_duties(regime: Regime, origin: str, destination: str, on: date, known: date | None) -> LineDuties:
    """The compiled rates of the day, split into acts before 2025 and since."""
    from parley.law.compiled import compile_rates

    older = replace(regime, measures=tuple(m for m in regime.measures if m.act.signed < OF_THE_CONFLICT))
    full = compile_rates(regime, destination, [origin], on, known)
    old = compile_rates(older, destination, [origin], on, known)
    zero = 0.0 * old.added[:, 0]
    new = {p: v[:, 0] - _of(old.by_programme, p, zero) for p, v in full.by_programme.items()}
    older_by = {p: v[:, 0] for p, v in old.by_programme.items()}
    return LineDuties(full.products, full.base[:, 0], old.added[:, 0], older_by, new)


def _of(by_programme: dict[str, ndarray], name: str, zero: ndarray) -> ndarray:
    return by_programme[name][:, 0] if name in by_programme else zero


def _usual(values: ndarray) -> tuple[float | None, int]:
    """The rate that most lines pay, and how many do."""
    import numpy as np

    known = np.round(values[~np.isnan(values)], 9)
    if not len(known):
        return None, 0
    found, count = np.unique(known, return_counts=True)
    return float(found[count.argmax()]), int(count.max())


def _parts(duties: LineDuties, where: int) -> tuple[tuple[str, float | None], ...]:
    return tuple((p, float(v[where])) for p, v in duties.new.items() if abs(v[where]) > 1e-12)


def _first(condition: ndarray) -> int:
    return int(condition.argmax())


def _added(duties: LineDuties) -> Candidate:
    """What acts of 2025 and later add on most lines."""
    rate, count = _usual(duties.added)
    if rate is None:
        return Candidate("added", "duties added since 2025", None, (), "law knows no addition on any line")
    where = _first(abs(duties.added - rate) < 1e-9)
    words = f"duties added since 2025 alone, as {count:,} of {len(duties.added):,} lines pay them"
    return Candidate("added", words, rate, _parts(duties, where))


def _highest(duties: LineDuties) -> Candidate:
    """What they add on the line where they add most."""
    import numpy as np

    where = int(np.nanargmax(duties.added))
    words = "duties added since 2025 alone, on the line where they are highest"
    return Candidate("added_highest", words, float(duties.added[where]), _parts(duties, where))


def _with_older(duties: LineDuties, destination: str) -> Iterator[Candidate]:
    """The same with what older acts add, at each of their usual rates: the 25 % lists of Section 301 first."""
    if destination == "USA":
        yield _on_lists(duties, "s301", LISTS_1_TO_3)
    for programme in duties.old:
        for rate in _rates_of(duties.old[programme], len(duties.products) // 100):
            if (programme, rate) != ("s301", LISTS_1_TO_3):
                yield _on_lists(duties, programme, rate)


def part_in_words(what: str) -> str:
    """A part of a rate with its legal authority by name: "s301, older lists" → "Section 301, older lists"."""
    name = what.partition(" (")[0].partition(",")[0]
    return label(name) + (", older lists" if what.endswith(", older lists") else "") if name in PROGRAMMES else what


def _on_lists(duties: LineDuties, programme: str, older: float) -> Candidate:
    """The additions of 2025 on most of the lines that pay one older rate, and that rate."""
    zero = 0.0 * duties.older
    listed = abs(duties.old.get(programme, zero) - older) < 1e-9
    name = "Section 301 lists" if programme == "s301" else f"{label(programme)} duties"
    base = "added_with_s301" if programme == "s301" else "added_with_older"
    words = f"duties added since 2025 and the {100 * older:g} % of the older {name}"
    rate, count = _usual(duties.added[listed])
    if rate is None:
        return Candidate(base, words, None, (), "no line of this pair is on those lists")
    where = _first(listed & (abs(duties.added - rate) < 1e-9))
    lines = (*_parts(duties, where), (f"{programme}, older lists", older))
    return Candidate(base, f"{words}, as {count:,} lines pay them", rate + older, lines)


def _rates_of(values: ndarray, least: int = 1) -> list[float]:
    """The rates other than nought that a programme's lines pay, at least so many of them, the most usual ones first."""
    import numpy as np

    paid = np.round(values[~np.isnan(values) & (abs(values) > 1e-12)], 9)
    found, count = np.unique(paid, return_counts=True)
    by_count = sorted(zip(found, count, strict=True), key=lambda each: -each[1])
    return [float(rate) for rate, n in by_count if n >= max(least, len(paid) / 100)][:MOST_RATES]


def _programmes(duties: LineDuties) -> Iterator[Candidate]:
    """Each programme alone, at the rates that its lines usually pay."""
    for name, values in duties.new.items():
        for rate in _rates_of(values):
            count = int((abs(values - rate) < 1e-9).sum())
            yield Candidate("programme", f"{label(name)} alone, as {count:,} lines pay it", rate, ((name, rate),))


def _tops(duties: LineDuties) -> Iterator[Candidate]:
    """The line on which all additions of any year come to most, and that on which everything due does."""
    import numpy as np

    sums = (
        ("added_with_older_highest", "all additions of any year, on the line where they are highest",
         duties.older + duties.added),
        ("statutory_highest", "everything due, on the line where it is highest",
         duties.base + duties.older + duties.added),
    )  # fmt: skip
    for base, words, total in sums:
        if np.isnan(total).all():
            yield Candidate(base, words, None, (), "no base rate of this destination is known")
            continue
        where = int(np.nanargmax(total))
        older = tuple((f"{p}, older lists", float(v[where])) for p, v in duties.old.items() if abs(v[where]) > 1e-12)
        first = (("base", float(duties.base[where])),) if base == "statutory_highest" else ()
        on_line = f"{words} ({dotted(duties.products[where])})"
        yield Candidate(base, on_line, float(total[where]), (*first, *older, *_parts(duties, where)))


def _examples(regime: Regime, origin: str, destination: str, on: date, known: date | None) -> Iterator[Candidate]:
    """Everything due on some typical lines."""
    for words, product in EXAMPLES.get(destination, {}).items():
        explained = regime.explain(product, origin, destination, on, known)
        lines = tuple((f"{line.programme} ({line.measure})", line.contribution) for line in explained.lines)
        due = f"everything due on {words} ({dotted(product)})"
        yield Candidate("statutory", due, explained.rate, lines, explained.reason or "")


def _sums(
    regime: Regime, duties: LineDuties, origin: str, destination: str, on: date, known: date | None
) -> Iterator[Candidate]:
    """The additions of 2025 at full headline, exclusions left aside, on top of an average of what was due before."""
    headline, _ = _usual(duties.added)
    added = _parts(duties, _first(abs(duties.added - headline) < 1e-9)) if headline is not None else ()
    older = replace(regime, measures=tuple(m for m in regime.measures if m.act.signed < OF_THE_CONFLICT))
    means = (
        ("simple_sum", "the simple mean of base and older duties", _mean_due(duties, duties.base, duties.older)),
        ("sum_of_additions", "the simple mean of the older additions alone", _mean_due(duties, duties.older)),
        ("sum_imports", "the import-weighted mean of base and older duties",
         _by_imports(older, origin, destination, on, known)),
    )  # fmt: skip
    for base, words, (mean, reason) in means:
        rate = None if mean is None or headline is None else headline + mean
        summed = f"headline additions since 2025, exclusions ignored, on {words}"
        yield Candidate(base, summed, rate, (*added, (words, mean)), reason)


def _averages(
    regime: Regime, duties: LineDuties, origin: str, destination: str, on: date, known: date | None
) -> Iterator[Candidate]:
    """The mean of everything due, by law of the day."""
    means = (
        ("average_imports", "average of everything due, weighted by imports of 2024",
         _by_imports(regime, origin, destination, on, known)),
        ("average_simple", f"simple mean of everything due over the {SUBHEADING}-digit subheadings",
         _mean_due(duties, duties.base, duties.older, duties.added)),
    )  # fmt: skip
    for base, words, (mean, reason) in means:
        yield Candidate(base, words, mean, ((words, mean),), reason)


@lru_cache(maxsize=4)
def _subheadings(products: tuple[str, ...]) -> ndarray:
    """The subheading of each line, numbered in order."""
    import numpy as np

    return np.unique([code[:SUBHEADING] for code in products], return_inverse=True)[1]


def _mean_due(duties: LineDuties, *layers: ndarray) -> tuple[float | None, str]:
    """The simple mean over subheadings of the mean over each one's lines, layer by layer, unknown lines left out."""
    import numpy as np

    group = _subheadings(duties.products)
    total = 0.0
    for layer in layers:
        known = ~np.isnan(layer)
        count = np.bincount(group[known])
        if not known.any():
            return None, "no base rate of this destination is known"
        sums = np.bincount(group[known], layer[known])
        total += float((sums[count > 0] / count[count > 0]).mean())
    return total, ""


def _by_imports(
    regime: Regime, origin: str, destination: str, on: date, known: date | None
) -> tuple[float | None, str]:
    """The import-weighted mean of everything due, as `parley law average` has it."""
    from parley.law.average import average

    try:
        point = average(regime, origin, destination, on, known=known).points[0]
    except ParleyError as fault:
        return None, str(fault)
    return point.rate, point.reason or ""


def announced(regime: Regime, origin: str, destination: str, on: date, known: date | None) -> Iterator[Candidate]:
    """What a typical line was to pay by acts signed by the day: on later days, and on the day itself as it once stood."""
    probe = PROBES.get(destination)
    if probe is None:
        return
    seen = seen_on(on, known)
    now = _additions(regime.explain(probe, origin, destination, on, known))
    told: set[float] = {sum(now.values()), *now.values()}
    for day in sorted(change_days(regime, origin, destination, seen)):
        if on < day <= on + AHEAD:
            then = _additions(regime.explain(probe, origin, destination, day, seen))
            yield from _announced(then, f"as announced for {day}", told)
    for before in _told_before(regime, origin, destination, on, seen):
        eve, then = (_additions(regime.explain(probe, origin, destination, d, before)) for d in (on - A_DAY, on))
        if eve != then:
            yield from _announced(then, f"as announced by {before} for this day, and replaced before it came", told)


def _additions(explained: Explanation) -> dict[str, float]:
    """What acts of 2025 and later add, by programme; nothing where a part is unknown."""
    found: dict[str, float] = {}
    for line in explained.lines:
        if line.signed and line.signed >= OF_THE_CONFLICT:
            if line.contribution is None:
                return {}
            found[line.programme] = found.get(line.programme, 0.0) + line.contribution
    return {p: r for p, r in found.items() if abs(r) > SAME}


def _announced(parts: dict[str, float], when: str, told: set[float]) -> Iterator[Candidate]:
    """The additions together, then each programme alone, where no earlier candidate had the same rate."""
    total = sum(parts.values())
    rows = [("duties added since 2025 alone", total, tuple(parts.items()))]
    rows += [(f"{label(p)} alone", r, ((p, r),)) for p, r in parts.items() if len(parts) > 1]
    for words, rate, lines in rows:
        if rate > SAME and all(abs(rate - other) > SAME for other in told):
            told.add(rate)
            yield Candidate("announced", f"{words}, {when}, on a toy", rate, lines)


def _told_before(regime: Regime, origin: str, destination: str, on: date, seen: date) -> list[date]:
    """The days before one on which a change for that very day became known, the latest first."""
    steps = [m for m in regime.measures if m.act.authority == destination and on in (m.start, m.end)]
    told = {m.known or m.act.signed for m in steps if covers_origin(m, origin)}
    return sorted((d for d in told if OF_THE_CONFLICT <= d < seen), reverse=True)
