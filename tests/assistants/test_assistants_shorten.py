"""Short answers: within their bytes whatever they hold, a true beginning of the whole, and what is missing is named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.mcp.answers import LONGEST, MOST, _shown
from parley.mcp.shorten import LONG, left_out, rounded, shortened, size

TEXTS = st.text(max_size=400)
LEAVES = (
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=9) | st.dictionaries(st.text("abcdef", min_size=1, max_size=4), inner, max_size=9)
    ),
    max_leaves=60,
)
WHOLES = st.dictionaries(st.text("abcdef", min_size=1, max_size=4), VALUES, max_size=9)


def is_beginning(made: Any, whole: Any) -> bool:
    """Whether a value shows the first items of another, and nothing that is not in it."""
    if isinstance(whole, list):
        return isinstance(made, list) and all(is_beginning(a, b) for a, b in zip(made, whole[: len(made)], strict=True))
    if isinstance(whole, dict):
        return isinstance(made, dict) and all(key in whole and is_beginning(made[key], whole[key]) for key in made)
    if isinstance(whole, str) and made != whole:
        return made == whole[: LONG - 1] + "…"
    return made == whole and type(made) is type(whole)


@given(WHOLES, st.integers(2, 3000), st.lists(st.text("abcdef", min_size=1, max_size=4), max_size=3))
@pytest.mark.slow
def test_what_is_short_fits_and_is_a_beginning_of_the_whole(whole: dict[str, Any], most: int, first: list[str]) -> None:
    made = shortened(whole, most, first)
    assert size(made) <= most
    assert is_beginning(made, whole)
    assert made == whole or size(whole) > most


@settings(max_examples=25)
@given(WHOLES, st.integers(30, MOST), st.integers(0, LONGEST))
@pytest.mark.slow
def test_what_is_shown_has_room_whatever_the_address(whole: dict[str, Any], room: int, length: int) -> None:
    """It ended never where the address alone was longer than an answer may be."""
    made = _shown("parley://answers/x?a=" + "b" * length, whole, room, ())
    assert size(made) <= room
    assert is_beginning(made["answer"], whole)


@given(WHOLES, st.integers(2, 3000))
@pytest.mark.slow
def test_every_list_that_shows_less_is_named_with_its_length(whole: dict[str, Any], most: int) -> None:
    made = shortened(whole, most)
    named = {row["part"]: row for row in left_out(whole, made)}
    for key, value in whole.items():
        if key not in made:
            assert named[key]["shown"] == 0
        elif isinstance(value, list):
            assert (key in named) == (len(made[key]) < len(value))
            assert key not in named or (named[key]["shown"], named[key]["of"]) == (len(made[key]), len(value))


def test_what_is_wanted_most_stays_longest() -> None:
    rows = [{"n": n} for n in range(40)]
    made = shortened({"first": rows, "other": rows, "empty": [], "one": 1}, 400, ("first",))
    assert "other" not in made
    assert made["empty"] == []
    assert len(made["first"]) > 20


def test_numbers_keep_six_digits() -> None:
    assert rounded({"a": [0.123456789, 12345678.9], "b": 7, "c": "0.123456789"}) == {
        "a": [0.123457, 12345700.0], "b": 7, "c": "0.123456789",
    }  # fmt: skip


@pytest.mark.parametrize("most", range(40, 700, 20))
def test_a_short_list_is_shown_whole_or_not_at_all(most: int) -> None:
    """Half of two parties would read as one party."""
    whole = {
        "parties": ["USA", "CHN"],
        "rows": [{"n": n} for n in range(40)],
        "text": "x" * 300,
        "inner": {"both": [1, 2]},
    }
    made = shortened(whole, most, ("parties",))
    assert made.get("parties", whole["parties"]) == whole["parties"]
    assert made.get("inner", whole["inner"]) == whole["inner"]
