"""The table of a deadline on a small world: which rates are due, whom the world holds, and what is solved for whom; no packaged law."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from parley.errors import InputError, ScenarioError
from parley.law.measure import LATEST, Act, Measure
from parley.law.regime import Regime
from parley.rates import Wedges
from parley.scenario import deadline
from parley.scenario.deadline import DeadlineTable, country_rates, deadline_of
from parley.scenario.scenario_parts import Deadline
from parley.talks.games.deadline import threshold
from parley.trade.solve import balance, solve
from talks_worlds import random_world

NOW, DUE = date(2025, 5, 2), date(2025, 7, 9)
WORLD = balance(random_world(5, ("USA", "VNM", "JPN", "CHN"), 2))


def row(name: str, rate: float | None = 0.46, **fields: Any) -> Measure:
    """A country rate that begins on the deadline."""
    act = Act(
        id="act", title="An act", citation="EO 1", authority=fields.pop("authority", "USA"), signed=date(2025, 4, 2)
    )
    held = {
        "programme": "ieepa_reciprocal",
        "start": DUE,
        "products": ("*",),
        "rate": rate,
        "layer": "L",
        "origins": ("VNM",),
        **fields,
    }
    return Measure(id=name, act=act, **held)


def asked(**more: Any) -> Deadline:
    return Deadline(
        **{"on": DUE, "by": "USA", "terms": {"sign": "s", "wait": "w", "punished": "p"}, "exempt": ("CHN",), **more}
    )


def scenario(**more: Any) -> Any:
    held = {"deadline": asked(), "on": NOW, "known": None, "parties": ("USA", "CHN")}
    return SimpleNamespace(**{**held, **more})


BASE = row("base", 0.1, start=date(2025, 4, 5), origins=("*",), rank=1)


def rates(*rows: Measure, **more: Any) -> dict[str, tuple[float, float, str]]:
    found = country_rates(Regime(rows), scenario(**more), more.get("deadline", asked()))
    return {name: (now, then, m.id) for name, (now, then, m) in found.items()}


def test_country_rates_that_come_with_the_deadline_are_due() -> None:
    assert rates(BASE, row("v", 0.46), row("j", 0.24, origins=("JPN",))) == {
        "JPN": (0.1, 0.24, "j"),
        "VNM": (0.1, 0.46, "v"),
    }
    assert list(rates(row("v"), row("j", origins=("JPN",)))) == ["JPN", "VNM"]
    assert rates(row("t", 0.15, combine="total")) == {"VNM": (0.0, 0.15, "t")}
    eu = rates(BASE, row("e", 0.2, origins=("DEU", "FRA")), row("e2", 0.2, origins=("EUU",)))
    assert list(eu) == ["EUU"]  # once


@pytest.mark.parametrize(
    "fields",
    [
        {"start": NOW},  # law already
        {"start": date(2025, 7, 10)},
        {"combine": "zero", "rate": None},
        {"combine": "cap"},
        {"origins": ("*",)},
        {"rate": None, "expression": "10¢/kg"},
        {"products": ("61",)},
        {"origins": ("CHN",)},  # exempt
        {"authority": "CHN"},
    ],
)
def test_what_is_no_country_rate_that_comes_is_not_due(fields: dict[str, Any]) -> None:
    assert rates(BASE, row("v", **fields)) == {}


def test_rates_are_due_as_they_were_known() -> None:
    late = row("v", known=date(2025, 5, 3))
    assert rates(late, known=NOW) == {}
    assert list(rates(late)) == ["VNM"]
    gone = row("v", known_end=date(2025, 5, 2))
    assert (list(rates(gone, known=date(2025, 5, 1))), rates(gone, known=NOW)) == (["VNM"], {})


def test_the_rate_now_is_that_of_the_layers_general_measure() -> None:
    """The first by rank, then the higher rate; exclusions, parts of the goods and claims aside."""
    others = [
        row("low", 0.05, start=date(2025, 1, 1), origins=("*",)),
        row("high", 0.3, start=date(2025, 1, 1), origins=("*",), rank=0),
        row("some", 0.9, start=date(2025, 1, 1), origins=("*",), products=("61",), rank=9),
        row("none", None, start=date(2025, 1, 1), origins=("*",), combine="zero", rank=9),
        row("claim", 0.9, start=date(2025, 1, 1), origins=("*",), when={"usmca": True}, rank=9),
        row("other layer", 0.9, start=date(2025, 1, 1), origins=("*",), layer="M", rank=9),
        row("other origin", 0.9, start=date(2025, 1, 1), origins=("JPN",), rank=9),
    ]
    assert rates(row("v"), *others) == {"VNM": (0.3, 0.46, "v")}
    assert rates(row("v"), BASE, *others) == {"VNM": (0.1, 0.46, "v")}
    assert rates(row("v")) == {"VNM": (0.0, 0.46, "v")}
    assert deadline._rate_in_layer(Regime(others), "L", "VNM", date(2024, 12, 31), LATEST, "USA") == 0.0


def test_a_layer_whose_rate_is_no_fraction_counts_as_none_and_gives_way() -> None:
    """So much a kilogram is no country rate: of equal rank it stands behind every rate, and alone it is 0."""
    weight = row("weight", None, start=NOW, origins=("*",), expression="10¢/kg")
    for small in (0.05, 0.0, 0.9):
        for others in ((row("small", small, start=NOW, origins=("*",)), weight), (weight, BASE)):
            found = rates(row("v"), *others)["VNM"]
            assert found == (0.1 if BASE in others else small, 0.46, "v")
    assert rates(row("v"), weight) == {"VNM": (0.0, 0.46, "v")}


def test_a_scenario_without_a_deadline_or_of_another_hub_is_refused() -> None:
    assert deadline.deadline_in(scenario()) == asked()
    with pytest.raises(ScenarioError, match="deadline: none stands in the scenario of"):
        deadline.deadline_in(scenario(deadline=None))
    with pytest.raises(ScenarioError, match="no law for JPN"):
        deadline.deadline_in(scenario(deadline=asked(by="JPN")))


def test_partners_are_those_that_the_world_holds_whole() -> None:
    due: Any = {"VNM": (0.1, 0.46, None), "EUU": (0.1, 0.2, None), "LAO": (0.1, 0.48, None)}
    reached, law_only = deadline._reached(SimpleNamespace(world=WORLD), due)
    assert reached == {"VNM": (1,)}
    assert [(s.id, s.rate_now, s.rate_then) for s in law_only] == [("EUU", 0.1, 0.2), ("LAO", 0.1, 0.48)]
    assert {s.reason for s in law_only} == {"law only: not an economy of this world"}
    union = random_world(5, ("USA", "EUU"), 2)
    assert deadline._reached(SimpleNamespace(world=union), {"EUU": due["EUU"]})[0] == {"EUU": (1,)}


class Levied:
    """A levy: one rate on each origin, which its schedule names."""

    origins = ("VNM", "JPN", "CHN")

    def __init__(self, *rates: float):
        self.rate = np.array([rates])

    def with_rate(self, lines: np.ndarray) -> Levied:
        return Levied(*lines[0].tolist())


def wedges_of(baseline: Any, before: Any, levied: Any) -> Wedges:
    """The wedges of what the hub levies, others as they are."""
    t = WORLD.t.copy()
    t[0, 1:] = levied["USA"].rate[0][:, None]
    return Wedges.from_rates(t, WORLD.t)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A baseline of a small world, whose hub levies 10 % now and the country rates on the deadline; and what was asked of it."""
    now, then = Levied(0.1, 0.1, 0.3), Levied(0.46, 0.24, 0.3)
    seen: list[Any] = []
    made = SimpleNamespace(
        world=WORLD,
        scenario=SimpleNamespace(on=NOW),
        before={"USA": Levied(0, 0, 0)},
        regime=Regime((BASE, row("v"), row("j", 0.24, origins=("JPN",)), row("l", 0.48, origins=("LAO",)))),
    )
    monkeypatch.setattr(
        deadline, "schedule_on", lambda b, on, entered=None: {"USA": then if on == DUE else now, "CHN": "theirs"}
    )
    monkeypatch.setattr(deadline, "wedges_of", wedges_of)
    monkeypatch.setattr(
        deadline, "equilibrium_under", lambda b, after: seen.append("now") or solve(WORLD, wedges_of(b, None, after))
    )
    monkeypatch.setattr(deadline, "solve_on", lambda b, w, start: seen.append(start) or solve(WORLD, w, start=start))
    monkeypatch.setattr(deadline, "modelled", lambda b: {"elasticities": "e"})
    monkeypatch.setattr(deadline, "calibrate", lambda s: made)
    monkeypatch.setattr(deadline, "read_ledger", lambda: "ledger")
    monkeypatch.setattr(deadline, "deadline_slips", lambda *given: {"asked": given})
    return SimpleNamespace(baseline=made, now=now, then=then, seen=seen)


