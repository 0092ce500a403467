"""Codes as users write them: every spelling that our sources use resolves, and a slip gets the nearest name."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from parley.codes import EU, countries, country, day, dotted, members, product, union_of
from parley.errors import CodeError, DateError
from parley.law.trade_weights import read_weights
from parley.world.read import read_world

HOME = Path(__file__).parents[2] / "src" / "parley"


def test_the_union_has_27_members_and_stands_for_them() -> None:
    assert len(members(EU)) == 27
    assert union_of("DEU") == EU
    assert union_of("GBR") == "GBR"
    assert members("CHN") == ("CHN",)


def test_every_iso_country_is_there() -> None:
    # ISO 3166-1 has 249 entries; Kosovo, the European Union and the rest of the world are added.
    assert len(countries()) == 249 + 3
    assert all(len(code) == 3 and code.isupper() for code in countries())


def test_no_spelling_means_two_countries() -> None:
    seen: dict[str, str] = {}
    for c in countries().values():
        for spelling in (c.iso3, c.name, *c.aliases):
            assert seen.setdefault(spelling.casefold(), c.iso3) == c.iso3, spelling


@pytest.mark.parametrize(
    ("text", "iso3"),
    [
        ("us", "USA"),
        ("America", "USA"),
        ("U.S.", "USA"),
        ("Britain", "GBR"),
        ("Mainland China", "CHN"),
        ("Korea", "KOR"),
        ("Korea, South", "KOR"),
        ("turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("Macau", "MAC"),
        ("Viet Nam", "VNM"),
        ("EU", "EUU"),
        ("european union", "EUU"),
        ("Ivory Coast", "CIV"),
        (" burma ", "MMR"),
        ("欧盟", "EUU"),
        ("歐盟", "EUU"),
        ("欧州連合", "EUU"),
        ("Union européenne", "EUU"),
        ("Европейский союз", "EUU"),
        ("日本", "JPN"),
        ("アメリカ", "USA"),
        ("ベトナム", "VNM"),
        ("한국", "KOR"),
        ("韓國", "KOR"),
    ],
)
def test_usual_spellings(text: str, iso3: str) -> None:
    assert country(text) == iso3


def test_a_slip_gets_the_nearest_name() -> None:
    with pytest.raises(CodeError, match=r"Did you mean China \(CHN\)\?"):
        country("Chnia")
    with pytest.raises(CodeError) as caught:
        country("zzzz", where="--origin")
    assert caught.value.where == "--origin"
    assert caught.value.exit_code == 2


def test_census_codes_are_single() -> None:
    codes = [c.census for c in countries().values() if c.census]
    assert len(codes) == len(set(codes))
    assert countries()["CHN"].census == "5700"
    assert countries()["CAN"].census == "1220"


def test_names_of_the_annex_resolve(shared_data: Path) -> None:
    with (shared_data / "law/annexI_rates.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        assert country(row["iso3"]) == row["iso3"]
        assert country(row["country"]) == row["iso3"]


def test_countries_of_the_packaged_data_resolve() -> None:
    names = [*read_world("oecd-2022").countries, *read_weights("USA").partners, *read_weights("CHN").partners]
    assert len(names) > 81
    for code in names:
        assert country(code) == code


def test_countries_of_the_worlds_resolve(shared_data: Path) -> None:
    for file, key in (("icio2022.npz", "countries"), ("liberation_day.npz", "iso3")):
        with np.load(shared_data / "world" / file, allow_pickle=False) as arrays:
            for code in arrays[key]:
                assert country(str(code)) == str(code)


def test_names_of_the_liberation_day_table_resolve(shared_data: Path) -> None:
    with np.load(shared_data / "world/liberation_day.npz", allow_pickle=False) as arrays:
        for code, name in zip(arrays["iso3"], arrays["name"], strict=True):
            assert country(str(name)) == str(code)


def test_partners_of_the_import_file_resolve(shared_data: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(
        shared_data / "law/imports-2024/us_imports_2024_hts10.parquet", columns=["census_country", "country"]
    )
    pairs = {tuple(p.values()) for p in table.group_by(["census_country", "country"]).aggregate([]).to_pylist()}
    assert len(pairs) == 51
    for code, name in pairs:
        assert countries()[country(str(name))].census == code


def test_products_and_days() -> None:
    assert product("8517.13.00.00") == "8517130000"
    assert dotted("8517130000") == "8517.13.00.00"
    assert dotted("85") == "85"
    for bad in ("851", "phone", "8" * 30, "８５"):
        with pytest.raises(CodeError):
            product(bad)
    assert day("2025-05-02").isoformat() == "2025-05-02"
    assert day("20250502") == day(20250502) == day("2025-05-02")
    for bad in ("2025-5-2", "02.05.2025", "2025-02-30", "20250230", "250502"):
        with pytest.raises(DateError):
            day(bad)


@pytest.mark.parametrize("text", ["2200-01-01", "9999-12-31", 99991231])
def test_a_day_beyond_all_acts_is_refused(text: str | int) -> None:
    """Days are counted on from a day: at the end of the calendar that was a fault of ours."""
    with pytest.raises(DateError, match="to 2199-12-31"):
        day(text)
    assert day("2199-12-31") == date(2199, 12, 31)


@pytest.mark.parametrize(
    ("text", "iso3"), [("中国", "CHN"), ("美国", "USA"), ("越南", "VNM"), ("États-Unis", "USA"), ("Alemania", "DEU")]
)
def test_a_country_is_known_by_its_name_in_other_languages(text: str, iso3: str) -> None:
    assert country(text) == iso3
    with pytest.raises(CodeError, match="no country"):
        country(f"{text}{text}")


def test_signs_that_no_number_holds_are_not_taken_as_digits() -> None:
    """`str.isdigit` takes a raised 2, which `int` refuses; `isdecimal` does not."""
    assert not [p.name for p in HOME.rglob("*.py") if ".isdigit()" in p.read_text("utf-8")]
