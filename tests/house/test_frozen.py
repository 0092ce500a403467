"""A certified number does not move: the arrays of every public value refuse to be changed, and are nobody else's."""

from __future__ import annotations

import ast
import copy
import dataclasses
import importlib
import pickle
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy import ndarray

from parley.errors import InputError
from parley.frozen import Sealed, frozen, read_only
from parley.law.shipments.columns import Options
from parley.law.shipments.layouts.currencies import Rates as CurrencyRates
from parley.law.shipments.layouts.plan import FileOptions
from parley.rates import RateTable, Wedges
from parley.trade.adjoint import gradient
from parley.trade.closure import Closure
from parley.trade.indicators import foreign_flows
from parley.trade.partial import market_of, solve_product
from parley.trade.path import split_change
from parley.trade.problem import Shocks
from parley.trade.solve import rebase, solve
from parley.world.world import World

SOURCE = Path(__file__).parents[2] / "src" / "parley"
ROOMS = ("rates", "world", "trade", "talks", "scenario")
INSIDE = {  # what solvers hold between two passes, and never hand out
    "trade": {"Problem", "State", "Trade", "FixedPoint", "Certificate", "_Values", "_Point", "Preconditioner", "Markets"},
    "talks": {"Flows", "Multipliers", "Closure", "Links", "Iterate", "Iterated", "Deviations", "TrialOutcomes", "Direct",
              "_Search"},
}  # fmt: skip


def small_world() -> World:
    """Two countries and two sectors, with a deficit, rates and no links."""
    flows = np.array([[[60.0, 40.0], [30.0, 9.0]], [[20.0, 12.0], [70.0, 50.0]]])
    rates = np.zeros_like(flows)
    rates[0, 1], rates[1, 0] = 0.1, 0.05
    return World.from_arrays(("USA", "CHN"), ("a", "b"), flows, rates, [4.0, 6.0], flows_include_tariff=True)


def linked_world() -> World:
    """The same with input-output links."""
    w = small_world()
    shares = np.full((2, 2, 2), 0.5)
    return World.from_arrays(w.countries, w.sectors, w.X, w.t, w.theta, flows_include_tariff=True,
                             final_share=w.alpha, value_added_share=np.full((2, 2), 0.8), io_share=shares)  # fmt: skip


def raised(w: World, by: float = 0.1) -> ndarray:
    t = w.t.copy()
    t[0, 1] += by
    return t


NAMES = (
    "World", "World with links", "World as it is after", "World, theta", "World, rates", "Accounts", "Equilibrium", "balanced",
    "Wedges", "Wedges of arrays", "RateTable", "Gradient", "Flows", "Split", "ProductMarket", "ProductOutcome", "Closure",
    "Shocks", "pickled", "copied deeply", "copied",
)  # fmt: skip


@cache
def values() -> dict[str, Any]:
    """A value of every public type of world and trade, by name; what a test tries to change of it is refused."""
    w = small_world()
    eq = solve(w, raised(w), export_tax=np.where(np.eye(2)[:, :, None] > 0, 0.0, 0.01) * np.ones(2), numeraire="CHN")
    market = market_of(("CHN", "VNM"), [3.0, 1.0], [0.0, 0.1], [0.5, 0.1], demand=1.0, substitution=4.0, supply=2.0)
    table = RateTable("USA", ("a",), ("CHN",), *(np.full((1, 1), x) for x in (0.1, 0.2, 1.0)), date(2025, 1, 1),
                      date(2025, 2, 1), date(2025, 2, 1), "equal")  # fmt: skip
    return {
        "World": w, "World with links": linked_world(), "World as it is after": rebase(solve(w, raised(w))),
        "World, theta": w.with_theta([3.0, 3.0]), "World, rates": w.with_tariffs(raised(w)), "Accounts": w.base,
        "Equilibrium": eq, "balanced": solve(w, raised(w), deficits="balanced"),
        "Wedges": Wedges.from_rates(raised(w), w.t), "Wedges of arrays": Wedges(np.ones((2, 2, 2)), np.zeros((2, 2, 2))),
        "RateTable": table, "Gradient": gradient(solve(w, raised(w)), "USA"), "Flows": foreign_flows(eq),
        "Split": split_change(w, raised(w)), "ProductMarket": market, "ProductOutcome": solve_product(market),
        "Closure": Closure(transfers=np.zeros(2)), "Shocks": Shocks(np.ones((2, 2, 2)), np.ones((2, 2, 2)), None),
        "pickled": pickle.loads(pickle.dumps(eq)), "copied deeply": copy.deepcopy(eq), "copied": copy.copy(eq),
    }  # fmt: skip


