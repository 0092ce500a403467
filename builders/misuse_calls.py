"""A right call of every public function, constructor and method, and what beside plain wrong values is misuse of each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import numpy as np

import parley
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.closures.steady_state import Choice as SteadyState

DAY = date(2025, 5, 2)


class Late(NamedTuple):
    """A wrong value that is made when it is tried."""

    make: Callable[[], Any]

    def __call__(self) -> Any:
        return self.make()


@dataclass(frozen=True)
class Call:
    """A right call, by name of argument.

    samples: right values of arguments that the call leaves out. free: arguments that take any text. wrong: further misuse, by
    argument. unasked: arguments whose values are not checked one by one. dear: whether the right call takes seconds. right_too:
    values of the table that are no misuse of an argument.
    """

    function: Callable[..., Any]
    right: Mapping[str, Any] = field(default_factory=dict)
    samples: Mapping[str, Any] = field(default_factory=dict)
    free: tuple[str, ...] = ()
    wrong: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unasked: tuple[str, ...] = ()
    dear: bool = False
    right_too: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, str]:
        """{argument: its annotation as text}, those of a method without itself."""
        found = inspect.signature(self.function).parameters.values()
        named = [p for p in found if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
        held = getattr(self.function, "__annotations__", {})  # a struct's are those of its class
        return {p.name: str(held.get(p.name, "object")) for p in named if p.name not in ("self", *self.unasked)}


@cache
def small_world(codes: tuple[str, ...] = ("USA", "CHN", "VNM")) -> parley.World:
    """Three countries and two sectors, with a deficit, rates and no links."""
    flows = np.array(
        [[[90.0, 60.0], [20.0, 9.0], [3, 4]], [[8.0, 12.0], [70.0, 80.0], [2, 3]], [[2, 2], [3, 3], [20, 15]]]
    )
    rates = np.where(np.eye(3)[:, :, None] > 0, 0.0, 0.1) * np.ones(2)
    return parley.World.from_arrays(codes, ("a", "b"), flows, rates, [4.0, 6.0], flows_include_tariff=True)


@cache
def other_world() -> parley.World:
    """A world of two countries."""
    flows, rates = np.full((2, 2, 2), 5.0), np.zeros((2, 2, 2))
    return parley.World.from_arrays(("CAN", "MEX"), ("a", "b"), flows, rates, [4.0, 6.0], flows_include_tariff=True)


def raised(by: float = 0.1) -> np.ndarray:
    """The small world's rates, one of them higher."""
    t = small_world().t.copy()
    t[0, 1] += by
    return t


def cells(value: float) -> np.ndarray:
    """A value in every foreign cell of the small world, and one of no effect on own goods."""
    return np.where(np.eye(3)[:, :, None] > 0, float(value >= 1), value) * np.ones(2)


TOLERANCES = {
    "zero": 0,
    "negative": -1e-9,
    "one": 1,
    "a percent": 0.01,
}
OWN_GOODS = {"duties on own goods": np.full((3, 3, 2), 0.1), "a rate below -1": cells(-2.0)}
OTHERS = {"another world's": Late(lambda: parley.solve(other_world()))}
TWO = {"too few": (0.0,), "too many": (0.0, 1.0, 2.0), "the wrong way round": (1.0, 0.0), "texts": ("0", "1"), "below -1": (-2.0, 1.0),
       "equal": (0.5, 0.5), "NaN": (float("nan"), 1.0), "None": (None, 1.0), "an array of three": np.array([0.0, 1.0, 2.0])}  # fmt: skip
AIMS = {
    "no weight": {}, "all weights zero": {"welfare": 0.0}, "a negative weight": {"welfare": -1.0}, "a misspelt indicator": {"wellfare": 1.0},
    "a weight in words": {"welfare": "much"}, "a weight of None": {"welfare": None}, "a weight NaN": {"welfare": float("nan")},
    "a list": ["welfare"], "an indicator that is a number": {1: 1.0}, "revenue against all": {"revenue": -1.0, "welfare": 0.0},
}  # fmt: skip
UNIONS = {
    "misspelt": ("EEU",),
    "in words": ("European Union",),
    "lower case": ("euu",),
    "one text": "EUU",
    "a number": (5,),
}
STARTS = {"none": (), "misspelt": ("bace",), "one text": "base", "a number": (1.0,)}
CLOSED = {"a class of Choice": SteadyState, "another kind's Choice": Endogenous()}


