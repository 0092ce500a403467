"""Equations and certificates at their edges: few cells that move or many, no trade at all, units of money, and what is tried again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from parley.errors import InputError, NotSolvedError, WorldError
from parley.trade import hat
from parley.trade import solve as solving
from parley.trade.anderson import FixedPoint
from parley.trade.closure import Closure, closure_of, income, welfare_hat
from parley.trade.equilibrium import NO_TRADE, SHOWN, balance_gap, balance_step
from parley.trade.models import models
from parley.trade.solve import AGAIN, SAFETY, is_balanced, rebase, solve
from trade_worlds import RELIEF, TIGHT, shocked, small_world, with_deficits

MODELS = models()


@pytest.mark.parametrize("moved", [0, 1, 5, 49, 50, 51, 400])
def test_shocked_shares_are_powers_whether_few_cells_move_or_many(moved: int) -> None:
    """K = pi wedge^(−theta), cell by cell: a world of 400 cells takes both ways (fifty is an eighth)."""
    draw = np.random.default_rng(moved)
    pi, theta = draw.uniform(0.1, 1, (4, 10, 10)), np.array([2.0, 3.5, 5.0, 8.0])
    wedge = np.ones(400)
    wedge[draw.permutation(400)[:moved]] = draw.uniform(1.1, 2, moved)
    wedge = wedge.reshape(4, 10, 10)
    for laid in (wedge, np.asfortranarray(wedge)):
        K = hat.shocked_shares(pi, laid, theta)
        np.testing.assert_allclose(K, pi * wedge ** -theta[:, None, None], rtol=1e-14)
        assert K.flags.c_contiguous
        assert not np.shares_memory(K, pi)


def test_the_few_cells_of_a_great_world_have_the_same_equilibrium_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    world = small_world(6, 4, rate=0.0)
    t = world.t.copy()
    t[0, 1, 2] = 0.3
    few = solve(world, t, tolerance=TIGHT)
    monkeypatch.setattr(hat, "MANY", 10**9)
    many = solve(world, t, tolerance=TIGHT)
    np.testing.assert_allclose(few.X_new, many.X_new, rtol=1e-12)


def test_prices_shares_and_costs_by_hand() -> None:
    Phi, theta = np.array([[0.5, 2.0]]), np.array([2.0])
    np.testing.assert_allclose(hat.price_hat(Phi, theta), [[2**0.5, 0.5**0.5]])
    K, q = np.array([[[0.6, 0.4], [0.2, 0.8]]]), np.array([[1.0, 3.0]])
    np.testing.assert_allclose(hat.new_shares(K, q, np.array([[1.8, 2.6]])), [[[1 / 3, 2 / 3], [0.2 / 2.6, 2.4 / 2.6]]])
    np.testing.assert_allclose(hat.received(np.array([[[2.0, 4.0]]]), np.array([[[0.5, 0.25]]])), [[[1.0, 3.0]]])
    np.testing.assert_allclose(hat.price_level_hat(np.array([[2.0, 8.0]]), np.array([[0.5, 0.5]])), [4.0])
    beta, a = np.array([[0.4], [0.7]]), np.array([[[0.5, 0.1], [0.1, 0.2]]])
    log_P = np.array([[1.0], [2.0]])
    np.testing.assert_allclose(
        hat.log_cost_hat(np.array([3.0]), log_P, beta, a), [[0.4 * 3 + 0.5 + 0.2], [0.7 * 3 + 0.1 + 0.4]]
    )


def test_the_gap_of_a_balance_is_relative_to_trade_and_endless_without() -> None:
    exports, imports, D = np.array([4.0, 0.0, 0.0]), np.array([6.0, 0.0, 0.0]), np.array([1.0, 0.0, 1.0])
    gap = balance_gap(exports.copy(), imports.copy(), D)
    assert gap[:2].tolist() == [0.2, 0.0]
    assert gap[2] == 1 / NO_TRADE
    exports, imports = np.array([4.0, 4.0, 0.0]), np.array([6.0, 6.0, 0.0])
    step = balance_step(exports, imports, np.array([2.0, -2.0, 0.0]))
    np.testing.assert_allclose(step, [0.0, np.log(4 / 8), 0.0], atol=1e-15)


@pytest.mark.parametrize("model", MODELS)
def test_all_money_and_all_prices_are_in_units_of_the_numeraire(model: str) -> None:
    """Money over the wage of the country that counts; what is a quantity or a share stays."""
    world = with_deficits(model)
    tax = np.zeros_like(world.t)
    tax[1:, 0] = 0.1
    asked: dict[str, Any] = {"model": model, "tolerance": TIGHT, "export_tax": tax}
    here, there = (solve(world, shocked(world), numeraire=name, **asked) for name in ("world_labour", "C02"))
    unit = here.w_hat[2]
    assert abs(unit - 1) > 0.01
    for name in (
        "w_hat",
        "c_hat",
        "P_hat",
        "X_new",
        "E_new",
        "income_new",
        "revenue_new",
        "export_revenue_new",
        "D_new",
    ):
        np.testing.assert_allclose(
            getattr(there, name) * unit, getattr(here, name), rtol=1e-9, atol=1e-12, err_msg=name
        )
    for name in ("welfare_hat", "pi_new", "L_hat", "tax_new"):
        np.testing.assert_allclose(getattr(there, name), getattr(here, name), rtol=1e-9, err_msg=name)
    np.testing.assert_allclose(there.X_new.sum(axis=1), there.E_new, rtol=1e-9)
    np.testing.assert_allclose(here.trade_deficit_new, here.D_new, atol=1e-8)


def tried(monkeypatch: pytest.MonkeyPatch, residuals: list[float], tolerance: float = 1e-8) -> tuple[Any, list[float]]:
    """A solve whose certificate finds these residuals, one a round, and the tolerances asked of the solver."""
    asked: list[float] = []
    plain, finish, left = solving.with_fallbacks, solving.finish, iter(residuals)

    def with_fallbacks(iteration: Any, problem: Any, x: Any, to: float, past: Any = None) -> Any:
        asked.append(to)
        return plain(iteration, problem, x, to, past)

    def finished(*args: Any) -> Any:
        return replace(finish(*args), residual=next(left))

    monkeypatch.setattr(solving, "with_fallbacks", with_fallbacks)
    monkeypatch.setattr(solving, "finish", finished)
    world = small_world()
    try:
        return solve(world, shocked(world), tolerance=tolerance), asked
    except NotSolvedError as refused:
        return refused, asked


def test_where_the_certificate_falls_short_the_solver_is_asked_for_as_much_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    eq, asked = tried(monkeypatch, [4e-8, 1e-8])
    found = float(plain_residual())
    assert (eq.residual, len(asked)) == (1e-8, 2)
    assert asked[0] == pytest.approx(SAFETY * 1e-8)
    assert asked[1] == pytest.approx(SAFETY * 1e-8 * found / 4e-8)


def plain_residual() -> float:
    """What the solver itself measures at the first point that it reaches."""
    world = small_world()
    problem = solving.prepare(world, solving.wedges_of(world, shocked(world)), Closure())
    iteration = solving.read_model("armington").Iteration(problem)
    return solving._accelerated(iteration, iteration.start(), SAFETY * 1e-8, None).residual


def test_a_certificate_within_the_tolerance_is_taken_at_once_and_one_beyond_it_three_times_over_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        eq, asked = tried(patch, [1e-8])
        assert (eq.residual, len(asked)) == (1e-8, 1)
    refused, asked = tried(monkeypatch, [2e-8] * 9)
    assert (AGAIN, len(asked)) == (3, 4)
    assert isinstance(refused, NotSolvedError)
    assert refused.residual == 2e-8
    assert "the residual is 2.0e-08" in str(refused)
    assert "Tried: accelerated" in str(refused)


def test_a_refusal_names_the_largest_deficit_unless_trade_is_balanced() -> None:
    world = small_world()
    at = int(np.argmax(np.abs(world.base.D / world.base.income)))
    point = FixedPoint(np.zeros(4), 0.5, 77)
    said = str(solving.not_solved(world, point, ("a", "b"), "nominal", 1e-10))
    share = 100 * abs(world.base.D / world.base.income)[at]
    assert f"that of {world.countries[at]} ({share:.1f}% of income)" in said
    assert "in 77 passes: the residual is 5.0e-01" in said
    assert "Tried: a, b" in said
    assert "largest deficit" not in str(solving.not_solved(world, point, ("a",), "balanced", 1e-10))


def test_what_is_better_is_kept_and_its_passes_are_added() -> None:
    first, second = FixedPoint(np.zeros(1), 0.5, 3), FixedPoint(np.ones(1), 0.1, 4)
    for one, other in ((first, second), (second, first)):
        best = solving._better(one, other)
        assert (best.x.tolist(), best.residual, best.passes) == ([1.0], 0.1, 7)


def test_balanced_is_within_rounding() -> None:
    world = with_deficits("armington")
    assert not is_balanced(world)
    flat = solving.balance(world)
    assert is_balanced(flat)
    base = replace(flat.base, D=flat.base.income * np.array([2e-12, -2e-12, 0.0, 0.0]))
    assert not is_balanced(replace(flat, base=base))


def test_an_equilibrium_is_read_by_name() -> None:
    world = small_world(rate=0.0)
    t = world.t.copy()
    t[1, 2] = 0.2
    eq = solve(world, t)
    assert eq.levying == ("C01",)
    fields = ("welfare_hat", "w_hat", "L_hat", "income_new", "revenue_new", "export_revenue_new", "D_new", "tax_new")
    assert eq["C03"] == {name: getattr(eq, name)[3] for name in fields}
    assert eq["C03", "S1"] == {"c_hat": eq.c_hat[3, 1], "P_hat": eq.P_hat[3, 1], "E_new": eq.E_new[3, 1]}
    assert list(eq.columns()) == ["country", *fields]
    np.testing.assert_allclose(eq.t_new, t, atol=1e-15)
    for asked, error in (("C9", WorldError), (("C03", "S9"), InputError)):
        with pytest.raises(error):
            eq[asked]
    assert "armington" in repr(eq)
    np.testing.assert_array_equal(eq.K_hat, 1)


def test_a_summary_holds_who_levies_first_and_then_who_moves_most() -> None:
    world = small_world(SHOWN + 3, 1, rate=0.0)
    t = world.t.copy()
    t[5, :5] = 0.001
    t[7, 8] = 0.9
    eq = solve(world, t)
    rows = [line.split()[0] for line in eq.summary().splitlines()[2:-1]]
    assert len(rows) == SHOWN
    moved = np.abs(eq.welfare_hat - 1)
    assert rows[:2] == [f"C{n:02}" for n in sorted((5, 7), key=lambda n: -moved[n])]
    others = sorted((n for n in range(SHOWN + 3) if n not in (5, 7)), key=lambda n: -moved[n])
    assert rows[2:] == [f"C{n:02}" for n in others[: SHOWN - 2]]
    first = eq.summary().splitlines()
    assert first[0] == f"armington on {world.name}, deficits world_share, revenue lump_sum"
    assert first[-1].startswith(f"Largest market-clearing error {eq.residual:.1e}, {eq.passes} passes; 15 countries")
    n = int(rows[0][1:])
    assert f"{100 * (eq.welfare_hat[n] - 1):.3f}".replace("-", "") in first[2]


def test_a_rebased_world_starts_from_the_new_flows() -> None:
    world = small_world()
    eq = solve(world, shocked(world))
    there = rebase(eq)
    np.testing.assert_allclose(there.X, eq.X_new)
    np.testing.assert_allclose(there.t, eq.t_new, atol=1e-14)


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ({"labour_supply": -0.1}, "zero or more"),
        ({"labour_supply": float("inf")}, "zero or more|finite number"),
        ({"tax_rate": 1.0}, "below 1"),
        ({"tax_rate": -0.1}, "from 0"),
        ({"revenue": "tax_relief", "tax_rate": 0.3}, "both"),
        ({"revenue": "tax_relief", "labour_supply": 0.5}, "both"),
        ({"transfers": np.array([1.0, -1.0, 0.0])}, "one number a country"),
        ({"transfers": np.array([1.0, -1.0, 0.0, np.nan])}, "one number a country"),
        ({"transfers": np.array([1.0, -0.9, 0.0, 0.0])}, "zero: what one receives"),
        ({"numeraire": "C9"}, "numeraire"),
    ],
)
def test_what_closes_no_model_is_refused(words: dict[str, Any], allowed: str) -> None:
    with pytest.raises(InputError, match=allowed):
        solve(small_world(), **words)


def test_the_words_of_a_closure_at_their_bounds() -> None:
    world, plain = small_world(), ("world_share", "lump_sum", "world_labour", None, 0.0, None)
    found = closure_of(world, *plain)
    assert (found.plain, found.elastic, found.derived, found.assumes, found.numeraire) == (True, False, True, [], None)
    assert found.unit(np.array([2.0, 3.0])) == 1.0
    counted = closure_of(world, "nominal", "wasted", "C01", np.array([1.0, -1.0, 0.0, 1e-10]), 0.5, 0.0)
    assert (counted.numeraire, counted.tax_rate, counted.labour_supply, counted.plain, counted.elastic) == (
        1,
        0.0,
        0.5,
        False,
        True,
    )
    w_hat = np.array([2.0, 4.0, 1.0, 1.0])
    assert counted.unit(w_hat) == 4.0
    assert counted.received(w_hat).tolist() == [4.0, -4.0, 0.0, 4e-10]
    assert found.received(w_hat).tolist() == [0.0] * 4
    half = counted.part(0.5)
    assert half.transfers is not None
    assert half.transfers.tolist() == [0.5, -0.5, 0.0, 5e-11]
    assert found.part(0.5) is found
    assert counted.asked == {
        "deficits": "nominal", "revenue": "wasted", "capital": "fixed", "closures": [], "labour_supply": 0.5, "tax_rate": None}  # fmt: skip
    assert closure_of(world, *plain[:4], 0.5, 0.3).asked["tax_rate"] == 0.3


def test_income_by_hand_under_each_closure_of_deficits() -> None:
    world = small_world()
    earned, kept, w_hat = world.base.VA * 1.1, np.array([0.9, 0.8, 1.0, 0.95]), np.array([1.2, 0.9, 1.0, 1.1])
    sent = np.array([0.3, -0.1, -0.15, -0.05])
    total, D = income(earned, kept, w_hat, world, Closure("balanced", transfers=sent))
    np.testing.assert_allclose(total, (earned + sent) / kept)
    np.testing.assert_allclose(D, sent)
    total, D = income(earned, kept, w_hat, world, Closure("nominal", numeraire=0, transfers=sent))
    np.testing.assert_allclose(D, 1.2 * (world.base.D + sent))
    np.testing.assert_allclose(total, (earned + D) / kept)
    total, D = income(earned, kept, w_hat, world, Closure("world_share"))
    np.testing.assert_allclose(D, world.base.D * total.sum() / world.base.income.sum())
    np.testing.assert_allclose(total * kept, earned + D)
    taxed = np.full((4, 4), 0.01)
    total, D = income(earned, kept, w_hat, world, Closure("world_share"), taxed)
    np.testing.assert_allclose(total * kept, earned + taxed @ total + D)


def test_what_is_enjoyed_leaves_out_waste_and_effort() -> None:
    base = np.array([10.0]), np.array([8.0]), np.array([1.0])
    new = np.array([12.0]), np.array([9.0]), np.array([2.0]), np.array([0.25])
    level = np.array([1.5])
    assert welfare_hat(Closure(), base, new, level)[0] == pytest.approx(12 / 10 / 1.5)
    assert welfare_hat(Closure(revenue="wasted"), base, new, level)[0] == pytest.approx(10 / 9 / 1.5)
    effort = Closure(labour_supply=1.0, tax_rate=0.5)
    assert welfare_hat(effort, base, new, level)[0] == pytest.approx((12 - 0.5 * 0.75 * 9) / (10 - 0.5 * 0.5 * 8) / 1.5)
    cut = Closure(revenue="tax_cut", labour_supply=1.0)
    rate = 2 / 9
    assert welfare_hat(cut, base, new, level)[0] == pytest.approx(
        (12 - 0.5 * (1 - rate) * 9) / (10 - 0.5 * (1 - rate) * 8) / 1.5
    )


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("closure", [{}, {"labour_supply": 0.5}, RELIEF], ids=["plain", "hours", "relief"])
def test_a_start_at_a_neighbour_is_nearer_than_the_baseline(model: str, closure: dict[str, Any]) -> None:
    """At the answer itself nothing is left to do."""
    world = with_deficits(model)
    t = world.t + (0.05 if not closure else 0.01) * (np.arange(4)[:, None, None] != np.arange(4)[None, :, None])
    asked = {"model": model, "tolerance": 1e-9, **closure}
    there = solve(world, t, **{**asked, "tolerance": TIGHT})
    again = solve(world, t, start=there, **asked)
    assert again.passes <= 2
    assert solve(world, t, **asked).passes > again.passes