def rate_of(w: Wedges) -> np.ndarray:
    return (w.revenue_share / (1 - w.revenue_share))[:, :, 0]


def test_a_stage_is_now_then_and_the_terms(small: Any) -> None:
    due = country_rates(small.baseline.regime, scenario(), asked())
    table = DeadlineTable(small.baseline, asked(), {"USA": small.now, "CHN": "theirs"}, due, {"VNM": (1,), "JPN": (2,)})
    assert table.hub == ("USA", (0,))
    stage = table.stage(1.0, 0.0)
    assert rate_of(stage.now)[0].tolist() == pytest.approx([0, 0.1, 0.1, 0.3])
    assert rate_of(stage.then)[0].tolist() == pytest.approx([0, 0.46, 0.24, 0.3])
    assert rate_of(stage.signed)[0].tolist() == pytest.approx([0, 0.0, 0.0, 0.3], abs=1e-12)
    assert rate_of(stage.signed)[1:3, 0].tolist() == pytest.approx([0, 0], abs=1e-12)  # partners give up theirs
    assert rate_of(stage.signed)[3, 0] == pytest.approx(WORLD.t[3, 0, 0])
    assert stage.hub == ("USA", (0,))
    assert small.seen == ["now"]
    kept = table.stage(0.0, None)
    assert rate_of(kept.signed) == pytest.approx(rate_of(kept.now))
    assert rate_of(table.offer(0.2))[0].tolist() == pytest.approx([0, 0.2, 0.2, 0.3])
    stage.outcome(frozenset({"VNM"}))
    assert small.seen[-1] is stage.wait
    alone = DeadlineTable(small.baseline, asked(), {"USA": small.now}, due, {})
    assert alone.stage(1.0, None).partners == {}