def arrays_of(value: Any, seen: set[int] | None = None) -> Iterator[tuple[str, ndarray]]:
    """Every array of a value, of the values in it, and of what its properties and collections hold."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, ndarray):
        yield "", value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from ((f"[{name!r}]{at}", a) for at, a in arrays_of(inner, seen))
    elif isinstance(value, (tuple, list)):
        for k, inner in enumerate(value):
            yield from ((f"[{k}]{at}", a) for at, a in arrays_of(inner, seen))
    elif dataclasses.is_dataclass(value):
        for name, inner in vars(value).items():
            yield from ((f".{name}{at}", a) for at, a in arrays_of(inner, seen))


def ways_to_change(a: ndarray) -> list[Callable[[], Any]]:
    """Ways to change an array in place: its numbers, and what NumPy lets anybody set."""
    set_at = [
        (a, "flat", 0), (a, "real", 0), (a, "shape", (a.size,)), (a, "dtype", np.int64), (a, "strides", (0,) * a.ndim), (a, "data", b""),
        (a[None], "shape", (a.size,)), (a.T, "dtype", np.int64),
    ]  # fmt: skip
    return [
        lambda: a.__setitem__(..., 0), lambda: a.__iadd__(1), lambda: a.sort(), lambda: a.fill(0), lambda: a.put(0, 0),
        lambda: np.copyto(a, 0), lambda: a.__setstate__(np.ones(3).__reduce__()[2]), *(partial(setattr, *said) for said in set_at),
    ]  # fmt: skip


def test_what_is_reckoned_copied_or_pickled_from_a_held_array_is_its_reader_s_own() -> None:
    held = small_world().X
    for mine in (
        held + 1,
        2 * held,
        np.exp(held),
        held.sum(axis=0),
        held.copy(),
        *(pickle.loads(pickle.dumps(held, protocol)) for protocol in range(pickle.HIGHEST_PROTOCOL + 1)),
        np.array(held),
    ):
        mine += 1
        mine.dtype = np.int64
    assert type(pickle.loads(pickle.dumps(held, protocol=2))) is type(held + 1) is type(held @ held) is ndarray
    assert type(held.sum()) is type(held[0, 1, 0]) is np.float64
    assert repr(held) == repr(np.array(held))
    plain = np.asarray(held)
    made = Wedges(plain, plain / 100)
    plain.dtype = np.int64
    assert made.tau_hat.dtype == float


def test_every_value_is_asked_for() -> None:
    assert list(values()) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_no_array_of_a_public_value_can_be_changed(name: str) -> None:
    found = list(arrays_of(values()[name]))
    assert found
    for place, array in found:
        for act in ways_to_change(array):
            with pytest.raises(ValueError, match="read-only"):
                act()
        with pytest.raises(ValueError, match=r"read-only|does not own|single-segment"):
            array.resize(array.size + 1, refcheck=False)
        assert not array.flags.writeable, place
        base = array.base
        while isinstance(base, ndarray):  # nor by the name of what it is a view of
            assert not base.flags.writeable, place
            base = base.base


def test_the_question_that_gave_wrong_numbers_is_refused() -> None:
    """It moved the base rates too, and so asked for no change: 0.000 percent, certified."""
    w = small_world()
    before = solve(w, raised(w, 1.45), deficits="balanced").welfare_hat.copy()
    with pytest.raises(ValueError, match="read-only"):
        w.t[0, 1] += 1.45
    with pytest.raises(ValueError, match="read-only"):
        w.base.pi[0, 1] = 0.5
    assert np.array_equal(solve(w, raised(w, 1.45), deficits="balanced").welfare_hat, before)
    assert abs(before[0] - 1) > 1e-4


def test_what_the_caller_does_to_his_arrays_later_changes_nothing_here() -> None:
    w = linked_world()
    given = {name: np.array(a) for name, a in (("X", w.X), ("t", w.t), ("theta", w.theta), ("alpha", w.alpha),
             ("beta", w.beta), ("gamma", w.gamma))}  # fmt: skip
    made = World.from_arrays(
        w.countries, w.sectors, given["X"], given["t"], given["theta"], flows_include_tariff=True,
        final_share=given["alpha"], value_added_share=given["beta"], io_share=given["gamma"],
    )  # fmt: skip
    plain = World(w.countries, w.sectors, *given.values(), w.base)
    wedges, tax = Wedges(given["X"], given["t"]), np.where(np.eye(2)[:, :, None] > 0, 0.0, 0.01) * np.ones(2)
    rates, sent = raised(w), np.array([0.5, -0.5])
    eq = solve(w, rates, model="caliendo_parro", export_tax=tax, transfers=sent)
    held = [(made, pickle.dumps(made)), (plain, pickle.dumps(plain)), (wedges, pickle.dumps(wedges))]
    numbers = {place: a.copy() for place, a in arrays_of(eq)}
    for array in (*given.values(), tax, rates, sent):
        assert array.flags.writeable, "an array of the caller's stays his"
        array += 0.25
    for value, before in held:
        assert pickle.dumps(value) == before
    assert all(np.array_equal(a, numbers[place]) for place, a in arrays_of(eq))


def test_a_view_that_cannot_be_written_of_an_array_that_can_is_copied() -> None:
    mine = np.ones((2, 2, 2))
    view = np.broadcast_to(mine[:, :, :1], mine.shape)
    made = Wedges(view, mine.transpose(1, 0, 2))
    mine[:] = 7.0
    assert (made.tau_hat == 1).all()
    assert (made.revenue_share == 1).all()


def test_what_nobody_can_write_is_kept_without_a_copy_and_layouts_stay() -> None:
    w = small_world()
    assert dataclasses.replace(w, name="other").X is w.X
    assert Wedges(w.X, w.t).tau_hat is w.X
    assert w.X.transpose(2, 0, 1).flags.c_contiguous
    assert Wedges(w.X.copy("K"), w.t).tau_hat.strides == w.X.strides
    eq = solve(w, raised(w))
    assert eq.X_new.transpose(2, 0, 1).flags.c_contiguous


def test_lists_tuples_and_dictionaries_of_arrays_are_covered() -> None:
    @dataclasses.dataclass(frozen=True)
    @read_only
    class Held:
        named: dict[str, ndarray]
        row: tuple[ndarray, ...]
        plain: tuple[int, ...] = (1, 2)

    mine = np.ones(3)
    made = Held({"a": mine}, (mine, frozen(np.ones(2))))
    mine[:] = 5.0
    assert made.named["a"].tolist() == made.row[0].tolist() == [1.0, 1.0, 1.0]
    assert not any(a.flags.writeable for _, a in arrays_of(made))


def test_memory_that_is_read_only_cannot_be_made_writable_again_by_any_name_of_it() -> None:
    for name in NAMES:
        for place, array in arrays_of(values()[name]):
            for act in (lambda a=array: a.setflags(write=True), lambda a=array: setattr(a.flags, "writeable", True)):
                with pytest.raises(ValueError, match="WRITEABLE"):
                    act()
            part = array[..., :1] if array.ndim else array
            with pytest.raises(ValueError, match="WRITEABLE"):
                part.setflags(write=True)
            assert not isinstance(array.base, ndarray) or not array.base.flags.owndata, place


def test_an_array_that_its_owner_had_locked_and_opens_again_is_his_alone() -> None:
    mine = np.ones((2, 2, 2))
    mine.setflags(write=False)
    made = Wedges(mine, 0.5 * mine)
    mine.setflags(write=True)
    mine[:] = 7.0
    assert (made.tau_hat == 1).all()
    seen = np.asarray(
        memoryview(np.ones((2, 2, 2))).toreadonly()
    )  # a view of somebody's memory, which only looks sealed
    assert Wedges(seen, 0.5 * seen).tau_hat is not seen


def declared() -> list[tuple[str, str, str]]:
    """(module, room, class) of every dataclass with arrays in the rooms."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if parts[0] not in ROOMS:
            continue
        text = path.read_text("utf-8")
        if "dataclass" not in text or "ndarray" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(d) for d in node.decorator_list):
                kinds = [ast.unparse(s.annotation) for s in node.body if isinstance(s, ast.AnnAssign)]
                if any("ndarray" in kind for kind in kinds):
                    found.append((".".join(("parley", *parts)), parts[0], node.name))
    return found


