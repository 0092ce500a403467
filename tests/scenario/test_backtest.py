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
from parley.scenario.backtest.own_months import read_own
from parley.scenario.backtest.predicted import Predicted
from parley.scenario.backtest.scores import measures, ranks
from parley.scenario.backtest.trade import Row, Trade, packaged_rows, read_sectors, trade_of
from parley.scenario.backtest.windows import Window, months_between, published, read_windows, windows_asked
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


HEAD = "flow,partner,sector,month,value\n"


def written(folder: Path, rows: str, head: str = HEAD) -> Path:
    path = folder / "mine.csv"
    path.write_text(head + rows, encoding="utf-8")
    return path


def test_a_user_s_months_are_added_and_take_the_place_of_packaged_ones(tmp_path: Path, trade: Trade) -> None:
    path = written(tmp_path, "imports,China,334,2025-12,5e9\nimports,WLD,334,2025-12,9e9\nexports,CHN,00,2025-05,1\n")
    rows, rejected = read_own(path)
    assert rejected == 0
    assert rows[0] == Row("imports", "CHN", "334", "2025-12", 5e9)
    made = trade_of(rows)
    assert made.months == (*trade.months, "2025-12")
    n = [s.sector for s in made.sectors].index("electronics")
    assert made.imports[made.partners.index("CHN"), n, -1] == 5e9
    assert np.isnan(made.imports[made.partners.index("MEX"), n, -1])  # no row: not known, no zero
    assert made.exports[made.buyers.index("CHN"), made.months.index("2025-05")] == 1
    old = read_own(written(tmp_path, "CHN,334,2025-12,5e9,1\n", "partner,naics,month,value,duty\n"))[0]
    assert old == rows[:1]


LIKE_CUSTOMS = {
    "Month,Value,Partner,NAICS,Note\n2025-12,5e9,CHINA,334,x\n": "imports",
    "flow;partner;sector;month;value\nImports;CHN;334;2025/12;5,000,000,000\n": "imports",
    "partner\tNAICS\tmonth\tcustoms_value_usd\nchina\t334\t2025-12-01\t5e9\n": "imports",
    "country,hs2,month,export_value_usd\nTOTAL FOR ALL COUNTRIES,84,202512,5e9\n": "exports",
}


@pytest.mark.parametrize("text", LIKE_CUSTOMS)
def test_tables_as_customs_and_spreadsheets_write_them_are_read(text: str, tmp_path: Path) -> None:
    rows, rejected = read_own(written(tmp_path, "", text))
    assert rejected == 0
    wanted = ("imports", "CHN", "334") if LIKE_CUSTOMS[text] == "imports" else ("exports", "WLD", "84")
    assert rows == [Row(*wanted, "2025-12", 5e9)]


@pytest.mark.parametrize("unit", [1e3, 1e6])
def test_another_unit_than_dollars_is_refused(unit: float, tmp_path: Path) -> None:
    there = [r for r in packaged_rows() if r.month == "2025-11" and r.flow == "exports"]
    lines = [f"{r.flow},{r.partner},{r.sector},2025-12,{r.value / unit!r}\n" for r in there]
    with pytest.raises(InputError, match=r"Allowed: dollars\. Multiply"):
        read_own(written(tmp_path, "".join(lines)))


def test_a_window_without_a_cell_to_score_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, "imports,CHN,334,2025-12,1\n")
    found = backtest(["2025-12@2025-12-01"], months=path, readings=["statutory"], elasticities=["U4"])
    assert not found["windows"]
    assert "1,000,000 dollars a month" in found["not_scored"][0]["reason"]


FAULTS = {
    "imports,Atlantis,334,2025-12,1": "partner 'Atlantis'", "imports,DEU,334,2025-12,1": "count together, as EUU",
    "imports,NOR,334,2025-12,1": "count with the rest", "imports,CHN,999,2025-12,1": "sector '999'",
    "imports,CHN,00,2025-12,1": "sector '00'", "imports,CHN,334,2025-13,1": "month '2025-13'", "imports,CHN,334,12/2025,1": "month",
    "imports,CHN,334,2025-12,-1": "value '-1'", "imports,CHN,334,2025-12,": "value ''", "sales,CHN,334,2025-12,1": "flow 'sales'",
    "exports,CHN,84,2025-12,1": "chapters for WLD",
}  # fmt: skip


@pytest.mark.parametrize("row", FAULTS)
def test_a_faulty_row_is_named_or_set_aside(row: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"imports,CHN,335,2025-12,1\n{row}\n")
    with pytest.raises(InputError, match=FAULTS[row]) as error:
        read_own(path)
    assert "row 3" in str(error.value)
    rows, rejected = read_own(path, tmp_path / "faults.csv")
    assert (len(rows), rejected) == (1, 1)
    head, fault = (tmp_path / "faults.csv").read_text("utf-8").splitlines()
    assert head == "row,flow,partner,sector,month,value,reason"
    assert fault.startswith(f"3,{row}")


def test_a_cell_that_stands_twice_and_a_missing_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 3: the same cell"):
        read_own(written(tmp_path, "imports,CHN,334,2025-12,1\nimports,CHN,334,2025-12,2\n"))
    with pytest.raises(InputError, match="no column 'month'"):
        read_own(written(tmp_path, "1,2,3\n", "partner,sector,value\n"))


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


@pytest.mark.slow
def test_a_window_of_2018_is_scored_from_a_user_s_months(tmp_path: Path) -> None:
    """China's and all goods a fifth less than in 2017: the actual side is what the file says."""
    window: Window = replace(next(w for w in read_windows() if w.name == "2018-10/12"))
    lines = [
        f"imports,{p},334,{y}-{m},{value}"
        for y, value in (("2017", 10e9), ("2018", 8e9)) for m in ("10", "11", "12") for p in ("CHN", "WLD")
    ]  # fmt: skip
    path = written(tmp_path, "\n".join(lines) + "\n")
    found = backtest([window.name], readings=["statutory"], elasticities=["U4"], months=path)
    china = next(r for r in found["rows"] if r["level"] == "partner" and r["partner"] == "CHN")
    assert china["actual_pct"] == pytest.approx(-20)
    assert china["predicted_pct"] is not None
    assert china["predicted_pct"] < 0
    assert (found["own_rows"], found["windows"][0]["before"]) == (12, date(2018, 1, 1))
    assert {r["by"] for r in found["scores"]} == {"model", "no_change", "own_trend", "common_factor"}


def test_the_command_says_what_it_hid(capsys: pytest.CaptureFixture[str]) -> None:
    out = PARLEY.out(capsys, "trade", "backtest", "--window", "2025-11", "--known", "2025-06-01")
    assert "not scored: 2025-11: its law is of 2025-11-15" in out
