"""Rates of every product from every origin on one day, by rule-set interning; `explain` is the definition.

Products that the same scopes cover are one class, origins that the same rows cover another; the stack is resolved
once for each distinct set of rows and gathered to all cells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from numpy import ndarray

from parley.arguments import checked
from parley.array_types import Bool, Float, Int
from parley.codes import country, day
from parley.errors import CodeError, InputError
from parley.fixed import FrozenDict
from parley.frozen import frozen, read_only
from parley.law.base_columns import base_columns, base_rates, take_estimates
from parley.law.content_counted import content_claims, metal_lines
from parley.law.cut_base import Cut, columns_asked, cut_base
from parley.law.edition import Edition, Schedule, edition_of, read_schedule
from parley.law.entry_claims import Value, claim_of, holds, read_claims
from parley.law.explain import FIRST_DAY
from parley.law.interning import (
    RuleSets,
    gather,
    in_lieu,
    marked_classes,
    origins_in,
    product_classes,
    programme_of,
    rule_sets,
    scope_masks,
    seller_classes,
)
from parley.law.measure import LATEST, Measure, covers_origin
from parley.law.regime import Regime
from parley.law.stacking import METALS, Stack
from parley.tabular import Tabular

MOST_HELD = 20_000  # rule sets that are kept from one question to the next
MOST_KEPT = 24  # tables of one origin that a regime keeps
CONTENT = frozenset(f"{metal}_share" for metal in METALS)
SUM = ""  # the one entry of by_programme where only the sum was asked for


@dataclass(frozen=True)
@read_only
class CompiledRates(Tabular):
    """Rates that one destination levies on one day. Fractions of customs value, [k, i]; NaN where unknown.

    base: column 1, a claimed preference, column 2, or what is levied in lieu of them. added: every measure. by_programme: added, split;
    where only the sum was asked for, it is the one entry, named "".
    prohibited: the cells whose import a ban forbids; their rates are those of the law without the ban. None: no ban.
    estimated: where the base is what customs charged on past imports, below a total, as in `explain`; None: nowhere.
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
    estimated: Bool[ndarray, "k i"] | None = None

    def __repr__(self) -> str:
        size = f"{len(self.products)} products of {len(self.origins)} origins"
        return f"<CompiledRates: {self.destination} on {size}, {self.on}, known {self.known or 'in full'}>"

    def columns(self) -> dict[str, list[str] | list[float]]:
        """One row a product and origin: base, added and their sum, fractions; NaN where unknown."""
        return {
            "product": np.repeat(np.array(self.products), len(self.origins)).tolist(),
            "origin": np.tile(np.array(self.origins), len(self.products)).tolist(),
            **{name: getattr(self, name).ravel().tolist() for name in ("base", "added", "rate")},
        }

    @property
    def rate(self) -> Float[ndarray, "k i"]:
        """Base and additions together."""
        return self.base + self.added


