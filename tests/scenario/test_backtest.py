"""Trade held against what happened: identities of the measures, rules by hand, a user's months, the cut-off, and golden figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from answer_types import assert_is
from commands import PARLEY
from parley.errors import InputError
from parley.report.backtest_files import chart, files, sheets
from parley.report.backtest_text import LEVELS, words
from parley.scenario.backtest import predicted as predicting
from parley.scenario.backtest.answering import backtest
from parley.scenario.backtest.answers import BacktestAnswer
from parley.scenario.backtest.cells import NOT_TARIFFS, Values, in_group, values_of
from parley.scenario.backtest.held import GROUPS, score_rows
from parley.scenario.backtest.predicted import Predicted
from parley.scenario.backtest.scores import measures, ranks
from parley.scenario.backtest.trade import Trade, packaged_rows, read_sectors, trade_of
from parley.scenario.backtest.windows import (
    months_between,
    published,
    read_windows,
    windows_asked,
)
from parley.world.grid import sector_of

PAGE = Path(__file__).parents[2] / "docs/backtest.md"
MAY = next(w for w in read_windows() if w.name == "2025-05/06")


@pytest.fixture(scope="module")
def trade() -> Trade:
    return trade_of()


@pytest.fixture(scope="module")
def told() -> BacktestAnswer:
    return backtest(["2025-05/06"], readings=["statutory"], elasticities=["U4", "BLP-year"], cells=True)


@pytest.fixture(scope="module")
def values(trade: Trade) -> dict[str, Values]:
    """A window's figures, with a dollar where nothing was traded in 2024: no ratio makes something of nothing."""
    found = values_of(MAY, trade)
    assert found
    return {name: replace(v, base=np.maximum(v.base, 1.0)) for name, v in found.items()}


def as_predicted(values: dict[str, Values], which: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Predicted:
    """A prediction made of a window's own figures, base and actual."""
    made = [which(v.base, v.actual) for v in values.values()]
    return Predicted(made[0][:, :-1], made[1][:, 0], made[2][:, 0], 0.0)


def test_what_is_predicted_as_it_happens_has_no_error_and_a_slope_of_one(
    trade: Trade, values: dict[str, Values]
) -> None:
    found = as_predicted(values, lambda base, actual: actual / base)
    rows = [r for r in score_rows(MAY, trade, values, {("statutory", "U4"): found}) if r["by"] == "model"]
    assert {r["level"] for r in rows} == {"partner", "sector", "partner_sector", "exports_partner", "exports_sector"}
    for r in rows:
        assert r["rmse"] == pytest.approx(0, abs=1e-12)
        assert r["rmse_common"] == pytest.approx(0, abs=1e-12)
        assert (r["slope"], r["correlation"], r["rank"], r["signs"]) == pytest.approx((1, 1, 1, 1))
        assert r["predicted_pct"] == pytest.approx(r["actual_pct"])


def test_a_common_factor_of_the_prediction_is_all_that_the_relative_error_leaves_out(
    trade: Trade, values: dict[str, Values]
) -> None:
    found = as_predicted(values, lambda base, actual: 2 * actual / base)
    for r in score_rows(MAY, trade, values, {("statutory", "U4"): found}):
        if r["by"] == "model":
            assert r["rmse"] == pytest.approx(np.log(2))
            assert r["rmse_common"] == pytest.approx(0, abs=1e-12)
            assert r["slope"] == pytest.approx(1)


def test_measures_of_two_cells_by_hand() -> None:
    """y − x is 0.1 and −0.3, weights 3 and 1: rmse √(0.75·0.01 + 0.25·0.09); the mean gap is 0."""
    found = measures(np.array([0.1, 0.4]), np.array([0.2, 0.1]), np.array([3.0, 1.0]))
    assert found["rmse"] == pytest.approx(np.sqrt(0.03))
    assert found["rmse_common"] == pytest.approx(np.sqrt(0.03))
    assert found["slope"] == pytest.approx(-1 / 3)
    assert (found["correlation"], found["rank"], found["signs"]) == pytest.approx((-1, -1, 1))
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1, 3.5, 2]


def test_no_change_errs_by_what_changed_and_has_no_slope(trade: Trade, values: dict[str, Values]) -> None:
    found = as_predicted(values, lambda base, actual: actual / base)
    rows = list(score_rows(MAY, trade, values, {("statutory", "U4"): found}))
    by = {r["by"]: r for r in rows if r["level"] == "partner" and r["group"] == "all"}
    base, actual, prior = (
        v[:, :-1].sum(axis=1) for v in (values["imports"].base, values["imports"].actual, values["imports"].prior)
    )
    gap, weight = np.log(actual / base), base / base.sum()
    assert by["no_change"]["rmse"] == pytest.approx(np.sqrt(weight @ gap**2))
    assert by["no_change"]["slope"] is by["no_change"]["rank"] is by["no_change"]["signs"] is None
    assert by["own_trend"]["rmse"] == pytest.approx(np.sqrt(weight @ (gap - np.log(base / prior)) ** 2))
    common = gap - np.log(actual.sum() / base.sum())
    assert by["common_factor"]["rmse"] == pytest.approx(np.sqrt(weight @ common**2))
    assert by["common_factor"]["predicted_pct"] == pytest.approx(by["model"]["actual_pct"])


