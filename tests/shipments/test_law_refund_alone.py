"""`law refund-status` beside `law refund`: an entry asked about alone goes the way that the same entry goes in a file."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from commands import PARLEY
from parley.errors import InputError
from parley.law.questions import RefundStatus, entry_flags
from parley.law.refund import refunds
from parley.law.refunds.ruling import AGES, FLAGS
from parley.law.refunds.status import refund_status
from parley.law.regime import Regime
from parley.law.shipments.run import Options

STARTS = (date(2025, 4, 20), date(2025, 8, 20), date(2025, 12, 1), date(2026, 2, 1))
AFTER = (None, 100, 200, 290, 314)  # days from entry to liquidation
DAYS = ("2026-05-01", "2026-07-15", "2026-09-30")
FIELDS = ("entry_date", "hts", "origin", "value", "liquidation_date")


def entries() -> list[tuple[date, date | None]]:
    return [(d, d + timedelta(n) if n else None) for d in STARTS for n in AFTER]


@pytest.mark.parametrize("on", [*DAYS[1:], pytest.param(DAYS[0], marks=pytest.mark.slow)])
def test_one_entry_goes_the_way_that_it_goes_in_a_file(on: str, tmp_path: Path, regime: Regime) -> None:
    rows = entries()
    with (tmp_path / "in.csv").open("w", newline="") as stream:
        made = csv.writer(stream)
        made.writerow(FIELDS)
        made.writerows([str(d), "9503.00.00.73", "CN", 1000, str(x or "")] for d, x in rows)
    refunds(
        [str(tmp_path / "in.csv")],
        tmp_path / "out.csv",
        regime=regime,
        options=Options(threads=1),
        on=on,
        known="2026-09-30",
    )
    with (tmp_path / "out.csv").open(newline="") as stream:
        written = list(csv.DictReader(stream))
    seen = set()
    for (entered, liquidated), row in zip(rows, written, strict=True):
        asked = RefundStatus(
            on=on, known="2026-09-30", entered=str(entered), liquidated=str(liquidated) if liquidated else None
        )
        (state,) = refund_status(asked, regime)["states"]
        assert (state["age"], state["route"], str(state["act_by"] or "")) == (row["state"], row["route"], row["act_by"])
        seen.add(state["age"])
    assert len(seen) >= 3


def test_without_an_entry_every_state_has_its_route(regime: Regime) -> None:
    states = refund_status(RefundStatus(on="2026-07-15"), regime)["states"]
    held = {(s["flag"], age) for s in states for age in (AGES if s["age"] == "any" else (s["age"],))}
    assert held == {(flag, age) for flag in FLAGS for age in AGES}
    for flag in entry_flags():
        own = refund_status(RefundStatus(on="2026-07-15", flag=flag), regime)["states"]
        assert own == [s for s in states if s["flag"] == flag]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"ruling": "us-ruling-2026-05-07", "on": "2026-02-01", "known": "2026-02-01"}, "was not known"),
        ({"entered": "2026-08-01", "on": "2026-07-15"}, "after the day of the status"),
        ({"entered": "2026-03-01", "liquidated": "2026-02-01", "on": "2026-07-15"}, "before the entry"),
        ({"ruling": "mine.toml"}, "packaged"),
        ({"flag": "drawbac"}, "Did you mean drawback"),
    ],
)
def test_what_cannot_be_is_refused(asked: dict[str, str], words: str, regime: Regime) -> None:
    with pytest.raises(InputError, match=words):
        refund_status(RefundStatus(**asked), regime)


def test_the_command_says_the_ruling_the_days_and_each_way(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    told = " ".join(PARLEY.out(capsys, "law", "refund-status", "--on", "2026-07-15").split())
    for words in (
        "status on 2026-07-15, as known by ",
        "struck: ",
        "entry is liquidation what to do last day why",
        "not stated",
    ):
        assert words in told
