"""The base of every cell of a compiled table: by column of the schedule, and where it is unknown what stands in for it.

Origins with the same column and preference share one pass. A base levied by quantity that stands below totals of the whole
value is put in at its estimate (estimates.py); of what stays unknown, the weight and the reason are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import union_of
from parley.law.edition import Edition, edition_of
from parley.law.entry_claims import Preference, Value, own_claims
from parley.law.estimates import EVERYONE, charged_on, equivalent, floor_of
from parley.law.interning import gather, programme_of
from parley.law.measure import LATEST, Measure
from parley.law.products import (
    COLUMN_2,
    FIRST_EDITION,
    Duty,
    Line,
    base_line,
    claimed,
    pays_column_2,
    preferential_duty,
    rate_of,
    read_duty,
)

if TYPE_CHECKING:
    from parley.law.compiled import CompiledRates, RuleTable


def base_rates(edition: Edition, origins: Sequence[str], claims: dict[str, Value], on: date) -> Float[ndarray, "k i"]:
    """Base rates [k, i]; origins with the same column and preference share one pass over the rate texts."""
    columns, column_of = base_columns(edition, origins, claims, on)
    return columns[edition.text_of][:, column_of] if origins else np.zeros((len(edition.codes), 0))


def base_columns(
    edition: Edition, origins: Sequence[str], claims: dict[str, Value], on: date
) -> tuple[Float[ndarray, "t c"], Int[ndarray, " i"]]:
    """The base rates of each distinct set of rate texts by column of the schedule, and the column of each origin."""
    asked = [column_asked(edition, o, claims, on) for o in origins]
    place = {column: c for c, column in enumerate(dict.fromkeys(asked))}
    made = [_base_column(edition, *column) for column in place]
    columns = np.stack(made, axis=1) if made else np.zeros((len(edition.texts), 0))
    return columns, np.array([place[column] for column in asked], dtype=np.int64)


def column_asked(
    edition: Edition, origin: str, claims: Mapping[str, Value], on: date
) -> tuple[Preference | None, bool]:
    """Which column an origin's goods pay: the preference that they claim, and whether it is column 2."""
    own = own_claims(claims, origin)[0]
    return claimed(origin, own), base_line(_ANY, origin, edition.destination, own, on).programme == "column2"


_ANY = Line("0000000000", date.min, LATEST, "", "", "", "", "")


@lru_cache(maxsize=256)
def _base_column(edition: Edition, preference: Preference | None, column_2: bool) -> Float[ndarray, " t"]:
    """The base rate of each distinct set of rate texts, read as any origin of that column reads it."""
    origin = COLUMN_2[0] if column_2 else preference.origins[0] if preference else "EUU"
    claims: dict[str, Value] = {preference.claim: True} if preference else {}
    duties = _duties(edition.texts, origin, edition.destination, claims, FIRST_EDITION)
    rates = np.array([np.nan if (rate := rate_of(duty)) is None else rate for duty in duties])
    rates.setflags(write=False)
    return rates


def _duties(lines: Iterable[Line], origin: str, destination: str, claims: Mapping[str, Value], on: date) -> list[Duty]:
    """The duty of `base_line` of many lines, without its words."""
    if destination != "USA":
        return [read_duty(line.general) for line in lines]
    if pays_column_2(origin, on):
        return [read_duty(line.other) for line in lines]
    preference = claimed(origin, dict(claims))
    if preference is None:
        return [read_duty(line.general) for line in lines]
    lines = list(lines)
    own = {text: preferential_duty(text, preference) for text in {line.special for line in lines}}
    return [own[line.special] or read_duty(line.general) for line in lines]


@lru_cache(maxsize=256)
def is_ordinary(edition: Edition, preference: Preference | None, column_2: bool) -> Bool[ndarray, " t"]:
    """Whether the base of each distinct set of rate texts is the ordinary duty in a column."""
    if column_2 or preference is None:
        return np.full(len(edition.texts), not column_2)
    return np.array([preferential_duty(x.special, preference) is None for x in edition.texts])


def take_estimates(
    table: RuleTable,
    base: Float[ndarray, "k i"],
    by_name: dict[str, Float[ndarray, "k i"]],
    name_of: Callable[[Measure], str] = programme_of,
) -> Bool[ndarray, "k i"] | None:
    """Puts the estimates of unknown bases below totals into a table, and what is added there; where it did."""
    line, seller, rate = estimates(table, base)
    if not len(line):
        return None
    used, where = np.unique(table.cell[table.product_class[line], table.seller_class[seller]], return_inverse=True)
    made = gather([table.stacks[s] for s in used.tolist()], where.reshape(-1, 1), rate[:, None], name_of)
    base[line, seller] = rate
    for name, value in made.items():
        by_name[name][line, seller] = value[:, 0]
    found = np.zeros(base.shape, dtype=bool)
    found[line, seller] = True
    return found


