"""Import weights: totals known from the source, the fallbacks that the manifest promises, and no value lost or made."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from parley.codes import members
from parley.errors import InputError
from parley.law.concordance import proportions
from parley.law.trade_weights import read_weights

WEIGHTS = resources.files("parley.law").joinpath("weights")


def column(partner: str) -> np.ndarray:
    weights = read_weights("USA")
    return weights.value[:, weights.partners.index(partner)]


def test_totals_of_2024() -> None:
    weights = read_weights("USA")
    # All partners 3,084 billion dollars, China 418.0, the EU 562.4 (chapters 98 and 99 left out).
    assert weights.value.sum() == pytest.approx(3_084_246_317_581, abs=1)
    assert column("CHN").sum() / 1e9 == pytest.approx(418.0, abs=0.05)
    assert column("EUU").sum() / 1e9 == pytest.approx(562.4, abs=0.05)
    assert len(weights.partners) == 50
    assert "SVK" not in weights.partners


def test_china_was_charged_eleven_percent_in_2024() -> None:
    # The trade-war average before 2025: most of it Section 301.
    weights = read_weights("USA")
    place = weights.partners.index("CHN")
    assert weights.duty[:, place].sum() / weights.value[:, place].sum() == pytest.approx(0.1116, abs=5e-4)


def test_matrix_keeps_every_dollar_of_lines_that_still_exist() -> None:
    weights = read_weights("USA")
    gone = "8517130000"
    edition = [p for p in weights.products if p != gone] + ["8517130099"]
    held = weights.matrix(edition, ["CHN", "VNM"], edition)
    assert held.sum(axis=0) == pytest.approx([column("CHN").sum(), column("VNM").sum()], rel=1e-12)
    assert held[-1, 0] == pytest.approx(column("CHN")[weights.products.index(gone)])


def test_a_part_of_an_edition_gets_its_own_values_only() -> None:
    weights = read_weights("USA")
    part = ["8517130000", "9503000073"]
    held = weights.matrix(part, ["CHN"], weights.products)
    assert held[:, 0] == pytest.approx([column("CHN")[weights.products.index(p)] for p in part])


def test_shorter_codes_sum_their_goods_once() -> None:
    held = read_weights("USA").matrix(["8517", "85171300"], ["CHN"])
    codes = read_weights("USA").products
    smartphones = sum(v for c, v in zip(codes, column("CHN"), strict=True) if c.startswith("85171300"))
    heading = sum(v for c, v in zip(codes, column("CHN"), strict=True) if c.startswith("8517"))
    assert held[:, 0] == pytest.approx([heading - smartphones, smartphones])


def test_members_and_missing_partners_borrow_a_mix_and_say_so() -> None:
    weights = read_weights("USA")
    products = list(weights.products)
    held = weights.matrix(products, ["DEU", "EUU", "LAO"])
    assert np.array_equal(held[:, 0], held[:, 1])
    assert held[:, 2] == pytest.approx(weights.value.sum(axis=1))
    assert [weights.basis(o) for o in ("DEU", "EUU", "LAO", "CHN")] == ["union", "own", "all partners", "own"]
    assert weights.own(["CHN", "LAO"]).tolist() == [True, False]
    assert all(weights.basis(m) == "union" for m in members("EUU"))


def test_proportions_always_sum_to_one() -> None:
    value = np.array([[1.0, 0.0], [3.0, 0.0]])
    assert proportions(value).tolist() == [[0.25, 0.25], [0.75, 0.75]]
    assert proportions(np.zeros((4, 2))).sum(axis=0).tolist() == [1, 1]


def test_shares_of_preference_use() -> None:
    weights = read_weights("USA")
    cattle = weights.usmca_share(["0101210010", "0101210099", "9999999999"], "CAN")
    assert cattle[0] == pytest.approx(0.70057, abs=1e-5)
    assert 0 < cattle[1] < 1  # the mean of its tariff line
    assert np.isnan(cattle[2])
    assert np.isnan(weights.usmca_share(["0101210010"], "CHN")).all()
    assert weights.preference_share(["8703230190"], "KOR")[0] > 0.9
    shares = np.array([*weights.preference.values()])
    assert shares.min() >= 0
    assert shares.max() <= 1


def test_unknown_destination_is_refused() -> None:
    with pytest.raises(InputError, match="USA"):
        read_weights("BRA")


def test_manifest_matches_the_file() -> None:
    entry = json.loads(WEIGHTS.joinpath("manifest.json").read_text("utf-8"))["usa-2024.npz"]
    assert hashlib.sha256(WEIGHTS.joinpath("usa-2024.npz").read_bytes()).hexdigest() == entry["sha256"]
    assert entry["products"] == len(read_weights("USA").products)


@pytest.mark.slow
def test_the_builder_makes_the_same_bytes(shared_data: Path, tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "builders/us_weights.py"
    subprocess.run([sys.executable, script, "--shared", shared_data, "--out", tmp_path], check=True, timeout=120)
    with np.load(tmp_path / "usa-2024.npz") as made, WEIGHTS.joinpath("usa-2024.npz").open("rb") as file:
        packaged = np.load(file)
        assert made.files == packaged.files
        assert all(np.array_equal(made[k], packaged[k], equal_nan=made[k].dtype.kind == "f") for k in made.files)
