"""One product in partial equilibrium: textbook closed forms, and the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest

from commands import PARLEY, Command
from parley.errors import InputError
from parley.law.trade_weights import read_weights
from parley.scenario.partial import origins_of_line
from parley.trade.partial import market_of, solve_product, supply_of


def one(before=0.0, after=0.25, demand=1.5, supply=4.0, substitution=3.0, value=100.0):
    return solve_product(
        market_of(["all"], [value], [before], [after], demand=demand, supply=supply, substitution=substitution)
    )


@pytest.mark.parametrize(("demand", "supply"), [(1.5, 4.0), (1.0, 1.0), (3.0, 0.2), (2.0, np.inf)])
def test_one_origin_passes_through_by_supply_over_supply_plus_demand(demand: float, supply: float):
    found = one(demand=demand, supply=supply)
    share = 1.0 if np.isinf(supply) else supply / (supply + demand)
    assert found.pass_through[0] == pytest.approx(share, rel=1e-10)
    assert found.price_hat[0] == pytest.approx(1.25**share, rel=1e-10)
    assert found.quantity_hat[0] == pytest.approx(1.25 ** (-share * demand), rel=1e-10)
    assert supply_of(share, demand) == pytest.approx(supply)


def test_surpluses_are_areas_under_the_curves():
    """Buyers lose the integral of demand over the rise of their price, sellers that of supply over the fall of theirs."""
    found = one()
    prices = np.linspace(1, found.price_hat[0], 200_001)
    lost = 100 * np.trapezoid(prices**-1.5, prices)
    assert found.buyers == pytest.approx(-lost, rel=1e-9)
    prices = np.linspace(found.seller_hat[0], 1, 200_001)
    assert found.sellers == pytest.approx(-100 * np.trapezoid(prices**4.0, prices), rel=1e-9)
    assert found.revenue == pytest.approx(0.25 * 100 * found.value_hat[0], rel=1e-12)


def test_a_small_duty_is_paid_by_no_one_but_split_and_costs_nothing_at_first_order():
    """From free trade the first step is a transfer (Harberger): what buyers, sellers and the treasury gain sums to zero."""
    sums = []
    for rate in (1e-3, 1e-4):
        found = one(after=rate)
        sums.append((found.buyers + found.sellers + found.revenue) / rate)
    assert sums[0] / sums[1] == pytest.approx(10, rel=0.01)
    assert abs(sums[1]) < 0.02


def test_the_best_duty_is_the_inverse_of_foreign_supply():
    """t = 1/supply maximises the importer's gain (Bickerdike; Johnson 1953)."""
    gains = {rate: one(after=rate, supply=4.0).welfare for rate in (0.23, 0.24, 0.25, 0.26, 0.27)}
    assert max(gains, key=gains.__getitem__) == 0.25


def test_a_duty_on_one_origin_diverts_to_the_others():
    rates = [0.05, 0.05, 0.05], [1.5, 0.05, 0.05]
    market = market_of(["CHN", "VNM", "MEX"], [60, 30, 10], *rates, demand=1.0, substitution=4.0, supply=5.0)
    found = solve_product(market)
    assert found.residual < 1e-12
    assert found.value_hat[0] < 0.3
    assert found.value_hat[1] == pytest.approx(found.value_hat[2], rel=1e-12)
    assert found.value_hat[1] > 1.2
    assert np.isnan(found.pass_through[1])
    spread = np.log(found.quantity_hat[0] / found.quantity_hat[1]) / np.log(found.price_hat[0] / found.price_hat[1])
    assert spread == pytest.approx(-4.0, rel=1e-10)


def test_what_makes_no_sense_is_refused():
    with pytest.raises(InputError, match="without a sign"):
        one(demand=-1.5)
    with pytest.raises(InputError, match="a rate is -1"):
        one(after=-1.0)
    with pytest.raises(InputError, match="before has 0 numbers"):
        market_of(["CHN"], [1.0], [], [], demand=1, supply=1, substitution=1)
    with pytest.raises(InputError, match="at most 1"):
        supply_of(1.2, 1.0)


run = Command("trade", "partial")


def test_the_command_answers_in_fractions_and_for_people(capsys):
    asked = ("--value", "100", "--before", "0", "--after", "25", "--demand", "1.5", "--supply", "4")
    code, out, _ = run(capsys, *asked, "--json")
    held = json.loads(out)
    assert (code, held["origins"][0]["after"]) == (0, 0.25)
    assert held["origins"][0]["pass_through"] == pytest.approx(4 / 5.5)
    code, out, _ = run(capsys, *asked)
    assert code == 0
    assert "72.7" in out
    code, _, err = run(capsys, "--value", "100", "--before", "0", "--after", "25", "--demand", "1.5")
    assert code == 2
    assert "pass-through" in err


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (("--supply", "0"), "supply: 0"),
        (("--supply", "4", "--pass-through", "0.5"), "one of them"),
        (("--supply", "4", "--substitution", "0"), "elasticity of substitution is 0"),
    ],
)
def test_a_zero_is_a_number_that_was_given(capsys, told, says):
    code, _, err = run(capsys, "--value", "100", "--old-rate", "0", "--new-rate", "25", "--demand", "1.5", *told)
    assert code == 2
    assert says in err.replace("\n", " ")


@pytest.mark.parametrize("line", ["8703.23.01.90", "8703.23.01.40", "9503.00.00.73", "8517.13.00.00", "0901.11.00.25"])
def test_a_lines_imports_are_its_own(line: str) -> None:
    """A line was given the imports of all lines beside it: $14.7 bn of used cars from Japan, which sold 0.13."""
    held, code = read_weights("USA"), line.replace(".", "")
    row = held.value[list(held.products).index(code)]
    found = origins_of_line(line, "USA", "2025-01-01", "2025-05-02", None)
    own = dict(zip(held.partners, row.tolist(), strict=True))
    assert {name: own[name] for name in found.names} == pytest.approx(dict(zip(found.names, found.values, strict=True)))
    assert set(found.names) | set(found.left_out) == {name for name, value in own.items() if value > 0}


@pytest.mark.parametrize(
    ("said", "code"), [("Japan", "JPN"), ("日本", "JPN"), ("jpn", "JPN"), ("European Union", "EUU")]
)
def test_one_origin_is_shown_by_any_of_its_names(capsys, said: str, code: str) -> None:
    asked = "trade partial 8703.23.01.90 --demand 1.2 --substitution 4 --supply 3 --json --origin".split()
    assert [row["origin"] for row in json.loads(PARLEY.out(capsys, *asked, said))["origins"]] == [code]


def test_an_origin_without_imports_is_refused_with_those_that_have_some(capsys) -> None:
    asked = "trade partial 8703.23.01.90 --demand 1.2 --substitution 4 --supply 3 --origin Laos".split()
    assert "no imports from Laos" in PARLEY.err(capsys, 3, *asked)
