"""Right calls of the functions of worlds, trade and games, and what beside plain wrong values is misuse of each."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import parley
from misuse_calls import DAY, Call, Late, cells, other_world, raised, small_world
from parley.trade.closures.endogenous import Choice as Endogenous
from parley.trade.closures.steady_state import Choice as SteadyState

TOLERANCES = {
    "zero": 0,
    "negative": -1e-9,
    "one": 1,
    "a percent": 0.01,
}
OWN_GOODS = {"duties on own goods": np.full((3, 3, 2), 0.1), "a rate below -1": cells(-2.0)}
OTHERS = {"another world's": Late(lambda: parley.solve(other_world()))}
TWO = {
    "too few": (0.0,),
    "too many": (0.0, 1.0, 2.0),
    "the wrong way round": (1.0, 0.0),
    "texts": ("0", "1"),
    "below -1": (-2.0, 1.0),
    "equal": (0.5, 0.5),
    "NaN": (float("nan"), 1.0),
    "None": (None, 1.0),
    "an array of three": np.array([0.0, 1.0, 2.0]),
}
AIMS = {
    "no weight": {},
    "all weights zero": {"welfare": 0.0},
    "a negative weight": {"welfare": -1.0},
    "a misspelt indicator": {"wellfare": 1.0},
    "a weight in words": {"welfare": "much"},
    "a weight of None": {"welfare": None},
    "a weight NaN": {"welfare": float("nan")},
    "a list": ["welfare"],
    "an indicator that is a number": {1: 1.0},
    "revenue against all": {"revenue": -1.0, "welfare": 0.0},
}
UNIONS = {
    "misspelt": ("EEU",),
    "in words": ("European Union",),
    "lower case": ("euu",),
    "one text": "EUU",
    "a number": (5,),
}
STARTS = {"none": (), "misspelt": ("bace",), "one text": "base", "a number": (1.0,)}
CLOSED = {"a class of Choice": SteadyState, "another kind's Choice": Endogenous()}


def game_calls() -> Iterator[tuple[str, Call]]:
    shared = {
        "objective": AIMS,
        "unions": UNIONS,
        "starts": STARTS,
        "bounds": TWO,
        "deficits": {"misspelt": "ballanced", "a Choice of capital": SteadyState()},
        "capital": CLOSED,
        "political": {"all zero": np.zeros((3, 2)), "negative": np.full((3, 2), -1.0)},
        "players": {"doubled": ["USA", "USA"], "the rest of the world": ["ROW"], "none": []},
        "sectors": {"none": []},
        "partners": {"none": []},
    }
    samples = {
        "players": ["USA"],
        "political": np.ones((3, 2)),
        "unions": ("EUU",),
        "sectors": ["a"],
        "partners": ["CHN"],
        "starts": ("base",),
        "bounds": (-0.5, 2.0),
        "t": raised(),
    }
    game = {"world": small_world(), "check": False}
    named = {"political": {"objective": "government"}}
    for name, own in (("nash", {"players": ["USA", "CHN"]}), ("respond", {"player": "USA"})):
        wrong = {k: v for k, v in shared.items() if k in inspect.signature(getattr(parley, name)).parameters}
        if name == "respond":
            wrong |= {"t": OWN_GOODS}
        yield name, Call(getattr(parley, name), game | own, samples, (), wrong)
        yield (
            f"{name}, political",
            Call(
                getattr(parley, name),
                game | own | named["political"],
                samples,
                (),
                {"political": shared["political"]},
                tuple(k for k in inspect.signature(getattr(parley, name)).parameters if k != "political"),
            ),
        )


def trade_calls() -> Iterator[tuple[str, Call]]:
    w, eq = small_world(), parley.solve(small_world(), raised())
    wrong = {
        "t_new": OWN_GOODS | {"another world's wedges": parley.Wedges.from_rates(other_world().t, other_world().t)},
        "tolerance": TOLERANCES,
        "start": OTHERS,
        "labour_supply": {"negative": -1.0, "a text": "1"},
        "tax_rate": {"a percentage": 25, "negative": -0.1, "one": 1.0},
        "numeraire": {"another world's country": "CAN", "lower case": "usa"},
        "transfers": {"not to zero": np.array([1.0, 1.0, 1.0])},
        "iceberg_hat": {"zero": cells(1.5) * 0},
        "export_tax": {"on own goods": np.full((3, 3, 2), 0.1), "all of it": cells(-1.5)},
        "capital": CLOSED,
        "closures": {"names": ["wage_floor"], "one Choice": SteadyState(), "of another kind": [Endogenous()]},
        "deficits": {"misspelt": "worldshare", "a Choice of capital": SteadyState()},
        "revenue": {"misspelt": "lumpsum"},
        "model": {"misspelt": "armingtn"},
    }
    samples = {
        "transfers": np.array([1.0, -1.0, 0.0]),
        "iceberg_hat": cells(1.1),
        "demand_hat": cells(1.1),
        "export_tax": cells(0.1),
    }
    yield "solve", Call(parley.solve, {"world": w, "t_new": raised()}, samples, (), wrong)
    each = {
        "changes": {
            "a number": 5,
            "one array": raised(),
            "wrong items": [5],
            "texts": ["0.1"],
            "wrong shapes": [np.zeros(3)],
            "another world alone": [other_world()],
            "a pair the wrong way round": [(raised(), w)],
        },
        "at_once": {"zero": 0, "a fraction": 2.5, "negative": -1},
    }
    yield "solve_each", Call(parley.solve_each, {"world": w, "changes": [raised(), raised(0.2)]}, {}, (), each)
    for name in ("tolerance", "start", "model", "deficits", "tax_rate", "misspelt"):
        yield (
            f"solve_each, {name}",
            Call(
                _each_with(name),
                {"changes": [raised(), raised(0.2)]},
                {},
                (),
                {name: wrong.get(name, {"a word": 1})},
                ("changes",),
            ),
        )
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
    yield (
        "Equilibrium[]",
        Call(
            lambda of: eq[of],
            {"of": "USA"},
            {},
            (),
            {
                "of": {
                    "a number": 0,
                    "None": None,
                    "a sector": "a",
                    "three": ("USA", "a", "b"),
                    "a list": ["USA"],
                    "a slice": slice(None),
                }
            },
        ),
    )


def _each_with(name: str) -> Callable[..., Any]:
    def solve_each(changes: list[np.ndarray], **further: Any) -> Any:
        return list(parley.solve_each(small_world(), changes, **further))

    found = inspect.signature(solve_each)
    extra = inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation="object")
    solve_each.__signature__ = found.replace(parameters=[found.parameters["changes"], extra])  # type: ignore[attr-defined]
    return solve_each


def world_calls() -> Iterator[tuple[str, Call]]:
    w = small_world()
    arrays = {"flows": np.array(w.X), "tariffs": np.array(w.t), "theta": np.array(w.theta)}
    linked = {
        "final_share": np.full((3, 2), 0.5),
        "value_added_share": np.full((3, 2), 0.9),
        "io_share": np.full((3, 2, 2), 0.5),
    }
    said = {"countries": ["USA", "CHN", "VNM"], "sectors": ["a", "b"], "flows_include_tariff": True}
    flags = {"no": "no", "zero": 0, "one": 1, "a list": [True], "a text": "False"}
    wrong = {
        "flows": {"negative": -np.array(w.X)},
        "tariffs": OWN_GOODS,
        "theta": {"negative": np.array([-1.0, 2.0]), "zero": np.zeros(2)},
        "flows_include_tariff": flags,
        "fit_links": flags,
        "year": {"a fraction": 2022.5, "a text": "2022"},
        "countries": {"one text": "USA", "doubled": ["USA", "USA", "CHN"]},
    }
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
    yield (
        "read_world",
        Call(
            parley.read_world,
            {"name": "oecd-2022"},
            {"elasticities": "U4"},
            (),
            {"links": flags, "name": {"a world": w, "misspelt": "oecd-2202"}},
        ),
    )
    rates = {"t_new": raised(), "t": np.array(w.t)}
    yield (
        "Wedges.from_rates",
        Call(parley.Wedges.from_rates, rates, {}, (), {"t_new": {"below -1": cells(-2.0)}, "t": {"-1": cells(-1.0)}}),
    )
    yield (
        "Wedges",
        Call(
            parley.Wedges,
            {"tau_hat": cells(1.1), "revenue_share": cells(0.1)},
            {},
            (),
            {"tau_hat": {"zero": cells(1.5) * 0}, "revenue_share": {"a percentage": cells(25.0)}},
        ),
    )
    one = np.array([[0.1, 0.2]])
    table = {
        "destination": "USA",
        "products": ("9503000073",),
        "origins": ("CHN", "VNM"),
        "before": one,
        "after": one,
        "weight": one + 1,
        "on_before": DAY,
        "on_after": DAY,
        "known": DAY,
        "weight_source": "user",
    }
    yield (
        "RateTable",
        Call(
            parley.RateTable,
            table,
            {},
            ("weight_source", "destination", "products", "origins"),
            {"weight": {"negative": -one}, "origins": {"one too few": ("CHN",)}, "before": {"below -1": one - 2}},
            right_too={"before": ("an array with NaN",), "after": ("an array with NaN",)},
        ),
    )
