"""parley: a trade conflict from the announcement to the answer. The public names, nothing else, loaded when first used."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "Measure": "law.measure",
    "Regime": "law.regime",
    "read_regime": "law.regime",
    "RateTable": "rates",
    "Wedges": "rates",
    "World": "world.world",
    "read_world": "world.read",
    "solve": "trade.solve",
    "solve_each": "trade.batch",
    "gradient": "trade.adjoint",
    "to_dataset": "trade.dataset",
    "nash": "talks.game",
    "respond": "talks.game",
    "read_ledger": "record.ledger",
    "Scenario": "scenario.scenario",
    "read_scenario": "scenario.scenario",
    "run": "scenario.brief",
    "data": "pull.listing",
    "table": "tabular",
    **dict.fromkeys(
        (
            "ParleyError",
            "InputError",
            "OutputError",
            "CodeError",
            "DateError",
            "MeasureError",
            "ScenarioError",
            "WorldError",
            "RecordError",
            "NoAnswerError",
            "NotSolvedError",
            "RateWarning",
        ),
        "errors",
    ),
}

__all__ = [*_HOME, "__version__"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"parley has no public name {name!r}; it has {', '.join(_HOME)}")
    return getattr(import_module(f"parley.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
