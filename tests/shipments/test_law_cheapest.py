"""The table of cheapest origins: each cell is what `parley law rate` says, and what is not known is empty with a reason."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from random import Random

import pytest

from commands import PARLEY
from parley.errors import ParleyError
from parley.law.shipments.origin_comparison import cheapest
from parley.law.shipments.run import Options
from regimes import law_of
from tables import read_rows

sys.path.insert(0, str(Path(__file__).parents[2] / "builders"))
pytestmark = pytest.mark.slow
ONE = Options(threads=1)
ROWS = """HTS Number,Country of Origin,Entry Date,Customs Value,Quantity,Unit
9503.00.00.73,China,2025-05-02,1000.00,,
9503.00.00.73,VN,2025-05-20,500.00,,
8517.13.00.00,China,2025-05-02,1000.00,,
0201.10.05.10,Germany,2025-05-02,1000.00,250,kg
0201.10.05.10,Germany,2025-05-02,3000.00,,
0201.10.10.10,Germany,2025-06-02,1000.00,,
9503.00.00.73,Atlantis,2025-05-20,500.00,,
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the file and its two tables."""
    folder = tmp_path_factory.mktemp("cheapest")
    (folder / "in.csv").write_text(ROWS)
    cheapest([str(folder / "in.csv")], folder / "products.csv", rates=folder / "rates.csv", options=ONE)
    return folder


def test_products_have_their_cheapest_origins_ties_and_savings(home: Path) -> None:
    rows = {r["product"]: r for r in read_rows(home / "products.csv")}
    toy = rows["9503000073"]
    assert (toy["origins_now"], toy["duty_now"], toy["value"]) == ("CHN 66.7%; VNM 33.3%", "1500.0", "1500.0")
    assert (toy["cheapest"], toy["ties"], toy["cheapest_rate"], toy["saving"]) == ("DEU;VNM", "2", "0.1", "1350.0")
    assert (toy["first_day"], toy["last_day"], toy["lines"]) == ("2025-05-02", "2025-05-20", "2")
    assert rows["8517130000"]["saving"] == "200.0"


def test_days_are_the_files_own(home: Path) -> None:
    """From China the toys pay 145 % on the 1,000 of 2 May and 30 % on the 500 of 20 May."""
    cell = next(r for r in read_rows(home / "rates.csv") if (r["product"], r["origin"]) == ("9503000073", "CHN"))
    assert float(cell["duty_rate"]) == pytest.approx(1600 / 1500, abs=1e-12)
    assert float(cell["duty"]) == 1600.0


def test_specific_duties_are_at_the_files_quantity_or_empty_with_the_reason(home: Path) -> None:
    cells = {(r["product"], r["origin"]): r for r in read_rows(home / "rates.csv")}
    beef = cells["0201100510", "VNM"]  # 0.25 kg a dollar at 4.4 cents, and 10 percent, on all 4,000 dollars
    assert (beef["base_rate"], beef["added_rate"], beef["duty"]) == ("0.011", "0.1", "444.0")
    for origin in ("CHN", "DEU", "VNM"):
        none = cells["0201101010", origin]
        assert (none["duty_rate"], none["duty"]) == ("", "")
        assert "quantity: missing" in none["reason"]
    rows = {r["product"]: r for r in read_rows(home / "products.csv")}
    assert (rows["0201101010"]["cheapest"], rows["0201101010"]["saving"]) == ("", "")
    assert rows["0201100510"]["saving"] == ""  # one of its lines has no duty now
    assert "some lines have no duty" in rows["0201100510"]["reason"]


def test_cells_of_synthetic_shipments_are_what_the_law_says(tmp_path: Path) -> None:
    """One day, claims and all: forty cells drawn from a thousand lines, each against `explain`."""
    from shipments import write_shipments  # pyright: ignore[reportMissingImports]

    write_shipments(1000, tmp_path / "in.csv", seed=3)
    stated = {"usmca": "true", "korus": "true"}
    cheapest([str(tmp_path / "in.csv")], rates=tmp_path / "rates.csv", origins="all", claims=stated,
             options=Options(threads=1, on="2025-08-20"))  # fmt: skip
    regime, cells = law_of("USA"), read_rows(tmp_path / "rates.csv")
    assert len({c["origin"] for c in cells}) > 200
    quantities = {r["product"]: (float(r["quantity"]), float(r["value"])) for r in read_rows(tmp_path / "in.csv")}
    checked = 0
    for cell in Random(1).sample(cells, 200):
        quantity, value = quantities[cell["product"]]
        claims = {**stated, "quantity": quantity}
        try:
            told = regime.explain(cell["product"], cell["origin"], "USA", "2025-08-20", None, claims, value)
        except ParleyError:
            assert cell["duty_rate"] == ""
            continue
        if cell["duty_rate"] and told.base_rate is not None and told.base_text.find("¢") < 0 and "$" not in told.base_text:  # fmt: skip
            checked += 1
            assert float(cell["duty_rate"]) == pytest.approx(told.rate, abs=1e-11)
            assert float(cell["base_rate"]) == pytest.approx(told.base_rate, abs=1e-11)
    assert checked > 100


def test_goods_claims_are_kept_and_preferences_are_not(tmp_path: Path) -> None:
    head = "product,origin,entry_date,value,usmca,steel_share\n"
    (tmp_path / "in.csv").write_text(head + "7323930080,MEX,2025-07-01,1000,true,0.4\n")
    cheapest([str(tmp_path / "in.csv")], rates=tmp_path / "rates.csv", origins="MEX,VNM", options=ONE)
    cells = {r["origin"]: float(r["duty_rate"]) for r in read_rows(tmp_path / "rates.csv")}
    regime = law_of("USA")
    for origin, rate in cells.items():
        assert rate == pytest.approx(
            regime.rate("7323930080", origin, "USA", date(2025, 7, 1), claims={"steel_share": 0.4})
        )


def test_the_command_names_candidates_and_says_what_origin_is(home: Path, capsys: pytest.CaptureFixture) -> None:
    asked = "--origins CHN,MEX --on 2025-05-02 --claim usmca=true --json".split()
    told = json.loads(PARLEY.out(capsys, "law", "cheapest", str(home / "in.csv"), *asked))
    assert told["candidates"] == ["CHN", "MEX"]
    best = told["top"][0]
    assert [(o["origin"], o["duty_rate"]) for o in best["origins"]] == [("MEX", 0.0), ("CHN", 1.45)]
    assert "legal fact" in told["notes"][0]
    assert "Atlantis" in PARLEY.err(capsys, 2, "law", "cheapest", str(home / "in.csv"), "--origins", "CHN,Atlantis")


def test_two_destinations_in_one_file(tmp_path: Path) -> None:
    head = "product,origin,destination,entry_date,value\n"
    (tmp_path / "in.csv").write_text(head + "9503000073,CHN,USA,2025-05-02,100\n95030089,USA,CHN,2025-05-02,100\n")
    cheapest([str(tmp_path / "in.csv")], tmp_path / "p.csv", origins="VNM,CHN,USA", options=ONE)
    rows = {r["destination"]: r for r in read_rows(tmp_path / "p.csv")}
    assert (rows["USA"]["cheapest"], rows["USA"]["candidates"]) == ("VNM", "2")
    assert (rows["CHN"]["cheapest"], rows["CHN"]["duty_now"]) == (
        "",
        "",
    )  # China's ordinary rates are not in the package
