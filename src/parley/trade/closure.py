"""Closures by name: what happens to deficits, to revenue, to labour supply, and what money is counted in.

The government of a country spends what it collects on the same basket as its people, so that the use of revenue changes
nothing for prices unless it changes labour supply. "lump_sum": revenue is handed to the people. "wasted": what it buys
counts for nothing, before and after. "tax_relief": real public spending stays, and revenue lowers the tax on labour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from parley.array_types import Float
from parley.errors import InputError, unknown_name
from parley.frozen import read_only
from parley.trade.closures import Choice, name_of, of_kind, read_closure
from parley.trade.closures.endogenous import reclosed
from parley.world.world import World

if TYPE_CHECKING:
    from parley.trade.closures.steady_state import Capital

BALANCED = "balanced"
DEFICITS = ("world_share", BALANCED, "nominal")  # further ones are files of closures/
REVENUES = ("lump_sum", "tax_relief", "wasted")
FIXED = "fixed"  # capital
ROUNDING = 1e-9  # of all transfers
WORLD_LABOUR = "world_labour"  # the numeraire: the world's wage bill at the baseline's labour


@dataclass(frozen=True, eq=False)
@read_only
class Closure:
    """How a model is closed. Money is in units of the numeraire.

    numeraire: a country's place (its wage is 1), or None for world labour. transfers: received by n, summing to 0.
    labour_supply: elasticity of hours with respect to the real wage after tax. tax_rate: tax on labour in the baseline.
    chosen: the files of closures/ that are in force; what they fill: local, of_earnings (endogenous), investing (steady_state),
    scale, pass_through, floor; of_output, held (output_share).
    """

    deficits: str = "world_share"
    revenue: str = "lump_sum"
    numeraire: int | None = None
    transfers: Float[ndarray, " n"] | None = None
    labour_supply: float = 0.0
    tax_rate: float = 0.0
    chosen: tuple[Choice, ...] = ()
    local: Float[ndarray, " n"] | None = None
    of_earnings: bool = False
    of_output: bool = False
    held: bool = False
    capital: Capital | None = None
    scale: float = 0.0
    pass_through: Float[ndarray, " n"] | None = None
    floor: Float[ndarray, " n"] | None = None

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of `solve` that make it anew on another state of the world; transfers left out."""
        named: dict[str, Any] = {"deficits": self.deficits, "revenue": self.revenue, "capital": FIXED, "closures": []}
        for choice in self.chosen:
            kind = read_closure(name_of(choice)).KIND
            named[kind] = [*named[kind], choice] if kind == "closures" else choice
        return named | {"labour_supply": self.labour_supply, "tax_rate": self.tax_rate or None}

    @property
    def derived(self) -> bool:
        """Whether the adjoint knows this closure."""
        return not self.of_earnings and all(read_closure(name_of(choice)).ADJOINT for choice in self.chosen)

    @property
    def assumes(self) -> list[str]:
        """What the user of each chosen closure must answer for, in words."""
        files = {name: read_closure(name) for name in map(name_of, self.chosen)}
        return [f"{name}: {held.ASSUMES} ({held.SOURCE})" for name, held in files.items() if held.ASSUMES]

    @property
    def plain(self) -> bool:
        """Whether no file of closures/ is in force, hours do not respond, and duties are handed out or lower a tax on them."""
        return not self.chosen and not self.elastic and self.revenue != "wasted"

    @property
    def elastic(self) -> bool:
        """Whether labour is an unknown."""
        return self.labour_supply > 0

    def part(self, share: float) -> Closure:
        """The same closure with a part of the transfers."""
        return self if self.transfers is None else replace(self, transfers=share * self.transfers)

    def unit(self, w_hat: Float[ndarray, " n"]) -> float:
        """The value of a unit of the numeraire where world labour income at baseline hours is the unit inside."""
        return 1.0 if self.numeraire is None else float(w_hat[self.numeraire])

    def received(self, w_hat: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        """Transfers in the units of the solver."""
        return np.zeros_like(w_hat) if self.transfers is None else self.transfers * self.unit(w_hat)


def closure_of(
    world: World,
    deficits: str | Choice,
    revenue: str | Choice,
    numeraire: str,
    transfers: ndarray | None,
    labour_supply: float,
    tax_rate: float | None,
    capital: str | Choice = FIXED,
    closures: Sequence[Choice] = (),
    model: str = "armington",
) -> Closure:
    """The Closure of these names, checked; what `chosen` fill is not filled yet. Raises InputError with what is allowed."""
    if deficits in DEFICITS and revenue in REVENUES and capital == FIXED and not closures:
        chosen: tuple[Choice, ...] = ()
    else:
        chosen = chosen_of(deficits, revenue, capital, closures)
        deficits = deficits if isinstance(deficits, str) else name_of(deficits)
        revenue = revenue if isinstance(revenue, str) else name_of(revenue)
    if numeraire != WORLD_LABOUR and numeraire not in world.countries:
        raise unknown_name("solve, numeraire", "numeraire", numeraire, (WORLD_LABOUR, *world.countries))
    place = None if numeraire == WORLD_LABOUR else world.index(numeraire)
    if not (np.isfinite(labour_supply) and labour_supply >= 0):
        raise InputError("solve, labour_supply", f"labour_supply is {labour_supply}", "an elasticity of zero or more")
    if tax_rate is not None and not 0 <= tax_rate < 1:
        raise InputError("solve, tax_rate", f"tax_rate is {tax_rate}", "a share of labour income, from 0 to below 1")
    if revenue == "tax_relief" and (not labour_supply or tax_rate is None):
        raise InputError(
            "solve, revenue tax_relief",
            f"labour_supply is {labour_supply} and tax_rate is {tax_rate}",
            "both: an elasticity above zero, and the tax on labour income in the baseline",
            "Where labour supply does not respond, relief of the tax on it is a lump sum: revenue='lump_sum'",
        )
    if tax_rate and (not labour_supply or revenue == "tax_cut"):
        found = f"tax_rate is {tax_rate:.6g} with labour_supply {labour_supply:.6g} and revenue {revenue}"
        raise InputError("solve, tax_rate", found, "none there: it would change nothing")
    given = _transfers(world, transfers)
    closure = Closure(str(deficits), str(revenue), place, given, float(labour_supply), tax_rate or 0.0, chosen)
    if chosen:
        _check_together(closure, model)
    return closure


def closed(world: World, words: tuple[Any, ...]) -> tuple[World, Closure]:
    """(the world with the accounts of the closure, the Closure) of the words of `closure_of` in their order."""
    closure = closure_of(world, *words)
    for choice in closure.chosen:  # deficits first: what others settle stands on the accounts that they make
        closure = replace(closure, **choice.settled(world))
        if name_of(choice) == "endogenous" and closure.local is not None:
            world = reclosed(world, closure.local)
    return world, closure


def is_own(deficits: str | Choice, capital: str | Choice = FIXED) -> bool:
    """Whether deficits or capital are closed by a file of closures/."""
    return bool(chosen_of(deficits, "lump_sum", capital, ()))


def chosen_of(
    deficits: str | Choice, revenue: str | Choice, capital: str | Choice, closures: Sequence[Choice]
) -> tuple[Choice, ...]:
    """The files of closures/ that are asked for, by name or with their parameters. Raises InputError with what is allowed."""
    asked = (
        ("deficits", "closure of deficits", DEFICITS, deficits),
        ("revenue", "use of revenue", REVENUES, revenue),
        ("capital", "closure of capital", (FIXED,), capital),
    )
    chosen: list[Choice] = []
    for kind, word, plain, given in asked:
        if not isinstance(given, str):
            chosen.append(_of_kind(given, kind))
        elif given not in plain:
            if given not in of_kind(kind):
                raise unknown_name(f"solve, {kind}", word, given, (*plain, *of_kind(kind)))
            chosen.append(read_closure(given).Choice())
    return (*chosen, *(_of_kind(given, "closures") for given in closures))


def taken_by(
    model: str,
    deficits: str | Choice,
    revenue: str | Choice,
    capital: str | Choice,
    closures: Sequence[Choice],
    **_: object,
) -> bool:
    """Whether a model takes all files of closures/ that are asked for; what else closes it, any model takes."""
    chosen = chosen_of(deficits, revenue, capital, closures)
    return all(model in read_closure(name_of(choice)).MODELS for choice in chosen)


def _of_kind(given: Choice, kind: str) -> Choice:
    if not hasattr(given, "settled") or name_of(given) not in of_kind(kind):
        raise InputError(f"solve, {kind}", f"{given!r}", f"a name, or the Choice of {', '.join(of_kind(kind))}")
    return given


def deficit_names() -> tuple[str, ...]:
    """Every name that `deficits` takes."""
    return (*DEFICITS, *of_kind("deficits"))


def capital_names() -> tuple[str, ...]:
    """Every name that `capital` takes."""
    return (FIXED, *of_kind("capital"))


def revenue_names() -> tuple[str, ...]:
    """Every name that `revenue` takes."""
    return (*REVENUES, *of_kind("revenue"))


def _check_together(closure: Closure, model: str) -> None:
    """Refuses what no published equation joins."""
    names = [name_of(choice) for choice in closure.chosen]
    for name in names:
        if model not in read_closure(name).MODELS:
            raise InputError(f"solve, {name}", f"model {model}", ", ".join(read_closure(name).MODELS))
    if closure.elastic and {"steady_state", "wage_floor"} & set(names):
        found = "steady_state" if "steady_state" in names else "wage_floor"
        raise InputError(f"solve, {found}", f"labour_supply is {closure.labour_supply}", "0: hours that do not respond")
    if not closure.elastic and {"external_scale", "tax_cut"} & set(names):
        found = "external_scale" if "external_scale" in names else "tax_cut"
        raise InputError(f"solve, {found}", "labour_supply is 0", "an elasticity above 0: it works through hours")
    if "output_share" in names and closure.transfers is not None:
        raise InputError("solve, output_share", "transfers are given", "none: what is spent follows output alone")


def _transfers(world: World, transfers: ndarray | None) -> Float[ndarray, " n"] | None:
    if transfers is None:
        return None
    given = np.asarray(transfers, dtype=float)
    if given.shape != world.base.D.shape or not np.all(np.isfinite(given)):
        raise InputError("solve", f"transfers have shape {given.shape}", f"{world.base.D.shape}: one number a country")
    if abs(given.sum()) > ROUNDING * np.abs(given).sum():
        raise InputError("solve", f"transfers sum to {given.sum():.6g}", "zero: what one receives others give")
    return given


def income(
    earned: Float[ndarray, " n"],
    kept: Float[ndarray, " n"],
    w_hat: Float[ndarray, " n"],
    world: World,
    closure: Closure,
    taxed: Float[ndarray, "i n"] | None = None,
    tilted: Float[ndarray, " n"] | float = 0.0,
) -> tuple[Float[ndarray, " n"], Float[ndarray, " n"]]:
    """(I_new, D_new) where all income is spent: I kept + tilted = earned + export taxes + D, kept the share that is not duty.

    taxed[i,n]: export tax of i in a unit of n's spending. tilted: what is not duty of spending beside its shares.
    nominal: D as in the baseline, in units of the numeraire.
    world_share: D over world income fixed, so D_new = g D with g = sum I_new / sum I, solved in closed form.
    output_share: I_new/I = g · earned/VA, with the g under which what all spend and is not duty is what all earn.
    """
    system = None if taxed is None else np.diag(kept) - taxed

    def spent(values: Float[ndarray, " n"]) -> Float[ndarray, " n"]:
        return values / kept if system is None else np.linalg.solve(system, values)

    sent, base = closure.received(w_hat), world.base
    total = spent(earned - tilted + sent)
    if closure.deficits == BALANCED:
        return total, sent
    if closure.deficits == "nominal":
        D = base.D * closure.unit(w_hat)
        return total + spent(D), D + sent
    if closure.of_earnings or closure.held:
        D = base.D * (earned.sum() / base.VA.sum())
        return total + spent(D), D + sent
    if closure.of_output:
        wanted = base.income * earned / base.VA
        paid = kept * wanted if system is None else system @ wanted
        g = (earned - tilted).sum() / paid.sum()
        return g * wanted, g * paid + tilted - earned
    per_unit = spent(base.D)
    g = total.sum() / (base.income.sum() - per_unit.sum())
    return total + g * per_unit, g * base.D + sent


def deficits_new(
    gdp: Float[ndarray, "*b n"],
    w_hat: Float[ndarray, "*b n"],
    base: tuple[Float[ndarray, "*c n"], Float[ndarray, "*e"]],
    closure: Closure,
    transfers: Float[ndarray, "*d n"] | None,
) -> Float[ndarray, "*b n"]:
    """D_new where GDP (with all duties) is known: none, fixed, or a fixed share of world income; and transfers.

    base: deficits and world income; of earnings where deficits are a share of those, as `gdp` is then. Many may stand in rows.
    """
    unit = 1.0 if closure.numeraire is None else w_hat[..., closure.numeraire, None]
    sent = np.zeros_like(w_hat) if transfers is None else np.broadcast_to(transfers * unit, w_hat.shape)
    if closure.deficits == BALANCED:
        return sent
    D, world_income = base
    scale = unit if closure.deficits == "nominal" else (np.add.reduce(gdp, axis=-1) / world_income)[..., None]
    return D * scale + sent


def welfare_hat(
    closure: Closure,
    base: tuple[Float[ndarray, " n"], Float[ndarray, " n"], Float[ndarray, " n"]],
    new: tuple[Float[ndarray, " n"], Float[ndarray, " n"], Float[ndarray, " n"], Float[ndarray, " n"]],
    level: Float[ndarray, " n"],
) -> Float[ndarray, " n"]:
    """W_hat = (U_new/U)/P_hat with U = income, less revenue where it is wasted, less the cost of effort; NaN where a U is
    not above zero.

    base: (income, labour income, revenue); new: the same and the tax on labour. Effort costs (1 − tax) wL eps/(1 + eps):
    the integral under a labour supply of constant elasticity eps. With eps = 0 and no waste it is real income; in a steady
    state of capital, consumption: income less what is invested.
    """
    _, labour_new, revenue_new, tax = new
    cut = revenue_new / labour_new if closure.revenue == "tax_cut" else None
    taxes = (closure.tax_rate, tax) if cut is None else (cut, cut)
    before, after = (enjoyed(closure, *part[:3], rate) for part, rate in zip((base, new), taxes, strict=True))
    return np.where((before > 0) & (after > 0), after / before / level, np.nan)


def enjoyed(
    closure: Closure,
    income: Float[ndarray, " n"],
    labour: Float[ndarray, " n"],
    revenue: Float[ndarray, " n"],
    tax: Float[ndarray, " n"] | float,
) -> Float[ndarray, " n"]:
    """U of `welfare_hat`, in money at the prices of its state."""
    found = income if closure.capital is None else income - closure.capital.invested * labour
    effort = closure.labour_supply / (1 + closure.labour_supply)
    found = found - effort * (1 - tax) * labour
    return found - revenue if closure.revenue == "wasted" else found
