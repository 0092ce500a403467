"""The ladder of a solve without any solving: what is tried, in which order and how often, what is taken, refused and said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from parley.errors import InputError, NotSolvedError
from parley.trade import solve as solving
from parley.trade.anderson import FixedPoint, Past
from parley.trade.closure import Closure
from parley.trade.equilibrium import Equilibrium
from parley.trade.problem import Problem, prepare, wedges_of
from parley.trade.solve import balance, check_start, is_balanced, rebase, solve
from parley.world.world import World
from trade_worlds import small_world

TO = 1e-8
START, NEAR = np.zeros(1), np.ones(1)
PAST = Past(3)


@cache
def world() -> World:
    return small_world()


@cache
def problem() -> Problem:
    return prepare(world(), wedges_of(world(), None), Closure())


@cache
def answer() -> Equilibrium:
    return solve(world())


def point(residual: float, at: float = 1.0, passes: int = 2) -> FixedPoint:
    return FixedPoint(np.array([at]), residual, passes)


class Still:
    """A model that goes nowhere."""

    def __init__(self, problem: Any = None) -> None:
        self.problem = problem

    def start(self) -> np.ndarray:
        return START

    def step(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        return 0 * x, 1.0


class Led(Still):
    leads = True

    def led(self, x: np.ndarray) -> tuple[np.ndarray, float]:
        return self.step(x)


def ladder(
    patch: pytest.MonkeyPatch, residuals: list[float], make: type[Still] = Still
) -> tuple[Any, list[tuple[Any, ...]]]:
    """(with_fallbacks of searches that end at these residuals, what each was asked)."""
    calls, left = list[tuple[Any, ...]](), iter(residuals)

    def accelerate(step: Any, x: Any, to: float, passes: int, memory: int = 10, past: Any = None) -> FixedPoint:
        calls.append((step.__name__, float(x[0]), to, passes, memory, past))
        return point(next(left), 10.0 + len(calls))

    def newton(step: Any, x: Any, to: float) -> FixedPoint:
        calls.append(("newton", float(x[0]), to))
        return point(next(left), 20.0 + len(calls))

    def in_parts(at: Callable[[float], Any], x: Any, to: float) -> tuple[FixedPoint, float]:
        calls.append(("parts", float(x[0]), to))
        return point(next(left), 30.0 + len(calls)), 1.0

    for name, fake in (("accelerate", accelerate), ("newton", newton), ("in_parts", in_parts)):
        patch.setattr(solving, name, fake)
    return lambda past=None: solving.with_fallbacks(make(), problem(), NEAR, TO, past), calls


def test_what_is_within_the_tolerance_is_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run, calls = ladder(monkeypatch, [TO])
    found, steps = run(PAST)
    assert (found.residual, found.passes, steps) == (TO, 2, ("accelerated",))
    assert calls == [("step", 1.0, TO, 400, 10, PAST)]


def test_led_passes_come_first_and_plain_ones_from_the_same_start(monkeypatch: pytest.MonkeyPatch) -> None:
    run, calls = ladder(monkeypatch, [TO], Led)
    assert run(PAST)[1] == ("accelerated",)
    assert calls == [("led", 1.0, TO, 100, 5, PAST)]
    run, calls = ladder(monkeypatch, [2 * TO, TO], Led)
    found, steps = run(PAST)
    assert (found.residual, found.passes, steps) == (TO, 4, ("accelerated",))
    assert calls[1] == ("step", 1.0, TO, 400, 10, None)


@pytest.mark.parametrize("solved_at", range(1, 7))
def test_each_rung_starts_from_the_best_point_so_far(monkeypatch: pytest.MonkeyPatch, solved_at: int) -> None:
    """Newton from the best point and from the start, then parts from the model's own start, then restarts."""
    order = [3e-2, 2e-2, 4e-2, 1e-2, 5e-2, 6e-2]
    residuals = [*order[: solved_at - 1], TO]
    run, calls = ladder(monkeypatch, residuals)
    found, steps = run()
    expected = [
        ("step", 1.0, TO, 400, 10, None),
        ("newton", 11.0, TO),
        ("newton", 1.0, TO),
        ("parts", 0.0, TO),
        ("step", 34.0, TO, 600, 5, None),
        ("step", 34.0, TO, 1500, 0, None),
    ]
    assert calls == expected[:solved_at]
    assert (found.residual, found.passes) == (TO, 2 * solved_at)
    told = ("accelerated", "Newton", "in parts, solved to 100 % of the change", "accelerated, memory 5", "plain steps")
    assert steps == told[: (1, 2, 2, 3, 4, 5)[solved_at - 1]]


def test_where_nothing_helps_the_best_point_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    run, calls = ladder(monkeypatch, [3e-2, 2e-2, 4e-2, 1e-2, 5e-2, 6e-2])
    found, steps = run()
    assert (len(calls), found.residual, found.x.tolist(), found.passes, len(steps)) == (6, 1e-2, [34.0], 12, 5)


class Kept:
    """A Mark that remembers what it was asked; `held` is what was kept."""

    held: Any = None

    def __init__(self, *parts: Any) -> None:
        said.append(("made", *(float(np.ravel(part)[0]) for part in parts)))

    def tried(self, step: Any, x: np.ndarray, to: float) -> Any:
        said.append(("tried", float(x[0]), to))
        return self.held

    def ended(self, x: np.ndarray, residual: float, passes: int) -> None:
        said.append(("ended", float(x[0]), residual, passes))


said: list[tuple[Any, ...]] = []


