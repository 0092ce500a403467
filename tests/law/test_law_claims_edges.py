"""Entry claims at the edges: how each kind is read, where a comparison turns, whose preference counts, and what is assumed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from parley.errors import CodeError, DateError, InputError, MeasureError
from parley.law import entry_claims
from parley.law.entry_claims import (
    AGREEMENTS,
    CLAIMS,
    FIRST_DAY,
    Claim,
    assumed,
    assumptions,
    check_condition,
    holds,
    in_words,
    number_of,
    own_claims,
    party_claims,
    question,
    read_claims,
    read_stated,
)
from parley.law.measure import Act, Measure
from parley.law.shipments.compile.cells import Kept, KnownCells
from parley.law.shipments.compile.claim_classes import (
    ALL_METAL,
    METAL_CLAIMS,
    Split,
    claims_as_stated,
    factorised,
    names_asked,
    splits,
    with_metal,
)
from parley.law.shipments.compile.tables import RawCell
from parley.law.value_shares import WHOLE

DAY, NAN = date(2025, 4, 5), float("nan")


def row(name: str = "a", **fields: Any) -> Measure:
    act = Act(id="act", title="An act", citation="EO 1", authority="USA", signed=date(2025, 1, 1))
    held = {"programme": "s301", "start": date(2025, 1, 1), "products": ("*",), "rate": 0.1, **fields}
    return Measure(id=name, act=act, **held)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("usmca", True, True),
        ("usmca", "TRUE", True),
        ("usmca", "false", False),
        ("us_content", 0, 0.0),
        ("us_content", "1", 1.0),
        ("us_content", "0.4", 0.4),
        ("loaded", "2025-04-05", DAY),
        ("loaded", DAY, DAY),
        ("quantity", "0.5", 0.5),
        ("unit_value", 3, 3.0),
    ],
)
def test_a_claim_is_read_as_its_kind(name: str, text: Any, value: Any) -> None:
    [read] = read_claims({name: text}).values()
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("usmca", 1), ("usmca", "yes"), ("us_content", 1.01), ("us_content", -0.01), ("us_content", True), ("us_content", "a"),
        ("loaded", "5.4.2025"), ("loaded", datetime(2025, 4, 5)), ("quantity", 0), ("quantity", -1), ("quantity", "inf"),
        ("quantity", "nan"), ("quantity", True), ("unit_value", ""),
    ],
)  # fmt: skip
def test_what_is_no_value_of_its_kind_is_refused(name: str, text: Any) -> None:
    with pytest.raises(MeasureError, match=f"claim {name}"):
        read_claims({name: text})
    with pytest.raises(MeasureError, match=f"file {name}"):
        read_claims({name: text}, "file")


def test_the_table_of_claims_says_of_each_what_it_is() -> None:
    assert CLAIMS["usmca"] == CLAIMS["usmca"]._replace(
        kind="flag", default=False, of_origin=True, by_indicator=True, in_transit=False
    )
    assert (CLAIMS["usmca"].columns, CLAIMS["usmca"].mixed) == ((), CLAIMS["usmca"].mixed)
    assert (CLAIMS["us_content"].kind, CLAIMS["us_content"].default, CLAIMS["us_content"].by_indicator) == (
        "share",
        0.0,
        False,
    )
    assert (CLAIMS["steel_share"].default, CLAIMS["age_under_25"].default) == (None, True)
    assert (CLAIMS["loaded"].kind, CLAIMS["loaded"].in_transit, CLAIMS["loaded"].default) == ("day", True, None)
    assert "loading_date" in CLAIMS["loaded"].columns
    assert {c.kind for c in CLAIMS.values()} == {"flag", "share", "day", "money"}
    assert CLAIMS["usmca"].printed
    assert CLAIMS["us_content"].observed
    assert any(c.mixed for c in CLAIMS.values())


def test_the_table_of_claims_is_read_from_its_file() -> None:
    assert entry_claims._table() == CLAIMS
    found = {"kind": "flag", "default": "true", "sentence": "s", "label": "l", "columns": "a;;b", "of_origin": "1",
             "by_indicator": "", "in_transit": "0", "observed": "o", "mixed": "m", "printed": "p"}  # fmt: skip
    assert entry_claims._claim(found) == Claim("flag", True, "s", "l", ("a", "b"), True, False, False, "o", "m", "p")
    bare = {
        **found,
        "kind": "share",
        "default": "",
        "columns": "",
        "observed": "",
        "by_indicator": "1",
        "in_transit": "1",
    }
    del bare["mixed"], bare["printed"]
    assert entry_claims._claim(bare) == Claim("share", None, "s", "l", (), True, True, True, "", "", "")


def test_the_agreements_that_keep_the_processing_fee() -> None:
    assert {p.origins[0] for p in AGREEMENTS if not p.free_of_fee} == {"JOR", "JPN", "MAR"}
    assert party_claims("MEX") == {"usmca"}
    assert party_claims("AUS") == {"preference"}
    assert party_claims("CHN") == set()


def test_only_the_preferences_of_the_origin_count() -> None:
    made = {"usmca": True, "korus": True, "preference": False, "de_minimis": True}
    assert own_claims(made, "KOR") == ({"korus": True, "preference": False, "de_minimis": True}, ["usmca"])
    assert own_claims(made, "CHN") == ({"preference": False, "de_minimis": True}, ["korus", "usmca"])


def test_stated_texts_are_read_several_to_a_text_and_never_twice() -> None:
    assert read_stated(["usmca=true, us_content = 0.4", "a=b;c=d=e"]) == {
        "usmca": "true",
        "us_content": "0.4",
        "a": "b",
        "c": "d=e",
    }
    assert read_stated([], 3.0) == {"quantity": 3.0}
    assert read_stated(["x=1"], None, 2.0) == {"x": "1", "unit_value": 2.0}
    for text in ("usmca", "=true", "a=1,", ""):
        with pytest.raises(InputError, match="NAME=VALUE"):
            read_stated([text])
    with pytest.raises(InputError, match=r"quantity: 3, and 2 as a claim"):
        read_stated(["quantity=2"], 3.0)
    with pytest.raises(InputError, match=r"value a unit: 3, and 2 as a claim"):
        read_stated(["unit_value=2"], None, 3.0, ("how many", "value a unit"))
    with pytest.raises(MeasureError, match="Did you mean usmca"):
        read_claims({"usmc": True})
    assert read_claims(None) == {}
    assert (
        number_of({"us_content": 0.4}, "us_content"),
        number_of({}, "us_content"),
        number_of({"loaded": DAY}, "loaded"),
    ) == (0.4, None, None)


@pytest.mark.parametrize(
    ("name", "wanted", "given", "expected"),
    [
        ("us_content", ">= 0.2", (0.19, 0.2, 0.21), (False, True, True)),
        ("us_content", "> 0.2", (0.19, 0.2, 0.21), (False, False, True)),
        ("us_content", "<= 0.2", (0.19, 0.2, 0.21), (True, True, False)),
        ("us_content", "< 0.2", (0.19, 0.2, 0.21), (True, False, False)),
        ("us_content", 0.2, (0.19, 0.2, 0.21), (False, True, False)),
        ("loaded", "< 2025-04-05", (date(2025, 4, 4), DAY, date(2025, 4, 6)), (True, False, False)),
        ("loaded_before", DAY, (date(2025, 4, 4), DAY, date(2025, 4, 6)), (True, False, False)),
        ("loaded", ">= 2025-04-05", (date(2025, 4, 4), DAY, date(2025, 4, 6)), (False, True, True)),
        ("loaded", DAY, (date(2025, 4, 4), DAY, date(2025, 4, 6)), (False, True, False)),
        ("usmca", True, (True, False), (True, False)),
        ("usmca", False, (True, False), (False, True)),
    ],
)
def test_a_condition_turns_at_its_bound(name: str, wanted: Any, given: tuple, expected: tuple) -> None:
    claim = name.removesuffix("_before")
    assert tuple(holds(name, wanted, {claim: value}) for value in given) == expected


def test_what_is_not_claimed_has_its_default_and_none_meets_no_condition() -> None:
    assert holds("usmca", False, {})
    assert not holds("usmca", True, {})
    assert holds("age_under_25", True, {})
    assert holds("us_content", "< 0.2", {})
    assert not any(holds("steel_share", f"{sign} 0.5", {}) for sign in ("<", "<=", ">", ">="))


def test_conditions_in_words_and_those_that_no_claim_can_meet() -> None:
    assert [in_words(x) for x in (True, False, "< 2025-04-05", ">= 0.2", 0.2, DAY)] == [
        "= true", "= false", "< 2025-04-05", ">= 0.2", "= 0.2", "= 2025-04-05"]  # fmt: skip
    for name, wanted in (("usmca", True), ("loaded_before", DAY), ("us_content", ">= 0.2"), ("us_content", "<0.2")):
        check_condition(name, wanted, "row 1")
    for name, wanted in (("usmca", "> 1"), ("loaded", "< soon"), ("us_content", "> 2"), ("us_content", "~ 0.2")):
        with pytest.raises(MeasureError, match=f"row 1 {name}"):
            check_condition(name, wanted, "row 1")
    with pytest.raises(MeasureError, match="Did you mean usmca"):
        check_condition("usmc", True, "row 1")


def test_a_stated_share_of_metal_is_not_assumed_where_one_is_asked_for() -> None:
    assert assumed("steel_share", "> 0") == "no steel in it, as no share of it is stated"
    assert assumed("steel_share", " >= 0.5") == "no steel in it, as no share of it is stated"
    assert assumed("steel_share", "< 0.5") == "metal goods wholly of their metal"
    assert assumed("us_content", "> 0") == "no United States content"
    assert assumed("loaded_before", DAY) == "loaded after every in-transit cut-off"


def test_the_assumptions_of_a_stack_are_its_open_conditions_and_shares_each_once() -> None:
    rows = [row("a", when={"usmca": True}), row("b", unless={"usmca": True, "loaded_before": DAY}), row("c")]
    cut_off = "loaded after every in-transit cut-off"
    assert assumptions(rows, ["full"], {}, {}) == ("no USMCA preference claimed", cut_off)
    assert assumptions(rows, ["full"], {}, {"usmca": True}) == (cut_off,)
    assert assumptions(rows, ["full"], {}, {"loaded": DAY}) == ("no USMCA preference claimed",)
    assert assumptions([], ["steel", "non_us_content"], {}, {}) == (
        "metal goods wholly of their metal",
        "no United States content",
    )
    assert assumptions([], ["steel", "non_us_content"], {}, {"steel_share": 0.5, "us_content": 0.0}) == ()


def test_what_an_exclusion_outranks_rests_on_nothing() -> None:
    """Below it, or another relief; not itself, nor what outranks it, nor another layer."""
    free = row("free", combine="zero", rate=None, layer="L", rank=2, when={"donation": True})
    relief = row("relief", combine="zero", rate=None, layer="L", rank=3, when={"informational": True})
    low = row("low", layer="L", rank=1, when={"usmca": True})
    same = row("same", layer="L", rank=2, when={"korus": True})
    other = row("other", layer="M", rank=1, when={"end_use": True})
    said = assumptions([free, relief, low, same, other], [], {"L": free}, {})
    assert said == tuple(CLAIMS[n].sentence for n in ("donation", "korus", "end_use"))


def asked(**more: Any) -> Any:
    return question(**{"product": "9503.00.00.73", "origin": "CHN", "destination": "USA", "on": "2025-05-02", **more})


def test_a_question_is_read_into_codes_days_and_the_claims_that_count() -> None:
    found = asked(claims={"usmca": "true", "de_minimis": "true"}, destination="Germany")
    assert (found.product, found.origin, found.authorities, found.on, found.known) == (
        "9503000073", "CHN", ("DEU", "EUU"), date(2025, 5, 2), None)  # fmt: skip
    assert (found.claims, found.stated) == ({"de_minimis": True}, {"usmca": True, "de_minimis": True})
    assert asked(known="2025-05-03").known == date(2025, 5, 3)
    assert asked(on=FIRST_DAY).on == date(2018, 1, 1)
    with pytest.raises(DateError, match="on: 2017-12-31 is before"):
        asked(on="2017-12-31")
    with pytest.raises(CodeError, match="CHN is also the destination"):
        asked(destination="China")


def test_dollars_a_unit_are_claimed_or_the_value_over_the_quantity() -> None:
    assert asked().unit_value is None
    assert asked(value=100.0).unit_value is None
    assert asked(claims={"quantity": 4}).unit_value is None
    assert asked(claims={"quantity": 4}, value=100.0).unit_value == 25
    assert asked(claims={"quantity": 4}, value=0.5).unit_value == 0.125
    assert asked(claims={"quantity": 4, "unit_value": 3}, value=100.0).unit_value == 3
    for value in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(MeasureError, match="positive number of dollars"):
            asked(value=value)


def test_a_claim_is_split_at_each_bound_on_it_or_between() -> None:
    nan = float("nan")
    split = Split("us_content", (0.2, 0.5))
    assert split.places({"us_content": np.array([nan, 0.1, 0.2, 0.3, 0.5, 0.6])}).tolist() == [0, 1, 2, 3, 4, 5]
    assert Split("usmca").places({"usmca": np.array([nan, 0.0, 1.0])}).tolist() == [0, 0, 1]
    assert Split("age_under_25").places({"age_under_25": np.array([nan, 0.0, 1.0])}).tolist() == [0, 1, 0]
    assert Split(ALL_METAL).places({ALL_METAL: np.array([0.0, 1.0])}).tolist() == [0, 1]


def test_law_is_split_at_the_bounds_that_it_names() -> None:
    days = float(DAY.toordinal())
    rows = [
        row(when={"us_content": ">= 0.3", "usmca": True}),
        row(unless={"loaded_before": DAY, "us_content": "< 0.2"}),
    ]
    assert splits(rows) == (Split("loaded", (days,)), Split("us_content", (0.2, 0.3)), Split("usmca"))
    assert splits([row(share="steel")]) == (
        Split(ALL_METAL), Split("aluminium_share", (0.0,)), Split("copper_share", (0.0,)), Split("steel_share", (0.0,)))  # fmt: skip
    assert splits([row(share="non_us_content", share_least=0.2)]) == (Split("us_content", (0.0, 0.2, 1.0)),)
    assert splits([row()]) == ()
    assert splits([row(), row(share="steel")]) == splits([row(share="steel")])


def test_the_claims_that_a_row_asks_for() -> None:
    assert names_asked(row()) == set()
    assert names_asked(row(when={"usmca": True}, unless={"loaded_before": DAY})) == {"usmca", "loaded"}
    assert names_asked(row(share="copper")) == {*METAL_CLAIMS, ALL_METAL}
    assert names_asked(row(share="non_us_content")) == {"us_content"}


def test_metals_are_the_whole_value_or_not() -> None:
    claims = {"steel_share": np.array([0.1, 0.4, np.nan]), "copper_share": np.array([0.9, 0.4, 1.0])}
    assert with_metal(claims)[ALL_METAL].tolist() == [1.0, 0.0, 1.0]
    assert with_metal({"usmca": np.array([1.0])}).keys() == {"usmca"}
    one = {"steel_share": np.array([1.0, WHOLE, 1 - 5e-10]), "copper_share": np.zeros(3)}
    assert with_metal(one)[ALL_METAL].tolist() == [1.0, 0.0, 1.0]
    assert with_metal({"copper_share": np.array([1.0, 0.4])})[ALL_METAL].tolist() == [1.0, 0.0]


def test_claims_as_the_law_reads_them() -> None:
    claims = {"usmca": np.array([1.0, 0.0]), "us_content": np.array([0.1, 0.3])}
    assert claims_as_stated(["usmca", "us_content"], claims, 0) == {"usmca": True, "us_content": 0.1}
    loaded = {"loaded": np.array([float(DAY.toordinal())]), "usmca": np.array([0.0]), ALL_METAL: np.array([1.0])}
    assert claims_as_stated([*loaded], loaded, 0) == {"loaded": DAY, "usmca": False}
    assert claims_as_stated([], loaded, 0) == {}


def test_distinct_numbers_have_their_places_and_where_each_stands_first() -> None:
    found, places, first = factorised(np.array([7, 3, 7, 3, 9]))
    assert (found, places.tolist(), first.tolist()) == ([7, 3, 9], [0, 1, 0, 1, 2], [0, 1, 4])


ROWS = (
    row("plain"),
    row("free", when={"usmca": True}),
    row("content", when={"us_content": ">= 0.2"}, rate=0.4),
    row("bare"),
)


def known() -> KnownCells:
    """Two raw cells: of rows that ask about a preference and content, and of one that asks about nothing."""
    day = date(2025, 2, 1)
    cells = [RawCell((0, 1, 2), "CAN", day, day), RawCell((3,), "CHN", day, day)]
    held = {"rows_together": cells, "asks": np.array([0, 1, 0]), "asked": np.array([[False, True], [False, True]])}
    kept = Kept(SimpleNamespace(**held), splits(ROWS), [], {0: 0})  # type: ignore[arg-type]
    return KnownCells(kept, lambda: ROWS, Path())


def test_lines_have_the_cell_of_their_rows_whose_conditions_hold() -> None:
    """Each claim between other bounds asks anew; claims that no row of the raw cell asks about ask nothing."""
    cells = known()
    raw = np.array([1, 1, 1, 1, 2, 2, 0])
    claims = {"usmca": np.array([1.0, 0, 1, 0, 1, 0, 1]), "us_content": np.array([0.1, 0.19, 0.2, 0.3, 0.3, NAN, 0.3])}
    found = cells.cell_of(raw, claims)
    said = [cells.arrays.measures[k] for k in found]
    assert said == ["free;plain", "plain", "content;free;plain", "content;plain", "bare", "bare", ""]
    assert (found[4] == found[5], found[6]) == (True, 0)
    asked = len(cells.answered)
    again = cells.cell_of(raw[::-1], {n: v[::-1] for n, v in claims.items()})
    assert (again.tolist(), len(cells.answered)) == (found[::-1].tolist(), asked)
    assert [cells.arrays.measures[k] for k in cells.cell_of(raw, {})] == ["plain"] * 4 + ["bare"] * 2 + [""]
    other = KnownCells(cells.known, cells.rows, Path())
    assert other.cell_of(raw, claims).tolist() == found.tolist()
    assert not other._resolved  # what the cache holds is not resolved again
