"""Arguments are checked at the door by their annotations: what is refused says why, and what is right in another form stays right."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pytest
from numpy import ndarray

import parley
from parley.arguments import checked, plan_of
from parley.array_types import Float
from parley.errors import DateError, InputError, ParleyError, WorldError
from parley.question import Says

ROOT = Path(__file__).parents[2]
DAY = date(2025, 5, 2)
Share = Annotated[float, Says("a share", low=0, high=1)]


@checked(error=WorldError)
def asked(
    rate: float = 0.1,
    share: Share = 0.5,
    count: int = 1,
    flag: bool = True,
    how: Literal["up", "down"] = "up",
    name: str | None = None,
    names: Sequence[str] = (),
    on: date | str | int = DAY,
    pair: tuple[float, float] = (0.0, 1.0),
    weights: Mapping[str, float] | str = "none",
    X: Float[ndarray, "n s"] | None = None,
    t: Float[ndarray, " s"] | None = None,
    tell: Callable[[str], None] | None = None,
    folder: Path | str | None = None,
    either: Float[ndarray, "n s"] | Says | None = None,
) -> dict[str, Any]:
    return dict(locals())


@checked
def drawn(values: Iterable[float]) -> list[float]:
    return list(values)


RIGHT = {  # argument: {value: what the function sees}
    "rate": [(1, 1), (np.float32(0.5), 0.5), (np.int64(2), 2), (np.array(0.25), 0.25), (Fraction(1, 4), 0.25), (Decimal("0.5"), 0.5)],
    "share": [(0, 0), (1, 1), (np.float64(0.5), 0.5)],
    "count": [(np.int32(3), 3), (np.array(3), 3)],
    "flag": [(np.True_, True), (np.array(False), False)],
    "how": [(np.str_("down"), "down")],
    "name": [(None, None), (np.str_("USA"), "USA")],
    "names": [(["a", "b"], ("a", "b")), (np.array(["a", "b"]), ("a", "b")), ({"b", "a"}, ("a", "b")), ((x for x in "ab"), ("a", "b")),
              ({"a": 1}.keys(), ("a",)), ([], ())],
    "on": [("2025-05-02", DAY), (20250502, DAY), (datetime(2025, 5, 2, 12), DAY), (np.datetime64("2025-05-02T12"), DAY)],
    "pair": [([0, 2], (0, 2)), (np.array([0.0, 2.0]), (0.0, 2.0))],
    "weights": [({"a": np.float64(1)}, {"a": 1.0}), ("none", "none")],
    "folder": [(Path("x"), Path("x")), ("x", "x"), (None, None)],
}  # fmt: skip


@pytest.mark.parametrize(("name", "value", "seen"), [(n, *pair) for n, pairs in RIGHT.items() for pair in pairs])
def test_a_right_value_in_another_form_is_taken_as_it_is_used_inside(name: str, value: Any, seen: Any) -> None:
    found = asked(**{name: value})[name]
    assert found == seen
    assert type(found) in (type(seen), float)


@pytest.mark.slow  # pandas takes a second to load
def test_arrays_come_as_lists_frames_series_and_other_types_and_go_in_as_floats() -> None:
    pandas = pytest.importorskip("pandas")
    whole = [[1, 2], [3, 4]]
    for value in (
        whole, tuple(map(tuple, whole)), np.array(whole), np.array(whole, np.float32), pandas.DataFrame(whole),
        np.ma.array(whole), np.array(whole, object), [[Decimal(1), Fraction(2)], [3, 4]],
    ):  # fmt: skip
        found = asked(X=value)["X"]
        assert found.dtype == float
        assert found.tolist() == whole
    assert asked(t=pandas.Series([1, 2]))["t"].tolist() == [1, 2]
    mine = np.ones((2, 2))
    assert asked(X=mine)["X"] is mine


@pytest.mark.slow
def test_labels_are_not_passed_over() -> None:
    """What bears names of its own may stand in another order than a world's countries."""
    pandas, xarray = pytest.importorskip("pandas"), pytest.importorskip("xarray")
    held = np.ones((2, 2))
    for value in (
        pandas.DataFrame(held, columns=["CHN", "USA"]), pandas.DataFrame(held, index=["CHN", "USA"]),
        pandas.DataFrame(held, index=[1, 0]), xarray.DataArray(held, {"country": ["CHN", "USA"]}, ("country", "sector")),
    ):  # fmt: skip
        with pytest.raises(InputError, match=r"with labels.*\.to_numpy\(\)"):
            asked(X=value)
    assert asked(X=xarray.DataArray(held))["X"].tolist() == held.tolist()
    with pytest.raises(InputError, match="Series with labels"):
        asked(t=pandas.Series({"CHN": 1.0, "USA": 2.0}))


