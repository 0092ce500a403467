"""Bases levied by quantity that stand below totals of the whole value, put into compiled tables (estimates.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy import ndarray

from parley.array_types import Bool, Float, Int
from parley.codes import union_of
from parley.law.base_columns import column_asked, is_ordinary
from parley.law.edition import Edition
from parley.law.estimates import EVERYONE, charged_on, equivalent
from parley.law.gather import gather, programme_of
from parley.law.measure import Measure
from parley.law.stacking import floor_of

if TYPE_CHECKING:
    from parley.law.compiled import RuleTable


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
    line, partners, rates = _by_partner(edition)
    own = (next((w for w in (o, union_of(o)) if w in partners), EVERYONE) for o in origins)
    return Places(line, rates[:, [partners[w] for w in own]])


@lru_cache(maxsize=16)
def _by_partner(edition: Edition) -> tuple[Int[ndarray, " n"], dict[str, int], Float[ndarray, "n p"]]:
    """The lines that have equivalents, the places of partners, and the equivalents: of all partners where it has none."""
    found = [charged_on(edition.destination, x.code, x.general) for x in edition.lines]
    held = [c.shares for c in found if c]
    partners = {w: j for j, w in enumerate(sorted({EVERYONE, *(w for shares in held for w in shares)}))}
    rates = np.array([[shares.get(w, shares[EVERYONE]) for w in partners] for shares in held])
    made = rates.reshape(len(held), len(partners))
    made.setflags(write=False)
    return np.array([k for k, c in enumerate(found) if c], dtype=np.int64), partners, made
