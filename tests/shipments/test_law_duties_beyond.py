"""Rows after the last day to which the law was read are refused by every way of judging, unless asked as scheduled."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from parley.law.regime import Regime
from parley.law.shipments.run import Options, duties
from regimes import law_of
from tables import read_rows

REGIME = law_of()
LAST = REGIME.law_known_to("USA") or date.min
REASON = "entry_date: after the last day to which this law was read"
DAYS = (LAST - timedelta(1), LAST, LAST + timedelta(1), date(2031, 12, 31), date(2035, 1, 1))


def written(folder: Path, days: tuple[date, ...], copies: int = 1) -> Path:
    path = folder / "shipments.csv"
    rows = [f"9503.00.00.73,{o},{d},1000.00" for d in days for o in ("CHN", "VNM")] * copies
    path.write_text("\n".join(["product,origin,entry_date,value", *rows, ""]), "utf-8")
    return path


def test_a_later_row_has_no_duty_and_says_why(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    found = duties([str(written(tmp_path, DAYS))], out)
    assert found.rejected == 2 * 3
    for row in read_rows(out):
        late = row["entry_date"] > str(LAST)
        assert (row["duty"] == "") == late
        assert row["reject_reason"] == (f"{REASON}: '{row['entry_date']}'" if late else "")


def test_as_scheduled_they_have_what_explain_says_was_scheduled(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    found = duties([str(written(tmp_path, DAYS))], out, options=Options(as_scheduled=True))
    assert found.rejected == 0
    plain = Regime(REGIME.measures)  # without the days to which it was read: what was scheduled
    for row in read_rows(out):
        told = plain.explain(row["product"], row["origin"], "USA", row["entry_date"])
        assert float(row["duty_rate"]) == pytest.approx(told.rate, abs=1e-12)


def test_an_earlier_knowledge_day_has_an_answer_for_every_day(tmp_path: Path) -> None:
    assert duties([str(written(tmp_path, DAYS))], options=Options(known="2025-05-02")).rejected == 0


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_both_ways_refuse_the_same_rows(tmp_path: Path, ending: str) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    source = tmp_path / "in.parquet"
    days = [d for d in DAYS for _ in range(400)]
    pq.write_table(
        pa.table({
            "product": ["9503000073"] * len(days), "origin": ["CHN", "VNM"] * (len(days) // 2),
            "entry_date": pa.array(days, pa.date32()), "value": [1000.0] * len(days),
        }), source,
    )  # fmt: skip
    ways = {}
    for name, least in (("gather", 1), ("query", 1 << 40)):
        out = tmp_path / f"{name}.{ending}"
        found = duties([str(source)], out, options=Options(gather_from=least))
        assert found.rejected == 3 * 400
        assert found.by_reason == {REASON: 3 * 400}
        ways[name] = out.read_bytes() if ending == "csv" else pq.read_table(out).to_pydict()
    assert ways["gather"] == ways["query"]
