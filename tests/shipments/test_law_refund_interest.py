"""Interest on refunds: by hand, across quarters and leap years, from a user's rates, and refused where no rate is held."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from commands import PARLEY
from parley.errors import InputError
from parley.law.refund import refunds
from parley.law.refund_interest import read_interest
from parley.law.shipments.run import Options

ENTRIES = """Entry Number,HTS,Country of Origin,Entry Date,Customs Value,Payment Date,Liquidation Date
A1,9503000073,CN,05/02/2025,1000000,05/12/2025,03/15/2026
A2,9503000073,CN,05/20/2025,1000,,
A3,8517130000,KR,05/02/2025,1000,05/12/2025,
"""


def growth(first: date, last: date, **asked) -> float:
    """What a dollar becomes from a day to another."""
    return read_interest(last, **asked).growth(first)[last]


def test_interest_compounds_daily_by_quarter_and_year() -> None:
    assert growth(date(2025, 5, 2), date(2025, 5, 12)) == pytest.approx((1 + 0.06 / 365) ** 10, abs=1e-12)
    # 30 September 2023 at 6 percent, 1 October at 7: the quarter of each day counts
    assert growth(date(2023, 9, 30), date(2023, 10, 2)) == pytest.approx((1 + 0.06 / 365) * (1 + 0.07 / 365), abs=1e-12)
    assert growth(date(2024, 2, 28), date(2024, 3, 1)) == pytest.approx((1 + 0.07 / 366) ** 2, abs=1e-12)
    assert growth(date(2025, 5, 2), date(2025, 5, 3), payer="other") == pytest.approx(1 + 0.07 / 365, abs=1e-12)


def test_rates_end_where_we_are_sure_of_them_and_a_file_goes_before(tmp_path: Path) -> None:
    assert read_interest("2026-04-01").as_of == date(2026, 4, 1)  # the last day that counts is 31 March
    with pytest.raises(InputError, match="no rate of 2026Q2"):
        read_interest("2026-04-02")
    (tmp_path / "rates.csv").write_text("quarter,rate\n2026Q2,0.05\n2026-Q1,0.04\n")
    asked: dict[str, Any] = {"rates": tmp_path / "rates.csv"}
    found = growth(date(2026, 3, 31), date(2026, 4, 2), **asked)
    assert found == pytest.approx((1 + 0.04 / 365) * (1 + 0.05 / 365), abs=1e-12)
    assert "2 quarters of rates.csv" in read_interest("2026-04-02", **asked).source


# Customs' notice of 24 September 2024 (89 FR 77879): first and last day of a span, overpayments, corporate overpayments, percent.
NOTICE = """
100111 033116 3 2
040116 033118 4 3
040118 123118 5 4
010119 063019 6 5
070119 063020 5 4
070120 033122 3 2
040122 063022 4 3
070122 093022 5 4
100122 123122 6 5
010123 093023 7 6
100123 123124 8 7
"""


def test_the_packaged_rates_are_those_of_the_notices_they_were_read_in() -> None:
    spans = [line.split() for line in NOTICE.split("\n") if line]
    days = [
        (datetime.strptime(a, "%m%d%y").date(), datetime.strptime(b, "%m%d%y").date(), x, y) for a, b, x, y in spans
    ]
    held = {p: read_interest("2026-04-01", payer=p).rates for p in ("corporation", "other")}
    for quarter in [q for q in held["other"] if q.year < 2025]:
        ((other, corporation),) = [(x, y) for a, b, x, y in days if a <= quarter <= b]
        assert (held["other"][quarter], held["corporation"][quarter]) == (int(other) / 100, int(corporation) / 100)
    later = [(held["other"][q], held["corporation"][q]) for q in held["other"] if q.year > 2024]
    assert later == [(0.07, 0.06)] * 5  # FR 2025-02228, FR 2025-07451, IR-2025-59, IRB 2025-37, IRB 2025-48


def test_every_packaged_rate_says_where_it_was_read() -> None:
    """A quarter that nobody has read fails here: then the notes of a refund must say so."""
    home = Path(str(resources.files("parley.law").joinpath("refunds")))
    lines = [x for x in (home / "interest.csv").read_text("utf-8").splitlines() if not x.startswith("#")]
    rows = list(csv.DictReader(lines))
    sources = json.loads((home / "manifest.json").read_text("utf-8"))["interest.csv"]["read"]
    assert {r["read"] for r in rows} == {"true"}
    for name, source in sources.items():
        first, last = (source["quarters"].split(" to ") * 2)[:2]
        quarters = [r["quarter"] for r in rows if r["source"] == name]
        assert (quarters[0], quarters[-1]) == (first, last)
        assert source["address"].startswith("http")
        assert source["title"]
        assert date.fromisoformat(source["date"])
    assert {r["source"] for r in rows} == set(sources)


def test_the_packaged_rates_are_those_of_their_manifest_and_two_points_apart() -> None:
    """A corporation's rate is the federal short-term rate and 2 points, another's and 3; no quarter is missing."""
    home = Path(str(resources.files("parley.law").joinpath("refunds")))
    entry = json.loads((home / "manifest.json").read_text("utf-8"))["interest.csv"]
    assert entry["sha256"] == hashlib.sha256((home / "interest.csv").read_bytes()).hexdigest()
    corporate, other = (read_interest("2026-04-01", payer=p).rates for p in ("corporation", "other"))
    assert len(corporate) == len(other) == entry["rows"] == 33
    assert sorted(corporate) == [date(2018 + n // 4, n % 4 * 3 + 1, 1) for n in range(33)]
    assert all(other[q] - corporate[q] == pytest.approx(0.01) for q in corporate)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("quarter,rate\n2026Q2,6\n", "For 6 percent write 0.06"),
        ("quarter,rate\n2026Q5,0.06\n", "2026Q5"),
        ("quarter,corporation\n2026Q2,0.06\n", "quarter,rate"),
        ("", "quarter,rate"),
    ],
)
def test_a_faulty_file_of_rates_is_refused(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "rates.csv").write_text(text)
    with pytest.raises(InputError, match=says):
        read_interest("2026-03-31", tmp_path / "rates.csv")


@pytest.mark.slow
def test_each_line_has_its_interest_or_none_without_a_day_of_deposit(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(ENTRIES)
    files, us = [str(tmp_path / "in.csv")], Options(threads=1, dates="us")
    found = refunds(files, tmp_path / "out.csv", options=us, interest=read_interest("2025-07-01"))
    rows = {r["Entry Number"]: r for r in csv.DictReader((tmp_path / "out.csv").open())}
    by_hand = round(1_450_000 * ((1 + 0.06 / 365) ** 50 - 1), 2)  # 12 May to 1 July: 50 days
    assert (rows["A1"]["interest_from"], float(rows["A1"]["interest"])) == ("2025-05-12", by_hand)
    assert float(rows["A1"]["refund_with_interest"]) == pytest.approx(1_450_000 + by_hand)
    assert (rows["A2"]["interest"], rows["A3"]["interest"]) == ("", "")
    assert (found.interest_total, found.without_interest) == (by_hand, 1)
    assert any("as read in notices of customs" in note for note in found.notes)
    assert (rows["A1"]["protest_until"], rows["A1"]["liquidation_expected"]) == ("2026-09-11", "2026-03-15")
    assert (rows["A2"]["correction_until"], rows["A2"]["liquidation_expected"]) == ("2026-03-16", "2026-03-30")
    assert (rows["A2"]["deemed_liquidated"], rows["A2"]["suit_until"]) == ("2026-05-20", "2027-05-20")
    assert rows["A3"]["suit_until"] == ""  # no refund, no deadline
    (tmp_path / "other.csv").write_text(ENTRIES.replace("Payment Date", "Cleared"))
    mapped = Options(threads=1, dates="us", columns={"payment_date": "Cleared"})
    again = refunds(
        [str(tmp_path / "other.csv")], tmp_path / "o.csv", options=mapped, interest=read_interest("2025-07-01")
    )
    assert (again.interest_total, again.without_interest) == (by_hand, 1)
    with pytest.raises(InputError, match="Cleared"):
        refunds(files, tmp_path / "o.csv", options=mapped)
    stood_in = refunds(files, tmp_path / "out.csv", options=us, interest=read_interest("2025-07-01", from_entry=True))
    assert (stood_in.without_interest, stood_in.interest_total) == (0, round(by_hand + 300 * ((1 + 0.06 / 365) ** 42 - 1), 2))  # fmt: skip


@pytest.mark.slow
def test_the_command_needs_a_day_and_says_where_rates_are_from(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "in.csv").write_text(ENTRIES)
    words = ["law", "refund", str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv"), "--dates", "us"]
    for wrong in (["--interest"], ["--as-of", "2025-07-01"]):
        assert "--as-of" in PARLEY.err(capsys, 2, *words, *wrong)
    told = PARLEY.answer(capsys, *words, "--interest", "--as-of", "2025-07-01")
    assert told["interest_total"] > 0
    assert "1504(a)" in told["deadlines"]["deemed_liquidated"]
    assert "1514(c)(3)" in told["deadlines"]["protest_until"]