def kept(patch: pytest.MonkeyPatch, on: bool, held: Any = None) -> None:
    said.clear()
    patch.setattr(solving, "Mark", type("Held", (Kept,), {"held": held}))
    patch.setattr(solving, "starts_are_kept", lambda: on)


def test_starts_are_asked_for_only_where_they_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept(monkeypatch, False, [point(1e-9)])
    run, calls = ladder(monkeypatch, [TO])
    run()
    assert (said, len(calls)) == ([], 1)
    kept(monkeypatch, True, [point(1e-9, 5.0, 7)])
    run, calls = ladder(monkeypatch, [])
    found, steps = run()
    assert (found.x.tolist(), found.residual, found.passes, steps, calls) == ([5.0], 1e-9, 7, ("accelerated",), [])
    assert said == [("made", 0.0, TO), ("tried", 0.0, TO)]


def test_only_what_the_first_rung_reached_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept(monkeypatch, True)
    run, _ = ladder(monkeypatch, [TO])
    run()
    assert said[2:] == [("ended", 11.0, TO, 2)]
    kept(monkeypatch, True)
    run, _ = ladder(monkeypatch, [2 * TO, TO])
    run()
    assert len(said) == 2


@pytest.mark.parametrize(
    ("lent", "words"),
    [
        ((0.5, -3.0), "solved to 50 % of the change (there the surplus of C00 is 50% of its income)"),
        ((0.2, 9.99), "the surplus of C01 is 999% of its income"),
        ((0.2, 10.0), "the surplus of C01 is more than 10 times its income"),
    ],
)
def test_who_lends_most_is_named_where_a_part_was_solved(
    monkeypatch: pytest.MonkeyPatch, lent: tuple[float, float], words: str
) -> None:
    income = np.array([2.0, 4.0, 1.0, 1.0])
    state = SimpleNamespace(D_new=-income * np.array([*lent, 0.0, 0.0]), income=income)
    monkeypatch.setattr(solving, "part_of", lambda problem, part: (problem, part))
    asked = []

    def make(part: Any) -> Any:
        asked.append(part[1])
        return SimpleNamespace(state=lambda x: state)

    assert words in solving._reached(make, problem(), NEAR, 0.5)
    assert asked == [0.5]
    for done, said in ((0.0, "0"), (1.0, "100")):
        assert solving._reached(make, problem(), NEAR, done) == f"in parts, solved to {said} % of the change"
    assert asked == [0.5]


def certified(patch: pytest.MonkeyPatch, solver: list[float], certificate: list[float]) -> list[float]:
    """The tolerances asked of a solver that ends at these residuals, under certificates of these."""
    answer()
    asked, ends, proofs = list[float](), iter(solver), iter(certificate)

    def with_fallbacks(iteration: Any, problem: Any, x: Any, to: float, past: Any = None) -> Any:
        asked.append(to)
        return FixedPoint(x, next(ends), 3), ("tried so",)

    def finish(problem: Any, state: Any, found: FixedPoint, steps: Any, named: Any) -> Any:
        assert named[:2] == ("armington", "world_labour")
        return replace(answer(), residual=next(proofs), steps=steps)

    patch.setattr(solving, "with_fallbacks", with_fallbacks)
    patch.setattr(solving, "finish", finish)
    return asked


def test_a_point_at_the_tolerance_is_certified_and_one_beyond_it_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = certified(monkeypatch, [TO], [TO])
    eq = solve(world(), tolerance=TO)
    assert (asked, eq.residual, eq.steps) == ([0.9 * TO], TO, ("tried so",))
    asked = certified(monkeypatch, [1.01 * TO], [])
    with pytest.raises(NotSolvedError, match=r"in 3 passes.*tried so") as refused:
        solve(world(), tolerance=TO)
    assert (len(asked), refused.value.residual) == (1, 1.01 * TO)


def test_a_certificate_that_falls_short_asks_for_more_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = certified(monkeypatch, [0.5 * TO] * 4, [4 * TO, 3 * TO, 2 * TO, 1.5 * TO])
    with pytest.raises(NotSolvedError) as refused:
        solve(world(), tolerance=TO)
    assert refused.value.residual == 1.5 * TO
    assert asked == pytest.approx([0.9 * TO, 0.9 * TO * 0.5 / 4, 0.9 * TO * 0.5 / 3, 0.9 * TO * 0.5 / 2])


def test_a_balance_is_asked_for_to_the_last_digits_and_taken_within_ten_times_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = certified(monkeypatch, [1e-12, 1.01e-12], [0.0] * 2)
    assert balance(world()).countries == world().countries
    with pytest.raises(NotSolvedError) as refused:
        balance(world())
    assert (asked, refused.value.residual) == ([1e-13, 1e-13], 1.01e-12)
    assert "largest deficit" not in str(refused.value)


def test_a_deficit_of_just_what_rounding_leaves_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    largest = np.abs(world().base.D / world().base.income).max()
    monkeypatch.setattr(solving, "BALANCED", largest)
    assert is_balanced(world())
    monkeypatch.setattr(solving, "BALANCED", np.nextafter(largest, 0))
    assert not is_balanced(world())


def test_a_start_of_other_countries_or_sectors_is_refused() -> None:
    check_start(world(), answer())
    for N, S, words in (
        (5, 3, r"other countries \(5: C00, C01, C02 …\).*the 4 countries"),
        (4, 2, r"other sectors \(2"),
    ):
        with pytest.raises(InputError, match=words):
            check_start(world(), replace(answer(), world=small_world(N, S)))


def test_a_state_with_export_taxes_is_no_world() -> None:
    with pytest.raises(InputError, match="a dataset cannot hold"):
        rebase(replace(answer(), export_tax=np.zeros_like(world().t)))