@pytest.mark.parametrize(("module", "room", "name"), declared(), ids=lambda x: str(x).removeprefix("parley."))
def test_every_dataclass_with_arrays_is_read_only_or_never_leaves_the_solver(module: str, room: str, name: str) -> None:
    kind = getattr(importlib.import_module(module), name)
    is_covered = getattr(kind, "__post_init__", None) is not None and hasattr(kind, "__setstate__")
    assert is_covered != (name in INSIDE.get(room, ())), f"{module}.{name}: @read_only below @dataclass(frozen=True)"


@pytest.mark.parametrize(("kind", "field", "mine"), [
    (Options, "columns", {"value": "Worth"}), (FileOptions, "columns", {"value": "Worth"}),
    (CurrencyRates, "by_currency", {"EUR": ((date.min,), (1.1,))}),
])  # fmt: skip
def test_what_is_said_about_files_does_not_change(kind: Any, field: str, mine: dict[str, Any]) -> None:
    made, before = kind(**{field: mine}), dict(mine)
    mine["more"] = "later"
    assert dict(getattr(made, field)) == before
    with pytest.raises(TypeError, match="does not change"):
        getattr(made, field)["more"] = "later"
    assert dict(getattr(copy.deepcopy(made), field)) == before


@pytest.mark.parametrize("wrong", [
    {"columns": [("value", "Worth")]}, {"columns": {"value": 5}}, {"threads": "2"}, {"threads": 1.5}, {"fees": "no"}, {"dates": None},
    {"reading": "laws"}, {"before": "us-x"}, {"memory": 5}, {"on": ["2025-05-02"]}, {"pieces": 5},
])  # fmt: skip
def test_options_of_a_run_are_checked_as_they_are_made(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="Options"):
        Options(**wrong)


