"""What an error asks after "Did you mean": a slip of what was written, and nothing that is far off."""

from __future__ import annotations

import random
import string

import pytest

from parley.codes import countries
from parley.errors import LETTERS_A_SLIP, nearest, slips, unknown_name
from parley.law.shipments.layouts.registry import ROLES

NAMES = [c.name for c in countries().values()]


@pytest.mark.parametrize(
    ("found", "names", "meant"),
    [
        ("valeu", ROLES, ["value"]),
        ("produkt", ROLES, ["product"]),
        ("duty", ["duties", "refund"], ["duties"]),
        ("isc", ["csv", "ics"], ["ics"]),
        ("--ou", ["--on", "--out"], ["--out"]),
        ("Gernamy", NAMES, ["Germany"]),
        ("amount", ROLES, []),  # month has most of its letters
        ("Burma", NAMES, []),
        ("Atlantis", NAMES, []),
        ("", NAMES, []),
    ],
)
def test_the_nearest_is_near_or_none(found: str, names: list[str], meant: list[str]) -> None:
    assert nearest(found, names) == meant


def test_each_slip_is_found_and_no_name_of_many_slips_is() -> None:
    rng = random.Random(31)
    for name in rng.sample([n for n in NAMES if len(n) > 5], 20):
        k = rng.randrange(1, len(name))
        for slip in (name[:k] + name[k + 1 :], name[:k] + "q" + name[k:], name[:k] + "q" + name[k + 1 :]):
            assert name in nearest(slip, NAMES, len(NAMES)), slip
    for _ in range(20):
        word = "".join(rng.choices(string.ascii_lowercase, k=rng.randrange(4, 12)))
        for near in nearest(word, NAMES, len(NAMES)):
            begun = near.casefold().startswith(word[: max(3, min(len(word), len(near)) - 1)])
            assert begun or slips(word, near.casefold()) <= 1 + len(word) // LETTERS_A_SLIP


def test_a_list_of_names_is_for_people_however_long_the_names_are() -> None:
    said = str(unknown_name("mine.toml", "option", "hold", [sign * 100_000 for sign in string.ascii_letters[:24]]))
    assert len(said) < 3_000
    assert all(sign * 80 + "…" in said for sign in string.ascii_letters[:24])
