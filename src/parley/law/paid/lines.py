"""From the law to what is paid, line by line: one table for the law and one after each cause (paid/causes.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Float, Int
from parley.errors import InputError
from parley.frozen import frozen
from parley.law.compiled import CompiledRates
from parley.law.edition import places_of
from parley.law.entry_claims import AGREEMENTS, CLAIMS
from parley.law.observed_claims import CLAIM_SOURCES, claim_shares, claim_use, claimed_products
from parley.law.paid.blend import Draft, part_of
from parley.law.paid.causes import BY_LINE, Cause
from parley.law.paid.day import Day
from parley.law.paid.water import Loaded, cut_offs, on_the_water
from parley.law.preference_use import USMCA, usmca_use
from parley.law.readings import seen_on
from parley.law.regime import Regime
from parley.law.shipments.transit import WATER
from parley.law.trade_weights import FILES, read_weights

OF_AN_AGREEMENT = {"usmca": True, "korus": True, "preference": True}
OTHER_CLAIMS = {
    n: not CLAIMS[n].default for n in CLAIM_SOURCES if CLAIMS[n].kind == "flag" and n != "exclusion_claimed"
}  # flags as a minority of goods claims them: what is no default


@dataclass(frozen=True)
class PaidRates:
    """Rates of some days alike in law: the law, and the table after each cause, [k, i]; the last is what is paid."""

    law: CompiledRates
    after: dict[Cause, CompiledRates]
    carried: bool  # whether shares of the last month seen stand for a later one

    @property
    def paid(self) -> CompiledRates:
        """The table after every cause that works line by line."""
        return self.after[BY_LINE[-1]]


def paid_rates(
    regime: Regime,
    destination: str,
    origins: Sequence[str],
    days: Sequence[date],
    known: date | None = None,
    split: bool = True,
) -> PaidRates:
    """The law of the first of some days, and what is paid: goods on the water as over all of the days.

    Where the law does not change between them, the mean over the days is exact.
    """
    law, charged = _law_and_charged(regime, destination, origins, days[0], known, split)
    made, room, carried = _after_causes(charged)
    shore = Ashore(made["content"], made["us_content"], room)
    made["water"] = landed(shore, partial(afloat, charged), waves_of(charged, shore.plain.products, days))
    return PaidRates(law.compiled(), {"collection": charged.compiled(), **made}, carried)


def paid_table(
    regime: Regime,
    destination: str,
    origins: Sequence[str],
    on: date,
    known: date | None = None,
    entered: date | None = None,
) -> CompiledRates:
    """What is paid on a day alone, without the law and the steps from it. entered: as `Day` has it."""
    charged = replace(charged_on(regime, destination, origins, on, known), entered=entered)
    shore = ashore(charged)
    return landed(shore, partial(afloat, charged), waves_of(charged, shore.plain.products, [entered or on]))


class Ashore(NamedTuple):
    """A day's tables before goods on the water: without any claim, with all others, and the share of value that makes none [k, i]."""

    plain: CompiledRates
    rates: CompiledRates
    room: Float[ndarray, "k i"]


def ashore(charged: Day) -> Ashore:
    """The tables of a day as customs collected, but for goods on the water."""
    made, room, _ = _after_causes(charged, every=False)
    return Ashore(made["content"], made["us_content"], room)


def waves_of(charged: Day, products: tuple[str, ...], days: Sequence[date]) -> tuple[Loaded, ...]:
    """The goods of some days of entry that were loaded before a cut-off."""
    cuts = cut_offs(charged.regime, charged.destination, charged.origins, charged.on, charged.known, charged.entered)
    return on_the_water(products, charged.origins, cuts, days)


def afloat(charged: Day, loaded: date) -> CompiledRates:
    """The table of a day for goods loaded and exported on another."""
    return charged.by_content(dict.fromkeys(WATER, loaded))


def landed(shore: Ashore, table: Callable[[date], CompiledRates], waves: Sequence[Loaded]) -> CompiledRates:
    """The rates with goods on the water, of the share of value that makes no other claim. table: of goods loaded on a day."""
    rates = Draft(shore.rates)
    for wave in waves:
        rates.mix(shore.plain, table(wave.on), shore.room * wave.share)
    return rates.table()


def charged_on(
    regime: Regime, destination: str, origins: Sequence[str], on: date, known: date | None, split: bool = False
) -> Day:
    """A day's law as customs collected. Raises InputError for a destination of whose claims nothing is packaged."""
    return _law_and_charged(regime, destination, origins, on, known, split)[1]


def _law_and_charged(
    regime: Regime, destination: str, origins: Sequence[str], on: date, known: date | None, split: bool
) -> tuple[Day, Day]:
    """A day's law, and that day as customs collected."""
    if destination not in FILES:
        raise InputError("--reading", f"paid for {destination}", "law, collected or announced",
                         f"Only imports into {', '.join(FILES)} are packaged with what was claimed and charged")  # fmt: skip
    law = Day(regime, destination, tuple(origins), on, known, split)
    return law, replace(law, regime=regime.as_collected(), known=seen_on(on, known))


