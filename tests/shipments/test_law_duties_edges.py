"""Lines at the edges of every rule of the query: one step inside has a duty, one step outside its own reason."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

import duckdb
import pytest

from parley.law.measure import Act, Measure
from parley.law.products import read_duty, read_products
from parley.law.regime import Regime
from parley.law.shipments.rejects import Why
from parley.law.shipments.run import Options, duties

pytestmark = pytest.mark.slow
ACT = Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 1, 1))


def judge(folder: Path, lines: list[dict[str, str]], regime: Regime | None = None) -> list[dict[str, str]]:
    """The rows of a file of some lines, each a plain line of toys from Germany but for what it names."""
    plain = {"product": "9503000073", "origin": "DEU", "entry_date": "2025-02-03", "value": "1000"}
    names = list(dict.fromkeys([*plain, *(n for line in lines for n in line)]))
    with (folder / "in.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows(plain | line for line in lines)
    duties([str(folder / "in.csv")], folder / "out.csv", regime=regime or Regime(()), options=Options(threads=1))
    return list(csv.DictReader((folder / "out.csv").open(newline="")))


def check(row: dict[str, str], expected: float | int) -> None:
    """A float is the duty in dollars, a whole number the reason."""
    if isinstance(expected, float):
        assert float(row["duty"]) == expected, row
    else:
        assert row["reject_reason"].startswith(Why(expected).words), row


KINDS: tuple[tuple[str, float, Literal["add", "cap"]], ...] = (("adds", 0.25, "add"), ("caps", 0.15, "cap"))
BEEF = {"product": "0201100510"}  # 4.4 cents a kilogram
EDGES: list[tuple[dict[str, str], float | int]] = [
    (BEEF | {"quantity": "250"}, 11.0), (BEEF | {"quantity": "0"}, 7), (BEEF | {"quantity": "-1"}, 7), (BEEF, 11),
    (BEEF | {"quantity": "1e15"}, 7), ({"quantity": "0"}, 0.0), ({"value": "999999999999999"}, 0.0), ({"value": "1e15"}, 6),
    ({"value": "0.01"}, 0.0), ({"value": "0"}, 6), ({"value": ""}, 6), ({"entry_date": "2018-01-01"}, 0.0),
    ({"entry_date": "2017-12-31"}, 5),
    ({"entry_date": "2018-01-01", "origin": "Narnia"}, 2), ({"origin": "USA"}, 3), ({"origin": "Narnia"}, 2), ({"product": "9503"}, 1),
    ({"steel_share": "0.6", "aluminium_share": "0.4"}, 0.0), ({"steel_share": "0.6", "aluminium_share": "0.41"}, 9),
    ({"steel_share": "1.1"}, 8), ({"steel_share": "-0.1"}, 8), ({"usmca": "perhaps"}, 8),
    (BEEF | {"quantity": "0.25", "unit": "t"}, 11.0), (BEEF | {"quantity": "250000", "unit": "g"}, 11.0),
    (BEEF | {"quantity": "551.155655", "unit": "LB"}, 11.0), (BEEF | {"quantity": "250", "unit": "litre"}, 12),
]  # fmt: skip


def test_every_edge_of_the_rules(tmp_path: Path) -> None:
    for row, (_, expected) in zip(judge(tmp_path, [line for line, _ in EDGES]), EDGES, strict=True):
        check(row, expected)


def test_cents_are_rounded_half_up_and_no_further(tmp_path: Path) -> None:
    rate = Measure(id="a", act=ACT, programme="s301", start=date(2025, 1, 1), rate=0.1, products=("9503",))
    values = {"0.05": 0.01, "0.0499": 0.0, "1.15": 0.12, "1.1499": 0.11, "999999.95": 100000.0, "999999.9499": 99999.99}
    for row, expected in zip(
        judge(tmp_path, [{"value": v} for v in values], Regime((rate,))), values.values(), strict=True
    ):
        check(row, expected)


def test_the_unit_of_an_added_duty_is_minded(tmp_path: Path) -> None:
    """A duty by the dozen and one by the kilogram; both on one line cannot be met by one quantity."""
    dozen, kilogram = (Measure(id=n, act=ACT, programme="s301", start=date(2025, 1, 1), expression=e, products=(p,), origins=o)
                       for n, e, p, o in (("a", "$6/doz", "9503", ("*",)), ("b", "50¢/kg", "9503", ("FRA",))))  # fmt: skip
    lines = [{"quantity": "24", "unit": "No"}, {"quantity": "2", "unit": "doz"}, {"quantity": "2", "unit": "kg"},
             {"quantity": "2"}, {"origin": "FRA", "quantity": "2"}]  # fmt: skip
    for row, expected in zip(
        judge(tmp_path, lines, Regime((dozen, kilogram))), (12.0, 12.0, 13, 12.0, 14), strict=True
    ):
        check(row, expected)


def test_a_refused_line_is_told_its_own_claims_and_no_others(tmp_path: Path) -> None:
    """Among lines that state claims, lines that state none."""
    duty = Measure(id="a", act=ACT, programme="s301", start=date(2025, 1, 1), expression="$6/doz", products=("9503",))
    other = Measure(id="b", act=ACT, programme="s301", start=date(2025, 1, 1), expression="50¢/kg", products=("9503",))
    line = {"quantity": "2", "us_content": "", "usmca": ""}
    lines = [line, line | {"us_content": "abc"}, line, line | {"us_content": "2", "usmca": "no"}, line]
    ends = ["", "us_content=abc", "", "usmca=no; us_content=2", ""]
    for row, end in zip(judge(tmp_path, lines, Regime((duty, other))), ends, strict=True):
        assert row["reject_reason"].partition(": '")[2].rstrip("'") == end, row


def test_editions_columns_and_short_codes_change_on_their_day(tmp_path: Path) -> None:
    """Russia pays column 2 from 9 April 2022 (Public Law 117-110); a code of eight digits stands for its one line."""
    toy = {"product": "9503000073", "origin": "RUS"}
    lines = [
        toy | {"entry_date": "2022-04-08"},
        toy | {"entry_date": "2022-04-09"},
        {"product": "01013000"},
        {"product": "95030000"},
    ]
    first, second, short, several = judge(tmp_path, lines)
    check(first, 0.0)
    check(second, 700.0)
    check(several, 1)
    check(short, 68.0)


def test_a_line_is_rated_once_by_the_edition_that_begins_on_its_day(tmp_path: Path) -> None:
    held = read_products("USA").lines()
    ends = [
        a
        for a, b in pairwise(held)
        if a.code == b.code and a.end == b.start and a.code[:2] < "98" and read_duty(a.general).is_ad_valorem
    ][:40]
    assert len(ends) == 40
    found = judge(
        tmp_path, [{"product": a.code, "entry_date": str(d)} for a in ends for d in (a.end - timedelta(1), a.end)]
    )
    assert [row["product"] for row in found] == [a.code for a in ends for _ in range(2)]
    assert all(row["duty"] for row in found)


def test_a_condition_above_a_share_leaves_the_share_itself_out(tmp_path: Path) -> None:
    asked = (("above", "> 0.25", 0.1), ("least", ">= 0.25", 0.2), ("most", "<= 0.25", 0.4))
    rows = [Measure(id=n, act=ACT, programme="s301", start=date(2025, 1, 1), rate=r, products=("9503",), when={"us_content": c})
            for n, c, r in asked]  # fmt: skip
    lines = [{"us_content": c} for c in ("0.2499", "0.25", "0.2501")]
    for row, expected in zip(judge(tmp_path, lines, Regime(tuple(rows))), (400.0, 600.0, 300.0), strict=True):
        check(row, expected)


def test_programmes_sum_to_the_rate_with_their_caps(tmp_path: Path) -> None:
    """A cap of 15 percent on a programme that adds 25 percent: the programme's own column shows what the cap leaves."""
    rows = [Measure(id=n, act=ACT, programme="s232", start=date(2025, 1, 1), rate=r, combine=c, products=("9503",))
            for n, r, c in KINDS]  # fmt: skip
    options = Options(threads=1, programmes=True)
    judge(tmp_path, [{}])
    duties([str(tmp_path / "in.csv")], tmp_path / "again.csv", regime=Regime(tuple(rows)), options=options)
    (row,) = csv.DictReader((tmp_path / "again.csv").open(newline=""))
    assert (row["duty_rate"], row["rate_s232"], row["rate_mfn"]) == ("0.15", "0.15", "0.0")


def test_whole_numbers_of_parquet_get_their_zero_back(tmp_path: Path) -> None:
    rest = "'DEU' AS origin, DATE '2025-02-03' AS entry_date, 1000 AS value, 250 AS quantity"
    rows = " UNION ALL ".join(f"SELECT {n}::BIGINT AS product, {rest}"
                              for n in (201100510, 1013000, 9503000073, 95030000))  # fmt: skip
    duckdb.sql(f"COPY ({rows}) TO '{tmp_path / 'in.parquet'}'")
    duties([str(tmp_path / "in.parquet")], tmp_path / "out.csv", regime=Regime(()), options=Options(threads=1))
    found = list(csv.DictReader((tmp_path / "out.csv").open(newline="")))
    for row, expected in zip(found, (11.0, 68.0, 0.0, 1), strict=True):
        check(row, expected)