WRONG = [
    ("rate", "0.1", "asked: rate: the text '0.1'. Allowed: a number."),
    ("rate", None, "None. Allowed: a number"),
    ("rate", True, "True. Allowed: a number"),
    ("rate", float("nan"), "nan. Allowed: a finite number"),
    ("rate", 1j, "1j. Allowed: a number"),
    ("share", 25, "25. Allowed: a number of 0 or more and at most 1"),
    ("count", 2.5, "a whole number"),
    ("count", 10**30, "a whole number of at most 9,223,372,036,854,775,807"),
    ("flag", "no", "the text 'no'. Allowed: True or False"),
    ("flag", 0, "0. Allowed: True or False"),
    ("how", "upp", "the text 'upp'. Allowed: one of 'up', 'down'. Did you mean up?"),
    ("names", "USA", "asked: names: the text 'USA'. Allowed: a list, each a text. Write ['USA']."),
    ("names", ["USA", 5], "asked: names[1]: 5. Allowed: a text."),
    ("names", {"USA": 1}, "a dict of 1"),
    ("pair", (1.0,), "1 values. Allowed: 2 values"),
    ("pair", (1.0, "2"), "asked: pair[1]: the text '2'"),
    ("weights", {"a": "much"}, "asked: weights['a']: the text 'much'. Allowed: a number."),
    ("weights", 5, "5. Allowed: a mapping from a text to a number or a text"),
    ("X", np.ma.array(np.ones((2, 2)), mask=np.eye(2)), "2 of its cells masked"),
    ("X", np.ones((2, 2)) + 0j, "it has imaginary parts"),
    ("X", [[1, 2], [3]], "all rows of one length"),
    ("X", [["a", "b"]], "an array of texts"),
    ("X", np.array([[1, None]]), "an array of objects that are no numbers"),
    ("X", [[True, False]], "an array of True and False"),
    ("X", np.ones(3), "asked: X: shape (3,). Allowed: 2 axes: [n, s]."),
    ("tell", "print", "a function"),
    ("folder", 5, "a path, as text or Path"),
    ("either", np.ma.array(np.ones((2, 2)), mask=np.eye(2)), "cells masked. Allowed: an array [n, s] of numbers or a Says, or None"),
    ("either", np.ones((2, 2)) + 0j, "it has imaginary parts"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "words"), WRONG, ids=[f"{n}-{k}" for k, (n, *_) in enumerate(WRONG)])
def test_a_wrong_value_is_refused_with_its_place_what_was_found_and_what_is_allowed(
    name: str, value: Any, words: str
) -> None:
    with pytest.raises(WorldError) as told:
        asked(**{name: value})
    assert words in str(told.value)
    assert told.value.where.startswith(f"asked: {name}")


def test_axes_of_one_name_are_of_one_length() -> None:
    with pytest.raises(WorldError, match=r"shape .3,., where X has 2 along s"):
        asked(X=np.ones((4, 2)), t=np.ones(3))


def test_a_day_that_is_none_is_the_error_of_days() -> None:
    for wrong in ("2025-02-30", 5, 2025.5, True, None, np.datetime64("NaT"), []):
        with pytest.raises(DateError, match="asked: on"):
            asked(on=wrong)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("args", "named", "words"),
    [
        ((), {"rat": 1}, "no argument 'rat'. Allowed: rate, share"),
        ((0.1,), {"rate": 0.1}, "asked: rate: given twice"),
        (
            (0.1, 0.5, 1, True, "up", None, (), DAY, (0, 1), "none", *[None] * 7),
            {},
            "17 arguments by place. Allowed: at most 15",
        ),
    ],
)
def test_a_call_that_cannot_be_made_is_refused_in_the_same_words(args: Any, named: Any, words: str) -> None:
    with pytest.raises(WorldError) as told:
        asked(*args, **named)
    assert words in str(told.value)
    with pytest.raises(InputError, match="drawn: values not given"):
        drawn()  # pyright: ignore[reportCallIssue]


def test_values_that_come_one_by_one_are_checked_as_they_come() -> None:
    assert drawn(x / 2 for x in (1, 2)) == [0.5, 1.0]
    with pytest.raises(InputError, match="item 1: the text 'x'"):
        drawn(x for x in (1, "x"))  # pyright: ignore[reportArgumentType]


def test_the_plan_is_made_once_and_the_signature_stays() -> None:
    assert plan_of(parley.solve.__wrapped__) is plan_of(parley.solve.__wrapped__)  # type: ignore[attr-defined]
    assert asked.__wrapped__.__annotations__ == asked.__annotations__  # type: ignore[attr-defined]


def test_public_structs_are_checked_where_they_are_made_and_decoded_as_before() -> None:
    assert parley.Scenario(on="2025-05-02", parties=["USA", "CHN"]).parties == ("USA", "CHN")  # pyright: ignore
    with pytest.raises(ParleyError, match="Scenario: parties: the text 'USA'"):
        parley.Scenario(on=DAY, parties="USA")  # pyright: ignore[reportArgumentType]
    with pytest.raises(ParleyError, match=r"no argument 'partys'. .* Did you mean parties"):
        parley.Scenario(on=DAY).replaced(partys=("USA",))


@pytest.mark.slow
def test_no_misuse_of_a_public_function_ends_otherwise_than_in_a_refusal() -> None:
    """The whole table of builders/misuse.py, in a process without the tests' own checks of shapes."""
    found = subprocess.run(
        [sys.executable, ROOT / "builders" / "misuse.py", "--show"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