def _after_causes(charged: Day, every: bool = True) -> tuple[dict[Cause, CompiledRates], Float[ndarray, "k i"], bool]:
    """The table after each cause that works line by line between collection and water, or the first and last alone; the share
    of value that makes no claim; whether shares are carried on.
    """
    plain = charged.by_content()
    made: dict[Cause, CompiledRates] = {"content": plain}
    draft = Draft(plain)

    def stands(cause: Cause) -> None:
        if every:
            made[cause] = draft.table()

    seen = charged.regime.claims_seen
    use, carried = preference_shares(plain.products, charged.origins, charged.destination, charged.claimed_on, seen)
    at = range(len(plain.products)), np.flatnonzero(use.any(axis=0)).tolist()  # who is party to an agreement
    part = part_of(plain, at)
    claimed = charged.of(plain, at).by_content(OF_AN_AGREEMENT) if at[1] else part
    if at[1]:
        draft.mix(part, claimed, use[:, at[1]], at)
    stands("preferences")
    _mix_claim(
        charged, plain, draft, {"exclusion_claimed": True}, _claimed("exclusion_claimed", plain.products, charged)
    )
    stands("exclusions")
    room = 1 - use * np.isin(charged.origins, USMCA)  # other agreements spare the base alone: such goods may claim more
    _mix_others(charged, plain, draft, room)
    stands("claims")
    _mix_us_content(charged, claimed, draft, use)
    made["us_content"] = draft.table()
    return made, room, carried


@lru_cache(maxsize=4)  # of some ten megabytes; laws that differ in rates alone have the same
def preference_shares(
    products: tuple[str, ...], origins: tuple[str, ...], destination: str, on: date, seen: date | None = None
) -> tuple[Float[ndarray, "k i"], bool]:
    """Share of value that uses an agreement, and whether a later month's is carried on: USMCA by product, others by chapter.

    seen: as in `usmca_use`.
    """
    weights, parties = read_weights(destination), {o for p in AGREEMENTS for o in p.origins}
    made, carried = np.zeros((len(products), len(origins))), False
    for i, origin in enumerate(origins):
        if origin in USMCA:
            use = usmca_use(products, origin, on, seen)
            made[:, i], carried = np.nan_to_num(use.share), carried or use.carried
        elif origin in parties:
            made[:, i] = np.nan_to_num(weights.preference_share(products, origin))
    return frozen(np.clip(made, 0, 1, out=made)), carried


class Share(NamedTuple):
    """Shares of value that make a claim [r, i], on the lines on which some goods make it."""

    lines: Int[ndarray, " r"]
    value: Float[ndarray, "r i"]


def _mix_others(day: Day, plain: CompiledRates, draft: Draft, room: Float[ndarray, "k i"]) -> None:
    """Mixes in civil aircraft and their like as observed; room: the share of value that makes no claim still."""
    for name, value in OTHER_CLAIMS.items():
        lines, claimed = _claimed(name, plain.products, day)
        share = Share(lines, np.minimum(claimed, room[lines]))
        _mix_claim(day, plain, draft, {name: value}, share)
        room[lines] -= share.value


def _mix_claim(day: Day, plain: CompiledRates, draft: Draft, claims: dict[str, bool], share: Share) -> None:
    """Mixes in one claim, made on the lines and origins where some share makes it."""
    some, sellers = (np.flatnonzero(share.value.any(axis=axis)) for axis in (1, 0))
    if len(some):
        at = share.lines[some].tolist(), sellers.tolist()
        made = day.of(plain, at).by_content(claims)
        draft.mix(part_of(plain, at), made, share.value[np.ix_(some, sellers)], at)


def _claimed(name: str, products: tuple[str, ...], day: Day) -> Share:
    """Share of value that makes a claim, as observed; nothing where no source tells."""
    some = claimed_products(name, products)
    return Share(places_of(products, some), np.clip(claim_shares(name, tuple(some), day.origins), 0, 1))


def _mix_us_content(day: Day, claimed: CompiledRates, draft: Draft, use: Float[ndarray, "k i"]) -> None:
    """Mixes in the neighbours' goods under USMCA at the United States content that its source states."""
    for i, share in _contents(day, claimed.products):
        for content in sorted(set(share[share > 0].tolist())):
            at = np.flatnonzero((share == content) & (use[:, i] > 0)).tolist(), [i]
            if at[0]:
                under = part_of(claimed, (at[0], [claimed.origins.index(day.origins[i])]))
                made = day.of(draft.rates, at).by_content({**OF_AN_AGREEMENT, "us_content": content})
                draft.mix(under, made, use[np.ix_(*at)], at)


def _contents(day: Day, products: tuple[str, ...]) -> Iterator[tuple[int, Float[ndarray, " k"]]]:
    """The neighbours and the United States content of each of their goods, where a source tells one."""
    for i, origin in enumerate(day.origins):
        if (
            origin in USMCA
            and (share := np.nan_to_num(claim_use("us_content", products, origin, day.claimed_on).share)).any()
        ):
            yield i, share