def test_without_what_was_not_tariffs_these_cells_are_left_out(trade: Trade) -> None:
    kept = {group: in_group(trade, group) for group in GROUPS}
    assert kept["all"].all()
    electronics = [s.sector for s in trade.sectors].index("electronics")
    gone = ~kept["without"]
    assert gone[:, electronics].all()
    assert gone.sum() == len(trade.partners) + len(NOT_TARIFFS) - 1


@pytest.mark.slow
def test_the_sectors_hold_every_code_once_and_goods_lie_in_the_dataset_s_sectors() -> None:
    for flow in ("imports", "exports"):
        codes = [c for s in read_sectors(flow) for c in s.codes]
        assert len(codes) == len(set(codes))
        assert {c for f, c in {(r.flow, r.sector) for r in packaged_rows()} if f == flow} >= set(codes)
        world = [c for s in read_sectors(flow) for c in s.world]
        assert len(world) == len(set(world))
    named = {code: set(s.world) for s in read_sectors("exports") for code in s.codes}
    placed = {code: sector for code, sector in zip(named, sector_of([*named]), strict=True) if sector}
    apart = {c for c, sector in placed.items() if sector not in named[c]}
    assert apart == {"05", "14", "66", "67", "93"}  # small chapters that stand with their neighbours
    sold = {c: sum(r.value for r in packaged_rows() if (r.flow, r.sector) == ("exports", c)) for c in named}
    assert sum(sold[c] for c in apart) < 0.01 * sum(sold.values())


def test_all_countries_together_are_the_partners_and_the_rest(trade: Trade) -> None:
    m = trade.months.index("2025-05")
    whole = {
        r.sector: r.value for r in packaged_rows() if r.flow == "imports" and (r.partner, r.month) == ("WLD", "2025-05")
    }
    assert np.nansum(trade.imports[:, :, m]) == pytest.approx(sum(whole.values()), rel=1e-12)
    assert trade.partners[-1] == trade.buyers[-1] == "ROW"
    assert (trade.exports[-1] > 0).all()


def test_windows_are_packaged_or_the_user_s_own() -> None:
    assert windows_asked([]) == read_windows()
    own, named = windows_asked(["2025-12/2026-02@2026-01-15", "2025-07"])
    assert own.months == ("2025-12", "2026-01", "2026-02")
    assert own.earlier(1) == ("2024-12", "2025-01", "2025-02")
    assert (own.law, own.kind, named.kind) == (date(2026, 1, 15), "yours", "once")
    assert published("2025-11") == date(2026, 1, 14)
    assert months_between("2024-11", "2025-02") == ("2024-11", "2024-12", "2025-01", "2025-02")
    for text in ("2025-13@2025-06-01", "2025-06/2025-05@2025-05-01", "2025-05@2025-07-01", "May"):
        with pytest.raises(InputError, match="FIRST/LAST@DAY"):
            windows_asked([text])


def test_months_published_after_the_cut_off_are_hidden() -> None:
    found = backtest(["2025-05/06", "2025-11", "2018-10/12"], known="2025-08-13")
    assert_is(found, BacktestAnswer)
    reasons = {r["window"]: r["reason"] for r in found["not_scored"]}
    assert reasons == {
        "2025-05/06": "2025-06 counts as published on 2025-08-14, after 2025-08-13",
        "2025-11": "its law is of 2025-11-15, after 2025-08-13",
        "2018-10/12": "no figures of 2017-10: bring them with --months",
    }
    assert found["scores"] == found["rows"] == found["not_tariffs"] == []
    assert found["months_known"] == ["2023-01", "2025-05"]
    assert {r["month"] for r in found["months"]} == {"2025-01", "2025-02", "2025-03", "2025-04", "2025-05"}


@pytest.mark.slow
def test_canada_s_answer_moves_us_exports_there_and_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the spring of 2025 Canada's surtaxes fell on some 1,800 lines; on 1 September those on metals alone stayed."""
    found = {}
    for parties in (("USA", "CHN"), predicting.PARTIES):
        monkeypatch.setattr(predicting, "PARTIES", parties)
        for name in ("2025-05/06", "2025-11"):
            window, trade = next(w for w in read_windows() if w.name == name), trade_of([])
            ((_, made),) = predicting.predicted(window, trade, "statutory", ["U4"])
            found[parties, name] = dict(zip(trade.buyers, 100 * (made.exports - 1), strict=True))
    answer = {name: {p: v - found[("USA", "CHN"), name][p] for p, v in found[predicting.PARTIES, name].items()}
              for name in ("2025-05/06", "2025-11")}  # fmt: skip
    assert answer["2025-05/06"]["CAN"] < answer["2025-11"]["CAN"] < -1
    assert max(abs(v) for p, v in answer["2025-05/06"].items() if p != "CAN") < 1


