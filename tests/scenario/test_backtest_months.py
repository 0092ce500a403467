"""A user's months of the backtest: the layouts of public tables, what is passed over, faults, and what is not known."""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from parley.errors import InputError
from parley.scenario.backtest.answering import backtest
from parley.scenario.backtest.lines import month_rows
from parley.scenario.backtest.own_months import read_own
from parley.scenario.backtest.trade import Row, Trade, packaged_rows, trade_of
from parley.scenario.backtest.windows import later_windows, read_windows, with_own


@pytest.fixture(scope="module")
def trade() -> Trade:
    return trade_of()


HEAD = "flow,partner,sector,month,value\n"


def written(folder: Path, rows: str, head: str = HEAD) -> Path:
    path = folder / "mine.csv"
    path.write_text(head + rows, encoding="utf-8")
    return path


def test_a_user_s_months_are_added_and_take_the_place_of_packaged_ones(tmp_path: Path, trade: Trade) -> None:
    path = written(tmp_path, "imports,China,334,2025-12,5e9\nimports,WLD,334,2025-12,9e9\nexports,CHN,00,2025-05,1\n")
    rows, beside, rejected = read_own(path)
    assert (beside, rejected) == (0, 0)
    assert rows[0] == Row("imports", "CHN", "334", "2025-12", 5e9)
    made = trade_of(rows)
    assert made.months == (*trade.months, "2025-12")
    n = [s.sector for s in made.sectors].index("electronics")
    assert made.imports[made.partners.index("CHN"), n, -1] == 5e9
    assert np.isnan(made.imports[made.partners.index("MEX"), n, -1])  # no row: not known, no zero
    assert made.exports[made.buyers.index("CHN"), made.months.index("2025-05")] == 1
    old = read_own(written(tmp_path, "CHN,334,2025-12,5e9,1\n", "partner,naics,month,value,duty\n")).rows
    assert old == rows[:1]


CHINA, KOREA = Row("imports", "CHN", "334", "2025-12", 5e9), Row("imports", "KOR", "334", "2025-12", 3e9)
LIKE_CUSTOMS = {
    "Month,Value,Partner,NAICS,Note\n2025-12,5e9,CHINA,334,x\n": [CHINA],
    "flow;partner;sector;month;value\nImports;CHN;334;2025/12;5,000,000,000\n": [CHINA],
    "partner\tNAICS\tmonth\tcustoms_value_usd\nchina\t334\t2025-12-01\t5e9\n": [CHINA],
    "country,hs2,month,export_value_usd\nTOTAL FOR ALL COUNTRIES,84,202512,5e9\n": [Row("exports", "WLD", "84", "2025-12", 5e9)],
    "Country,NAIC Number,Year,Month,Customs Value\nCN,334,2025,12,$5 000 000 000\n": [CHINA],
    "CTY_CODE,CTY_NAME,NAICS,CON_VAL_MO,GEN_VAL_MO,time\n5700,x,334,5000000000,1,2025-12\n": [CHINA],
    "Data Type,NAIC Number,Country,Dec 2025,Jan 2026\nCustoms Value,334,China,5e9,\nCalculated Duties,334,China,1,1\n": [CHINA],
    "Data Type,NAIC Number,Country,Year,November,December\nCustoms Value,334,China,2025,,5e9\n": [CHINA],
    "partner,sector,2025-12\nCHN,334,5e9\n\"Korea, Republic of\",334,3e9\n": [CHINA, KOREA],
    '[["CTY_CODE","NAICS","CON_VAL_MO","time","NAICS"],["5700","334","5000000000","2025-12","334"]]': [CHINA],
}  # fmt: skip


@pytest.mark.parametrize("text", LIKE_CUSTOMS)
def test_tables_as_customs_and_spreadsheets_write_them_are_read(text: str, tmp_path: Path) -> None:
    assert read_own(written(tmp_path, "", text)) == (LIKE_CUSTOMS[text], 0, 0)
    zipped = tmp_path / "mine.csv.gz"
    zipped.write_bytes(gzip.compress(text.encode()))
    assert read_own([zipped]).rows == LIKE_CUSTOMS[text]


BESIDE = """partner,NAICS,month,customs_value_usd
TOTAL FOR ALL COUNTRIES,334,2025-12,9e9
CHINA,00,2025-12,8e9
CHINA,334,2025-12,5e9
EUROPEAN UNION,334,2025-12,1e9
GERMANY,334,2025-12,6e8
NORWAY,334,2025-12,1e6
USMCA (NAFTA),334,2025-12,2e9
0022,334,2025-12,2e9
"""


def test_what_others_of_a_file_hold_is_passed_over_and_counted(tmp_path: Path) -> None:
    """All goods, groups of countries, members beside their union, partners that count with the rest: as public tables have them."""
    found = read_own(written(tmp_path, "", BESIDE))
    assert [(r.partner, r.value) for r in found.rows] == [("WLD", 9e9), ("CHN", 5e9), ("EUU", 1e9)]
    assert (found.beside, found.rejected) == (5, 0)
    exports = written(tmp_path, "exports,CHN,84,2025-12,1\nexports,CHN,00,2025-12,2\n")
    assert read_own(exports) == ([Row("exports", "CHN", "00", "2025-12", 2.0)], 1, 0)


