"""The world map: every economy of the packaged world has an outline, and its colour says the sign and size of its figure."""

from __future__ import annotations

import hashlib
import json
import random
from importlib import resources

import pytest

from parley.report.chart import GAIN, LOSS, svg
from parley.report.drawing import drawing
from parley.report.world_map import SMALL, bounds, outlines, painted, world_map

HOME = resources.files("parley.report").joinpath("outlines")


def test_outlines_are_those_of_their_manifest() -> None:
    entry = json.loads(HOME.joinpath("manifest.json").read_text("utf-8"))["countries.json"]
    content = HOME.joinpath("countries.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert len(outlines()) == entry["rows"]


def test_every_economy_of_the_world_is_on_the_map() -> None:
    import parley

    drawn = {f["id"] for f in outlines()}
    assert set(parley.read_world("oecd-2022").countries) - drawn == {"ROW"}


@pytest.mark.parametrize(
    ("figures", "expected"),
    [([0.4, -0.42], [0.05, 0.1, 0.25]), ([-3.0], [0.5, 1.0, 2.5]), ([0.0], [0.02, 0.05, 0.1]), ([], [0.02, 0.05, 0.1])],
)
def test_bounds_are_round_and_the_largest_figure_is_in_the_last_step(
    figures: list[float], expected: list[float]
) -> None:
    assert bounds(figures) == expected


def test_sign_and_size_are_painted() -> None:
    spec = world_map({"USA": -0.3, "KHM": 0.2, "CHN": -0.01, "SGP": 0.3}, "%", 720)
    looks = {row["says"].partition(":")[0]: row for row in spec["layer"][0]["data"]["values"]}
    assert (looks["the United States"]["paint"], looks["the United States"]["strength"]) == (LOSS, 1.0)
    assert (looks["Cambodia"]["paint"], looks["Cambodia"]["strength"]) == (GAIN, 0.75)
    assert (looks["China"]["paint"], looks["China"]["strength"]) == (LOSS, 0.25)
    assert looks["France"]["says"] == "France: not in this world"
    small = {f["id"] for f in outlines() if f["area"] < SMALL}
    assert "SGP" in small
    assert [row["says"] for row in spec["layer"][1]["data"]["values"]] == ["Singapore: +0.30 %"]


def test_the_picture_says_each_country() -> None:
    text = svg(world_map({"USA": -0.3}, "%", 720), "finding", "wide")
    assert "<title>the United States: −0.30 %</title>" in text
    assert text.count("<path") > 200


@pytest.mark.parametrize(("seed", "width"), [(0, 600), (1, 340), (2, 600)])
def test_the_coloured_outlines_are_the_drawing_of_the_specification(seed: int, width: int) -> None:
    """Byte for byte, whatever the figures, their sizes and whose they are."""
    draw = random.Random(seed)
    codes = draw.sample([f["id"] for f in outlines()], 81)
    figures = {code: draw.gauss(0, 10 ** draw.uniform(-3, 1)) for code in codes}
    assert painted(figures, "% of x", width) == drawing(json.dumps(world_map(figures, "% of x", width)))
