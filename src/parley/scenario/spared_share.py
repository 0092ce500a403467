"""How much of what one party buys from another a programme in force leaves out, by value."""

from __future__ import annotations

from datetime import date

from parley.codes import country_name
from parley.law.compiled import compile_rates
from parley.law.kept_answers import kept_answer
from parley.law.regime import Regime
from parley.law.trade_weights import WEIGHTED, read_weights
from parley.scenario.answers_brief import SparedShare
from parley.scenario.scenario import Scenario


def spared_share(regime: Regime, scenario: Scenario, programme: str) -> SparedShare | None:
    """The share of the first party's imports from the other, by value, that a programme in force leaves out."""
    levier, origin = scenario.parties[0], scenario.parties[-1]
    if levier not in WEIGHTED:
        return None
    asked = (origin, scenario.on, scenario.known, programme)
    found = kept_answer(
        "spared", regime, levier, asked, tuple[SparedShare, ...], lambda: _spared(regime, levier, *asked)
    )
    return found[0] if found else None


def _spared(
    regime: Regime, levier: str, origin: str, on: date, known: date | None, programme: str
) -> tuple[SparedShare, ...]:
    """None, or one: the share of a levier's imports from an origin that a programme in force on a day leaves out."""
    rates = compile_rates(regime, levier, (origin,), on, known)
    if programme not in rates.by_programme:
        return ()
    weight = read_weights(levier).matrix(rates.products, (origin,))
    spared = weight[rates.by_programme[programme] <= 0].sum()
    return ({"programme": programme, "share": float(spared / weight.sum()), "of": country_name(origin)},)