def estimates(
    table: RuleTable, base: Float[ndarray, "k i"]
) -> tuple[Int[ndarray, " n"], Int[ndarray, " n"], Float[ndarray, " n"]]:
    """Line, seller and estimate of every cell whose base is unknown and stands below totals of the whole value.

    Where the base is a preference's or column 2's, what was charged on others' goods says nothing of it.
    """
    none = np.zeros(0, dtype=np.int64)
    told = [floor_of(s.applied) for s in table.stacks] if table.estimates else []
    if all(floor is None for floor in told):
        return none, none, none.astype(float)
    floors = np.array([np.nan if floor is None else floor for floor in told])
    held = places(table.edition, table.origins)
    row, row_of = np.unique(table.product_class[held.line], return_inverse=True)
    cell = table.cell[row]
    floor = floors[cell[row_of][:, table.seller_class]]
    n, seller = np.nonzero(np.isnan(base[held.line]) & (held.rate <= floor))
    text = table.edition.text_of[held.line[n]]
    own = np.zeros((len(table.edition.texts), len(table.origins)), dtype=bool)
    for i in np.unique(seller).tolist():
        own[:, i] = is_ordinary(table.edition, *column_asked(table.edition, table.origins[i], table.claims, table.on))
    n, seller = n[own[text, seller]], seller[own[text, seller]]
    return held.line[n], seller, held.rate[n, seller]


def estimate_of(table: RuleTable, line: int, seller: int) -> float | None:
    """The estimate of one cell whose base is unknown; None where it has none."""
    floor = floor_of(table.stacks[table.cell[table.product_class[line], table.seller_class[seller]]].applied)
    origin, edition = table.origins[seller], table.edition
    if floor is None or not table.estimates:
        return None
    asked = column_asked(edition, origin, table.claims, table.on)
    if not is_ordinary(edition, *asked)[edition.text_of[line]]:
        return None
    found = equivalent(edition.destination, edition.codes[line], edition.lines[line].general, origin)
    return found.rate if found and found.rate <= floor else None


class Places(NamedTuple):
    """The lines of an edition that have equivalents, and these by origin; NaN nowhere."""

    line: Int[ndarray, " n"]
    rate: Float[ndarray, "n i"]


def places(edition: Edition, origins: Sequence[str]) -> Places:
    """The equivalents of an edition's lines for some origins [n, i]."""
    line, partners, rates = by_partner(edition)
    own = (next((w for w in (o, union_of(o)) if w in partners), EVERYONE) for o in origins)
    return Places(line, rates[:, [partners[w] for w in own]])


@lru_cache(maxsize=16)
def by_partner(edition: Edition) -> tuple[Int[ndarray, " n"], dict[str, int], Float[ndarray, "n p"]]:
    """The lines that have equivalents, the places of partners, and the equivalents: of all partners where it has none."""
    found = [charged_on(edition.destination, x.code, x.general) for x in edition.lines]
    held = [c.shares for c in found if c]
    partners = {w: j for j, w in enumerate(sorted({EVERYONE, *(w for shares in held for w in shares)}))}
    rates = np.array([[shares.get(w, shares[EVERYONE]) for w in partners] for shares in held])
    made = rates.reshape(len(held), len(partners))
    made.setflags(write=False)
    return np.array([k for k, c in enumerate(found) if c], dtype=np.int64), partners, made


def untold(rates: CompiledRates, weight: Float[ndarray, " k"]) -> float:
    """The share of weight on lines of which the schedule that we hold gives no ordinary rate at all."""
    if not np.isnan(rates.base).any():
        return 0.0
    edition = edition_of(rates.destination, rates.on, rates.products)
    told = np.array([bool(line.general) for line in edition.texts])[edition.text_of]
    return float(weight[~told].sum() / weight.sum())


def why_no_base(rates: CompiledRates) -> str:
    """Why an average has no base rate, as far as the schedule tells."""
    lines = edition_of(rates.destination, rates.on, rates.products).texts
    untold = next((line.reason for line in lines if not line.general and line.reason), "")
    return untold.split(";")[0] or "no base rate is known"