def test_files_of_several_flows_are_read_together(tmp_path: Path) -> None:
    imports, exports = tmp_path / "in.csv", tmp_path / "out.csv"
    imports.write_text("partner,naics,month,value\nCHN,334,2025-12,5e9\n")
    exports.write_text("partner,hs2,month,export_value_usd\nCHN,00,2025-12,2e9\nATL,00,2025-12,2e9\n")
    found = read_own([imports, exports], tmp_path / "faults.csv")
    assert [r.flow for r in found.rows] == ["imports", "exports"]
    faults = (tmp_path / "faults.csv").read_text().splitlines()
    assert (len(faults), found.rejected) == (2, 1)
    assert faults[0] == "file,row,partner,hs2,month,export_value_usd,reason"
    assert faults[1].startswith("out.csv,3,ATL,00,2025-12,2e9,")


def test_a_code_that_a_month_leaves_out_is_not_known_and_not_zero(trade: Trade) -> None:
    """One sector of one partner: nothing else of the month has a figure, so that nothing seems to fall."""
    made = trade_of([CHINA])
    now = made.imports[:, :, -1]
    n = [s.sector for s in made.sectors].index("electronics")
    assert now[made.partners.index("CHN"), n] == 5e9
    large = trade.imports[trade.partners.index("CHN"), :, trade.months.index("2024-12")] >= 1e8
    assert np.isnan(now[made.partners.index("CHN")])[large & (np.arange(len(large)) != n)].all()
    assert np.isnan(now[-1]).all()  # the rest
    assert {r["month"] for r in month_rows(made, ["2025-11", "2025-12"])} == {"2025-11"}


def test_partners_that_are_more_than_all_countries_are_refused() -> None:
    with pytest.raises(InputError, match="no more than all countries"):
        trade_of([Row("imports", "CHN", "334", "2025-11", 5e11)])


def test_later_months_are_windows_of_their_own_beside_the_packaged_ones() -> None:
    later = later_windows(["2026-01", "2025-12", "2025-11", "2026-01"])
    assert [(w.name, w.law, w.kind, w.months) for w in later] == [
        ("2025-12", date(2025, 12, 15), "yours", ("2025-12",)),
        ("2026-01", date(2026, 1, 15), "yours", ("2026-01",)),
    ]


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
    "imports,CHN,84,2025-12,1": "sector '84'", "imports,CHN,334,2025-13,1": "month '2025-13'", "imports,CHN,334,13/2025,1": "month",
    'imports,CHN,334,2025-12,"50,5"': "value '50,5'", 'imports,CHN,334,2025-12,1.000.000': "value",
    "imports,CHN,334,2025-12,-1": "value '-1'", "imports,CHN,334,2025-12,": "value ''", "sales,CHN,334,2025-12,1": "flow 'sales'",
}  # fmt: skip


@pytest.mark.parametrize("row", FAULTS)
def test_a_faulty_row_is_named_or_set_aside(row: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"imports,CHN,335,2025-12,1\n{row}\n")
    with pytest.raises(InputError, match=FAULTS[row]) as error:
        read_own(path)
    assert "row 3" in str(error.value)
    rows, _, rejected = read_own(path, tmp_path / "faults.csv")
    assert (len(rows), rejected) == (1, 1)
    head, fault = (tmp_path / "faults.csv").read_text("utf-8").splitlines()
    assert head == "file,row,flow,partner,sector,month,value,reason"
    assert fault.startswith(f"mine.csv,3,{row}")


def test_a_cell_that_stands_twice_and_a_missing_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 3: the same cell"):
        read_own(written(tmp_path, "imports,CHN,334,2025-12,1\nimports,CHN,334,2025-12,2\n"))
    with pytest.raises(InputError, match=r"no column 'partner'.*WLD where its values are of all countries"):
        read_own(written(tmp_path, "334,2025-12,5e9\n", "naics,month,value\n"))
    with pytest.raises(InputError, match="no column 'month'"):
        read_own(written(tmp_path, "1,2,3\n", "partner,sector,value\n"))


def test_a_packaged_window_with_a_user_s_figures_is_no_longer_one_of_the_choices() -> None:
    """Choices were frozen on packaged figures: what is scored on others says so."""
    windows = {w.name: w for w in read_windows()}
    moved = [name for name, w in windows.items() if with_own(w, [CHINA._replace(month="2024-06")]) != w]
    assert moved == ["2025-05/06"]
    made = with_own(windows["2025-11"], [CHINA._replace(month="2025-11")])
    assert (made.kind, made.note) == ("yours", "after Busan; with figures of your own")


@pytest.mark.slow
def test_a_window_of_2018_is_scored_from_a_user_s_months(tmp_path: Path) -> None:
    """China's and all goods a fifth less than in 2017: the actual side is what the file says."""
    window = next(w for w in read_windows() if w.name == "2018-10/12")
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