def test_the_answer_has_a_row_for_each_rate_that_is_due(small: Any) -> None:
    found = deadline_of(scenario(known=date(2025, 5, 3)), small.baseline)
    assert (found["deadline"], found["by"], found["signing"]) == ("2025-07-09", "USA", {"cut": 1.0, "rate": None})
    assert found["terms"] == {"sign": "s", "wait": "w", "punished": "p"}
    assert {p["id"]: (p["rate_now"], p["rate_then"], p["name"], p["measure"]) for p in found["players"]} == {
        "VNM": (0.1, 0.46, "Vietnam", "v"), "JPN": (0.1, 0.24, "Japan", "j"), "LAO": (0.1, 0.48, "Laos", "l")}  # fmt: skip
    assert found["players"][-1]["decision"] == "unknown"
    assert all(p["source"] == small.baseline.regime.measures[1].source for p in found["players"])
    assert (found["solves"], found["elasticities"]) == (5, "e")
    assert 0 <= found["residual"] < 1e-9
    record: Any = found["enforcement"]
    assert record["asked"] == ("ledger", date(2025, 5, 3), small.baseline.regime, NOW, "USA")
    assert "joint" not in found
    table = DeadlineTable(
        small.baseline,
        asked(),
        {"USA": small.now},
        country_rates(small.baseline.regime, scenario(), asked()),
        {"VNM": (1,), "JPN": (2,)},
    )
    stage = table.stage(1.0, None)
    struck = stage.welfare(stage.outcome(frozenset(), frozenset({"VNM"})))["VNM"]
    [vietnam] = [p for p in found["players"] if p["id"] == "VNM"]
    assert vietnam["welfare_pct"]["rate"] == pytest.approx(struck, abs=1e-7)


def test_what_is_left_out_is_calibrated_and_a_probability_is_one(small: Any) -> None:
    assert len(deadline_of(scenario())["players"]) == 3
    later = deadline_of(scenario(), small.baseline, {"USA": Levied(0.2, 0.2, 0.3), "CHN": "theirs"})
    assert later["players"] != deadline_of(scenario())["players"]
    with pytest.raises(InputError):
        deadline_of(scenario(), small.baseline, p=(1.5,))


def test_where_the_world_holds_no_partner_law_alone_answers(small: Any) -> None:
    small.baseline.regime = Regime((BASE, row("l", 0.48, origins=("LAO",))))
    found = deadline_of(scenario(), small.baseline, joint=True)
    assert [(p["id"], p["decision"]) for p in found["players"]] == [("LAO", "unknown")]
    assert found["solves"] == 1


def test_the_joint_game_is_asked_for_with_the_offers_of_its_terms(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Any] = []
    monkeypatch.setattr(deadline, "joint_part", lambda *parts: given.append(parts) or {"joint": "found"})
    found: Any = deadline_of(scenario(deadline=asked(rate=0.2)), small.baseline, joint=True, p=(0.25,))
    assert found["joint"] == "found"
    [(stage, stakes, offers, record, p)] = given
    assert ([s.id for s in stakes], list(offers), p) == (["JPN", "VNM"], [0.2, 0.0], (0.25,))
    assert rate_of(offers[0.2])[0].tolist() == pytest.approx([0, 0.2, 0.2, 0.3])
    assert rate_of(stage.signed)[0].tolist() == pytest.approx([0, 0.2, 0.2, 0.3])
    assert record["asked"][0] == "ledger"
    assert threshold(stakes[1]).decision in ("signs", "folds", "waits", "reversed", "indifferent")
    assert "joint" not in deadline_of(scenario(), small.baseline)