def _games() -> Iterator[tuple[str, Call]]:
    shared = {
        "objective": AIMS, "unions": UNIONS, "starts": STARTS, "bounds": TWO, "deficits": {"misspelt": "ballanced", "a Choice of capital": SteadyState()},
        "capital": CLOSED, "political": {"all zero": np.zeros((3, 2)), "negative": np.full((3, 2), -1.0)},
        "players": {"doubled": ["USA", "USA"], "the rest of the world": ["ROW"], "none": []},
        "sectors": {"none": []}, "partners": {"none": []},
    }  # fmt: skip
    samples = {"players": ["USA"], "political": np.ones((3, 2)), "unions": ("EUU",), "sectors": ["a"], "partners": ["CHN"],
               "starts": ("base",), "bounds": (-0.5, 2.0), "t": raised()}  # fmt: skip
    game = {"world": small_world(), "check": False}
    named = {"political": {"objective": "government"}}
    for name, own in (("nash", {"players": ["USA", "CHN"]}), ("respond", {"player": "USA"})):
        wrong = {k: v for k, v in shared.items() if k in inspect.signature(getattr(parley, name)).parameters}
        if name == "respond":
            wrong |= {"t": OWN_GOODS}
        yield name, Call(getattr(parley, name), game | own, samples, (), wrong)
        yield f"{name}, political", Call(
            getattr(parley, name), game | own | named["political"], samples, (), {"political": shared["political"]},
            tuple(k for k in inspect.signature(getattr(parley, name)).parameters if k != "political"),
        )  # fmt: skip


def _trade() -> Iterator[tuple[str, Call]]:
    w, eq = small_world(), parley.solve(small_world(), raised())
    wrong = {
        "t_new": OWN_GOODS | {"another world's wedges": parley.Wedges.from_rates(other_world().t, other_world().t)},
        "tolerance": TOLERANCES, "start": OTHERS, "labour_supply": {"negative": -1.0, "a text": "1"},
        "tax_rate": {"a percentage": 25, "negative": -0.1, "one": 1.0}, "numeraire": {"another world's country": "CAN", "lower case": "usa"},
        "transfers": {"not to zero": np.array([1.0, 1.0, 1.0])}, "iceberg_hat": {"zero": cells(1.5) * 0},
        "export_tax": {"on own goods": np.full((3, 3, 2), 0.1), "all of it": cells(-1.5)}, "capital": CLOSED,
        "closures": {"names": ["wage_floor"], "one Choice": SteadyState(), "of another kind": [Endogenous()]},
        "deficits": {"misspelt": "worldshare", "a Choice of capital": SteadyState()}, "revenue": {"misspelt": "lumpsum"}, "model": {"misspelt": "armingtn"},
    }  # fmt: skip
    samples = {
        "transfers": np.array([1.0, -1.0, 0.0]),
        "iceberg_hat": cells(1.1),
        "demand_hat": cells(1.1),
        "export_tax": cells(0.1),
    }
    yield "solve", Call(parley.solve, {"world": w, "t_new": raised()}, samples, (), wrong)
    each = {"changes": {"a number": 5, "one array": raised(), "wrong items": [5], "texts": ["0.1"], "wrong shapes": [np.zeros(3)],
                        "another world alone": [other_world()], "a pair the wrong way round": [(raised(), w)]},
            "at_once": {"zero": 0, "a fraction": 2.5, "negative": -1}}  # fmt: skip
    yield "solve_each", Call(parley.solve_each, {"world": w, "changes": [raised(), raised(0.2)]}, {}, (), each)
    for name in ("tolerance", "start", "model", "deficits", "tax_rate", "misspelt"):
        yield f"solve_each, {name}", Call(_each_with(name), {"changes": [raised(), raised(0.2)]}, {}, (), {name: wrong.get(name, {"a word": 1})},
                                          ("changes",))  # fmt: skip
    yield (
        "gradient",
        Call(
            parley.gradient,
            {"eq": eq, "weights": np.ones((2, 3))},
            {},
            (),
            {"tolerance": TOLERANCES, "weights": {"another country": "CAN"}},
        ),
    )
    yield "to_dataset", Call(parley.to_dataset, {"eq": eq})
    yield "Equilibrium[]", Call(lambda of: eq[of], {"of": "USA"}, {}, (), {
        "of": {"a number": 0, "None": None, "a sector": "a", "three": ("USA", "a", "b"), "a list": ["USA"], "a slice": slice(None)}})  # fmt: skip


