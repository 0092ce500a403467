"""Rates of every product from every origin on one day, by rule-set interning; `explain` is the definition.

Products that the same scopes cover are one class, origins that the same rows cover another; the stack is resolved
once for each distinct set of rows and gathered to all cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy import ndarray

from parley.codes import country, day
from parley.errors import CodeError, InputError
from parley.frozen import frozen, read_only
from parley.law.base_line import FIRST_EDITION, base_line
from parley.law.claims import Value, read_claims
from parley.law.duties import rate_of
from parley.law.edition import Edition, Schedule, edition_of, read_schedule
from parley.law.explain import FIRST_DAY, own_claims
from parley.law.interning import RuleSets, product_classes, rule_sets, scope_masks, seller_classes
from parley.law.measure import LATEST, PROGRAMMES, Measure
from parley.law.preferences import COLUMN_2, Preference, claimed
from parley.law.products import Line
from parley.law.regime import Regime
from parley.law.stacking import Applied, Stack, rate_as_levied
from parley.shapes import Bool, Float, Int


@dataclass(frozen=True)
@read_only
class CompiledRates:
    """Rates that one destination levies on one day. Fractions of customs value, [k, i]; NaN where unknown.

    base: column 1, a claimed preference, or column 2. added: every measure. by_programme: added, split.
    prohibited: the cells whose import a ban forbids; their rates are those of the law without the ban. None: no ban.
    """

    destination: str
    on: date
    known: date | None
    products: tuple[str, ...]
    origins: tuple[str, ...]
    base: Float[ndarray, "k i"]
    added: Float[ndarray, "k i"]
    by_programme: dict[str, Float[ndarray, "k i"]]
    rule_sets: int
    notes: tuple[str, ...] = ()
    prohibited: Bool[ndarray, "k i"] | None = None

    @property
    def rate(self) -> Float[ndarray, "k i"]:
        """Base and additions together."""
        return self.base + self.added


def compile_rates(
    regime: Regime,
    destination: str,
    origins: Sequence[str],
    on: date | str,
    known: date | str | None = None,
    products: Sequence[str] | None = None,
    claims: Mapping[str, object] | None = None,
    preferences: Literal["none", "observed"] = "none",
) -> CompiledRates:
    """Rates of products [k] from origins [i] on a day, as known on another.

    preferences "observed": Canada and Mexico as the mix of goods that claim USMCA and goods that do not, by product;
    for the parties of other agreements the base is cut by the share of value spared it, by chapter. A simplification.
    """
    destination, on = country(destination, "destination"), day(on, "on")
    known = None if known is None else day(known, "known")
    sellers = tuple(_origin(o, destination) for o in origins)
    if on < FIRST_DAY:
        raise InputError("on", f"{on} is before what the package covers", f"{FIRST_DAY} or later")
    edition = edition_of(destination, on, products)
    made = read_claims(claims)
    for name in ("unit_value", "quantity"):
        if name in made:
            raise InputError("claims", f"{name} for all products at once", "claims that hold for every product")
    plain = _compile(regime, edition, sellers, on, known, made)
    if preferences == "none":
        return plain
    from parley.law.preference_use import as_observed

    return as_observed(plain, lambda who: _compile(regime, edition, who, on, known, {**made, "usmca": True}))


def _origin(text: str, destination: str) -> str:
    origin = country(text, "origin")
    if origin == destination:
        raise CodeError("origins", f"{origin} is also the destination", "two customs territories")
    return origin


class RuleTable(NamedTuple):
    """One day's law, interned: cell[product_class[k], seller_class[i]] is the place in stacks of a cell's rule set."""

    edition: Edition
    product_class: Int[ndarray, " k"]
    seller_class: Int[ndarray, " i"]
    cell: Int[ndarray, "u v"]
    stacks: list[Stack]

    @property
    def where(self) -> Int[ndarray, "k i"]:
        """The rule set of every product from every origin."""
        return self.cell[self.product_class][:, self.seller_class]

    @property
    def prohibited(self) -> Bool[ndarray, "k i"] | None:
        """The cells whose import a ban forbids; None where none is."""
        banned = np.array([bool(s.prohibited) for s in self.stacks], dtype=bool)
        return banned[self.where] if banned.any() else None


def rule_table(
    regime: Regime,
    edition: Edition,
    origins: Sequence[str],
    on: date,
    known: date | None,
    claims: Mapping[str, Value],
    held: RuleSets | None = None,
) -> RuleTable:
    """The rule sets of an edition's lines from some origins, each resolved once. held: those resolved on other days."""
    if regime.schedule_of(edition.destination):
        raise InputError("schedule", "one of your own", "the packaged one: tables and averages know no other yet",
                         "Ask law rate for single products")  # fmt: skip
    rows = regime.at(on, known or LATEST, edition.destination)
    scopes, scope_of = scope_masks(rows, edition, on)
    product_class, members = product_classes(scopes)
    seller_class, sellers = seller_classes(rows, origins, dict(claims))
    stacks, cell = rule_sets(held or RuleSets(), rows, members, scope_of, sellers, on, known or LATEST)
    return RuleTable(edition, frozen(product_class), frozen(seller_class), frozen(cell), stacks)


def _compile(
    regime: Regime, edition: Edition, origins: tuple[str, ...], on: date, known: date | None, claims: dict[str, Value]
) -> CompiledRates:
    table = rule_table(regime, edition, origins, on, known, claims)
    columns, column_of = base_columns(edition, origins, claims, on)
    base, by_programme = expand(table, columns, column_of)
    added = frozen(sum(by_programme.values(), np.zeros_like(base)))
    return CompiledRates(
        edition.destination, on, known, edition.codes, origins, base, added, by_programme, len(table.stacks),
        prohibited=table.prohibited,
    )  # fmt: skip