@checked
def compile_rates(
    regime: Regime,
    destination: str,
    origins: Sequence[str],
    on: date | str | int,
    known: date | str | int | None = None,
    products: Sequence[str] | None = None,
    claims: Mapping[str, object] | None = None,
    preferences: Literal["none", "observed"] = "none",
    split: bool = True,
    content: Literal["claimed", "counted"] = "claimed",
) -> CompiledRates:
    """Rates of products [k] from origins [i] on a day, as known on another.

    preferences "observed": Canada and Mexico as the mix of goods that claim USMCA and goods that do not, by product and
    month; for the parties of other agreements the base is cut by the share of value spared it, by chapter; goods of any
    origin as the mix of what is for civil aircraft and what is not (law/preference_use.py, Regime.use).
    split: whether by_programme is wanted; the sum alone takes half the time.
    content "counted": metal goods of unstated content as an average counts them (Regime.content, law/metal_content.py),
    not wholly metal.
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
    counted = content == "counted"
    key = edition, sellers, on, known, tuple(sorted(made.items())), preferences, split, counted

    def compiled() -> CompiledRates:
        return _with_preferences(regime, edition, sellers, on, known, made, preferences, split, counted)

    return regime.once("rates", key, compiled, MOST_KEPT) if len(sellers) == 1 else compiled()


def _with_preferences(
    regime: Regime,
    edition: Edition,
    sellers: tuple[str, ...],
    on: date,
    known: date | None,
    made: dict[str, Value],
    preferences: Literal["none", "observed"],
    split: bool,
    counted: bool,
) -> CompiledRates:
    """The rates of `compile_rates`, once its words are read."""
    cut = Cut(preferences == "observed" and regime.spared == "everyone", regime.carried)
    plain = _compile(regime, edition, sellers, on, known, made, split, counted, cut)
    if preferences == "none":
        return plain
    from parley.law.preference_use import as_observed

    def claimed(who: tuple[str, ...], more: Mapping[str, Value], some: Sequence[str] | None) -> CompiledRates:
        chosen = edition if some is None else edition_of(edition.destination, on, some)
        return _compile(regime, chosen, who, on, known, {**made, **more}, split, counted, cut)

    stands = regime.spared == "parties"
    totals = [m for m in regime.at(on, known or LATEST, edition.destination) if m.combine == "total" and stands]
    under = tuple(o for o in sellers if any(covers_origin(m, o) for m in totals))
    return as_observed(
        plain, claimed, regime.use, regime.aircraft, seen=regime.claims_seen, cut=not cut.spared, under_totals=under
    )


def _origin(text: str, destination: str) -> str:
    origin = country(text, "origin")
    if origin == destination:
        raise CodeError("origins", f"{origin} is also the destination", "two customs territories")
    return origin


class RuleTable(NamedTuple):
    """One day's law, interned: cell[product_class[k], seller_class[i]] is the place in stacks of a cell's rule set.

    on, claims: as asked. estimates: Regime.estimates.
    """

    edition: Edition
    product_class: Int[ndarray, " k"]
    seller_class: Int[ndarray, " i"]
    cell: Int[ndarray, "u v"]
    stacks: tuple[Stack, ...]
    origins: tuple[str, ...]
    on: date
    claims: Mapping[str, Value]
    estimates: bool

    @property
    def where(self) -> Int[ndarray, "k i"]:
        """The rule set of every product from every origin."""
        return self.cell[self.product_class][:, self.seller_class]

    @property
    def prohibited(self) -> Bool[ndarray, "k i"] | None:
        """The cells whose import a ban forbids; None where none is."""
        banned = np.array([bool(s.prohibited) for s in self.stacks])
        return banned[self.where] if banned.any() else None


def rule_table(
    regime: Regime,
    edition: Edition,
    origins: Sequence[str],
    on: date,
    known: date | None,
    claims: Mapping[str, Value],
    held: RuleSets | None = None,
    counted: bool = False,
) -> RuleTable:
    """The rule sets of an edition's lines from some origins, each resolved once. held: those resolved on other days.

    counted: metal content as averages count it.
    """
    if regime.schedule_of(edition.destination):
        raise InputError("schedule", "one of your own", "the packaged one: tables and averages know no other yet",
                         "Ask law rate for single products")  # fmt: skip
    rows = bearing_on(regime.at(on, known or LATEST, edition.destination), tuple(origins))
    rows = may_hold(rows, {s.claims: dict(s.claims) for s in seller_classes((), origins, dict(claims))[1]}.values())
    scopes, scope_of = scope_masks(rows, edition, on)
    product_class, members = product_classes(scopes)
    more: list[dict[str, Value]] = [{}]
    more_of = None
    if counted:
        metal = metal_lines(rows, scopes, scope_of)
        mark, more = content_claims(regime.content, (on, known), edition.codes, metal, claims)
        product_class, members, more_of = marked_classes(product_class, members, mark)
    seller_class, sellers = seller_classes(rows, origins, dict(claims))
    stacks, cell = rule_sets(held or _resolved(), rows, members, scope_of, sellers, on, known or LATEST, more, more_of)
    return RuleTable(
        edition,
        frozen(product_class),
        frozen(seller_class),
        frozen(cell),
        tuple(stacks),
        tuple(origins),
        on,
        FrozenDict(claims),
        regime.estimates,
    )


def bearing_on(rows: Sequence[Measure], origins: tuple[str, ...]) -> list[Measure]:
    """The rows that cover some of the origins, and those on metal content, by which lines are counted."""
    return [m for m in rows if m.share in METALS or origins_in(m.origins, m.origins_except, origins).any()]


def may_hold(rows: Iterable[Measure], claims: Collection[Mapping[str, Value]]) -> list[Measure]:
    """The rows whose conditions can hold under some of the claims made.

    Conditions on shares of metal are seen line by line, and rows on metal content stay: lines are counted by them.
    """

    def can(m: Measure, made: Mapping[str, Value]) -> bool:
        told = [*((*pair, True) for pair in m.when.items()), *((*pair, False) for pair in m.unless.items())]
        return all(holds(name, wanted, made) == asked for name, wanted, asked in told if claim_of(name) not in CONTENT)

    return [m for m in rows if m.share in METALS or any(can(m, made) for made in claims)]


def _resolved() -> RuleSets:
    """The rule sets resolved so far, whatever the question; begun anew once they are many."""
    global _held
    if len(_held.stacks) > MOST_HELD:
        _held = RuleSets()
    return _held


_held = RuleSets()


def is_begun() -> bool:
    """Whether this process has compiled any law yet."""
    return bool(_held.stacks)


def _compile(
    regime: Regime,
    edition: Edition,
    origins: tuple[str, ...],
    on: date,
    known: date | None,
    claims: dict[str, Value],
    split: bool,
    counted: bool,
    cut: Cut,
) -> CompiledRates:
    table = rule_table(regime, edition, origins, on, known, claims, counted=counted)
    columns, column_of = base_columns(edition, columns_asked(origins, on, cut), claims, on)
    return expanded(table, columns, column_of, known, split, cut)


def expanded(
    table: RuleTable,
    columns: Float[ndarray, "t c"],
    column_of: Int[ndarray, " i"],
    known: date | None,
    split: bool = True,
    cut: Cut = Cut(False, False),
) -> CompiledRates:
    """The whole table of a day, with the bases that stand below totals; nobody can write to it afterwards."""
    if any(cut):
        base, by_programme = expand_cut(table, columns, column_of, cut, split)
    else:
        base, by_programme = expand(table, columns, column_of, split)
    estimated = take_estimates(table, base, by_programme, programme_of if split else _any_programme)
    added = sum(by_programme.values(), np.zeros_like(base)) if split else by_programme[SUM]
    edition, added, base = table.edition, frozen(added), frozen(base)
    by_programme = {name: frozen(value) for name, value in by_programme.items()}
    return CompiledRates(edition.destination, table.on, known, edition.codes, table.origins, base, added, by_programme,
                         len(table.stacks), prohibited=table.prohibited, estimated=estimated)  # fmt: skip


def expand(
    table: RuleTable, columns: Float[ndarray, "t c"], column_of: Int[ndarray, " i"], split: bool = True
) -> tuple[Float[ndarray, "k i"], dict[str, Float[ndarray, "k i"]]]:
    """Base rates and contributions by programme of every cell: computed once for products and origins alike in all.

    Without estimates (take_estimates), which are of single products and origins.
    """
    texts = table.edition.text_of
    row, row_of = _distinct(table.product_class, texts)
    seller, seller_of = _distinct(table.seller_class, column_of)
    where = table.cell[table.product_class[row]][:, table.seller_class[seller]]
    base = in_lieu(table.stacks, where, columns[texts[row]][:, column_of[seller]])
    added = gather(table.stacks, where, base)
    if not split:
        added = {SUM: sum(added.values(), np.zeros_like(base))}
    whole = {name: value[:, seller_of][row_of] for name, value in added.items()}
    return base[:, seller_of][row_of], whole


def expand_cut(
    table: RuleTable, columns: Float[ndarray, "t c"], column_of: Int[ndarray, " i"], cut: Cut, split: bool
) -> tuple[Float[ndarray, "k i"], dict[str, Float[ndarray, "k i"]]]:
    """expand with each base as a convention has it, before anything is set against it."""
    base = cut_base(columns[table.edition.text_of][:, column_of], table.edition, table.origins, table.on, cut)
    base = in_lieu(table.stacks, table.where, base)
    added = gather(table.stacks, table.where, base)
    return base, added if split else {SUM: sum(added.values(), np.zeros_like(base))}


def _any_programme(_: Measure) -> str:
    return SUM


def _distinct(a: Int[ndarray, " k"], b: Int[ndarray, " k"]) -> tuple[Int[ndarray, " d"], Int[ndarray, " k"]]:
    """The first place of each distinct pair, and which pair each place has."""
    pair = a.astype(np.int64) * (int(b.max(initial=0)) + 1) + b
    _, first, inverse = np.unique(pair, return_index=True, return_inverse=True)
    return first, inverse.ravel()


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