def _each_with(name: str) -> Callable[..., Any]:
    def solve_each(changes: list[np.ndarray], **further: Any) -> Any:
        return list(parley.solve_each(small_world(), changes, **further))

    found = inspect.signature(solve_each)
    extra = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation="object")
    solve_each.__signature__ = found.replace(parameters=[found.parameters["changes"], extra])  # type: ignore[attr-defined]
    return solve_each


def _world() -> Iterator[tuple[str, Call]]:
    w = small_world()
    arrays = {"flows": np.array(w.X), "tariffs": np.array(w.t), "theta": np.array(w.theta)}
    linked = {
        "final_share": np.full((3, 2), 0.5),
        "value_added_share": np.full((3, 2), 0.9),
        "io_share": np.full((3, 2, 2), 0.5),
    }
    said = {"countries": ["USA", "CHN", "VNM"], "sectors": ["a", "b"], "flows_include_tariff": True}
    flags = {"no": "no", "zero": 0, "one": 1, "a list": [True], "a text": "False"}
    wrong = {"flows": {"negative": -np.array(w.X)}, "tariffs": OWN_GOODS, "theta": {"negative": np.array([-1.0, 2.0]), "zero": np.zeros(2)},
             "flows_include_tariff": flags, "fit_links": flags, "year": {"a fraction": 2022.5, "a text": "2022"},
             "countries": {"one text": "USA", "doubled": ["USA", "USA", "CHN"]}}  # fmt: skip
    free = ("name", "elasticities", "notes", "countries", "sectors")
    yield "World.from_arrays", Call(parley.World.from_arrays, said | arrays | linked, {"notes": ("one",)}, free, wrong)
    fields = {k: getattr(w, k) for k in ("countries", "sectors", "X", "t", "theta", "alpha", "beta", "gamma", "base")}
    yield "World", Call(parley.World, fields, {"gamma": np.full((3, 2, 2), 0.5)}, (*free, "links"))
    yield "World.index", Call(w.index, {"country": "USA"})
    yield "World.places", Call(w.places, {"code": "USA"}, {}, ("code",))
    yield (
        "World.with_theta",
        Call(w.with_theta, {"theta": np.array([3.0, 3.0])}, {}, free, {"theta": {"zero": np.zeros(2)}}),
    )
    yield "World.with_tariffs", Call(w.with_tariffs, {"t": raised()}, {}, ("note",), {"t": OWN_GOODS})
    yield "World.with_arrays", Call(w.with_arrays, {"X": np.array(w.X), "t": raised()}, {}, ("note",), {"t": OWN_GOODS})
    yield (
        "World.to_excel",
        Call(w.to_excel, {"path": "world.xlsx"}, {}, ("sheet", "path"), {"path": {"no folder": "/dev/null/none.xlsx"}}),
    )
    yield "read_world", Call(parley.read_world, {"name": "oecd-2022"}, {"elasticities": "U4"}, (),
                             {"links": flags, "name": {"a world": w, "misspelt": "oecd-2202"}})  # fmt: skip
    rates = {"t_new": raised(), "t": np.array(w.t)}
    yield (
        "Wedges.from_rates",
        Call(parley.Wedges.from_rates, rates, {}, (), {"t_new": {"below -1": cells(-2.0)}, "t": {"-1": cells(-1.0)}}),
    )
    yield "Wedges", Call(parley.Wedges, {"tau_hat": cells(1.1), "revenue_share": cells(0.1)}, {}, (),
                         {"tau_hat": {"zero": cells(1.5) * 0}, "revenue_share": {"a percentage": cells(25.0)}})  # fmt: skip
    one = np.array([[0.1, 0.2]])
    table = {"destination": "USA", "products": ("9503000073",), "origins": ("CHN", "VNM"), "before": one, "after": one, "weight": one + 1,
             "on_before": DAY, "on_after": DAY, "known": DAY, "weight_source": "user"}  # fmt: skip
    yield "RateTable", Call(parley.RateTable, table, {}, ("weight_source", "destination", "products", "origins"),
                            {"weight": {"negative": -one}, "origins": {"one too few": ("CHN",)}, "before": {"below -1": one - 2}},
                            right_too={"before": ("an array with NaN",), "after": ("an array with NaN",)})  # fmt: skip


