"""A union is one that parley knows: a misspelt one is refused, and does not quietly leave its members apart."""

from __future__ import annotations

import pytest

import parley
from parley.errors import InputError
from parley.talks.instruments import customs_territories


@pytest.mark.parametrize("name", ["EU", "EUR", "DEU", "", "euu"])
def test_a_misspelt_union_is_refused(name: str) -> None:
    world = parley.read_world("oecd-2022")
    with pytest.raises(InputError, match="EUU"):
        customs_territories(world, (name,))
    with pytest.raises(InputError, match="EUU"):
        parley.nash(world, players=("USA", "CHN"), unions=(name,), instrument="bilateral")


def test_a_union_joins_its_members_and_none_leaves_them_apart() -> None:
    world = parley.read_world("oecd-2022")
    joined, apart = (customs_territories(world, unions)[0] for unions in (("EUU",), ()))
    assert len(apart) == len(world.countries)
    assert len(joined) == len(world.countries) - len(world.places("EUU")) + 1


@pytest.mark.parametrize(
    ("instrument", "words"), [("uniform", "one rate for all partners"), ("bilateral", "one rate per partner")]
)
def test_an_outcome_says_which_rates_move(instrument: str, words: str) -> None:
    world = parley.read_world("oecd-2022")
    found = parley.respond(world, "USA", instrument, partners=["CHN"], check=False).as_json()
    assert words in found["moves"]
    assert found["moves"].endswith("all other rates stay those of the base")
