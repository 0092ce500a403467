"""Which base makes a stated rate right: the rate recomputed from law under each usual way of counting it, or none.

Bases that others published stand beside those that law gives; how little a fit proves where many bases are tried is said too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypedDict

from parley.arguments import checked
from parley.codes import country, day
from parley.errors import InputError
from parley.law.regime import Regime, read_regime
from parley.record.entry import Day
from parley.record.ledger import Ledger
from parley.record.predicates import RateIs
from parley.record.vocabulary import Base
from parley.scenario.bases import Candidate, candidates
from parley.scenario.chance_fits import Coincidence, caution, coincidence, verdict
from parley.scenario.clocks import RecordClocks, record_clocks
from parley.scenario.commitments import PROBES
from parley.scenario.told_rates import published, told_rates

A_POINT = 0.01  # how near a base must come to be named although it does not fit


class BasePart(TypedDict):
    """A part of a rate."""

    what: str
    rate: float | None


class BaseRow(TypedDict):
    """A way of counting the rate, held against the figure stated."""

    base: str
    words: str
    rate: float | None  # null where it cannot be computed
    fits: bool | None
    gap: float | None  # rate less the figure stated
    lines: list[BasePart]
    reason: str | None


class SaidIn(TypedDict):
    """An entry that states the rate, and the base that it names."""

    entry: str
    actor: str
    on: Day
    base: Base | None


class BaseRows(TypedDict):
    """A stated rate on goods of an origin in a destination, under every usual way of counting. Rates are fractions."""

    stated: float
    tolerance: float  # half a unit of the last digit stated
    origin: str
    destination: str
    fits: list[str]
    within_a_point: list[str]
    reason: str | None  # why none fits
    coincidence: Coincidence
    verdict: str  # what the fits together are worth: never that of one of them
    caution: str | None
    said_in: list[SaidIn]
    candidates: list[BaseRow]


class BaseCheck(BaseRows):
    """A stated rate on a day, as known on a day."""

    on: Day
    known: Day | None


class BaseAnswer(RecordClocks, BaseRows):
    """`record base`: a stated rate held against every usual way of counting it."""


def check_base(
    stated: str | float,
    origin: str,
    destination: str,
    on: date | str | int,
    known: date | str | int | None = None,
    regime: Regime | None = None,
    ledger: Ledger | None = None,
    made: Sequence[Candidate] | None = None,
) -> BaseCheck:
    """`stated` (percent, as written) against every candidate base: `fits` where they agree to the last digit stated.

    A base that cannot be computed has rate and fits null, with the reason. With a ledger: which entries state the rate,
    the rates that the record knows as threatened or announced, and the averages that others published. coincidence: how many
    ways were tried, how many would fit by chance, and how many figures of this precision would fit some base.
    made: the candidates of the same pair and day, where several rates are held against them.
    """
    percent, half = _stated(stated)
    origin, destination = country(origin, "origin"), country(destination, "destination")
    on, known = day(on, "on"), (day(known, "known") if known else None)
    if made is None:
        made = candidates(regime or read_regime(), origin, destination, on, known)
    if ledger is not None:
        stated_rate = RateIs(rate=percent / 100, origin=origin, destination=destination)
        seen = ledger.known(known)
        made = (*made, *told_rates(seen, origin, destination, on, made))
        made = (*made, *_published(regime or read_regime(), seen, stated_rate, on, known, _headline(made)))
    rows = [_row(c, percent, half) for c in made]
    rows.sort(key=lambda r: (not r["fits"], abs(r["gap"]) if r["gap"] is not None else float("inf")))
    fits = [r["base"] for r in rows if r["fits"]]
    said_in = _said_in(ledger, percent / 100, origin, destination, known) if ledger else []
    named = sorted({said["base"] for said in said_in if said["base"] and said["base"] in fits})
    chance = coincidence(percent, half, [100 * r["rate"] for r in rows if r["rate"] is not None])
    reason = None if fits else _no_fit(rows)
    return {
        "stated": percent / 100,
        "tolerance": half / 100,
        "origin": origin,
        "destination": destination,
        "on": on.isoformat(),
        "known": known.isoformat() if known else None,
        "fits": fits,
        "within_a_point": [r["base"] for r in rows if r["gap"] is not None and abs(r["gap"]) <= A_POINT],
        "reason": reason,
        "coincidence": chance,
        "verdict": reason or verdict(len(fits), named, chance),
        "caution": caution(bool(fits), bool(said_in), named, chance),
        "said_in": said_in,
        "candidates": rows,
    }


@checked
def base_answer(
    ledger: Ledger,
    stated: str,
    origin: str,
    destination: str,
    on: date | str | int,
    known: date | str | int | None = None,
    regime: Regime | None = None,
) -> BaseAnswer:
    """`record base`: stated in percent, as written."""
    found = check_base(stated, origin, destination, on, known, regime, ledger)
    return {**found, **record_clocks(ledger, day(on), day(known) if known else None)}


def _published(
    regime: Regime,
    seen: Ledger,
    stated: RateIs,
    on: date,
    known: date | None,
    headline: float | None,
) -> Iterator[Candidate]:
    """The bases that rest on averages that others published, while the duties of the conflict were those of the day."""
    probe = PROBES.get(stated.destination)

    def added(day: date) -> float | None:
        if probe is None:
            return None
        return regime.explain(probe, stated.origin, stated.destination, day, known).added_2025

    now = added(on)
    return published(seen, stated, headline, lambda day: added(day) == now)


def _headline(made: Sequence[Candidate]) -> float | None:
    """What acts of 2025 and later add on most lines, None before them."""
    return next((c.rate for c in made if c.base == "added"), None)


def _stated(stated: str | float) -> tuple[float, float]:
    """The percent stated, and half a unit of its last digit: 145 means 144.5 to 145.5."""
    text = str(stated).strip().rstrip("% ")
    try:
        value = float(text)
        if not 0 <= value < 10_000:
            raise ValueError
    except ValueError:
        raise InputError("rate", f"{str(stated)[:40]!r}", "percent from 0 to 9999, such as 145 or 116.65") from None
    decimals = len(text.partition(".")[2]) if not isinstance(stated, float) or not value.is_integer() else 0
    return value, 0.5 * 10**-decimals


def _row(c: Candidate, percent: float, half: float) -> BaseRow:
    gap = None if c.rate is None else c.rate - percent / 100
    fits = None if gap is None else abs(gap) * 100 <= half + 1e-9  # 1e-9: the error of sums of fractions
    lines: list[BasePart] = [{"what": what, "rate": rate} for what, rate in c.lines]
    rate = None if c.rate is None else round(c.rate, 12)
    return {"base": c.base, "words": c.words, "rate": rate, "fits": fits, "gap": gap, "lines": lines,
            "reason": c.reason or None}  # fmt: skip


def _no_fit(rows: list[BaseRow]) -> str:
    rates = [(r["gap"], r["rate"], r["words"]) for r in rows]
    near = [(abs(gap), rate, words) for gap, rate, words in rates if gap is not None and rate is not None]
    if not near:
        return "no base could be computed"
    _, rate, words = min(near, key=lambda found: found[0])
    return f"none fits; the nearest is {words}, {100 * rate:.2f} %"


def _said_in(ledger: Ledger, rate: float, origin: str, destination: str, known: date | None) -> list[SaidIn]:
    """The entries that state this rate for the pair, and the base that each names."""
    return [
        {"entry": e.id, "actor": e.actor, "on": e.on.isoformat(), "base": s.base or None}
        for e, s in ledger.known(known).saying(RateIs)
        if (s.origin, s.destination) == (origin, destination) and abs(s.rate - rate) < 5e-7
    ]