def _law() -> Iterator[tuple[str, Call]]:
    law = parley.read_regime()
    asked = {"product": "9503.00.00.73", "origin": "CHN", "destination": "USA", "on": DAY}
    day = {"a bad day": "2025-02-30", "a month": "2025-05", "a number": 5, "a fraction": 2025.5, "flag": True}
    claims = {"misspelt": {"usmcaa": True}, "a list": ["usmca"], "a text": "usmca", "a key that is a number": {5: True}, "a word": {"usmca": "maybe"},
              "a share beyond one": {"us_content": 25.0}, "NaN": {"us_content": float("nan")}, "None": {"usmca": None}}  # fmt: skip
    wrong = {"on": day, "known": day, "claims": claims, "product": {"a number": 9503, "three digits": "950"}, "origin": {"misspelt": "CNH"},
             "value": {"zero": 0, "negative": -5.0}}  # fmt: skip
    samples = {"known": DAY, "claims": {"usmca": True}, "value": 5.0}
    norway = {"origin": ("the word no",)}
    yield "Regime.explain", Call(law.explain, asked, samples, (), wrong, right_too=norway)
    yield "Regime.rate", Call(law.rate, asked, samples, (), wrong, right_too=norway)
    name = "us-ieepa-fentanyl-cn"
    yield (
        "Regime.without",
        Call(law.without, {"name": name, "start": DAY}, {}, (), {"start": day, "name": {"misspelt": name + "s"}}),
    )
    yield "Regime.suspended", Call(law.suspended, {"name": name, "start": DAY}, {"until": date(2025, 6, 1)}, (),
                                   {"start": day, "until": day | {"before its start": date(2025, 1, 1)}})  # fmt: skip
    rate = {"below -1": -2.0, "a text": "0.1", "a percentage": 25}
    yield (
        "Regime.set_rate",
        Call(law.set_rate, {"name": name, "rate": 0.3, "start": DAY}, {}, (), {"rate": rate, "start": day}),
    )
    yield "Regime.plus", Call(law.plus, {"measures": [law.measures[0]]}, {}, (),
                              {"measures": {"one measure": law.measures[0], "numbers": [5], "texts": ["us-x"], "none": None, "an act": law.measures[0].act}})  # fmt: skip
    from parley.law.products import read_products

    yield "Regime.with_schedule", Call(law.with_schedule, {"schedule": read_products("USA")})
    yield "Regime.law_known_to", Call(law.law_known_to, {"destination": "USA"}, {}, ("destination",))
    yield "Regime.schedule_of", Call(law.schedule_of, {"destination": "USA"}, {}, ("destination",))
    yield "Regime.at", Call(law.at, {"on": DAY, "known": DAY, "authority": "USA"}, {}, ("authority",))
    covered = {"product": "9503000073", "origin": "CHN", "destination": "USA", "on": DAY, "known": DAY}
    yield "Regime.covering", Call(law.covering, covered, {}, ("product", "origin", "destination"))
    yield "Regime.known_rows", Call(law.known_rows, {"known": DAY, "authority": "USA"}, {}, ("authority",))
    yield (
        "Regime.once",
        Call(
            law.once,
            {"kind": "misuse", "key": "k", "make": lambda: 1},
            {},
            ("kind", "key"),
            unasked=("kind", "key", "make", "most"),
        ),
    )
    fields = {"measures": law.measures[:2]}
    yield (
        "Regime",
        Call(
            parley.Regime,
            fields,
            {"claims_seen": DAY, "version": "1"},
            ("version",),
            {"content": {"misspelt": "chapter"}},
        ),
    )
    m = law.measures[0]
    made = {"id": "x", "programme": "s301", "start": DAY, "act": m.act, "rate": 0.1}
    text = ("id", "folder", "expression", "layer", "product_list", "products_except_list", "hour", "end_hour", "terminated_by", "stacks", "heading",
            "reason", "programme", "origins", "origins_except", "products", "products_except", "spares")  # fmt: skip
    days = dict.fromkeys(("end", "known", "known_end", "end_known", "collected_start", "collected_end"), DAY)
    yield (
        "Measure",
        Call(
            parley.Measure,
            made,
            days,
            text,
            {"combine": {"misspelt": "ad"}, "rate": {"a text": "0.1"}},
            ("yields_to", "when", "unless"),
            right_too={"contingent": ("an empty text",)},
        ),
    )
    yield "Measure.at", Call(m.at, {"on": DAY, "known": DAY})
    yield "Measure.end_as_known", Call(m.end_as_known, {"known": DAY})
    yield "Measure.is_known", Call(m.is_known, {"known": DAY})
    yield (
        "read_regime",
        Call(
            parley.read_regime,
            {"authority": "CHN"},
            {"origin": "USA", "optional": ("measure.x",)},
            ("optional",),
            right_too=norway | {"authority": ("the word no",)},
        ),
    )