@pytest.mark.slow
def test_the_cut_off_hides_usmca_claims_published_later(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[date | None] = []
    calibrate = predicting.calibrate
    monkeypatch.setattr(
        predicting, "calibrate", lambda s, regime: asked.append(regime.claims_seen) or calibrate(s, regime)
    )
    window, known = next(w for w in read_windows() if w.name == "2025-05/06"), date(2025, 8, 14)
    for on in (None, known):
        next(iter(predicting.predicted(window, trade_of([]), "statutory", ["U4"], known=on)))
    assert asked == [None, known]


def test_what_is_asked_wrongly_is_refused_with_what_is_allowed() -> None:
    for asked in ({"readings": ["charged"]}, {"elasticities": ["U5"]}, {"horizons": ["month"]}, {"model": "gravity"}):
        with pytest.raises(InputError, match="Allowed"):
            backtest(["2025-11"], known="2025-01-01", **asked)  # pyright: ignore[reportArgumentType]


@pytest.mark.slow
def test_the_figures_are_those_of_the_page_and_stand_in_every_form(told: BacktestAnswer) -> None:
    assert_is(told, BacktestAnswer)
    assert told["residual"] is not None
    assert told["residual"] < 1e-9
    model = {(r["level"], r["horizon"]): r for r in told["scores"] if r["by"] == "model" and r["group"] == "all"}
    partner, year = model["partner", "long_run"], model["partner", "year"]
    assert 0 > year["predicted_pct"] > partner["predicted_pct"]  # in a year imports answer less
    assert (partner["cells"], round(partner["predicted_pct"], 1), round(partner["actual_pct"], 1)) == (23, -15.7, -1.9)
    assert [round(partner[k] or 0, 2) for k in ("rmse", "rmse_common", "slope", "rank")] == [0.23, 0.19, 0.87, 0.19]
    shown = (
        f"| imports by partner, statutory | 23 | -15.7 | -1.9 | {partner['rmse']:.2f} | {partner['rmse_common']:.2f} |"
    )
    assert shown in PAGE.read_text("utf-8")
    china = next(r for r in told["rows"] if (r["level"], r["partner"], r["horizon"]) == ("partner", "CHN", "long_run"))
    assert china["actual_pct"] == pytest.approx(-48.05, abs=0.01)
    assert (china["low_pct"], china["elasticities"]) == (china["high_pct"], "U4")  # one set of the horizon
    assert sum(r["level"] == "partner_sector" for r in told["rows"]) == 2 * 23 * 20
    made = files(told)
    assert {name for form in ("json", "csv", "svg", "xlsx") for name in made[form]()} == {
        "backtest.json", "backtest-scores.csv", "backtest-rows.csv", "backtest-not-tariffs.csv", "backtest-months.csv",
        "backtest-2025-05-06.svg", "backtest.xlsx",
    }  # fmt: skip
    assert len(sheets(told)[0].csv().splitlines()) == len(told["scores"]) + 1
    assert chart(told, "2025-05/06", 600)["layer"]
    drawn = made["svg"]()["backtest-2025-05-06.svg"]
    assert all(
        words in str(drawn)
        for words in ("US imports by partner", "as known", "US Census Bureau", "Chart: parley, law ")
    )
    assert any("error: root mean square" in w for w in words(told) if isinstance(w, str))
    titles = [w.title for w in words(told) if not isinstance(w, str)]
    for r in told["scores"]:
        of_level = f"{LEVELS[r['level']]} ({r['cells']:,} cells" + (
            f"; {r['left_out']:,} too small" if r["left_out"] else ")"
        )
        assert r["group"] != "all" or any(of_level in title for title in titles)


def test_the_command_says_what_it_hid(capsys: pytest.CaptureFixture[str]) -> None:
    out = PARLEY.out(capsys, "trade", "backtest", "--window", "2025-11", "--known", "2025-06-01")
    assert "not scored: 2025-11: its law is of 2025-11-15" in out


@pytest.mark.slow
def test_what_moves_by_rounding_alone_did_not_move(told: BacktestAnswer) -> None:
    """Within a year exports answer their own duty alone: buyers whose law does not move are alike, to the last digit."""
    still = [
        r["predicted_pct"] for r in told["rows"]
        if r["level"] == "exports_partner" and r["elasticities"] == "BLP-year" and r["partner"] not in {"CHN", "CAN"}
    ]  # fmt: skip
    assert len(still) > 5
    assert set(still) == {0.0}
