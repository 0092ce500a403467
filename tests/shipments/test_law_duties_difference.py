"""What a what-if comes to in all: duty before, after and the change, by origin, month and programme; rows without a duty."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from commands import PARLEY
from parley.law.shipments.run import Options, duties
from parley.law.what_if import read_changed
from regimes import law_of

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
ROWS = """product,origin,entry_date,value
9503000073,CHN,2025-05-02,1000
8517130000,CHN,2025-06-03,1000
9503000073,VNM,2025-05-02,1000
9503000073,Atlantis,2025-05-02,1000
9503000073,CHN
"""
LEVY = """[act]
id = "us-phones"
title = "An example"
citation = "example"
authority = "USA"
signed = 2025-04-20

[[measure]]
id = "us-phones"
programme = "s338"
expression = "50¢/kg"
products = ["8517"]
start = 2025-05-01
"""
ONE = Options(threads=1)
pytestmark = pytest.mark.slow


def written(folder: Path, text: str = ROWS) -> list[str]:
    """The name of a CSV."""
    (folder / "in.csv").write_text(text)
    return [str(folder / "in.csv")]


@pytest.mark.parametrize("out", ["", "out.csv", "out.parquet"])
def test_the_totals_of_both_laws_by_hand(tmp_path: Path, out: str) -> None:
    """Fentanyl's 20 points end on 1 June: the phone pays 20 % before, nothing after; the toy 145 %, Vietnam's 10 %."""
    today = law_of()
    after, asked = today.without("ieepa_fentanyl", "2025-06-01"), replace(ONE, before=today)
    found = duties(written(tmp_path), tmp_path / out if out else None, regime=after, options=asked)
    told = found.difference
    assert told
    assert (told.duty_before, found.duty_total, told.duty_change) == (1750.0, 1550.0, -200.0)
    assert (told.rejected_before, found.rejected) == (2, 2)  # a country that is none, and a line that is no row
    assert not told.one_sided
    origins = {c.name: (c.duty_before, c.duty, c.duty_change, c.rejected_before) for c in told.by_origin}
    assert origins == {"CHN": (1650.0, 1450.0, -200.0, 0), "VNM": (100.0, 100.0, 0.0, 0), "unknown": (0.0, 0.0, 0.0, 1)}
    assert [(c.name, c.duty_change) for c in told.by_month] == [("2025-05", 0.0), ("2025-06", -200.0)]
    assert told.by_programme_before == {"ieepa_fentanyl": 400.0, "ieepa_reciprocal": 1350.0}
    assert duties(written(tmp_path), regime=after, options=ONE).difference is None


def test_before_is_what_a_run_under_that_law_says_and_the_change_is_the_sum_of_the_lines(tmp_path: Path) -> None:
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    files, today = [str(tmp_path / f"in-{n}.csv") for n in (1, 2)], law_of()
    for seed, file in enumerate(files):
        write_shipments(1500, Path(file), seed=seed, faults=0.02, claims=True)
    asked = replace(ONE, before=today)
    after = today.without("ieepa_fentanyl")

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        duties(files, tmp_path / "out.csv", regime=after, options=asked, progress=stop)
    found = duties(files, tmp_path / "out.csv", regime=after, options=asked)  # goes on with the second file
    assert 0 < found.resumed_rows < found.rows
    told, alone = found.difference, duties(files, regime=today, options=ONE)
    assert told
    assert (told.duty_before, told.rejected_before) == (alone.duty_total, alone.rejected)
    assert [(c.name, c.duty_before, c.rejected_before) for c in told.by_origin] == [
        (s.name, s.duty, s.rejected) for s in alone.by_origin
    ]
    assert told.by_programme_before == alone.by_programme
    with (tmp_path / "out.csv").open(newline="") as stream:
        lines = [float(r["duty_change"] or 0) for r in csv.DictReader(stream)]
    assert told.duty_change == pytest.approx(sum(lines), abs=0.001)
    assert told.duty_change < 0


def test_a_row_with_a_duty_under_one_law_alone_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "levy.toml").write_text(LEVY)
    asked = replace(ONE, before=law_of())
    found = duties(written(tmp_path), regime=read_changed([], [tmp_path / "levy.toml"]), options=asked)
    assert found.difference
    assert (found.difference.rejected_before, found.rejected) == (2, 3)  # no quantity for the new duty by kilogram
    assert found.difference.one_sided
    assert any(note.startswith("rows without a duty: 2 before, 3 now") for note in found.notes)


def test_the_command_tells_the_change(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    asked = ["law", "duties", *written(tmp_path), "--drop", "ieepa_fentanyl@2025-06-01", "--difference"]
    for more in ([], ["--json"]):
        printed = PARLEY.out(capsys, *asked, *more)
        if more:
            told = json.loads(printed)["difference"]
            assert (told["duty_before"], told["duty"], told["duty_change"]) == (1750.0, 1550.0, -200.0)
            assert (told["rejected_before"], told["rejected"], told["by_origin"][0]["duty_change"]) == (2, 2, -200.0)
        else:
            assert "before: duty 1,750.00, 2 without a duty; change -200.00 (-11.4%)" in printed
            rows = [line.split() for line in printed.splitlines()]
            assert ["CHN", "2", "0", "2,000.00", "1,450.00", "1,650.00", "-200.00"] in rows
            assert ["ieepa_fentanyl", "200.00", "400.00", "-200.00"] in rows
