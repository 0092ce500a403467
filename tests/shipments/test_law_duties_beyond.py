"""Rows after the last day to which the law was read are refused by every way of judging, unless asked as scheduled."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
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


@pytest.mark.slow
def test_a_later_row_has_no_duty_and_says_why(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    found = duties([str(written(tmp_path, DAYS))], out)
    assert found.rejected == 2 * 3
    for row in read_rows(out):
        late = row["entry_date"] > str(LAST)
        assert (row["duty"] == "") == late
        assert row["reject_reason"] == (f"{REASON}: '{row['entry_date']}'" if late else "")


@pytest.mark.slow
def test_as_scheduled_they_have_what_explain_says_was_scheduled(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    found = duties([str(written(tmp_path, DAYS))], out, options=Options(as_scheduled=True))
    assert found.rejected == 0
    plain = Regime(REGIME.measures)  # without the days to which it was read: what was scheduled
    for row in read_rows(out):
        told = plain.explain(row["product"], row["origin"], "USA", row["entry_date"])
        assert float(row["duty_rate"]) == pytest.approx(told.rate, abs=1e-12)


@pytest.mark.slow
def test_an_earlier_knowledge_day_has_an_answer_for_every_day(tmp_path: Path) -> None:
    assert duties([str(written(tmp_path, DAYS))], options=Options(known="2025-05-02")).rejected == 0


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_days_as_such_and_as_texts_are_refused_alike(tmp_path: Path, ending: str) -> None:
    days = [d for d in DAYS for _ in range(400)]
    ways = {}
    for name, kind in (("days", pa.date32()), ("texts", pa.string()), ("times", pa.timestamp("us"))):
        source, out = tmp_path / f"{name}.in.parquet", tmp_path / f"{name}.{ending}"
        pq.write_table(
            pa.table({
                "product": ["9503000073"] * len(days), "origin": ["CHN", "VNM"] * (len(days) // 2),
                "entry_date": pa.array(days, pa.date32()).cast(kind), "value": [1000.0] * len(days),
            }), source,
        )  # fmt: skip
        found = duties([str(source)], out)
        assert found.rejected == 3 * 400
        assert found.by_reason == {REASON: 3 * 400} == duties([str(source)]).by_reason
        rows = read_rows(out) if ending == "csv" else pq.read_table(out).to_pylist()
        ways[name] = [(r["duty"], (r["reject_reason"] or "").partition(": '")[0]) for r in rows]
    assert ways["days"] == ways["texts"] == ways["times"]
