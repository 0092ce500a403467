"""Tables with a column a country are read as tables with a row for each, and every figure stands where it stood."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from parley.errors import InputError
from parley.law.shipments.layouts.pivots import pivot_of
from parley.law.shipments.layouts.plan import FileOptions
from parley.law.shipments.layouts.translate import translated
from parley.law.user_weights import read_values

ON = FileOptions(on="2025-05-02")
TOY, PHONE = "9503000073", "8517130000"


def read(folder: Path, text: str, asked: FileOptions = ON) -> list[tuple[Any, ...]]:
    """(product, origin, value) of each row, and its day where the file has days."""
    (folder / "in.csv").write_text(text, "utf-8")
    import pyarrow.parquet as pq

    with translated([str(folder / "in.csv")], asked) as made:
        rows = pq.read_table(made.paths[0]).to_pylist()
    return [
        (r["product"], r["origin"], float(r["value"]), *([r["entry_date"]] if r.get("entry_date") else []))
        for r in rows
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"HTS Number,Description,China,Vietnam,Total\n{TOY},Toys,1000.5,20,1020.5\n{PHONE},Phones,7,-,7\nTotal,,1007.5,20,1027.5\n",
        f"HTS Code;CN;VN\n{TOY};1000,50;20\n{PHONE};7,00;\n",
        f"Sum of Customs Value,Column Labels,,\nRow Labels,China,Viet Nam,Grand Total\n{TOY},1000.5,20,1020.5\n{PHONE},7,0,7\n"
        "Grand Total,1007.5,20,1027.5\n",
        f"Imports by line\n,China,,Vietnam,\nHTS Code,Value (USD),Qty,Value (USD),Qty\n{TOY},1000.5,5,20,2\n{PHONE},7,1,,\n",
        f"HTS,China Value,China Duty,Vietnam Value,Vietnam Duty\n{TOY},1000.5,1450,20,2\n{PHONE},7,1,..,..\n",
        f"HTS,China (USD),Vietnam (USD)\n{TOY},1000.5,20\n{PHONE},7,\n",
        f"HTS,Value (China),Value (Vietnam)\n{TOY},1000.5,20\n{PHONE},7,:\n",
        f"税则号列,中国,越南\n{TOY},1000.5,20\n{PHONE},7,0\n",
    ],
)
def test_a_column_a_country_is_a_row_a_country(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == [(TOY, "CHN", 1000.5), (TOY, "VNM", 20), (PHONE, "CHN", 7)]


@pytest.mark.parametrize(
    "head",
    [
        ",China,China,Vietnam,Vietnam\nHTS,2025-05,2025-06,2025-05,2025-06",
        "HTS,China May-25,China Jun-25,Vietnam May-25,Vietnam Jun-25",
    ],
)
def test_months_under_countries_keep_their_months(tmp_path: Path, head: str) -> None:
    found = read(tmp_path, f"{head}\n{TOY},1,2,3,0\n", FileOptions())
    assert found == [(TOY, "CHN", 1, "2025-05-01"), (TOY, "CHN", 2, "2025-06-01"), (TOY, "VNM", 3, "2025-05-01")]


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("HTS,China", "9503000073,5"),  # one country alone
        ("HTS,China,China 2,Vietnam", "9503000073,5,6,7"),  # two columns of one country
        ("HTS,Country of Origin,China,Vietnam", "9503000073,CN,5,6"),
        ("HTS,China,Vietnam", "9503000073,yes,no"),  # no numbers
        ("HTS,ID,NO,Value", "9503000073,1,2,3"),  # an identifier and a number
    ],
)  # fmt: skip
def test_what_is_no_table_of_countries_stays_as_it_is(headings: str, row: str) -> None:
    assert pivot_of(headings.split(","), [row.split(",")], {}) is None


def test_a_column_that_the_user_names_stays(tmp_path: Path) -> None:
    assert pivot_of(["HTS", "China", "Vietnam"], [["9503000073", "5", "6"]], {"value": "China"}) is None
    with pytest.raises(InputError, match="no column of the origin"):
        read(tmp_path, f"HTS,China,Vietnam\n{TOY},5,6\n", FileOptions(on="2025-05-02", columns={"value": "China"}))


@pytest.mark.parametrize("seed", range(4))
def test_every_figure_of_any_such_table_stands_where_it_stood(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    countries = draw.sample(
        [("China", "CHN"), ("Viet Nam", "VNM"), ("MX", "MEX"), ("Deutschland", "DEU"), ("South Korea", "KOR")], 4
    )
    table = {(p, iso): draw.choice([0.0, round(draw.uniform(1, 9e5), 2)]) for p in (TOY, PHONE) for _, iso in countries}
    lines = [
        ",".join([p, *(f"{table[p, iso]}" if table[p, iso] else draw.choice(["", "-", "0"]) for _, iso in countries)])
        for p in (TOY, PHONE)
    ]
    text = "\n".join([",".join(["HTS10", *(name for name, _ in countries)]), *lines]) + "\n"
    assert {(p, o): v for p, o, v in read(tmp_path, text)} == {k: v for k, v in table.items() if v}


def test_such_a_table_gives_weights(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f"HTS,China,Vietnam\n{TOY},1000,500\n{PHONE},2000,10\n")
    values, _ = read_values(tmp_path / "in.csv", "CHN", "USA")
    assert values == {TOY: 1000, PHONE: 2000}