def expand(
    table: RuleTable, columns: Float[ndarray, "t c"], column_of: Int[ndarray, " i"]
) -> tuple[Float[ndarray, "k i"], dict[str, Float[ndarray, "k i"]]]:
    """Base rates and contributions by programme of every cell: computed once for products and origins alike in all."""
    texts = table.edition.text_of
    row, row_of = _distinct(table.product_class, texts)
    seller, seller_of = _distinct(table.seller_class, column_of)
    base = columns[texts[row]][:, column_of[seller]]
    split = gather(table.stacks, table.cell[table.product_class[row]][:, table.seller_class[seller]], base)
    whole = {name: frozen(value[:, seller_of][row_of]) for name, value in {"": base, **split}.items()}
    return whole.pop(""), whole


def _distinct(a: Int[ndarray, " k"], b: Int[ndarray, " k"]) -> tuple[Int[ndarray, " d"], Int[ndarray, " k"]]:
    """The first place of each distinct pair, and which pair each place has."""
    pair = a.astype(np.int64) * (int(b.max(initial=0)) + 1) + b
    _, first, inverse = np.unique(pair, return_index=True, return_inverse=True)
    return first, inverse.ravel()


def base_rates(edition: Edition, origins: Sequence[str], claims: dict[str, Value], on: date) -> Float[ndarray, "k i"]:
    """Base rates [k, i]; origins with the same column and preference share one pass over the rate texts."""
    columns, column_of = base_columns(edition, origins, claims, on)
    return columns[edition.text_of][:, column_of] if origins else np.zeros((len(edition.codes), 0))


def base_columns(
    edition: Edition, origins: Sequence[str], claims: dict[str, Value], on: date
) -> tuple[Float[ndarray, "t c"], Int[ndarray, " i"]]:
    """The base rates of each distinct set of rate texts by column of the schedule, and the column of each origin."""
    asked = [_column(edition, o, claims, on) for o in origins]
    place = {column: c for c, column in enumerate(dict.fromkeys(asked))}
    made = [_base_column(edition, *column) for column in place]
    columns = np.stack(made, axis=1) if made else np.zeros((len(edition.texts), 0))
    return columns, np.array([place[column] for column in asked], dtype=np.int64)


def _column(edition: Edition, origin: str, claims: dict[str, Value], on: date) -> tuple[Preference | None, bool]:
    """Which column an origin's goods pay: the preference that they claim, and whether it is column 2."""
    own = own_claims(claims, origin)[0]
    return claimed(origin, own), base_line(_ANY, origin, edition.destination, own, on).programme == "column2"


_ANY = Line("0000000000", date.min, LATEST, "", "", "", "", "")


@lru_cache(maxsize=256)
def _base_column(edition: Edition, preference: Preference | None, column_2: bool) -> Float[ndarray, " t"]:
    """The base rate of each distinct set of rate texts, read as any origin of that column reads it."""
    origin = COLUMN_2[0] if column_2 else preference.origins[0] if preference else "EUU"
    claims: dict[str, Value] = {preference.claim: True} if preference else {}
    duties = (base_line(x, origin, edition.destination, claims, FIRST_EDITION).duty for x in edition.texts)
    rates = np.array([np.nan if (rate := rate_of(duty)) is None else rate for duty in duties])
    rates.setflags(write=False)
    return rates


def _programme(m: Measure) -> str:
    return m.programme


def gather(
    stacks: Sequence[Stack],
    where: Int[ndarray, "k i"],
    base: Float[ndarray, "k i"],
    name_of: Callable[[Measure], str] = _programme,
) -> dict[str, Float[ndarray, "k i"]]:
    """The contribution of each programme to every cell: sums of additions, then totals over the base, then caps.

    name_of: what to group by instead, such as the measure's id; not finer than a programme where caps apply.
    """
    made: dict[str, ndarray] = {}
    names = {name_of(a.measure) for s in stacks for a in s.applied}
    for name in sorted(names, key=lambda n: (PROGRAMMES.index(n) if n in PROGRAMMES else -1, n)):
        rows = [[a for a in s.applied if name_of(a.measure) == name] for s in stacks]
        fixed = np.array([sum((_fixed(a) for a in r if a.measure.combine == "add"), 0.0) for r in rows])
        value = fixed[where]
        for combine in ("total", "cap"):
            value = _over_base(value, [[a for a in r if a.measure.combine == combine] for r in rows], where, base)
        made[name] = value
    return made


def _fixed(applied: Applied) -> float:
    rate = rate_as_levied(applied.measure, None)
    return 0.0 if applied.share == 0 else np.nan if rate is None else rate * applied.share


def _over_base(value: ndarray, rows: list[list], where: ndarray, base: ndarray) -> ndarray:
    """Adds the totals or caps of each rule set, which depend on the base of the cell."""
    sets = [r for r, held in enumerate(rows) if held]
    if not sets:
        return value
    before = value.copy()
    for depth in range(max(len(rows[r]) for r in sets)):
        rate, share = np.zeros(len(rows)), np.zeros(len(rows))
        for r in sets:
            if depth < len(rows[r]):
                applied = rows[r][depth]
                known = rate_as_levied(applied.measure, None)
                rate[r], share[r] = np.nan if known is None else known, applied.share
        capped = rows[sets[0]][0].measure.combine == "cap"
        room = rate[where] - base - (before if capped else 0.0)
        step = (np.minimum(0.0, room) if capped else np.maximum(0.0, room)) * share[where]
        has = np.array([depth < len(held) for held in rows])
        value = np.where(has[where], value + step, value)
    return value


__all__ = [
    "CompiledRates",
    "RuleTable",
    "Schedule",
    "base_columns",
    "base_rates",
    "compile_rates",
    "read_schedule",
    "rule_table",
]