def parts_of(value: Any, depth: int = 5) -> Iterator[Any]:
    """The values of parley in an answer, of each kind a few."""
    if depth and isinstance(value, (list, tuple, Mapping)):
        for inner in list(value.values() if isinstance(value, Mapping) else value)[:3]:
            yield from parts_of(inner, depth - 1)
    elif depth and type(value).__module__.startswith("parley") and hasattr(value, "__dict__"):
        yield value
        for inner in vars(value).values():
            yield from parts_of(inner, depth - 1)


def can_change(value: Any) -> bool:
    """Whether a collection or an array can be changed in place."""
    if isinstance(value, ndarray):
        return value.flags.writeable or type(value) is not Sealed
    return type(value) in (dict, list, set) or (isinstance(value, tuple) and any(map(can_change, value[:9])))


@pytest.mark.slow
def test_nothing_that_an_answer_holds_can_be_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of every public function's answer: what it gives twice as the same object, it holds, be it a field or computed once."""
    monkeypatch.syspath_prepend(SOURCE.parents[1] / "builders")
    monkeypatch.chdir(tmp_path)  # a call among them writes a workbook
    misuse = importlib.import_module("misuse")
    parts = [part for call in misuse.calls().values() if not call.dear for part in parts_of(misuse.answer(call))]
    held = {
        f"{type(part).__name__}.{name}" for part in parts for name, value in vars(part).items() if can_change(value)
    }
    assert held == set()
    kinds = {type(part): part for part in parts}
    assert len(kinds) > 30
    names = (
        (kind, held, n)
        for kind, held in kinds.items()
        if kind is not Sealed
        for n in dir(kind)
        if not n.startswith("_")
    )
    found = ((kind, n, getattr(held, n, None), getattr(held, n, None)) for kind, held, n in names)
    assert [f"{kind.__name__}.{n}" for kind, n, one, other in found if one is other and can_change(one)] == []
