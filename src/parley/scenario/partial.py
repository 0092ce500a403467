"""One product in partial equilibrium, as `trade partial` asks it: numbers of the user's own, or a tariff line on two days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from parley.codes import country, day
from parley.codes import product as code_of
from parley.errors import InputError
from parley.law.beyond import note
from parley.law.edition import edition_of
from parley.law.explain import is_beyond
from parley.law.law_package import law_in_use
from parley.law.regime import Regime, measures_folder, read_regime, read_to
from parley.law.trade_weights import FILES, read_weights
from parley.scenario.answers import PartialAnswer
from parley.scenario.clocks import NO_CLOCKS, ScenarioClocks
from parley.trade.answers import OriginOutcome, ProductAnswer
from parley.trade.partial import ProductOutcome, market_of, solve_product


@dataclass(frozen=True)
class Elasticities:
    """What the user assumes: positive; demand without a sign, substitution between origins, supply of each."""

    demand: float
    substitution: float
    supply: float


@dataclass(frozen=True)
class Origins:
    """Who sells: imports before duty, rates before and after (fractions); left_out: origins without a rate as a fraction."""

    names: tuple[str, ...]
    values: tuple[float, ...]
    before: tuple[float, ...]
    after: tuple[float, ...]
    left_out: tuple[str, ...] = ()


def partial_of_numbers(value: float, before: float, after: float, elasticities: Elasticities) -> PartialAnswer:
    """The answer for imports and rates (fractions) of the user's own: no law stands behind it."""
    origins = Origins(("all",), (value,), (before,), (after,))
    return {**NO_CLOCKS, **_answer(origins, elasticities, None, None)}


def partial_of_line(
    product: str, destination: str, since: str, on: str, known: str | None, elasticities: Elasticities
) -> PartialAnswer:
    """The answer for a tariff line: imports of 2024 by origin, rates of the law on two days."""
    origins = origins_of_line(product, destination, since, on, known)
    return {**_clocks(destination, on, known), **_answer(origins, elasticities, product, destination)}


def origins_of_line(product: str, destination: str, since: str, on: str, known: str | None) -> Origins:
    """The origins of a tariff line that has imports. Raises InputError where none has a rate."""
    code, levier = code_of(product, "trade partial"), country(destination, "--destination")
    if levier not in FILES:
        raise InputError("--destination", f"no imports by line of {levier} are packaged", ", ".join(FILES))
    weights, regime = read_weights(levier), read_regime()
    edition = edition_of(
        levier, day(on, "--on")
    ).codes  # by itself a code would be given the imports of all its neighbours
    lines = [line for line in edition if line.startswith(code)]
    values = weights.matrix(lines, weights.partners, edition).sum(axis=0)
    seen = day(known, "--known") if known else None
    left_out: list[str] = []
    rows: list[tuple[str, float, float, float]] = []
    for partner, imports in zip(weights.partners, values, strict=True):
        if not imports > 0:
            continue
        before, after = (regime.rate(code, partner, levier, day(d, "day"), known=seen) for d in (since, on))
        if before is None or after is None:
            left_out.append(str(partner))
            continue
        rows.append((str(partner), float(imports), before, after))
    if not rows:
        raise InputError(f"trade partial {product}", "no imports with a known rate", "a line with imports in 2024")
    names, amounts, old, new = zip(*rows, strict=True)
    return Origins(names, amounts, old, new, tuple(left_out))


def _clocks(destination: str, on: str, known: str | None) -> ScenarioClocks:
    """The clocks of the law behind a line's rates."""
    levier, when = country(destination), day(on, "on")
    read = Regime((), reached=read_to(measures_folder())).law_known_to(levier)
    seen = day(known, "known") if known else read
    beyond = is_beyond(read, when, seen if known else None)
    return {
        "on": when,
        "known": seen,
        "law_known_to": read,
        "beyond_known": beyond,
        "law_known_to_by": {levier: read} if read else {},
        "clock_note": note(read, when, levier) if read and beyond else None,
        "law_version": law_in_use().version,
        "reading": "statutory",
        "reading_note": None,
    }


def _answer(
    origins: Origins, elasticities: Elasticities, product: str | None, destination: str | None
) -> ProductAnswer:
    """What the change of duties does; origins by imports, the largest first."""
    e = elasticities
    found = solve_product(
        market_of(
            origins.names, origins.values, origins.before, origins.after,
            demand=e.demand, substitution=e.substitution, supply=e.supply,
        )
    )  # fmt: skip
    order: Sequence[int] = sorted(range(len(origins.names)), key=lambda i: -origins.values[i])
    return {
        "product": product,
        "destination": destination,
        "origins": [_row(found, i) for i in order],
        "price_change": found.composite_hat - 1,
        "buyers": found.buyers,
        "revenue": found.revenue,
        "welfare": found.welfare,
        "sellers": found.sellers,
        "elasticities": {"demand": e.demand, "substitution": e.substitution, "supply": e.supply},
        "residual": found.residual,
        "left_out": list(origins.left_out),
    }


def _row(found: ProductOutcome, i: int) -> OriginOutcome:
    market = found.market
    return {
        "origin": market.origins[i],
        "imports": float(market.value[i]),
        "before": float(market.before[i]),
        "after": float(market.after[i]),
        "buyer_price_change": float(found.price_hat[i] - 1),
        "seller_price_change": float(found.seller_hat[i] - 1),
        "pass_through": float(found.pass_through[i]),
        "quantity_change": float(found.quantity_hat[i] - 1),
        "imports_change": float(found.value_hat[i] - 1),
    }