def _rest() -> Iterator[tuple[str, Call]]:
    ledger = parley.read_ledger()
    yield "read_ledger", Call(parley.read_ledger)
    yield "Ledger.known", Call(ledger.known, {"day": DAY})
    yield "Ledger.until", Call(ledger.until, {"on": DAY})
    yield "Ledger.of", Call(ledger.of, {"wanted": "CHN"}, {}, ("wanted",))
    yield "Ledger.entry", Call(ledger.entry, {"id": ledger.entries[0].id})
    yield "read_scenario", Call(parley.read_scenario)
    day = {"a bad day": "2025-02-30", "a fraction": 5.5, "flag": True}
    text = ("title", "world", "rates", "conventions", "law_version", "folder", "file", "elasticities", "model", "deficits", "revenue", "capital",
            "numeraire", "parties")  # fmt: skip
    parts = ("product", "change", "option", "deadline", "signal", "goods", "household", "outcome")
    wrong = {"on": day, "known": day, "before": day, "until": day, "reading": {"misspelt": "paied"}, "horizon": {"misspelt": "decades"},
             "parties": {"one text": "USA"}}  # fmt: skip
    samples = {"known": DAY, "until": DAY, "wage_floor": 0.9, "tax_rate": 0.2}
    yield (
        "Scenario",
        Call(
            parley.Scenario,
            {"on": DAY},
            samples,
            text,
            wrong,
            (*parts, "horizon"),
            right_too={"reading": ("an empty text",)},
        ),
    )
    yield "Scenario, parts", Call(parley.Scenario, {"on": DAY}, {}, (), {k: {"a text": "x", "a number": 5, "a list of texts": ["x"]} for k in parts},
                                  tuple(k for k in inspect.signature(parley.Scenario).parameters if k not in parts))  # fmt: skip
    yield (
        "Scenario.replaced",
        Call(
            lambda on: parley.Scenario(on=DAY).replaced(on=on),
            {"on": DAY},
            {},
            (),
            {"on": day | {"None": None, "a list": []}},
        ),
    )
    yield "Scenario.replaced, names", Call(lambda of: parley.Scenario(on=DAY).replaced(**of), {"of": {}}, {}, (), {
        "of": {"misspelt": {"partys": ("USA",)}, "a number": {"parties": 5}}})  # fmt: skip
    yield "run", Call(parley.run, {"scenario": parley.read_scenario()}, dear=True)
    yield "data", Call(parley.data)
    rows = {
        "a list of numbers": [1],
        "a list of lists": [[1]],
        "a mapping of numbers": {"a": 1},
        "a number": 5,
        "None": None,
        "a text": "rows",
    }
    yield "table", Call(parley.table, {"rows": [{"a": 1}]}, {}, ("key",), {"rows": rows}, ("rows",))


@cache
def calls() -> dict[str, Call]:
    """A right call of every public name that can be called, by its name on the reference page; several where that takes several."""
    return {name: call for room in (_trade, _games, _world, _law, _rest) for name, call in room()}
