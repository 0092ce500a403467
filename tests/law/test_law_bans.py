"""A ban is a measure of its own: no rate, no layer, no edge; every command says that the import is prohibited."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from commands import PARLEY
from parley.errors import MeasureError
from parley.law.acts import check
from parley.law.average import average
from parley.law.compiled import compile_rates
from parley.law.diff import diff
from parley.law.measure import Act, Measure, Yields
from parley.law.panel import compile_panel
from parley.law.regime import Regime
from parley.law.stacking import stack
from parley.law.timeline import timeline

ACT = Act(id="act", title="An act", citation="An act", authority="USA", signed=date(2026, 9, 8))
BAN = Measure(id="ban", act=ACT, programme="s338", combine="ban", origins=("CAN",), products=("2203",), start=date(2026, 9, 29),
              reason="Beer is forbidden.")  # fmt: skip
BEER = "2203000030"


@pytest.mark.parametrize(
    "wrong", [{"rate": 0.5}, {"expression": "5%"}, {"layer": "L"}, {"rank": 1}, {"share": "steel"}, {"reason": ""},
              {"yields_to": (Yields(to="s232"),)}],
)  # fmt: skip
def test_a_ban_has_nothing_of_a_rate(wrong: dict[str, Any]) -> None:
    check(BAN, "ban")
    with pytest.raises(MeasureError, match="ban"):
        check(msgspec.structs.replace(BAN, **wrong), "ban")


def test_nothing_lifts_a_ban_and_a_ban_displaces_nothing() -> None:
    duty = msgspec.structs.replace(BAN, id="duty", combine="add", rate=0.5, yields_to=(Yields(to="ban", wholly=True),))
    free = msgspec.structs.replace(BAN, id="free", combine="zero", rate=0.0, layer="*", rank=9)
    found = stack([BAN, duty, free], "CAN", date(2026, 10, 1), date.max, {})
    assert [m.id for m in found.prohibited] == ["ban"]
    assert found.applied == ()  # the exclusion frees of duty, not of the ban
    alone = stack([BAN, duty], "CAN", date(2026, 10, 1), date.max, {})
    assert [(a.measure.id, a.share) for a in alone.applied] == [("duty", 1.0)]


def test_a_ban_can_be_dropped_and_has_no_rate_to_set(regime: Regime) -> None:
    name = "us-338-ban-packaged-beverages"
    assert regime.explain(BEER, "CAN", "USA", "2026-10-01").prohibited
    assert regime.without(name).rate(BEER, "CAN", "USA", "2026-10-01") == pytest.approx(0.6)
    with pytest.raises(MeasureError, match="a ban"):
        regime.set_rate(name, 0.1, "2026-10-01")


def test_tables_and_panels_say_which_cells_are_prohibited(regime: Regime) -> None:
    rates = compile_rates(regime, "USA", ["CAN", "DEU"], "2026-10-01")
    assert rates.prohibited is not None
    assert rates.prohibited[:, 1].sum() == 0
    k = rates.products.index(BEER)
    assert rates.prohibited[k, 0]
    assert rates.added[k, 0] == pytest.approx(0.6)  # the law without the ban
    told = [
        bool(regime.explain(c, "CAN", "USA", "2026-10-01").prohibited)
        for c in rates.products[:: len(rates.products) // 60]
    ]
    assert told == rates.prohibited[:: len(rates.products) // 60, 0].tolist()
    assert compile_rates(regime, "USA", ["CAN"], "2026-09-28").prohibited is None
    panel = compile_panel(regime, "USA", ["CAN"], "2026-09-27", "2026-09-30")
    assert [panel.is_prohibited(BEER, "CAN", date(2026, 9, d)) for d in (28, 29)] == [False, True]
    held = panel.day(date(2026, 9, 29)).prohibited
    assert held is not None
    assert np.array_equal(held[:, 0], rates.prohibited[:, 0])


@pytest.mark.slow
def test_an_average_counts_a_ban_neither_as_0_nor_as_a_rate(regime: Regime) -> None:
    before, after = (average(regime, "CAN", "USA", day) for day in ("2026-09-28", "2026-09-29"))
    assert before.points[0].prohibited == 0
    assert 0 < after.points[0].prohibited < 0.05
    assert after.points[0].rate == pytest.approx(before.points[0].rate)  # the law without the ban
    assert any("prohibited" in note and "without the ban" in note for note in after.notes)
    beer = average(regime, "CAN", "USA", "2026-09-29", products=("2203",))
    assert beer.points[0].prohibited == pytest.approx(1.0)
    moves = average(regime, "CAN", "USA", since="2026-09-28", until="2026-09-30")
    assert date(2026, 9, 29) in [p.on for p in moves.points]


def test_a_ban_is_a_change_and_a_step(regime: Regime) -> None:
    found = {c.measure: c for c in diff(regime, "CAN", "USA", "2026-09-28", "2026-09-29").changes}
    assert set(found) == {
        "us-338-ban-beverages",
        "us-338-ban-packaged-beverages",
        "us-338-ban-dairy",
        "us-338-ban-motorcycles",
    }
    beer = found["us-338-ban-packaged-beverages"]
    assert (beer.what, beer.ban, beer.before, beer.after, beer.points) == ("began", True, None, None, 0.0)
    assert beer.acts == ("us-proc-11061",)
    steps = timeline(regime, "CAN", "USA", "2026-09-29", "2026-09-29")
    assert {s.measure for s in steps if s.combine == "ban"} == set(found)


run = PARLEY.out


def test_the_commands_say_it_first(capsys: pytest.CaptureFixture[str]) -> None:
    rate = ("law", "rate", BEER, "--origin", "CAN", "--on", "2026-10-01")
    assert run(capsys, *rate).startswith("Import prohibited: Alcoholic beverages of Canada packaged")
    found = json.loads(run(capsys, *rate, "--json"))
    assert [set(x) for x in found["prohibited"]] == [{"measure", "programme", "reason", "source"}]
    assert found["rate"] is None
    assert found["prohibited"][0]["measure"] == "us-338-ban-packaged-beverages"
    period = ("--origin", "CAN", "--from", "2026-09-28", "--to", "2026-09-29")
    changes = json.loads(run(capsys, "law", "diff", *period, "--json"))["changes"]
    assert [c["ban"] for c in changes] == [True] * 4
    assert run(capsys, "law", "diff", *period).count("prohibited") == 4
    shown = run(capsys, "law", "timeline", "--origin", "CAN", "--since", "2026-09-29", "--until", "2026-09-29")
    assert shown.count("prohibited") == 4


@pytest.mark.slow
def test_law_duties_refuses_the_row_for_a_reason_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, regime: Regime
) -> None:
    from parley.law.shipments.run import Options, duties

    monkeypatch.setenv("PARLEY_CACHE", str(tmp_path / "cache"))
    source, out, rejects = (tmp_path / n for n in ("in.csv", "out.csv", "rejects.csv"))
    source.write_text(
        "hts,origin,date,value,in_bulk\n2203.00.00.30,CAN,2026-10-01,1000,\n2203.00.00.30,CAN,2026-10-01,1000,true\n"
        "2203.00.00.30,CAN,2026-09-28,1000,\n2203.00.00.30,DEU,2026-10-01,1000,\n", encoding="utf-8",
    )  # fmt: skip
    made = duties([str(source)], out, rejects=rejects, regime=regime, options=Options(threads=1))
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [r["duty"] for r in rows][:3] == ["", "600.0", "600.0"]
    assert rows[0]["reject_reason"] == "product: import prohibited: '2203.00.00.30'"
    assert made.rejected == 1
    (refused,) = csv.DictReader(rejects.open(encoding="utf-8"))
    assert (refused["column"], refused["reason"]) == ("hts", "product: import prohibited")
